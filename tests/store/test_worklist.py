"""The worklist: idempotent, stepwise, with a trail that shows every change and any tampering."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import Engine, text
from sqlalchemy.exc import DBAPIError

from modwise.errors import InputError, UsageError
from modwise.store import states
from modwise.store.database import open_engine
from modwise.store.worklist import Change, Worklist, changed, identity
from tests.store.conftest import BACKENDS, HAS_SERVER

NOW = datetime(2026, 5, 4, 9, 30, tzinfo=UTC)
WHO = "pat"


def item(**said: Any) -> dict[str, Any]:
    return {
        "file": "a.835",
        "position": 300,
        "claim": "C-1",
        "line": 1,
        "payer": "cigna",
        "payer_control": "ICN1",
        "status": "1",
        "service": "2026-03-02",
        "notice": "2026-03-30",
        "code": "99213",
        "modifiers": ["25"],
        "charge": "140.00",
        "paid": "0.00",
        "adjustments": [{"group": "CO", "carc": "97", "amount": "140.00"}],
        "cause": "25_support_not_known",
        "remedy": "query_provider",
        "level": None,
        "at_risk": "92.10",
        "deadline": {"legal": "2026-09-26", "work_by": "2026-09-26", "days_left": 145},
        "priority": {"score": "3.10"},
        **said,
    }


def take(worklist: Worklist, *items: dict[str, Any]) -> dict[str, int]:
    return worklist.take(items, who=WHO, now=NOW)


def put(worklist: Worklist, **said: Any) -> dict[str, Any]:
    return worklist.set(1, Change(**said), who=WHO, now=NOW)


def test_both_databases_are_tried_where_there_is_a_server() -> None:
    assert ("postgresql" in BACKENDS) is HAS_SERVER


def test_the_same_items_twice_change_nothing(worklist: Worklist) -> None:
    assert take(worklist, item(), item(line=2)) == {"added": 2, "changed": 0, "unchanged": 0}
    before = worklist.show(1)
    again = item(file="copy of a.835", position=9, deadline={**item()["deadline"], "days_left": 100}, priority={"score": "9.00"})
    assert take(worklist, again, item(line=2)) == {"added": 0, "changed": 0, "unchanged": 2}
    assert worklist.show(1) == before


def test_a_new_decision_is_written_and_the_work_is_kept(worklist: Worklist) -> None:
    take(worklist, item())
    put(worklist, state="in_progress", assignee="kim")
    assert take(worklist, item(cause="25_missing_supported", remedy="corrected_claim")) == {
        "added": 0,
        "changed": 1,
        "unchanged": 0,
    }
    shown = worklist.show(1)
    assert (shown["remedy"], shown["state"], shown["assignee"]) == ("corrected_claim", "in_progress", "kim")
    assert shown["trail"][-1]["fields"]["remedy"] == ["query_provider", "corrected_claim"]


def test_an_item_is_worked_to_its_end(worklist: Worklist) -> None:
    take(worklist, item())
    put(worklist, state="in_progress", assignee="kim", note="asked Dr. Feld's office")
    put(worklist, state="sent", on=date(2026, 5, 6))
    put(worklist, state="partly", on=date(2026, 6, 20), amount="60.00")
    shown = put(worklist, state="closed", on=date(2026, 6, 21), reason="rest is not worth a second level")
    assert shown["state"] == "closed"
    assert (shown["sent_on"], shown["decided_on"], shown["closed_on"]) == ("2026-05-06", "2026-06-20", "2026-06-21")
    assert shown["recovered"] == "60.00"
    assert [note["text"] for note in shown["notes"]] == ["asked Dr. Feld's office"]
    assert [entry["action"] for entry in shown["trail"]] == ["added", "set", "set", "set", "set"]
    assert worklist.verify() == []


@pytest.mark.parametrize("nobody", [None, "", "  "])
def test_a_write_off_is_not_closed_without_an_approver(worklist: Worklist, nobody: str | None) -> None:
    take(worklist, item(remedy="write_off", cause="ccmi_0"))
    with pytest.raises(UsageError, match="without an approver"):
        put(worklist, state="closed", approver=nobody)
    assert worklist.show(1)["state"] == "new"
    shown = put(worklist, state="closed", approver="Dana Whitfield")
    assert shown["state"] == "closed"
    assert shown["trail"][-1]["fields"]["approver"] == "Dana Whitfield"


def test_the_trail_holds_no_words_of_notes(worklist: Worklist, engine: Engine) -> None:
    take(worklist, item())
    put(worklist, note="ZZCANARY", state="closed", reason="ZZCANARY")
    with engine.connect() as connection:
        rows = connection.execute(text("SELECT fields FROM event")).scalars().all()
    assert not any("ZZCANARY" in row or "C-1" in row for row in rows)


@pytest.mark.parametrize(
    ("said", "says"),
    [
        ({"state": "upheld", "on": date(2026, 5, 6)}, "cannot become upheld"),
        ({"state": "won"}, "no state"),
        ({"state": "sent"}, "needs its day"),
        ({}, "nothing to change"),
        ({"amount": "12.345"}, "no amount of money"),
        ({"amount": "much"}, "no amount of money"),
    ],
)
def test_what_is_not_allowed_is_refused_and_nothing_changes(worklist: Worklist, said: dict[str, Any], says: str) -> None:
    take(worklist, item())
    before = worklist.show(1)
    with pytest.raises(UsageError, match=says):
        put(worklist, **said)
    assert worklist.show(1) == before


def test_a_win_needs_its_amount(worklist: Worklist) -> None:
    take(worklist, item())
    put(worklist, state="sent", on=date(2026, 5, 6))
    with pytest.raises(UsageError, match="needs the amount"):
        put(worklist, state="overturned", on=date(2026, 6, 6))


def test_an_item_that_is_not_there(worklist: Worklist) -> None:
    with pytest.raises(UsageError, match="no item 7"):
        worklist.show(7)
    with pytest.raises(UsageError, match="no item 1"):
        put(worklist, note="x")
    with pytest.raises(UsageError, match="no field colour"):
        changed({"colour": "red"})


def test_filters_and_order(worklist: Worklist) -> None:
    late = item(line=2, deadline={"work_by": "2026-06-01"})
    none = item(line=3, deadline=None, payer="aetna")
    take(worklist, item(), late, none)
    assert [row["line"] for row in worklist.rows()] == [2, 1, 3]
    assert [row["line"] for row in worklist.rows(payer="aetna")] == [3]
    assert [row["line"] for row in worklist.rows(state="new", limit=1)] == [2]
    with pytest.raises(UsageError, match="not filtered by colour"):
        worklist.rows(colour="red")


def test_measures_and_own_chances(worklist: Worklist) -> None:
    take(worklist, *(item(line=n) for n in range(1, 5)))
    for number, (state, amount) in enumerate([("overturned", "92.10"), ("upheld", None), ("partly", "10.00")], 1):
        worklist.set(number, Change(state="sent", on=date(2026, 5, 1)), who=WHO, now=NOW)
        worklist.set(number, Change(state=state, on=date(2026, 5, 1 + 10 * number), amount=amount), who=WHO, now=NOW)
    found = worklist.measures()
    assert found["decided"] == 3
    assert found["overturned_rate"] == "0.6667"
    assert found["recovered"] == "102.10"
    assert found["days_to_decision"] == {"median": 20, "ninetieth": 30}
    assert found["chances"] == [{"payer": "cigna", "cause": "25_support_not_known", "n": 3, "won": 2, "chance": "0.6667"}]
    assert found["by_state"]["new"] == {"items": 1, "at_risk": "92.10", "recovered": None}


@pytest.mark.parametrize("statement", ["UPDATE event SET who = 'nobody'", "DELETE FROM event"])
def test_the_database_refuses_to_change_the_trail(worklist: Worklist, engine: Engine, statement: str) -> None:
    take(worklist, item())
    with pytest.raises(DBAPIError, match="append-only"), engine.begin() as connection:
        connection.execute(text(statement))
    assert worklist.verify() == []


def lift(engine: Engine) -> None:
    """Takes the guard away, as somebody with the rights of the database could."""
    with engine.begin() as connection:
        if engine.dialect.name == "sqlite":
            connection.execute(text("DROP TRIGGER event_kept_update"))
            connection.execute(text("DROP TRIGGER event_kept_delete"))
        else:
            connection.execute(text("DROP TRIGGER event_kept ON event"))


@pytest.mark.parametrize(
    ("statement", "says"),
    [
        ("UPDATE event SET who = 'nobody' WHERE id = 1", "entry 1 was changed"),
        ("UPDATE event SET fields = '{}' WHERE id = 2", "entry 2 was changed"),
        ("DELETE FROM event WHERE id = 1", "entry 1 is missing"),
        ("DELETE FROM event WHERE id = 3", "the trail ends at entry 2"),
        ("UPDATE event SET previous = hash WHERE id = 2", "entry 2 does not follow"),
    ],
)
def test_tampering_is_found(worklist: Worklist, engine: Engine, statement: str, says: str) -> None:
    take(worklist, item())
    put(worklist, state="in_progress")
    put(worklist, assignee="kim")
    lift(engine)
    with engine.begin() as connection:
        connection.execute(text(statement))
    assert any(says in problem for problem in worklist.verify())


def test_several_at_once_leave_one_whole_trail(worklist: Worklist) -> None:
    take(worklist, item())
    work: Callable[[int], Any] = lambda n: put(worklist, note=f"note {n}")  # noqa: E731
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(work, range(12)))
    assert len(worklist.show(1)["notes"]) == 12
    assert worklist.verify() == []


def test_what_was_stored_is_there_after_opening_again(tmp_path: Path) -> None:
    first = open_engine(home=tmp_path)
    take(Worklist(first), item())
    first.dispose()
    second = open_engine(home=tmp_path)
    assert len(Worklist(second).rows()) == 1
    second.dispose()
    assert (tmp_path / "worklist.sqlite").stat().st_mode & 0o077 == 0


def test_a_url_of_another_kind_is_refused() -> None:
    for url in ("mysql://x@y/z", "nonsense"):
        with pytest.raises(UsageError, match="URL"):
            open_engine(url)


def test_a_database_that_cannot_be_opened_names_no_secret(tmp_path: Path) -> None:
    with pytest.raises(InputError) as caught:
        open_engine(f"postgresql://someone:hunter2@/x?host={tmp_path}")
    assert "hunter2" not in str(caught.value)


def test_identity_ignores_the_file_and_tells_decisions_apart() -> None:
    assert identity(item()) == identity(item(file="b", position=1, cause="x"))
    assert identity(item()) != identity(item(adjustments=[]))


@given(st.lists(st.sampled_from(states.STATES), max_size=12))
def test_every_state_can_end_closed(walk: list[str]) -> None:
    state = states.NEW
    for wanted in walk:
        if states.allowed(state, wanted):
            state = wanted
    assert state == states.CLOSED or states.allowed(state, states.CLOSED)
