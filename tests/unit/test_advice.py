"""The engine of the decision tables, and what `decide` says of single cases given as facts."""

from __future__ import annotations

import subprocess
import sys
from datetime import date

import pytest

from modwise.advice import decide
from modwise.errors import UsageError
from modwise.knowledge.checks_decisions import contradictions, unreachable
from modwise.knowledge.decisions import Decisions, differing, holds

FACTS = {
    "test": {
        "case_fact": [
            {"name": "side", "question": "?", "values": [{"value": "left", "says": "l"}, {"value": "right", "says": "r"}]},
            {"name": "hours", "question": "?", "kind": "number"},
            {"name": "code", "question": "?", "kind": "open"},
        ]
    }
}


def table(*rows: dict[str, object]) -> Decisions:
    whole = {"decision": "t", "title": "t", "question": "?", "order": 1, "row": [dict(row) for row in rows]}
    return Decisions.of(FACTS, {"t": whole})


ROWS = (
    {"id": "code", "when": {"code": "11111"}},
    {"id": "short", "when": {"hours": "< 6"}},
    {"id": "left", "when": {"side": "left"}},
    {"id": "rest", "when": {"side": {"not": ["left"]}}},
)


@pytest.mark.parametrize(
    ("facts", "ends"),
    [
        ({"code": "11111"}, ["code"]),
        ({"hours": "5.9"}, ["short"]),
        ({"hours": "6", "side": "left"}, ["left"]),
        ({"hours": "6"}, ["left", "rest"]),
        ({"side": "right"}, ["short", "rest"]),
    ],
)
def test_a_walk_ends_in_every_row_that_is_still_possible(facts: dict[str, str], ends: list[str]) -> None:
    assert sorted({end.row.id for end in table(*ROWS).walk("t", facts) if end.row}) == sorted(ends)


def test_only_facts_that_can_change_the_answer_are_asked() -> None:
    ends = table(*ROWS).walk("t", {})
    assert differing(ends, lambda end: end.row.id) == ["hours", "side"]
    assert differing(ends, lambda end: "short" if end.row.id == "short" else "other") == ["hours"]
    assert differing(ends, lambda end: "same") == []


def test_hidden_and_unreachable_rows_are_named() -> None:
    hidden = table({"id": "a", "when": {"side": ["left", "right"]}}, {"id": "b", "when": {"side": "left"}})
    assert [p.split(": ")[1] for p in contradictions(hidden.tables["t"], hidden)] == ["row b is hidden by row a"]
    assert [p.split(": ")[1] for p in unreachable(hidden.tables["t"], hidden)] == ["row b"]
    together = table(
        {"id": "a", "when": {"side": "left"}}, {"id": "b", "when": {"side": "right"}}, {"id": "c", "when": {"hours": "> 1"}}
    )
    assert [p.split(": ")[1] for p in unreachable(together.tables["t"], together)] == ["row c"]
    sound = table(*ROWS)
    assert not [*contradictions(sound.tables["t"], sound), *unreachable(sound.tables["t"], sound)]


@pytest.mark.parametrize(
    ("spec", "value", "expected"),
    [
        ("< 2015-01-01", "2014-12-31", True),
        ("< 2015-01-01", "2015-01-01", False),
        (">= 6", "6.0", True),
        ("< 10", "9", True),
        ({"not": ["a", "b"]}, "a", False),
        ("medicare-part-b", "mac-wps medicare-part-b", True),
    ],
)
def test_conditions(spec: object, value: str, expected: bool) -> None:
    assert holds(spec, value) is expected


def test_the_payer_settles_what_payers_see_differently() -> None:
    case = {"code": "50590", "setting": "professional", "extent": "discontinued", "reason": "equipment", "stage": "started"}
    open_, nd, medicare = decide(case), decide(case, payer="bcbs-nd"), decide(case, payer="mac-wps")
    assert (open_.certainty, nd.certainty, medicare.certainty) == ("payer_dependent", "settled", "settled")
    assert (nd.answer.modifiers, medicare.answer.modifiers) == (("52",), ("53",))
    assert {a["payer"] for a in open_.as_dict()["alternatives"]} >= {"any", "bcbs-nd"}


def test_a_fact_that_contradicts_the_code_is_said_and_nothing_is_answered() -> None:
    advice = decide({"code": "45378", "service": "egd", "scope_reach": "cecum"})
    assert advice.certainty == "needs_facts"
    assert advice.answer.modifiers is None
    assert "45378" in advice.case.contradictions[0]


def test_what_follows_from_the_code_is_not_asked_and_the_rest_is() -> None:
    advice = decide({"code": "43235", "setting": "professional", "duodenum": "not-entered"})
    assert advice.missing == ["repeat_planned"]
    assert advice.as_dict()["missing"][0]["question"].endswith("?")


def test_the_date_decides() -> None:
    case = {"code": "45378", "setting": "professional", "scope_reach": "past-splenic-flexure"}
    assert decide(case, on=date(2014, 12, 31)).answer.modifiers == ()
    assert decide(case, on=date(2015, 1, 1)).answer.modifiers == ("53",)


@pytest.mark.parametrize(
    ("facts", "says"), [({"stagee": "started"}, "stage"), ({"stage": "flying"}, "prepared"), ({"recorded_hours": "many"}, "digits")]
)
def test_unknown_facts_and_values_are_refused_with_what_to_do(facts: dict[str, str], says: str) -> None:
    with pytest.raises(UsageError, match=says):
        decide(facts)


def test_every_answer_cites_and_says_what_would_change_it() -> None:
    body = decide(
        {"code": "G0121", "setting": "hopd", "extent": "discontinued", "stage": "started", "anesthesia": "planned"}
    ).as_dict()
    assert body["answer"] == {"code": "G0121", "modifiers": ["74"], "billable": True}
    assert {"stage", "setting"} & {change["fact"] for change in body["would_change"]} or body["would_change"]
    assert {key for step in body["path"] for key in step["source"]} <= {source["key"] for source in body["sources"]}
    assert [item for item in body["documentation"] if item["modifier"] == "74"]


def test_nothing_known_is_no_answer() -> None:
    body = decide({"code": "49505"}).as_dict()
    assert body["certainty"] == "needs_facts"
    assert body["answer"]["modifiers"] is None
    assert body["missing"][0]["fact"] == "topic"


def test_advice_loads_no_frame_library() -> None:
    code = "import sys; from modwise.advice import decide; decide({'code': '45378', 'sides': 'one'}).as_dict(); print({'polars', 'numpy', 'pyarrow'} & set(sys.modules))"
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.strip() == "set()"
