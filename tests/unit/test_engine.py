"""What the engine does with claims as a whole: voids, replacements, lines without date, patient or code."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import polars as pl
import pytest

import modwise as mw
from modwise.edits import registry
from modwise.errors import InputError, UsageError
from modwise.report.result import CheckResult
from modwise.testing import Case, frame_of

DAY = "2026-07-15"


def check(*lines: dict[str, Any], **options: Any) -> CheckResult:
    full = [{"payer": "medicare-part-b", "date": pl.lit(DAY).str.to_date(), **line} for line in lines]
    for line in full:
        line["date"] = line["date"] if not isinstance(line["date"], pl.Expr) else pl.select(line["date"]).item()
    return mw.check(frame_of([Case("", "case", tuple(full), (), 0, False)]), **options)


def counted(result: CheckResult, words: str) -> int:
    return sum(row["lines"] for row in result.not_assessed_rows() if words in row["reason"])


@pytest.fixture(autouse=True)
def starter_set_only(tmp_path: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MODWISE_HOME", str(tmp_path))


def test_a_void_is_counted_and_not_checked() -> None:
    result = check({"code": "99214", "modifiers": ["52"], "frequency": "8"})
    assert result.findings.height == 0
    assert counted(result, "frequency 8") == 1


def test_a_replaced_claim_is_not_compared_with_its_replacement() -> None:
    frame = frame_of(
        [Case("", "case", ({"code": "71046", "date": None}, {"code": "71046", "frequency": "7", "date": None}), (), 0, False)]
    )
    frame = frame.with_columns(
        claim_seq=pl.Series([1, 2], dtype=pl.UInt32), date_from=pl.lit(DAY).str.to_date(), payer=pl.lit("medicare-part-b")
    )
    result = mw.check(frame, select=["REP201"])
    assert result.findings.height == 0
    assert counted(result, "frequency 7") == 1
    other = frame.with_columns(patient=pl.Series([1, 2], dtype=pl.UInt64))
    assert counted(mw.check(other, select=["REP201"]), "frequency 7") == 0


def test_a_line_without_date_is_not_assessed_by_any_edit_that_compares_days() -> None:
    result = check({"code": "71046", "date": None}, {"code": "71046", "date": None}, select=["REP201", "NCC201"])
    assert result.findings.height == 0
    assert counted(result, "no date of service") == 4


def test_a_line_without_a_patient_is_compared_with_its_own_claim_and_counted() -> None:
    line = {"code": "71046", "patient": None}
    alone = check({**line, "claim_id": "A"}, {**line, "claim_id": "B"}, select=["REP201"])
    together = check(line, line, select=["REP201"])
    assert (alone.findings.height, together.findings.height) == (0, 1)
    assert counted(alone, "no patient") == 2


def test_an_unknown_payer_is_not_assessed_and_never_clean() -> None:
    result = check({"code": "99214", "modifiers": ["52"], "payer": None}, select=["RED201"])
    assert result.findings.height == 0
    assert [row["edit"] for row in result.not_assessed_rows()] == ["RED201"]


def test_findings_stand_by_file_claim_line_and_edit() -> None:
    result = check(
        {"code": "99214", "modifiers": ["52"], "claim_id": "A"},
        {"code": "20610", "modifiers": ["RT", "22", "Z9"], "claim_id": "B"},
        {"code": "99213", "modifiers": ["53"], "claim_id": "B"},
    )
    order = result.findings.select("claim", "line", pl.col("edit").cast(pl.String)).rows()
    assert order == sorted(order)
    assert len(order) > 3


def test_a_lines_charge_counts_once_however_many_findings_it_has() -> None:
    result = check({"code": "20610", "modifiers": ["RT", "22", "Z9"], "charge": "120.10"})
    assert result.findings.height > 1
    assert Decimal(result.summary["amount"]) == Decimal("120.10")


def test_strict_dates_leaves_a_date_without_an_edition_unassessed() -> None:
    pair = ({"code": "45385"}, {"code": "45380"})
    near, strict = check(*pair, select=["NCC201"]), check(*pair, select=["NCC201"], strict_dates=True)
    assert "nearest edition" in near.findings["message"][0]
    assert strict.findings.height == 0
    assert counted(strict, "no edition at hand of CMS's table covers the date of service: NCCI pairs, professional claims") == 2


def test_payer_option_stands_in_for_every_line() -> None:
    line = {"code": "99214", "modifiers": ["52"], "payer": None}
    assert check(line, select=["RED201"], payer="medicare-part-b").findings.height == 1
    with pytest.raises(UsageError, match="nobody"):
        check(line, payer="nobody")


def test_a_pattern_that_matches_nothing_is_refused() -> None:
    assert [edit.code for edit in registry.choose(["RED20*"], ["RED202"])][:2] == ["RED201", "RED203"]
    with pytest.raises(UsageError, match="NOPE"):
        registry.choose(["NOPE"])


# ---- frames of one's own -----------------------------------------------------------------------------------------------


def own(**columns: Any) -> pl.DataFrame:
    return pl.DataFrame(
        {"claim_id": ["A", "B"], "code": ["99214", "20610"], "modifiers": [["52"], ["RT"]], "payer": "medicare-part-b", **columns}
    )


def test_a_short_frame_is_filled_and_checked() -> None:
    result = mw.check(own(date_from=pl.Series([DAY, DAY]).str.to_date()), select=["RED201", "REP201"])
    assert result.findings.select("claim", "line").rows() == [("A", 1)]
    assert (result.log.claims, result.log.lines) == (2, 2)


def test_an_empty_frame_is_clean() -> None:
    assert mw.check(own().clear()).findings.height == 0


@pytest.mark.parametrize(
    ("frame", "says"),
    [
        (own().drop("code"), "no column code"),
        (own(charge=[120.5, 80.0]), "whole cents"),
        (own(date_from=["soon", "later"]), "does not fit"),
    ],
)
def test_a_frame_that_does_not_fit_is_refused(frame: pl.DataFrame, says: str) -> None:
    with pytest.raises(InputError, match=says):
        mw.check(frame)


def test_a_claim_of_no_kind_that_is_checked_is_counted() -> None:
    kinds = ("professional", "dental", "Institutional", None)
    lines = [{"code": "20610", "units": 9.0, "claim_type": kind, "claim_id": str(number)} for number, kind in enumerate(kinds)]
    result = check(*lines, select=["MUE201"])
    assert result.findings["claim"].to_list() == ["0/0", "0/2", "0/3"], "left out, it is professional"
    assert counted(result, "neither professional nor institutional") == 1


def test_units_that_are_not_known_pass_no_limit() -> None:
    result = check({"code": "20610", "units": None}, select=["MUE201"])
    assert result.findings.height == 0
    assert counted(result, "does not say") == 1
    both = check({"code": "20610", "units": None}, {"code": "20610", "units": 1.0}, select=["MUE201"])
    assert counted(both, "does not say") == 2, "the day's sum is not known for either"
    over = check({"code": "20610", "units": None}, {"code": "20610", "units": 9.0}, select=["MUE201"])
    assert over.findings.height == 2, "more is added by the other line alone"


@pytest.mark.parametrize("order", [(-1.0, None), (None, -1.0)])
def test_units_that_are_not_known_are_not_judged_as_minus_one(order: tuple[float | None, ...]) -> None:
    lines = [{"code": "20610", "modifiers": ["50"], "units": units, "patient": n} for n, units in enumerate(order)]
    assert counted(check(*lines, select=["BIL203"]), "does not say") == 1


def test_a_professional_line_without_a_code_is_counted_and_a_revenue_line_is_none() -> None:
    result = check({"code": None}, {"code": None, "claim_type": "institutional", "revenue_code": "0250"}, {"code": "99213"})
    assert counted(result, "no procedure code") == 1


def test_a_modifier_does_not_end_on_the_last_day_there_is() -> None:
    assert check({"code": "20610", "modifiers": ["52"], "date": date.max}, select=["MOD103"]).findings.height == 0


def test_a_frame_as_others_make_it() -> None:
    frame = own(
        date_from=pl.Series([DAY, DAY]).str.to_date(),
        modifiers=pl.Series([["52", None, ""], None], dtype=pl.List(pl.String)),
        patient=["DOE", "ROE"],
        units=[float("nan"), 1.0],
        claim_seq=pl.Series([1, None], dtype=pl.UInt32),
        file=["a", None],
    )
    result = mw.check(frame, select=["MOD101", "RED201", "VIS201"])
    assert result.findings.select("claim", "edit", "modifiers").rows() == [("A", "RED201", ["52"])]
    assert result.not_assessed_rows() == []
    codes = {
        "claim_id": [1],
        "code": [99214],
        "modifiers": ["52 25"],
        "payer": ["medicare-part-b"],
        "date_from": [date(2026, 7, 15)],
    }
    assert mw.check(pl.DataFrame(codes), select=["RED201"]).findings["modifiers"].to_list() == [["52", "25"]]


@pytest.mark.parametrize("columns", [{"patient": [-5, 7]}, {"units": ["DOE", "1"]}, {"date_from": [20250101, 20250102]}])
def test_a_frame_that_does_not_fit_is_named_by_column_and_never_by_value(columns: dict[str, Any]) -> None:
    with pytest.raises(InputError, match=f"does not fit.*{next(iter(columns))}") as caught:
        mw.check(own(**columns))
    assert not {"-5", "DOE", "20250101"} & set(str(caught.value).replace("[", " ").replace(",", " ").replace('"', " ").split())
