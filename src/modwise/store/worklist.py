"""The worklist: items come in once, are worked through their states, and every change is in the audit trail."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from typing import Any

from sqlalchemy import Engine, Select, func, select
from sqlalchemy.orm import Session

from modwise.errors import UsageError
from modwise.store import states, trail
from modwise.store.models import EventRow, ItemRow, NoteRow

Json = dict[str, Any]
# What tells an item from every other, whatever the file is called that it came in.
_IDENTITY = (
    "payer",
    "payer_control",
    "claim",
    "line",
    "status",
    "notice",
    "service",
    "code",
    "modifiers",
    "charge",
    "paid",
    "adjustments",
)
# What a new decision on a known item may change.
_DECISION = ("cause", "remedy", "work_by", "at_risk")
WRITE_OFF = "write_off"
_PASSING = frozenset(
    {"days_left", "workdays_left", "late", "score", "urgent", "priority", "file", "position", "amount_in_controversy", "asks"}
)
# What somebody said of the line, beside the decision that rests on it.
ANSWERS = "answers"


@dataclass(frozen=True, kw_only=True)
class Change:
    """What is changed on an item; null = left as it is. `on` is the day of the step, `amount` what was recovered, as text.

    `approver` is who agrees that what could be had is given up: an item whose remedy is a write-off is not closed without one.
    """

    state: str | None = None
    assignee: str | None = None
    note: str | None = None
    on: date | None = None
    amount: str | None = None
    reason: str | None = None
    approver: str | None = None


def changed(said: Mapping[str, Any]) -> Change:
    """The change by names. Raises UsageError for a name that is none."""
    names = {one.name for one in fields(Change)}
    if unknown := sorted(set(said) - names):
        raise UsageError(f"no field {', '.join(unknown)}", hint=f"Fields: {', '.join(sorted(names))}.", code="unknown-field")
    return Change(**said)


class Worklist:
    """The worklist in a database."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine

    # ---- in ------------------------------------------------------------------------------------------------------------------

    def take(self, items: Iterable[Mapping[str, Any]], *, who: str, now: datetime) -> Json:
        """Takes items in: {added, changed, unchanged}. An item that is there stays as it is; only a new decision is written."""
        counts = {"added": 0, "changed": 0, "unchanged": 0}
        with Session(self.engine) as session, session.begin():
            for item in items:
                counts[self._take(session, item, who, now)] += 1
        return counts

    def _take(self, session: Session, given: Mapping[str, Any], who: str, now: datetime) -> str:
        # As the database will give it back, or an item would differ from itself.
        item: Json = json.loads(json.dumps(given))
        key = identity(item)
        row = session.scalar(select(ItemRow).where(ItemRow.key == key).with_for_update())
        if row is None:
            row = ItemRow(
                id=_fresh_number(session), key=key, state=states.NEW, added=now, changed=now, **_columns(item), detail=item
            )
            session.add(row)
            session.flush()
            trail.add(session, who, "added", row.id, {"cause": row.cause, "remedy": row.remedy}, now)
            return "added"
        if row.detail.get(ANSWERS):
            item[ANSWERS] = row.detail[ANSWERS]
        if lasting(row.detail) == lasting(item):
            if row.detail.get("asks") != item.get("asks"):
                row.detail = {**row.detail, "asks": item.get("asks")}
            return "unchanged"
        _decide(session, row, item, ("decided again", who, now))
        return "changed"

    def answer(
        self, number: int, answers: Mapping[str, Any], decided: Mapping[str, Any] | None, *, who: str, now: datetime
    ) -> Json:
        """Keeps what somebody said of an item's line, with the decision that it leads to (null: the decision stays), and returns the item."""
        with Session(self.engine) as session, session.begin():
            row = session.scalar(select(ItemRow).where(ItemRow.id == number).with_for_update())
            if row is None:
                raise _no_item(number)
            item: Json = json.loads(json.dumps({**(row.detail if decided is None else decided), ANSWERS: dict(answers)}))
            _decide(session, row, item, ("answered", who, now))
        return self.show(number)

    def answers(self) -> dict[str, dict[str, Json]]:
        """What was said of lines, as a facts file holds it: {claim: {line: facts}}."""
        told = ItemRow.detail[ANSWERS].as_string()
        found: dict[str, dict[str, Json]] = {}
        with Session(self.engine) as session:
            for detail in session.scalars(select(ItemRow.detail).where(told.is_not(None))):
                for claim in claims_of(detail):
                    found.setdefault(claim, {})[line_of(detail)] = detail[ANSWERS]
        return found

    # ---- work ----------------------------------------------------------------------------------------------------------------

    def set(self, number: int, change: Change, *, who: str, now: datetime) -> Json:
        """Changes an item and returns it as `show` does. Raises UsageError for no such item or a step that is not allowed."""
        with Session(self.engine) as session, session.begin():
            row = session.scalar(select(ItemRow).where(ItemRow.id == number).with_for_update())
            if row is None:
                raise _no_item(number)
            told = _apply(row, change)
            if change.note:
                session.add(NoteRow(item_id=row.id, at=now, who=who, text=change.note))
                told["note"] = hashlib.sha256(change.note.encode()).hexdigest()
            if not told:
                raise UsageError("nothing to change", hint="Give a state, an assignee, a note or an amount.", code="no-change")
            row.changed = now
            trail.add(session, who, "set", row.id, told, now)
        return self.show(number)

    def record(
        self, action: str, *, who: str, now: datetime, item: int | None = None, fields: Mapping[str, Any] | None = None
    ) -> None:
        """Enters in the trail what somebody did that changes no item: looked, checked, wrote a letter. `fields` hold no patient's value."""
        with Session(self.engine) as session, session.begin():
            trail.add(session, who[:80], action[:40], item, fields or {}, now)

    # ---- out -----------------------------------------------------------------------------------------------------------------

    def rows(self, *, limit: int | None = None, **wanted: Any) -> list[Json]:
        """Items in a line, the earliest deadline first; `wanted` filters by state, assignee, payer, cause, remedy or claim."""
        query = _filtered(select(ItemRow), wanted).order_by(ItemRow.work_by.is_(None), ItemRow.work_by, ItemRow.id)
        with Session(self.engine) as session:
            return [shown(row) for row in session.scalars(query.limit(limit))]

    def show(self, number: int) -> Json:
        """An item with its decision, notes and trail. Raises UsageError for no such item."""
        with Session(self.engine) as session:
            row = session.get(ItemRow, number)
            if row is None:
                raise _no_item(number)
            notes = session.scalars(select(NoteRow).where(NoteRow.item_id == number).order_by(NoteRow.id))
            events = session.scalars(select(EventRow).where(EventRow.item_id == number).order_by(EventRow.id))
            return {
                **shown(row),
                "decision": row.detail,
                "notes": [{"at": note.at.isoformat(), "who": note.who, "text": note.text} for note in notes],
                "trail": [{"at": e.at, "who": e.who, "action": e.action, "fields": json.loads(e.fields)} for e in events],
            }

    def decisions(self, *, until: date, open_in: Sequence[str] = (states.NEW, states.IN_PROGRESS)) -> list[Json]:
        """The decisions of open items whose day to work by is no later, or not known, each with its `number` in the worklist."""
        due = (ItemRow.work_by.is_(None)) | (ItemRow.work_by <= until)
        query = select(ItemRow).where(ItemRow.state.in_(list(open_in)), due).order_by(ItemRow.id)
        with Session(self.engine) as session:
            return [{**row.detail, "number": row.id} for row in session.scalars(query)]

    def verify(self) -> list[str]:
        """What is wrong with the audit trail; empty when nothing is."""
        with Session(self.engine) as session:
            return trail.verify(session)

    def measures(self) -> Json:
        """Counts and dollars by state, overturn rate, recovered, and the own chances by payer and cause once something was decided."""
        with Session(self.engine) as session:
            by_state = session.execute(
                select(ItemRow.state, func.count(), func.sum(ItemRow.at_risk), func.sum(ItemRow.recovered)).group_by(ItemRow.state)
            ).all()
            decided = session.execute(
                select(ItemRow.payer, ItemRow.cause, ItemRow.recovered, ItemRow.sent_on, ItemRow.decided_on).where(
                    ItemRow.decided_on.is_not(None)
                )
            ).all()
        won = [row for row in decided if (row.recovered or 0) > 0]
        waits = sorted((row.decided_on - row.sent_on).days for row in decided if row.sent_on)
        return {
            "by_state": {
                state: {"items": count, "at_risk": _money(risk), "recovered": _money(back)} for state, count, risk, back in by_state
            },
            "decided": len(decided),
            "overturned_rate": _rate(len(won), len(decided)),
            "recovered": _money(sum(row.recovered or 0 for row in decided)),
            "days_to_decision": {"median": _at(waits, 0.5), "ninetieth": _at(waits, 0.9)},
            "chances": _chances(decided),
        }


def identity(item: Mapping[str, Any]) -> str:
    """The item's key: a hash over what the payer decided on which line and when; the file's name is no part of it."""
    return hashlib.sha256(json.dumps([item.get(name) for name in _IDENTITY], sort_keys=True).encode()).hexdigest()


def lasting(value: Any) -> Any:
    """A decision without what changes from one day to the next by itself."""
    if isinstance(value, dict):
        return {name: lasting(inner) for name, inner in value.items() if name not in _PASSING}
    if isinstance(value, list):
        return [lasting(inner) for inner in value]
    return value


def claims_of(item: Mapping[str, Any]) -> list[str]:
    """The numbers that a decided item's claim has: as the remittance answers it, and as it was sent."""
    sent = (item.get("match") or {}).get("claim")
    return list(dict.fromkeys(str(one) for one in (item["claim"], sent) if one))


def line_of(item: Mapping[str, Any]) -> str:
    """The line as a facts file names it; the whole claim where the item has none."""
    return "*" if item.get("line") is None else str(item["line"])


# ---- parts -------------------------------------------------------------------------------------------------------------------


def _fresh_number(session: Session) -> int | None:
    """A number no item ever had; None where the database sees to that itself."""
    if session.get_bind().dialect.name != "sqlite":
        return None
    # SQLite gives the numbers of removed items away again, and what was done with those stays in the trail.
    used = (session.scalar(select(func.max(column))) for column in (ItemRow.id, EventRow.item_id))
    return 1 + max(number or 0 for number in used)


def _decide(session: Session, row: ItemRow, item: Json, told: tuple[str, str, datetime]) -> None:
    """Puts a decision in the place of the one before; the trail says what differs, and which questions were answered."""
    action, who, now = told
    before, after = {n: getattr(row, n) for n in _DECISION}, _columns(item)
    differing: Json = {n: [_plain(before[n]), _plain(after[n])] for n in _DECISION if before[n] != after[n]}
    said, held = item.get(ANSWERS) or {}, row.detail.get(ANSWERS) or {}
    if changed_facts := sorted(name for name in {*said, *held} if said.get(name) != held.get(name)):
        differing["answered"] = changed_facts
    for name, value in after.items():
        setattr(row, name, value)
    row.detail, row.changed = item, now
    trail.add(session, who, action, row.id, differing, now)


def _columns(item: Mapping[str, Any]) -> Json:
    work_by = (item.get("deadline") or {}).get("work_by")
    return {
        **{name: item.get(name) for name in ("claim", "line", "payer", "code", "cause", "remedy")},
        "work_by": date.fromisoformat(work_by) if work_by else None,
        "at_risk": None if item.get("at_risk") is None else _cents(str(item["at_risk"])),
    }


def _apply(row: ItemRow, change: Change) -> Json:
    told: Json = {}
    if change.assignee is not None and change.assignee != row.assignee:
        told["assignee"] = [row.assignee, change.assignee or None]
        row.assignee = change.assignee or None
    if change.state is not None and change.state != row.state:
        told |= _step(row, change)
    if change.amount is not None:
        told["recovered"] = [row.recovered, _cents(change.amount)]
        row.recovered = _cents(change.amount)
    if change.reason is not None:
        told["reason"] = hashlib.sha256(change.reason.encode()).hexdigest()
        row.reason = change.reason
    return told


def _step(row: ItemRow, change: Change) -> Json:
    after = str(change.state)
    if after not in states.STATES:
        raise UsageError(f"no state {after!r}", hint=f"States: {', '.join(states.STATES)}.", code="unknown-state")
    if not states.allowed(row.state, after):
        raise UsageError(
            f"an item that is {row.state} cannot become {after}",
            hint=f"It can become {', '.join(sorted(states.STEPS[row.state]))}.",
            code="no-such-step",
        )
    if change.on is None and after in (states.SENT, *states.DECIDED):
        raise UsageError(f"{after} needs its day", hint="Give the day, as --on 2026-07-15.", code="no-day")
    if after in (states.OVERTURNED, states.PARTLY) and change.amount is None:
        raise UsageError(f"{after} needs the amount", hint="Give what was paid, as --amount 120.00.", code="no-amount")
    told: Json = {"state": [row.state, after]}
    if after == states.CLOSED and row.remedy == WRITE_OFF:
        told["approver"] = _approver(change)
    row.state = after
    for names, column in (((states.SENT,), "sent_on"), (tuple(states.DECIDED), "decided_on"), ((states.CLOSED,), "closed_on")):
        if after in names:
            setattr(row, column, change.on)
            told[column] = _plain(change.on)
    return told


def _approver(change: Change) -> str:
    if not (change.approver or "").strip():
        raise UsageError(
            "a write-off is not closed without an approver",
            hint="Name who approves it, as --approver 'Dana Whitfield'.",
            code="no-approver",
        )
    return str(change.approver).strip()[:80]


def _filtered(query: Select[ItemRow], wanted: Mapping[str, Any]) -> Select[ItemRow]:
    for name, value in wanted.items():
        if name not in ("state", "assignee", "payer", "cause", "remedy", "claim"):
            raise UsageError(f"items are not filtered by {name}", code="unknown-filter")
        if value is not None:
            query = query.where(getattr(ItemRow, name) == value)
    return query


def shown(row: ItemRow) -> Json:
    """An item in a line."""
    plain = ("id", "claim", "line", "payer", "code", "cause", "remedy", "state", "assignee", "reason")
    days = ("work_by", "sent_on", "decided_on", "closed_on")
    return {
        **{name: getattr(row, name) for name in plain},
        "modifiers": row.detail.get("modifiers", []),
        "level": row.detail.get("level"),
        **{name: _plain(getattr(row, name)) for name in days},
        "at_risk": _money(row.at_risk),
        "recovered": _money(row.recovered),
    }


def _chances(decided: Sequence[Any]) -> list[Json]:
    """Per payer and cause: decided, won, share."""
    counts: dict[tuple[str | None, str], list[int]] = {}
    for row in decided:
        seen = counts.setdefault((row.payer, row.cause), [0, 0])
        seen[0] += 1
        seen[1] += (row.recovered or 0) > 0
    return [
        {"payer": payer, "cause": cause, "n": n, "won": won, "chance": _rate(won, n)}
        for (payer, cause), (n, won) in sorted(counts.items(), key=lambda pair: (-pair[1][0], str(pair[0])))
    ]


def _cents(text: str) -> int:
    try:
        amount = Decimal(text)
    except InvalidOperation:
        amount = Decimal("NaN")
    if not amount.is_finite() or amount != amount.quantize(Decimal("0.01")):
        raise UsageError("the amount is no amount of money", hint="Write it as 120.00.", code="bad-amount")
    return int(amount * 100)


def _money(amount: int | None) -> str | None:
    # A sum on PostgreSQL is a decimal.
    cents = None if amount is None else int(amount)
    return None if cents is None else f"{'-' if cents < 0 else ''}{abs(cents) // 100}.{abs(cents) % 100:02d}"


def _rate(part: int, whole: int) -> str | None:
    return str((Decimal(part) / Decimal(whole)).quantize(Decimal("0.0001"))) if whole else None


def _at(values: Sequence[int], share: float) -> int | None:
    return values[min(len(values) - 1, int(len(values) * share))] if values else None


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date) else value


def _no_item(number: int) -> UsageError:
    return UsageError(f"no item {number}", hint="`modwise worklist list` shows them.", code="unknown-item")
