"""Remits as they should not be: given twice, taken back before they were paid, adjusted at claim level; facts of any shape."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import modwise
from modwise.denying import given as case_facts
from modwise.denying.running import Denials
from modwise.errors import ModwiseError, UsageError
from tests.remit_files import Adjust, Claim, Payment, Service, remit_file

TODAY = date(2026, 4, 1)
DENIED = Service("99213", 12000, ("25",), (Adjust("CO", "97", 12000),), remarks=("N19",))
PAID = Service("99213", 12000, ("25",), (Adjust("CO", "45", 4000),))
OTHER = Service("11042", 30000, (), (Adjust("CO", "45", 10000),))
CLAIM = Claim("C1", (DENIED, OTHER), filing="MB", control="ICN1", member="M1")


def decided(folder: Path, *payments: Payment, copies: int = 1, facts: Any = None, today: date = TODAY) -> Denials:
    files = []
    for number in range(copies):
        files.append(folder / f"{number}.835")
        files[-1].write_bytes(remit_file(*payments))
    found = modwise.denials(files, facts=facts, today=today, home=folder)
    json.dumps(found.as_dict(), allow_nan=False)
    return found


@pytest.mark.parametrize("copies", [2, 3])
def test_a_payment_given_again_counts_once(tmp_path: Path, copies: int) -> None:
    once = decided(tmp_path, Payment((CLAIM,)))
    again = decided(tmp_path, Payment((CLAIM,)), copies=copies)
    assert [i["claim"] for i in again.items] == [i["claim"] for i in once.items]
    assert again.summary == once.summary
    (warned,) = again.warnings
    assert ("1 payment was given again" if copies == 2 else "2 payments were given again") in warned
    assert "1.835" in warned


def test_alike_payments_of_other_claims_are_no_copies(tmp_path: Path) -> None:
    found = decided(tmp_path, Payment((CLAIM,), trace="0"), Payment((replace(CLAIM, id="C2"),), trace="0"))
    assert {i["claim"] for i in found.items} == {"C1", "C2"}
    assert found.warnings == []


def test_a_copy_does_not_hide_what_was_taken_back(tmp_path: Path) -> None:
    paid = Payment((replace(CLAIM, services=(PAID,)),), date=date(2026, 1, 5), trace="T0")
    back = Payment((replace(CLAIM, services=(PAID,)).reversed(), replace(CLAIM, services=(DENIED,))), trace="T1")
    for order in ((paid, back), (back, paid)):
        found = decided(tmp_path, *order, copies=2)
        assert [(i["claim"], i["carc"]) for i in found.items] == [("C1", "97")]
        assert found.summary["lines"] == 1


def test_the_only_line_bears_what_was_adjusted_at_claim_level(tmp_path: Path) -> None:
    late = Claim("C5", (Service("99213", 5000),), adjustments=(Adjust("CO", "29", 5000),), filing="MB")
    (item,) = decided(tmp_path, Payment((late,))).items
    assert (item["line"], item["code"], item["paid"], item["carc"]) == (1, "99213", "0.00", "29")
    assert item["topic"] == "timely"


def test_a_claim_denied_as_a_whole_is_one_item_beside_its_lines(tmp_path: Path) -> None:
    lines = (Service("99213", 5000), Service("11042", 15000, (), (Adjust("CO", "45", 5000),)))
    late = Claim("C5", lines, adjustments=(Adjust("CO", "29", 15000),), filing="MB")
    found = decided(tmp_path, Payment((late,)), facts={"C5": {"*": {"acceptance": {"date": "2026-03-10"}}}})
    whole = next(i for i in found.items if i["line"] is None)
    assert (whole["charge"], whole["paid"], whole["cause"]) == ("200.00", "0.00", "timely_filing_proof_exists")
    assert found.summary["lines"] == 2
    assert found.summary["denied"]["lines"] == 1


def test_a_price_at_claim_level_is_no_denial(tmp_path: Path) -> None:
    lines = (Service("99213", 5000), Service("11042", 15000))
    found = decided(tmp_path, Payment((Claim("C5", lines, adjustments=(Adjust("CO", "45", 8000),)),)))
    assert found.open == []


@pytest.mark.parametrize("today", [date.min, date(1990, 1, 1), date(2100, 1, 1), date.max])
def test_any_day_is_a_today(tmp_path: Path, today: date) -> None:
    (item,) = decided(tmp_path, Payment((CLAIM,)), today=today).items
    assert item["deadline"]["legal"] == "2026-07-30"
    assert item["deadline"]["days_left"] == (date(2026, 7, 25) - today).days


# ---- facts ---------------------------------------------------------------------------------------------------------------------

REFUSED = [
    ({"mac": 5}, "mac is not text"),
    ({"chart_supports": [25]}, "chart_supports, entry 1, is not text"),
    ({"chart_supports": "25"}, "chart_supports is not a list of modifiers"),
    ({"contract": {"rates": "x"}}, "unknown key 'contract.rates'"),
    ({"contract": {"rate": "-5.00"}}, "contract.rate is not an amount of money"),
    ({"contract": {"rate": "NaN"}}, "contract.rate is not an amount of money"),
    ({"contract": {"rate": "9" * 20}}, "contract.rate is not an amount of money"),
    ({"contract": {"factors": {"52": "half"}}}, "contract.factors.52 is not a share"),
    ({"contract": {"windows": {"appeal": {"count": 10, "unit": []}}}}, "contract.windows.appeal.unit is not one of"),
    ({"contract": {"windows": {"appeal": {"unit": "days"}}}}, "contract.windows.appeal has no count"),
    ({"contract": {"windows": {"appeal": 10**30}}}, "contract.windows.appeal is not a whole number"),
    ({"contract": {"appeal_days": True}}, "contract.appeal_days is not a whole number"),
    ({"tables": {"bilateral": "x"}}, "tables.bilateral is not one of 0, 1"),
    ({"tables": {"ptp": {"column1": "1"}}}, "tables.ptp has no indicator"),
    ({"tables": {"mue": {"value": "two"}}}, "tables.mue.value is not a whole number"),
    ({"other_services": [{"code": "11042", "modifiers": 1}]}, "other_services, entry 1, modifiers is not a list"),
    ({"other_services": [{"date": "2026-03-01"}]}, "other_services, entry 1, has no code"),
    ({"documents": {"due": "2026-02-31"}}, "documents.due is not an ISO date"),
    ({"appeals": [None]}, "appeals, entry 1, is null"),
    ({"appeals": [{"level": 1, "decided": "soon"}]}, "decided is not an ISO date"),
    ({"units_supported": -1}, "units_supported is not a number"),
    ({"claim_type": "dental"}, "claim_type is not one of professional, institutional"),
]


@pytest.mark.parametrize(("facts", "says"), REFUSED, ids=[says for _, says in REFUSED])
def test_facts_of_another_kind_are_refused_with_their_place(facts: Any, says: str) -> None:
    with pytest.raises(UsageError) as caught:
        case_facts.checked({"C1": {"2": facts}}, "facts.json")
    assert str(caught.value).startswith("facts.json: claim 1, line 2: ")
    assert says in str(caught.value)


@pytest.mark.parametrize("line", ["", "one", "1.0", "-1", "²"])
def test_a_line_is_a_number_or_all(line: str) -> None:
    with pytest.raises(UsageError, match="claim 1: a line is a number"):
        case_facts.checked({"C1": {line: {}}})


def test_a_rate_and_a_window_go_together(tmp_path: Path) -> None:
    facts = {"C1": {"1": {"contract": {"rate": "90.00", "appeal_days": 30, "contracted": True}}}}
    item = decided(tmp_path, Payment((replace(CLAIM, filing="12"),)), facts=facts).items[0]
    assert item["expected"] == "90.00"


_LEAVES = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5) | st.sampled_from(["90.00", "2026-03-01"])
_KEYS = st.sampled_from(
    [
        "chart_supports",
        "contract",
        "rate",
        "windows",
        "appeal",
        "count",
        "tables",
        "mue",
        "value",
        "documents",
        "due",
        "appeals",
        "x",
    ]
)
_ANY = st.recursive(_LEAVES, lambda inner: st.lists(inner, max_size=2) | st.dictionaries(_KEYS, inner, max_size=3), max_leaves=8)


@given(facts=_ANY)
@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_whatever_stands_in_the_facts_is_decided_or_refused(tmp_path_factory: pytest.TempPathFactory, facts: Any) -> None:
    try:
        known = case_facts.checked({"C1": {"1": facts}})
    except ModwiseError:
        return
    folder = tmp_path_factory.getbasetemp()
    assert decided(folder, Payment((CLAIM,)), facts=known).items
