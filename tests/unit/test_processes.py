"""Deadlines of the payers' processes: known ones to the day, unknown ones null with why."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from modwise.denying import processes
from modwise.denying.deadlines import Dates
from modwise.denying.processes import Setting
from modwise.errors import UsageError
from modwise.knowledge.corpus import corpus


def deadline(payer: str | None, route: str, contract: dict[str, Any] | None = None, **dates: str) -> dict[str, Any]:
    given = Dates(**{name: date.fromisoformat(day) for name, day in dates.items()})
    return processes.deadline(route, Setting(payer, contract or {}), given)


@pytest.mark.parametrize(
    ("payer", "route", "dates", "legal", "work_by"),
    [
        ("medicare-part-b", "new-claim", {"service": "2026-03-04"}, "2027-03-04", "2027-03-04"),
        ("medicare-part-b", "reopening", {"notice": "2026-02-18"}, "2027-02-18", "2027-02-18"),
        ("medicare-part-b", "appeal-1", {"notice": "2026-02-03"}, "2026-06-08", "2026-06-03"),
        ("mac-noridian", "appeal-1", {"notice": "2026-04-01"}, "2026-08-04", "2026-07-30"),
        ("medicare-opps", "appeal-1", {"notice": "2026-04-01"}, "2026-08-04", "2026-07-30"),
        ("medicare-part-b", "appeal-2", {"decision": "2026-06-01"}, "2026-12-03", "2026-11-28"),
        ("medicare-part-b", "appeal-3", {"decision": "2026-06-01"}, "2026-08-05", "2026-07-31"),
        ("unitedhealthcare", "appeal-1", {"notice": "2026-05-29"}, "2027-05-29", "2027-05-29"),
        ("unitedhealthcare", "dispute", {"notice": "2028-02-29"}, "2029-02-28", "2029-02-28"),
        ("aetna", "appeal-1", {"notice": "2026-01-05"}, "2026-07-04", "2026-07-04"),
        ("aetna", "appeal-2", {"decision": "2026-01-05"}, "2026-03-06", "2026-03-06"),
        ("cigna", "appeal-1", {"notice": "2026-04-20"}, "2026-10-17", "2026-10-17"),
        ("anthem", "appeal-1", {"notice": "2026-03-10"}, "2027-03-10", "2027-03-10"),
        ("anthem", "appeal-2", {"decision": "2026-03-10"}, "2026-06-08", "2026-06-08"),
        ("medicaid-tx", "appeal-1", {"notice": "2026-01-16"}, "2026-05-18", "2026-05-18"),
        ("medicaid-tx", "new-claim", {"service": "2026-03-30"}, "2026-07-06", "2026-07-06"),
        ("medicaid", "new-claim", {"service": "2026-03-30"}, "2027-03-30", "2027-03-30"),
    ],
)
def test_known_windows(payer: str, route: str, dates: dict[str, str], legal: str, work_by: str) -> None:
    answer = deadline(payer, route, **dates)
    assert (answer["legal"], answer["work_by"]) == (legal, work_by)
    assert answer["source"]


def test_medicare_advantage_without_a_contract_has_65_days_since_2025_and_works_by_60() -> None:
    outside = {"contracted": False}
    new = deadline("medicare-advantage", "appeal-1", outside, notice="2026-04-27")
    old = deadline("medicare-advantage", "appeal-1", outside, notice="2024-12-31")
    assert (new["legal"], new["work_by"]) == ("2026-07-01", "2026-06-26")
    assert (old["legal"], old["work_by"]) == ("2025-03-01", "2025-03-01")


def test_a_contracted_provider_of_medicare_advantage_has_the_contract() -> None:
    said = deadline("medicare-advantage", "appeal-1", {"contracted": True, "windows": {"appeal": 120}}, notice="2026-04-27")
    silent = deadline("medicare-advantage", "appeal-1", {"contracted": True}, notice="2026-04-27")
    assert said["legal"] == "2026-08-25"
    assert said["rule"].endswith(processes.CONTRACT)
    assert (silent["legal"], silent["why"]) == (None, "the contract says how long")


@pytest.mark.parametrize(
    ("payer", "route"),
    [
        (None, "corrected-claim"),
        ("cigna", "corrected-claim"),
        ("humana", "appeal-1"),
        ("bcbs-tx", "appeal-1"),
        ("medicaid", "appeal-1"),
    ],
)
def test_a_window_that_is_not_known_is_null_with_why(payer: str | None, route: str) -> None:
    answer = deadline(payer, route, notice="2026-04-20", service="2026-03-01")
    assert answer["legal"] is None
    assert answer["work_by"] is None
    assert answer["why"]


def test_a_notice_before_the_first_known_window_is_not_known() -> None:
    assert deadline("anthem", "appeal-1", notice="2023-06-30")["legal"] is None
    assert deadline("anthem", "appeal-1", notice="2023-07-01")["legal"] == "2024-06-30"


def test_a_date_that_is_not_known_is_named() -> None:
    assert deadline("medicare-part-b", "appeal-2", notice="2026-02-03")["why"] == "the decision is not known"


def test_a_closed_day_is_named_not_moved() -> None:
    answer = deadline("cigna", "appeal-1", notice="2026-04-20")
    assert answer["weekday"] == "saturday"
    assert answer["closed"].endswith("2026-10-16")


@pytest.mark.parametrize("windows", [{"appeal": "soon"}, {"appeal": {"count": 3, "unit": "moons"}}, {"appeal": {"count": True}}])
def test_a_contract_window_that_is_none_is_refused(windows: dict[str, Any]) -> None:
    with pytest.raises(UsageError, match=r"contract\.windows\.appeal"):
        deadline("cigna", "appeal-1", {"windows": windows}, notice="2026-04-20")


@pytest.mark.parametrize(
    ("filed", "least"), [("2024-12-31", "180.00"), ("2025-12-31", "190.00"), ("2026-01-01", "200.00"), ("2027-01-01", None)]
)
def test_the_amount_in_controversy_is_that_of_the_filing_year(filed: str, least: str | None) -> None:
    answer = processes.amount_in_controversy("appeal-3", Setting("mac-palmetto", {}), date.fromisoformat(filed))
    assert answer is not None
    assert answer["least"] == least
    assert answer["source"]


def test_a_level_without_a_least_amount_says_none() -> None:
    assert processes.amount_in_controversy("appeal-1", Setting("medicare-part-b", {}), date(2026, 1, 1)) is None


def test_the_next_level_is_above_the_highest_decided() -> None:
    appeals = [{"level": 1, "decided": "2026-03-01"}, {"level": 2, "outcome": "pending"}]
    assert Setting("medicare-part-b", {}, appeals).next_level == 2
    assert Setting("medicare-part-b", {}).next_level == 1


def test_programmes() -> None:
    wanted = {
        "mac-cgs": "medicare_ffs",
        "medicare-opps": "medicare_facility",
        "medicare-advantage": "medicare_advantage",
        "medicaid-mo": "medicaid",
        "highmark": "commercial",
        None: "other",
    }
    assert {payer: processes.programme(payer) for payer in wanted} == wanted


def test_every_payers_process_names_a_payer_with_a_file() -> None:
    known = corpus()
    assert set(known.kinds["processes"]) - {"any"} <= set(known.payers)
