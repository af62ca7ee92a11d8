"""Questions about a price, contracts, what is learnt from remittances, and what was allowed too low."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import Any

import polars as pl
import pytest

import modwise as mw
from modwise.errors import InputError, KnowledgeError, UsageError
from modwise.knowledge.corpus import corpus
from modwise.pricing import contract, figures, learning, learnt
from modwise.pricing.fees import FeeBook
from modwise.pricing.frames import expected
from modwise.pricing.learnt import Learnt
from modwise.pricing.rating import Book
from modwise.pricing.short import short
from modwise.reference.tables import Tables

DAY = date(2026, 7, 15)


def book(learnt: Learnt | None = None, **contracts: dict[str, Any]) -> Book:
    agreed = {payer.replace("_", "-"): contract.of_table(table) for payer, table in contracts.items()}
    return Book(corpus(), FeeBook(Tables.of_starter()), agreed, learnt or Learnt())


def ask(tmp_path: Path, code: str, *modifiers: str, payer: str | None = None, **terms: Any) -> dict[str, Any]:
    return mw.price(code, modifiers=modifiers, payer=payer, day=DAY, home=tmp_path, **terms)


# ---- questions -----------------------------------------------------------------------------------------------------------


def test_the_answer_holds_amount_steps_sources_and_other_payers(tmp_path: Path) -> None:
    answer = ask(tmp_path, "27447", "54", place="21", mac="10112")
    assert (answer["outcome"], answer["expected"], answer["share"]) == ("priced", "830.77", "0.79")
    assert [step["step"] for step in answer["steps"]] == ["rate", "package"]
    assert answer["steps"][1]["facts"][0]["source"] == ["cms-rvu-2024-07"]
    assert answer["payment"]["sequestration"] == "13.29"
    assert {one["payer"] for one in answer["alternatives"]} >= {"sanford"}
    assert {source["key"] for source in answer["sources"]} >= {"cms-rvu-2024-07", "sanford-modifier-table"}
    assert answer["rate"]["quality"] == "nearest"
    json.dumps(answer)


def test_other_lines_of_the_day_come_with_their_own_prices(tmp_path: Path) -> None:
    answer = ask(tmp_path, "45385", others=["45380-59", "43239"])
    assert answer["expected"] == "500.01"
    assert [(line["code"], line["expected"]) for line in answer["lines"]] == [("45380", "101.87"), ("43239", "209.43")]


def test_an_unknown_price_has_a_reason_and_no_amount(tmp_path: Path) -> None:
    answer = ask(tmp_path, "27447", "52")
    assert (answer["outcome"], answer["expected"], answer["payment"]) == ("unknown", None, None)
    assert "by report" in answer["reasons"][0]


def test_a_code_that_the_tables_lack_has_no_price(tmp_path: Path) -> None:
    answer = ask(tmp_path, "ZZZZZ")
    assert answer["outcome"] == "unknown"
    assert "starter set" in answer["reasons"][0]


@pytest.mark.parametrize(
    ("terms", "says"),
    [
        ({"units": "0"}, "above 0"),
        ({"units": "nan"}, "above 0"),
        ({"charge": "-5"}, "no amount"),
        ({"rate": "1e3"}, "no amount"),
        ({"factors": {"52": "half"}}, "no share"),
        ({"others": ["45380 59"]}, "not written"),
        ({"others": ["45380-Z9"]}, "no modifier"),
        ({"setting": "moon"}, "no setting"),
        ({"locality": "05"}, "needs its contractor"),
        ({"mac": "01112"}, "localities"),
        ({"mac": "01112", "locality": "77"}, "no locality"),
        ({"mac": "99999"}, "no localities"),
        ({"place": "../x"}, "up to five"),
        ({"colour": "red"}, "no term colour"),
    ],
)
def test_wrong_terms_are_usage_errors(tmp_path: Path, terms: dict[str, Any], says: str) -> None:
    with pytest.raises(UsageError, match=says):
        ask(tmp_path, "27447", **terms)


def test_an_unknown_payer_modifier_or_code_is_a_usage_error(tmp_path: Path) -> None:
    for code, modifiers, payer in (("27447", (), "nobody"), ("27447", ("Z9",), None), ("2744", (), None)):
        with pytest.raises(UsageError):
            ask(tmp_path, code, *modifiers, payer=payer)


def test_a_price_reads_no_frame_library_before_a_table_is_needed() -> None:
    import subprocess
    import sys

    code = "import sys, modwise.pricing.asking, modwise.cli.pricing; sys.exit('polars' in sys.modules or 'numpy' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


# ---- contracts -----------------------------------------------------------------------------------------------------------

TOML = """
name = "Plan 2026"
lesser_of = true
medicare_factor = "1.10"
multiple = "1.00 / then 0.25"
[factors]
52 = "0.60"
[rates]
95810 = "400.00"
99213 = { nonfacility = "95.00", facility = "70.00" }
"""


def test_a_contract_file_gives_rates_factors_and_the_lower_of(tmp_path: Path) -> None:
    path = tmp_path / "plan.toml"
    path.write_text(TOML, encoding="utf-8")
    assert ask(tmp_path, "95810", "52", payer="aetna", contract=path)["expected"] == "240.00"
    assert ask(tmp_path, "99213", payer="aetna", place="22", contract=path)["expected"] == "70.00"
    assert ask(tmp_path, "99213", payer="aetna", charge="50.00", contract=path)["expected"] == "50.00"
    assert ask(tmp_path, "27447", payer="aetna", contract=path)["expected"] == "1275.29"  # 1.10 × 1159.35


def test_a_contract_in_csv_has_rates_by_code_and_part(tmp_path: Path) -> None:
    path = tmp_path / "plan.csv"
    path.write_text('code,modifier,rate,facility_rate\n70553,,"1,300.00",\n70553,26,120.00,\n99213,,95,70\n', encoding="utf-8")
    read = contract.read(path)
    assert [str(read.rate_of(*key)) for key in (("70553", "", False), ("70553", "26", True), ("99213", "", True))] == [
        "1300.00",
        "120.00",
        "70",
    ]
    assert read.rate_of("70553", "TC", facility=False) is None


@pytest.mark.parametrize(
    ("name", "text", "says"),
    [
        ("a.toml", "nonsense", "TOML"),
        ("a.toml", 'colour = "red"', "unknown key colour"),
        ("a.toml", "rate = true", "no number"),
        ("a.toml", 'rate = "twelve"', "no amount"),
        ("a.toml", 'lesser_of = "yes"', "true or false"),
        ("a.toml", 'rates = "x"', "must be a table"),
        ("a.toml", '[rates]\n99213 = { facility = "1.00" }', "facility and nonfacility"),
        ("a.toml", 'from = "tomorrow"', "no date"),
        ("a.csv", "code,price\n99213,1\n", "columns"),
        ("a.csv", "code,rate\n99213,x\n", "row 2"),
        ("a.csv", "code,rate\n99213,1\n99213,2\n", "row 3: 99213 stands there twice"),
    ],
)
def test_a_broken_contract_names_the_file_and_the_place(tmp_path: Path, name: str, text: str, says: str) -> None:
    path = tmp_path / name
    path.write_text(text, encoding="utf-8")
    with pytest.raises(InputError, match=says) as error:
        contract.read(path)
    assert name in error.value.where


def test_a_contract_as_case_facts_hold_it() -> None:
    facts = {"contracted": True, "rate": "400.00", "usual_charge": "800.00", "lesser_of": True, "factors": {"52": "0.50"}}
    read = contract.of_table(facts)
    assert (str(read.rate), read.lesser_of, str(read.factors["52"])) == ("400.00", True, "0.50")


def test_shares_by_rank_that_cannot_be_read_are_knowledge_errors() -> None:
    for text in ("half", "1.00 / half", "then 0.50", ""):
        with pytest.raises(KnowledgeError, match="no list of shares"):
            figures.ladder(text)


def test_every_list_of_shares_in_the_facts_can_be_read() -> None:
    known = corpus()
    ladders = [
        i
        for i in known.fact_ids()
        if i.startswith("pricing.") and i.split(".")[-1] in ("ladder", "technical", "professional", "practice-expense")
    ]
    assert len(ladders) >= 5
    for identity in ladders:
        for fact in known.facts(identity):
            for value in fact.values:
                assert figures.ladder(str(value.value)).at(0) == 1


def test_the_figures_of_pricing_are_those_the_modifier_pages_tell() -> None:
    known = corpus()
    for payer in ("medicare-part-b", "security-health-plan", "michigan-wc", "medicaid-fl"):
        page, ladder = known.fact_for("51.payment", payer), known.fact_for("pricing.multiple.ladder", payer)
        assert page is not None
        assert ladder is not None
        told = str(page.values[-1].value).split(",")[0].split("/")
        ours = str(ladder.values[-1].value).replace("then ", "").split("/")
        assert [part.strip() for part in told] == [part.strip() for part in ours][: len(told)]
    page, shares = known.fact_for("50.payment", "medicare-part-b"), known.fact_for("pricing.bilateral", "medicare-part-b")
    assert page is not None
    assert shares is not None
    assert all(share.split("=")[1] in str(page.values[-1].value) for share in shares.values[-1].value or ())


# ---- frames --------------------------------------------------------------------------------------------------------------


def line(code: str, *modifiers: str, **more: Any) -> dict[str, Any]:
    plain = {
        "payer": "medicare-part-b",
        "date_from": DAY,
        "place_of_service": "24",
        "units": 1.0,
        "charge": 900_000,
        "claim_key": 1,
    }
    return {**plain, "code": code, "modifiers": list(modifiers), **more}


def frame(*rows: dict[str, Any]) -> pl.DataFrame:
    return pl.DataFrame(rows, schema_overrides={"modifiers": pl.List(pl.String)}, infer_schema_length=None)


def test_lines_of_other_claims_days_and_payers_are_not_ranked_together() -> None:
    rows = [
        line("27447"),
        line("20610"),
        line("20610", claim_key=2),
        line("20610", date_from=date(2026, 7, 16)),
        line("20610", payer="mac-fcso"),
    ]
    found = expected(frame(*rows), book())
    full = found["full"][1]
    assert found["expected"].to_list()[1:] == [(full + 1) // 2, full, full, full]


def test_a_line_without_code_or_date_is_not_known_and_spoils_nothing() -> None:
    found = expected(frame(line("27447"), {**line("20610"), "code": None}, {**line("20610"), "date_from": None}), book())
    assert found["outcome"].to_list() == ["priced", "unknown", "unknown"]


def test_the_charge_caps_what_medicare_allows() -> None:
    found = expected(frame(line("27447", charge=50_000), line("27447", charge=50_000, payer="aetna", claim_key=2)), book())
    assert found["expected"].to_list() == [50_000, None]


def test_a_frame_without_a_needed_column_is_an_input_error() -> None:
    with pytest.raises(InputError, match="date_from"):
        expected(frame(line("27447")).drop("date_from"), book())
    with pytest.raises(InputError, match="allowed"):
        learning.learn(frame(line("27447")), book())


def test_an_empty_frame_has_an_empty_answer() -> None:
    assert expected(frame(line("27447")).clear(), book()).height == 0


def test_a_fact_that_changes_within_the_frame_splits_it() -> None:
    agreed = {"rates": {"95810": "400.00"}}
    rows = [
        line("95810", "52", payer="bcbs-nd", date_from=day, claim_key=n)
        for n, day in enumerate((date(2019, 9, 30), date(2019, 10, 1)))
    ]
    assert expected(frame(*rows), book(bcbs_nd=agreed))["expected"].to_list() == [32_000, 20_000]


# ---- allowed too low -----------------------------------------------------------------------------------------------------

RATES = {
    "rates": {
        "64483": "250.00",
        "29881": "800.00",
        "20610": "90.00",
        "27447": "1000.00",
        "95810": "400.00",
        "99213": {"facility": "70.00", "nonfacility": "95.00"},
    }
}
PLAIN: dict[str, Any] = {"coinsurance": 0, "sequestered": 0}


@pytest.mark.parametrize(
    ("rows", "why", "difference", "at_risk"),
    [
        # 250.00 × 1.50 = 375.00, allowed 250.00; of 125.00 the patient owes 25.00, and 2 of 100.00 are sequestered.
        ([line("64483", "50", allowed=25_000, coinsurance=5_000, sequestered=400)], "one-side-paid", 12_500, 9_800),
        # 800.00 and 45.00 were due; 400.00 and 90.00 came: 400.00 short here, 45.00 too much there.
        ([line("29881", "RT", allowed=40_000), line("20610", "LT", allowed=9_000)], "wrong-ranking", 40_000, 35_500),
        # 0.50 of 400.00 was due; the charge, already halved to 200.00, was halved again.
        ([line("95810", "52", allowed=10_000, charge=20_000, payer="bcbs-nd")], "cut-twice", 10_000, 10_000),
        # 0.16 of 1000.00 was due; the share of a non-physician was paid.
        ([line("27447", "80", allowed=13_600)], "other-share", 2_400, 2_400),
        # 0.16 taken twice: 1000.00 × 0.16 × 0.16.
        ([line("27447", "80", allowed=2_560)], "cut-twice", 13_440, 13_440),
        # 20 hundredths more were due for 22; nothing more came.
        ([line("27447", "22", allowed=100_000, payer="sanford")], "increase-left-out", 20_000, 20_000),
        ([line("27447", allowed=50_000)], "cut-as-several", 50_000, 50_000),
        ([line("99213", allowed=7_000, place_of_service="11")], "facility-rate", 2_500, 2_500),
        ([line("27447", allowed=91_234)], "less-than-expected", 8_766, 8_766),
    ],
)
def test_a_short_line_tells_what_it_looks_like(rows: list[dict[str, Any]], why: str, difference: int, at_risk: int) -> None:
    agreed = dict.fromkeys(("medicare_part_b", "bcbs_nd", "sanford"), RATES)
    found = short(frame(*({**PLAIN, **row} for row in rows)), book(**agreed))
    assert [(item.row, item.why, item.difference, item.at_risk) for item in found] == [(0, why, difference, at_risk)]
    assert found[0].as_dict()["steps"]


def test_what_was_allowed_as_expected_denied_or_more_is_not_short() -> None:
    rows = [
        line("27447", allowed=100_000),
        line("27447", allowed=0, claim_key=2),
        line("27447", allowed=120_000, claim_key=3),
        line("27447", allowed=99_999, claim_key=4),
    ]
    assert short(frame(*rows), book(medicare_part_b=RATES)) == []


def test_national_amounts_accuse_nobody_unless_asked() -> None:
    rows = frame(line("27447", allowed=10_000))
    assert short(rows, book()) == []
    assert [item.why for item in short(rows, book(), qualities=("national",))] == ["less-than-expected"]


def test_a_charge_below_the_price_is_no_underpayment() -> None:
    assert short(frame(line("27447", allowed=60_000, charge=60_000)), book(medicare_part_b=RATES)) == []


# ---- learning ------------------------------------------------------------------------------------------------------------


def remits() -> pl.DataFrame:
    """Six plain lines at 400.00 and six with 52: five at half, one at 0.75; lines that teach nothing beside them."""
    plain = [line("95810", payer="aetna", allowed=40_000, claim_key=n) for n in range(6)]
    cut = [line("95810", "52", payer="aetna", allowed=amount, claim_key=n) for n, amount in enumerate([20_000] * 5 + [30_000], 10)]
    silent = [
        line("95810", "52", payer="aetna", allowed=0, claim_key=20),
        line("95810", "52", payer="aetna", allowed=5_000, charge=5_000, claim_key=21),
        line("95810", "52", "80", payer="aetna", allowed=1_000, claim_key=22),
        line("27447", "52", payer="aetna", allowed=9_999, claim_key=23),
        line("95810", "52", payer="aetna", allowed=1_000, claim_key=24, carcs=["45", "59"]),
    ]
    return frame(*({"carcs": ["45"], **row} for row in [*plain, *cut, *silent]))


def test_a_share_is_learnt_against_the_same_payers_plain_lines() -> None:
    found = learning.learn(remits(), book()).filter(pl.col("modifier") == "52")
    assert found.select("code", "n", "median", "low", "high").rows() == [
        ("95810", 6, 500_000, 500_000, 500_000),
        (None, 6, 500_000, 500_000, 500_000),
    ]


def test_units_are_taken_out_before_lines_are_compared() -> None:
    rows = [line("97110", payer="aetna", allowed=6_000, units=2.0, claim_key=n) for n in range(5)]
    found = learning.learn(frame(*rows), book())
    assert found.select("modifier", "code", "n", "median").rows() == [(None, "97110", 5, 3_000)]


def test_what_was_learnt_is_kept_and_prices_afterwards(tmp_path: Path) -> None:
    before = ask(tmp_path, "95810", "52", payer="aetna", place="24")
    assert before["outcome"] == "unknown"
    learning.keep(learning.learn(remits(), book()), tmp_path)
    answer = ask(tmp_path, "95810", "52", payer="aetna", place="24")
    assert (answer["expected"], answer["rate"]["basis"]) == ("200.00", "learnt")
    assert answer["steps"][1]["facts"][0]["learnt_from"] == 6


def test_further_lines_add_to_what_was_learnt(tmp_path: Path) -> None:
    found = learning.learn(remits(), book())
    learning.keep(found, tmp_path)
    learning.keep(found, tmp_path)
    assert learnt.load(tmp_path).share("aetna", "52", "95810", DAY, 5) == learnt.Seen(
        12, *(learnt.MILLION / 2 / learnt.MILLION,) * 3
    )


def test_a_damaged_file_of_what_was_learnt_is_an_input_error(tmp_path: Path) -> None:
    path = tmp_path / learnt.FILE
    path.parent.mkdir(parents=True)
    for text in ("{", '{"format": 9, "rows": []}', '{"format": 1, "rows": [{"payer": "aetna"}]}'):
        path.write_text(text, encoding="utf-8")
        with pytest.raises(InputError, match="damaged"):
            learnt.load(tmp_path)
