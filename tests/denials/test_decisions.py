"""Denial cases decided on item facts, each alone; the tables as a whole."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from modwise.denying.deciding import Decider
from modwise.denying.tables import decision_tables
from modwise.knowledge.corpus import corpus
from tests.denials import cases

DECIDER = Decider()
EVERY = [case for name in ("worked.toml", "further.toml", "orders.toml") for case in cases.read(name)]


@pytest.mark.parametrize("case", EVERY, ids=lambda case: case.name)
def test_worked_cases(case: cases.Case) -> None:
    assert cases.differences(case, DECIDER) == []


def test_all_cases_in_one_run_decide_the_same() -> None:
    # A decider remembers paths: the order of items must not matter.
    fresh = Decider()
    both = EVERY
    forward = [fresh.decide(case.item) for case in both]
    backward = [Decider().decide(case.item) for case in reversed(both)]
    assert forward == backward[::-1]


def test_every_decision_cites_and_says_what_decided_it() -> None:
    for case in EVERY:
        found = DECIDER.decide(case.item)
        assert found["decided_by"]
        for reason in found["decided_by"]:
            assert set(reason["source"]) <= set(corpus().sources)
            assert reason["source"]
            assert "{" not in reason["says"]
        for change in found["would_change"]:
            assert change["remedy"]
            assert "{" not in change["if"]
        assert "{" not in found["cause"]


def test_asking_the_provider_says_what_either_answer_leads_to() -> None:
    case = next(c for c in cases.read("further.toml") if c.name.startswith("25 on the claim, record not read"))
    changes = {change["if"]: change["remedy"] for change in DECIDER.decide(case.item)["would_change"]}
    assert changes["the record supports the modifier on the line"] == "appeal"
    assert "write_off" in {c["remedy"] for c in DECIDER.decide(case.item)["would_change"]} or len(changes) > 1


def test_an_appeal_before_a_judge_names_the_least_amount() -> None:
    lost = [{"level": 1, "decided": "2026-01-05"}, {"level": 2, "decided": "2026-06-01"}]
    item = replace(cases.read("further.toml")[0].item, facts={"appeals": lost})
    deadline = Decider(today=date(2026, 7, 1)).decide(item)["deadline"]
    assert deadline["amount_in_controversy"]["least"] == "200.00"
    assert deadline["days_left"] == 30
    assert Decider(today=date(2027, 1, 1)).decide(item)["deadline"]["amount_in_controversy"]["least"] is None


# ---- whatever the signals -----------------------------------------------------------------------------------------------------

TABLES = decision_tables(corpus())
ANY_SIGNALS = st.fixed_dictionaries({name: st.sampled_from(signal["values"]) for name, signal in TABLES.signals.items()})


@settings(max_examples=400)
@given(ANY_SIGNALS)
def test_no_combination_breaks_the_rules_that_matter(signals: dict[str, str]) -> None:
    path = DECIDER.path(signals)
    if path.remedy == "bill_patient":
        assert signals["group"] == "PR"
    if signals["order"] == "new_claim":
        assert path.remedy not in {"appeal", "reopening", "corrected_claim", "dispute_underpayment", "send_documents"}
    if signals["order"] == "final":
        assert path.remedy not in {"appeal", "dispute_underpayment"}
    if signals["programme"] == "medicare_ffs":
        assert path.remedy != "corrected_claim"
        assert not (path.remedy == "reopening" and signals["appeal_open"] == "yes")
    if signals["state"] == "reversal" or signals["bundle"] != "none":
        assert path.remedy in {"no_action", "wait"}
    if path.action in {"defend", "add_modifier", "replace_modifier"} and path.rows[1][0] in {"bundled", "fit"}:
        assert "yes" in (signals["record_have"], signals["record_want"]) or path.rows[1][1]["id"] == "none-needed"
