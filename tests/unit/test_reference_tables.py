"""Looking up: which edition answers, values per line, and the starter set."""

from datetime import date
from decimal import Decimal
from pathlib import Path

import polars as pl
import pytest

from modwise.errors import UsageError
from modwise.reference import store
from modwise.reference.editions import TABLES
from modwise.reference.importing import import_files
from modwise.reference.tables import FEE_COLUMNS, Tables
from tests.unit.reference_files import csv_text, fee_rows, mue_rows, put

# Counties are words, and base units were in no file at hand.
NOT_IN_STARTER = {"hcpcs_modifiers", "localities", "anesthesia_base"}
APRIL, JULY = date(2026, 4, 15), date(2026, 7, 15)


@pytest.fixture(scope="module")
def starter() -> Tables:
    return Tables.of_starter()


def imported(folder: Path) -> Path:
    """Fee schedules of January and July 2026: the April one is missing."""
    for month, work in (("January", "1.00"), ("July", "3.00")):
        rows = fee_rows(
            {"code": "45378", "work": work},
            {"code": "45378", "row": "53", "work": "0.50"},
            {"code": "92250", "bilateral": "2"},
            title=f"2026 National Physician Fee Schedule Relative Value File {month} Release",
        )
        import_files([put(folder, f"{month}.csv", csv_text(rows))], folder / "home", today=JULY)
    return folder / "home"


def dates(*days: date | None) -> pl.Series:
    return pl.Series(days, dtype=pl.Date)


def same(value: object, count: int) -> pl.Series:
    return pl.Series([value] * count)


def test_date_of_service_picks_the_edition_and_else_the_nearest(tmp_path: Path) -> None:
    tables = Tables.open(imported(tmp_path))
    days = dates(
        date(2026, 1, 1), date(2026, 3, 31), date(2026, 4, 1), date(2026, 5, 17), date(2026, 6, 30), date(2026, 7, 1), None,
        date(2020, 1, 1), date(2030, 1, 1),
    )  # fmt: skip
    choice = tables.choose("fee_schedule", days)
    assert choice.edition.tolist() == [0, 0, 0, 1, 1, 1, -1, 0, 1]
    assert choice.nearest.tolist() == [False, False, True, True, True, False, False, True, True]


def test_of_equally_near_editions_the_earlier_one(tmp_path: Path) -> None:
    days = dates(date(2026, 5, 16), date(2026, 5, 17))  # 46 days after the one and before the other; a day later
    assert Tables.open(imported(tmp_path)).choose("fee_schedule", days).edition.tolist() == [0, 1]


def test_strict_dates_leave_other_days_unanswered(tmp_path: Path) -> None:
    tables = Tables.open(imported(tmp_path), strict_dates=True)
    choice = tables.choose("fee_schedule", dates(date(2026, 1, 1), APRIL, JULY, None))
    assert choice.edition.tolist() == [0, -1, 1, -1]
    assert not choice.nearest.any()
    found = tables.fee(same("45378", 2), same("", 2), dates(APRIL, JULY), ["work_rvu"])
    assert found["work_rvu"].to_list() == [None, Decimal("3.00")]


@pytest.mark.parametrize("kind", [pl.String, pl.Categorical])
def test_fee_answers_each_line_from_its_edition(tmp_path: Path, kind: pl.DataType) -> None:
    tables = Tables.open(imported(tmp_path))
    codes = pl.Series(["45378", "45378", "45378", "99999", None, "92250"]).cast(kind)
    rows = pl.Series(["", "", "53", "", "", ""])
    days = dates(date(2026, 2, 1), JULY, JULY, JULY, JULY, None)
    found = tables.fee(codes, rows, days, ["work_rvu", "bilateral"])
    assert found.columns == ["work_rvu", "bilateral", "edition", "nearest"]
    assert found["work_rvu"].to_list() == [Decimal("1.00"), Decimal("3.00"), Decimal("0.50"), None, None, None]
    assert found["edition"].to_list() == [0, 1, 1, 1, 1, -1]


def test_fee_of_many_lines_is_the_fee_of_each(tmp_path: Path) -> None:
    tables = Tables.open(imported(tmp_path))
    codes = pl.Series(["45378", "92250", "none", None] * 2000)
    rows = pl.Series(["", "53", "26", "TC", ""] * 1600)
    days = pl.Series([date(2026, 2, 1), JULY, None] * 2667, dtype=pl.Date).head(8000)
    few = pl.concat(
        tables.fee(codes.slice(i, 1000), rows.slice(i, 1000), days.slice(i, 1000), ["work_rvu"]) for i in range(0, 8000, 1000)
    )
    assert tables.fee(codes, rows, days, ["work_rvu"]).equals(few)
    assert tables.fee(codes.cast(pl.Categorical), rows, days, ["work_rvu"]).equals(few)


def test_missing_component_row_falls_back_only_when_asked(tmp_path: Path) -> None:
    tables = Tables.open(imported(tmp_path))
    codes, days = same("45378", 4), same(JULY, 4)
    rows = pl.Series(["26", "53", "", None])
    plain = tables.fee(codes, rows, days, ["work_rvu"])["work_rvu"].to_list()
    assert plain == [None, Decimal("0.50"), Decimal("3.00"), None]
    fallen = tables.fee(codes, rows, days, ["work_rvu"], fallback=True)["work_rvu"].to_list()
    assert fallen == [Decimal("3.00"), Decimal("0.50"), Decimal("3.00"), None]


def test_no_lines_and_no_editions_are_no_trouble() -> None:
    tables = Tables.of_rows({})
    none = tables.fee(pl.Series([], dtype=pl.String), pl.Series([], dtype=pl.String), dates(), ["status"])
    assert none.height == 0
    found = tables.fee(same("45378", 1), same("", 1), dates(JULY), FEE_COLUMNS)
    assert found.row(0)[: len(FEE_COLUMNS)] == (None,) * len(FEE_COLUMNS)
    assert found["edition"].to_list() == [-1]
    assert tables.pairs("practitioner") is None
    assert tables.add_ons().is_add_on(same("99292", 1), dates(JULY)).to_list() == [None]
    assert [row["edition"] for row in tables.status()] == [None] * len(TABLES)


def test_mue_by_service(tmp_path: Path) -> None:
    rows = mue_rows(("99213", "2", "3 Date of Service Edit: Clinical"))
    import_files([put(tmp_path, "MUE_Eff_07-01-2026.csv", csv_text(rows))], tmp_path, today=JULY)
    tables = Tables.open(tmp_path)
    found = tables.mue(pl.Series(["99213", "J9999"]), dates(JULY, JULY), "practitioner")
    assert found.schema == {"units": pl.Int32, "mai": pl.String, "edition": pl.Int16, "nearest": pl.Boolean}
    assert found.rows() == [(2, "3", 0, False), (None, None, 0, False)]


@pytest.mark.parametrize(
    "ask",
    [
        lambda t: t.editions("fees"),
        lambda t: t.mue(same("99213", 1), dates(JULY), "hospital"),
        lambda t: t.pairs("dme"),
        lambda t: t.fee(same("99213", 1), same("", 1), dates(JULY), ["price"]),
        lambda t: Tables.of_rows({"fees": []}),
        lambda t: Tables.of_rows({"mue_dme": [{"code": "A4253", "limit": 3}]}).mue(same("A4253", 1), dates(JULY), "dme"),
    ],
)
def test_unknown_names_are_usage_errors(ask: object) -> None:
    with pytest.raises(UsageError):
        ask(Tables.of_rows({}))  # type: ignore[operator]


def test_tables_of_rows_written_by_hand() -> None:
    tables = Tables.of_rows(
        {
            "fee_schedule": [{"code": "45378", "bilateral": "0", "work_rvu": "3.26"}, {"code": "45378", "row": "53"}],
            "mue_practitioner": [{"code": "45378", "units": 1, "mai": "3"}],
            "ncci_ptp_practitioner": [{"column1": "45385", "column2": "45380", "indicator": "1", "effective": date(2002, 1, 1)}],
            "add_on": [{"add_on": "99292", "primary": "99291", "type": 1}],
        }
    )
    found = tables.fee(same("45378", 1), same("", 1), dates(date(1999, 1, 1)), ["bilateral", "work_rvu", "status"])
    assert found.row(0) == ("0", Decimal("3.26"), None, 0, False)
    assert tables.mue(same("45378", 1), dates(JULY), "practitioner")["units"].to_list() == [1]
    assert tables.add_ons().primaries("99292") == {"99291"}
    pairs = tables.pairs("practitioner")
    assert pairs is not None
    assert pairs.edition.name == "given"


def test_imported_edition_keeps_the_starter_out(tmp_path: Path) -> None:
    tables = Tables.open(imported(tmp_path))
    assert [edition.starter for edition in tables.editions("fee_schedule")] == [False, False]
    assert [edition.starter for edition in tables.editions("add_on")] == [True]


# --- the starter set ---


def test_empty_data_folder_gives_the_starter_set(tmp_path: Path, starter: Tables) -> None:
    assert Tables.open(tmp_path / "none").status() == starter.status()


def fee_of(tables: Tables, column: str, *keys: str) -> list[object]:
    codes, rows = zip(*((*key.split("-"), "")[:2] for key in keys), strict=True)
    return tables.fee(pl.Series(codes), pl.Series(rows), same(JULY, len(keys)), [column])[column].to_list()


def test_starter_bilateral_indicators(starter: Tables) -> None:
    keys = ("92250", "31231", "76514", "45378", "66984", "73030", "92136", "92136-26", "92136-TC", "76519", "76519-26")
    assert fee_of(starter, "bilateral", *keys) == ["2", "2", "2", "0", "1", "3", "2", "3", "2", "2", "3"]


def test_starter_has_rows_for_discontinued_services_of_four_codes_only(starter: Tables) -> None:
    held = store.starter("fee_schedule")
    assert held is not None
    frame = held.load().frame
    assert frame.filter(row="53")["code"].to_list() == ["44388", "45378", "G0105", "G0121"]
    assert frame.schema.names() == list(FEE_COLUMNS)
    assert 1000 < frame["code"].n_unique() <= 1550


def test_starter_other_figures(starter: Tables) -> None:
    assert fee_of(starter, "status", "36591", "99213", "00100") == ["T", "A", "J"]
    assert fee_of(starter, "component", "85060", "83020-26") == ["8", "6"]
    assert fee_of(starter, "multiple", "93458", "93458-TC") == ["2", "0"]
    assert fee_of(starter, "endoscopic_base", "45385") == ["45378"]
    assert fee_of(starter, "intra", "27447") == [Decimal("0.69")]


@pytest.mark.parametrize(
    ("column1", "column2", "indicator"),
    [
        ("45385", "45380", "1"),
        ("45380", "45378", "0"),
        ("45385", "45378", "0"),
        ("43239", "43235", "0"),
        ("29881", "29877", "0"),
        ("20610", "99213", "1"),
        ("97140", "97530", None),
        ("45378", "45385", None),
    ],
)
def test_starter_pairs(starter: Tables, column1: str, column2: str, indicator: str | None) -> None:
    pairs = starter.pairs("practitioner")
    assert pairs is not None
    one, two = pairs.ids(pl.Series([column1])), pairs.ids(pl.Series([column2]))
    hits = pairs.hits(one, two, dates(date(2024, 7, 1)).to_physical().to_numpy()).frame()
    assert hits["indicator"].to_list() == ([indicator] if indicator else [])
    assert hits["effective"].null_count() == len(hits)


def test_starter_pair_deleted_in_2019_still_holds_before(starter: Tables) -> None:
    pairs = starter.pairs("practitioner")
    assert pairs is not None
    one, two = pairs.ids(same("97140", 2)), pairs.ids(same("97530", 2))
    hits = pairs.hits(one, two, dates(date(2019, 12, 31), date(2020, 1, 1)).to_physical().to_numpy()).frame()
    assert hits.select("position", "deletion").rows() == [(0, date(2019, 12, 31))]


def test_starter_says_what_it_is_about(starter: Tables) -> None:
    pairs = starter.pairs("outpatient")
    assert pairs is not None
    assert pairs.covers(pl.Series(["45385", "00102", None])).to_list() == [True, False, False]
    told = {row["table"]: row["notes"][0] for row in starter.status()}
    assert {table: note.split(":")[0].split(";")[0] for table, note in told.items()} == {
        **dict.fromkeys(TABLES, "starter set"),
        **dict.fromkeys(("gpci", "anesthesia"), "came with Modwise"),
        **dict.fromkeys(NOT_IN_STARTER, "not imported"),
    }


def test_starter_limits(starter: Tables) -> None:
    found = starter.mue(pl.Series(["19303", "27447", "66984", "69210"]), same(date(2024, 7, 1), 4), "practitioner")
    assert found.select("units", "mai").rows() == [(1, "2")] * 4


def test_starter_is_small() -> None:
    assert sum(path.stat().st_size for path in store.STARTER.iterdir()) < 1_500_000
    assert {path.stem for path in store.STARTER.glob("*.parquet")} == set(TABLES) - NOT_IN_STARTER


def test_starter_is_about_the_listed_codes() -> None:
    listed = (Path(__file__).parents[2] / "tools/starter_codes.txt").read_text(encoding="utf-8")
    codes = sorted(code for line in listed.splitlines() for code in line.partition("#")[0].split())
    for table in set(TABLES) - NOT_IN_STARTER:
        held = store.starter(table)
        assert held is not None
        loaded = held.load()
        assert list(loaded.covers or ()) == ([] if "area" in loaded.frame.columns else codes)
