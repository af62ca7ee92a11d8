"""Hospital outpatient and surgery center addenda, HCPCS Level II, places and anesthesia: layouts as CMS writes them."""

from datetime import date
from decimal import Decimal
from pathlib import Path

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from modwise.errors import InputError, UsageError
from modwise.reference.importing import import_files, recognise
from modwise.reference.layouts import Parsed, naming
from modwise.reference.layouts.columns import Columns
from modwise.reference.reading import Member, grids
from modwise.reference.tables import Tables
from tests.unit.reference_files import csv_text, put, workbook, zipped

TODAY = date(2026, 7, 4)
BLANK = [""] * 7


def padded(*rows: list[str]) -> list[list[str]]:
    """The rows, all as wide as the widest, as a spreadsheet program saves them."""
    width = max(len(row) for row in rows)
    return [row + [""] * (width - len(row)) for row in rows]


OPPS_HEADER = ["HCPCS Code", "Short Descriptor", "SI", "APC", "Relative Weight ", "Payment Rate ", "National Unadjusted Copayment ",
               "Minimum Unadjusted Copayment ", "Note", "* Indicates a Change"]  # fmt: skip
OPPS = padded(
    ["Addendum B.-Final OPPS Payment by HCPCS Code for CY 2026"],
    ["CPT codes and descriptions only are copyright. All rights reserved."],
    [],
    OPPS_HEADER,
    ["45378", "words", "T", "5311", "9.8765", "$1,012.30", "", "$202.46", "", ""],
    ["J0121", "words", "G", "9311", "", "$140.209", "", "$28.04", "", "*"],
    ["99213", "words", "B", "", "", "", "", "", "", ""],
)
ASC_AA = padded(
    ["Addendum AA -- ASC Covered Surgical Procedures for CY 2026 \n(Including Packaged)"],
    ["CPT codes copyright."],
    [],
    ["HCPCS Code", "", "Short Descriptor", "Subject to Multiple Procedure Discounting", "April 2026 Payment Indicator",
     "April 2026  Payment Weight  ", "April 2026 Payment Rate "],
    ["66984", "", "words", "Y", "A2", "22.2955", "$1,255.73 "],
    ["0095T", "*", "words", "N", "n1", "", ""],
    [],
    ["NOTE 1: Payment indicators for office-based procedures, and more, with commas."],
    [],
)  # fmt: skip
ASC_BB = padded(
    ["Addendum BB -- ASC Covered Ancillary Services"],
    ["HCPCS Code", "", "Short Descriptor", "Drug and Device Pass-Through Expiration during Calendar Year",
     "July 2026 Payment Indicator", "July 2026 Payment Weight  ", "July 2026 Payment Rate ", "July 2026 IRA-22 Adjusted Copayment1"],
    ["J0121", "", "words", "", "K2", "", "$4.13", "$0.81"],
)  # fmt: skip
ASC_EE = padded(
    ["Addendum EE -- Surgical Procedures to be Excluded from Payment in ASCs for CY 2026"],
    ["HCPCS Code", "Short Descriptor"],
    ["00176", "words"],
)
ASC_FF = padded(
    ["Addendum FF -- ASC Device Offset Percentages for CY 2026"],
    ["HCPCS Code", "", "Short Descriptor", "April 2026 Payment Indicator", "April 2026 APC", "April 2026 APC Device Offset Percentage",
     "April 2026 OPPS Payment Rate", "April 2026 Device Offset Percentage", "April 2026 Device Offset Amount / Device Portion"],
    ["0184T", "", "words", "J8", "5331", "43.15%", "$5,247.97", "61.20%", "$3,211.76"],
    ["0095T", "", "words", "N1", "", "", "", "", ""],
)  # fmt: skip
HCPCS_HEADER = ["HCPC", "SEQNUM", "RECID", "LONG DESCRIPTION", "SHORT DESCRIPTION", "PRICE1", "PRICE2", "MULT_PI", "STATUTE",
                "LABCERT1", "XREF1", "COV", "ASC_GRP", "BETOS", "TOS1", "TOS2", "ANEST_BU", "ADD DT", "ACT EFF DT", "TERM DT",
                "ACTION CD"]  # fmt: skip
HCPCS = padded(
    HCPCS_HEADER,
    ["A0021", "100", "3", "words", "words", "00", "", "9", "", "", "A0030", "I", "", "O1A", "D", "", "0", "19850101", "19960910", "",
     "N"],
    ["A0021", "200", "4", "more words"],
    ["G0188", "100", "3", "words", "words", "11", "21", "A", "", "", "", "C", "", "I1F", "4", "9", "0", "20010101", "20150101",
     "20141231", "D"],
    ["QX", "100", "7", "words", "", "", "", "", "", "", "", "", "", "", "", "", "", "19950101", "19950101", "", "N"],
)  # fmt: skip
GPCI = padded(
    ["ADDENDUM E. FINAL CY 2026 GEOGRAPHIC PRACTICE COST INDICES (GPCIs) BY STATE AND MEDICARE LOCALITY"],
    [],
    ["Medicare Administrative Contractor (MAC)", "State", "Locality Number", "Locality Name", "2026 PW GPCI (with 1.0 Floor)",
     "2026 PE GPCI", "2026 MP GPCI"],
    ["10112", "AL", "00", "ALABAMA", "1", "0.869", "0.575"],
    ["2102", "AK", "1", "ALASKA*", "1.5", "1.081", "0.592"],
    ["MAC Assignments as of November 22, 2025"],
    [],
    ["*Work GPCI reflects a floor."],
)  # fmt: skip
LOCALITIES = padded(
    ["COUNTIES INCLUDED IN 2026 LOCALITIES."],
    [],
    ["Medicare Adminstrative Contractor", "Locality Number", "State ", "Fee Schedule Area ", "Counties"],
    ["5302", "2", "MISSOURI ", "METROPOLITAN KANSAS CITY", "CLAY AND PLATTE"],
    ["5302", "99", "", "REST OF STATE* ", "ALL OTHER COUNTIES "],
    ["5302", "99", "", "REST OF STATE*", "ALL OTHER COUNTIES"],
    [],
    ["*  Payment locality is serviced by two carriers."],
)
ANESTHESIA = padded(
    ["Contractor", "Locality", "Locality Name", "National Anes CF of 20.3178"],
    ["10112 ", "00 ", "ALABAMA", "19.31 "],
    ["02102 ", "01 ", "ALASKA*", "27.86 "],
    [],
)
BASE_UNITS = padded(["2026 Anesthesia Base Units"], ["HCPCS Code", "Base Unit"], ["00100", "5"], ["00102", "6"])


def tables(folder: Path, name: str, rows: list[list[str]]) -> list[Parsed]:
    return [found.parsed for found in recognise(put(folder, name, csv_text(rows)))[0]]


RECOGNISED = [
    ("2026_July_Web_Addendum_B.csv", OPPS, "opps", "2026Q3", ("45378", "99213", "J0121")),
    ("AA.csv", ASC_AA, "asc", "2026Q2", ("0095T", "66984")),
    ("BB.csv", ASC_BB, "asc_ancillary", "2026Q3", ("J0121",)),
    ("EE.csv", ASC_EE, "asc_excluded", "2026", ("00176",)),
    ("FF.csv", ASC_FF, "asc_device", "2026Q2", ("0095T", "0184T")),
    ("HCPC2026_JUL_ANWEB.csv", HCPCS, "hcpcs", "2026Q3", ("A0021", "G0188")),
    ("GPCI2026.csv", GPCI, "gpci", "2026", ("0210201", "1011200")),
    ("26LOCCO.csv", LOCALITIES, "localities", "2026", ("0530202", "0530299")),
    ("ANES2026.csv", ANESTHESIA, "anesthesia", "2026", ("0210201", "1011200", "national")),
    ("base.csv", BASE_UNITS, "anesthesia_base", "2026", ("00100", "00102")),
]


@pytest.mark.parametrize(("name", "rows", "table", "period", "keys"), RECOGNISED, ids=[case[2] for case in RECOGNISED])
def test_each_is_recognised_by_its_header(
    tmp_path: Path, name: str, rows: list[list[str]], table: str, period: str, keys: tuple[str, ...]
) -> None:
    parsed = tables(tmp_path, name, rows)[0]
    assert parsed.period is not None
    assert (parsed.table, parsed.period.name, tuple(parsed.frame.to_series(0))) == (table, period, keys)
    assert not any("words" in str(cell) for row in parsed.frame.rows() for cell in row)


@pytest.mark.parametrize(("name", "rows", "table"), [case[:3] for case in RECOGNISED], ids=[case[2] for case in RECOGNISED])
def test_a_workbook_reads_the_same(tmp_path: Path, name: str, rows: list[list[str]], table: str) -> None:
    (plain, *_) = tables(tmp_path, name, rows)
    book = put(tmp_path, name.replace(".csv", ".xlsx"), workbook(rows))
    assert recognise(book)[0][0].parsed.frame.equals(plain.frame)


def test_a_workbook_with_a_table_a_sheet_gives_all_of_them(tmp_path: Path) -> None:
    notes = [["Addendum DD1", ""], ["A2", "what it stands for"]]
    found = recognise(put(tmp_path, "april-2026-asc.xlsx", workbook(notes, ASC_AA, ASC_BB, ASC_FF, ASC_AA)))[0]
    assert [one.parsed.table for one in found] == ["asc", "asc_ancillary", "asc_device"]


def test_one_table_in_two_forms_in_an_archive_is_read_once(tmp_path: Path) -> None:
    both = zipped(**{"Addendum AA__csv": csv_text(ASC_AA), "all addenda__xlsx": workbook(ASC_AA, ASC_EE), "guide__pdf": b"%PDF"})
    found, passed_over = recognise(put(tmp_path, "april-2026-asc-addenda.zip", both))
    assert [(one.parsed.table, one.member.name) for one in found] == [
        ("asc", "Addendum AA.csv"),
        ("asc_excluded", "all addenda.xlsx"),
    ]
    assert passed_over == ["guide.pdf"]


def test_one_table_twice_in_the_same_form_is_not_chosen_between(tmp_path: Path) -> None:
    twice = zipped(**{"one__csv": csv_text(ASC_AA), "two__csv": csv_text(ASC_AA)})
    with pytest.raises(InputError, match="given more than once"):
        import_files([put(tmp_path, "april-2026-asc-addenda.zip", twice)], tmp_path / "home", today=TODAY)


def test_opps_figures_are_exact(tmp_path: Path) -> None:
    (parsed,) = tables(tmp_path, RECOGNISED[0][0], OPPS)
    surgery, visit, drug = parsed.frame.rows(named=True)
    assert (surgery["status"], surgery["apc"], surgery["weight"], surgery["rate"]) == (
        "T", "5311", Decimal("9.8765"), Decimal("1012.30"),
    )  # fmt: skip
    assert (surgery["copayment"], surgery["minimum_copayment"]) == (None, Decimal("202.46"))
    assert (visit["status"], visit["rate"]) == ("B", None)
    assert drug["rate"] == Decimal("140.209")


def test_a_retabulated_addendum_b_with_windows_blanks(tmp_path: Path) -> None:
    text = b'HCPCSCode,ShortDescriptor,StatusIndicator,PaymentRate\n"A4341\xa0","x","N",\n"45378","x","T",1012.3\n'
    (found,) = recognise(put(tmp_path, "opps_addendum_b_2026-04.csv", text))[0]
    assert found.period.name == "2026Q2"
    assert found.parsed.frame.select("code", "apc", "rate").rows() == [("45378", None, Decimal("1012.3")), ("A4341", None, None)]


def test_asc_flag_and_indicator(tmp_path: Path) -> None:
    (parsed,) = tables(tmp_path, "AA.csv", ASC_AA)
    assert parsed.frame.rows() == [("0095T", "N", "N1", None, None), ("66984", "Y", "A2", Decimal("22.2955"), Decimal("1255.73"))]


def test_percentages_become_shares(tmp_path: Path) -> None:
    (parsed,) = tables(tmp_path, "FF.csv", ASC_FF)
    assert parsed.frame.row(1) == (
        "0184T", "J8", "5331", Decimal("0.4315"), Decimal("5247.97"), Decimal("0.6120"), Decimal("3211.76"),
    )  # fmt: skip


def test_hcpcs_keeps_dates_and_attributes_and_joins_numbered_columns(tmp_path: Path) -> None:
    codes, modifiers = tables(tmp_path, "HCPC2026_JUL_ANWEB.csv", HCPCS)
    row = codes.frame.row(1, named=True)
    assert (row["effective"], row["deletion"], row["action"]) == (date(2001, 1, 1), date(2014, 12, 31), "D")
    assert (row["pricing"], row["multiple_pricing"], row["type_of_service"], row["coverage"]) == ("11 21", "A", "4 9", "C")
    assert (modifiers.table, modifiers.frame["code"].to_list()) == ("hcpcs_modifiers", ["QX"])


def test_hcpcs_code_is_in_force_from_its_first_to_its_last_day(tmp_path: Path) -> None:
    import_files([put(tmp_path, "HCPC2026_JUL_ANWEB.csv", csv_text(HCPCS))], tmp_path / "home", today=TODAY)
    held = Tables.open(tmp_path / "home")
    cases = [
        ("G0188", date(2000, 12, 31), False),
        ("G0188", date(2001, 1, 1), True),
        ("G0188", date(2014, 12, 31), True),
        ("G0188", date(2015, 1, 1), False),
        ("A0021", date(2026, 7, 1), True),
        ("Z9999", date(2026, 7, 1), False),
        ("Z9999", date(2026, 10, 1), None),  # may have come since the edition
        ("A0021", None, None),
    ]
    codes, days = pl.Series([c[0] for c in cases]), pl.Series([c[1] for c in cases], dtype=pl.Date)
    assert held.hcpcs_in_force(codes, days).to_list() == [c[2] for c in cases]


def test_starter_does_not_deny_a_code_it_lacks() -> None:
    codes, days = pl.Series(["G0105", "A0021"]), pl.Series([date(2024, 7, 1)] * 2)
    assert Tables.of_starter().hcpcs_in_force(codes, days).to_list() == [True, None]


def test_places_get_their_zeros_back(tmp_path: Path) -> None:
    (parsed,) = tables(tmp_path, "GPCI2026.csv", GPCI)
    assert parsed.frame.row(0) == (
        "0210201", "02102", "01", "AK", "ALASKA", Decimal("1.500"), Decimal("1.081"), Decimal("0.592"),
    )  # fmt: skip


def test_work_index_with_the_floor_is_the_one_taken(tmp_path: Path) -> None:
    both = [row[:4] + (["2026 PW GPCI (without 1.0 Floor)"] if row[3] == "Locality Name" else ["0.9" if row[3] else ""]) + row[4:]
            for row in GPCI]  # fmt: skip
    assert tables(tmp_path, "GPCI2026.csv", both)[0].frame["work"].to_list() == [Decimal("1.5"), Decimal("1")]


def test_a_locality_written_twice_is_one_unless_the_rows_differ(tmp_path: Path) -> None:
    (parsed,) = tables(tmp_path, "26LOCCO.csv", LOCALITIES)
    assert parsed.frame.select("state", "name", "counties").rows() == [
        ("MISSOURI", "METROPOLITAN KANSAS CITY", "CLAY AND PLATTE"),
        ("MISSOURI", "REST OF STATE", "ALL OTHER COUNTIES"),
    ]
    other = [*LOCALITIES[:5], [*LOCALITIES[5][:4], "JACKSON"]]
    with pytest.raises(InputError, match="in one row only"):
        tables(tmp_path, "26LOCCO.csv", other)


def test_the_national_factor_stands_beside_the_localities(tmp_path: Path) -> None:
    (parsed,) = tables(tmp_path, "ANES2026.csv", ANESTHESIA)
    assert dict(parsed.frame.select("area", "factor").rows()) == {
        "1011200": Decimal("19.31"),
        "0210201": Decimal("27.86"),
        "national": Decimal("20.3178"),
    }


def test_a_quarterly_archive_makes_a_quarter_of_the_annual_tables(tmp_path: Path) -> None:
    old = [[cell.replace("0.869", "0.800") for cell in row] for row in GPCI]
    files = [put(tmp_path, "GPCI2026.csv", csv_text(old)), put(tmp_path, "rvu26c.zip", zipped(GPCI2026__csv=csv_text(GPCI)))]
    import_files(files, tmp_path / "home", today=TODAY)
    held = Tables.open(tmp_path / "home")
    assert [edition.name for edition in held.editions("gpci")] == ["2026", "2026Q3"]
    days = pl.Series([date(2026, 6, 30), date(2026, 7, 1), date(2027, 1, 1)])
    found = held.lookup("gpci", pl.Series(["1011200"] * 3), days, ["expense"])
    assert found["expense"].to_list() == [Decimal("0.8"), Decimal("0.869"), Decimal("0.8")]  # the year ends later
    assert found["nearest"].to_list() == [False, False, True]


def test_the_year_of_an_addendum_may_be_narrowed_to_a_quarter(tmp_path: Path) -> None:
    file = put(tmp_path, "EE.csv", csv_text(ASC_EE))
    (done,) = import_files([file], tmp_path / "home", edition="2026Q2", today=TODAY)
    assert (done["edition"], done["valid_from"]) == ("2026Q2", "2026-04-01")
    with pytest.raises(UsageError, match="says it is 2026, not 2025Q2"):
        import_files([file], tmp_path / "home", edition="2025Q2", today=TODAY)


@pytest.mark.parametrize(
    ("name", "rows", "row", "column", "value", "complaint"),
    [
        ("AA.csv", ASC_AA, 4, 3, "X", "column multiple: 'X' is not one of Y, N"),
        ("AA.csv", ASC_AA, 4, 6, "free", "column rate: 'free' is not a number"),
        ("AA.csv", ASC_AA, 4, 0, "6698", "column code: '6698' is not a procedure code"),
        ("AA.csv", ASC_AA, 5, 0, "66984", "column code: '66984' is not in one row only"),
        ("2026_July_Web_Addendum_B.csv", OPPS, 4, 2, "", "column status: nothing is not an indicator"),
        ("GPCI2026.csv", GPCI, 3, 5, "", "column expense: nothing is not a number"),
        ("GPCI2026.csv", GPCI, 3, 5, "0.8691", "column expense: '0.8691' is not a number"),
        ("ANES2026.csv", ANESTHESIA, 1, 3, "", "column factor: nothing is not a number"),
        ("26LOCCO.csv", LOCALITIES, 3, 0, "MO", "column contractor: 'MO' is not a contractor's number"),
        ("HCPC2026_JUL_ANWEB.csv", HCPCS, 1, 17, "1985", "column effective: '1985' is not a date"),
        ("HCPC2026_JUL_ANWEB.csv", HCPCS, 1, 17, "", "column effective: nothing is not a date"),
        ("HCPC2026_JUL_ANWEB.csv", HCPCS, 3, 0, "A0021", "A0021 stands there more than once"),
        ("base.csv", BASE_UNITS, 2, 1, "5.5", "column units: '5.5' is not a whole number"),
    ],
)
def test_a_wrong_cell_stops_the_import(
    tmp_path: Path, name: str, rows: list[list[str]], row: int, column: int, value: str, complaint: str
) -> None:
    wrong = [list(cells) for cells in rows]
    wrong[row][column] = value
    with pytest.raises(InputError, match=complaint):
        tables(tmp_path, name, wrong)


def test_a_note_between_the_rows_is_no_note(tmp_path: Path) -> None:
    rows = [*ASC_AA[:5], ASC_AA[7], ASC_AA[5]]
    with pytest.raises(InputError, match="is not a procedure code"):
        tables(tmp_path, "AA.csv", rows)


def test_unknown_tables_and_columns_are_named() -> None:
    one, day = pl.Series(["45378"]), pl.Series([TODAY])
    with pytest.raises(UsageError, match="no keyed table 'oops'"):
        Tables.of_starter().lookup("oops", one, day)
    with pytest.raises(UsageError, match="opps has no column price"):
        Tables.of_starter().lookup("opps", one, day, ["price"])


def test_whole_editions_by_day() -> None:
    found = Tables.of_starter().whole("gpci", date(2025, 3, 1))
    assert found is not None
    frame, edition, nearest = found
    assert (frame.height, edition.name, nearest) == (edition.rows, "2025", False)
    assert Tables({}).whole("gpci", date(2025, 3, 1)) is None


@pytest.mark.parametrize(
    ("name", "quarter"),
    [
        ("HCPC2026_APR_ANWEB.xlsx", "2026Q2"),
        ("april-2026-alpha-numeric-hcpcs-file.zip", "2026Q2"),
        ("2026 July Addendum B.zip", "2026Q3"),
        ("july_2026_asc_approved_codes.zip", "2026Q3"),
        ("addendum_b_2026-04.csv", "2026Q2"),
        ("hcpcs_2024JUL.csv", "2024Q3"),
        ("report-2026-05.csv", None),
        ("mayflower2026.csv", None),
    ],
)
def test_quarters_in_names(name: str, quarter: str | None) -> None:
    found = naming.quarter_of([name])
    assert (found.name if found else None) == quarter


@pytest.mark.parametrize(
    ("title", "quarter"),
    [
        ("April 2026 Payment Rate", "2026Q2"),
        ("Rates effective 10/01/2025", "2025Q4"),
        ("January 2026 and April 2026", None),
        ("final rates for January 1, 2026", None),
        ("CY 2026", None),
    ],
)
def test_quarters_in_titles(title: str, quarter: str | None) -> None:
    found = naming.titled(title)
    assert (found.name if found else None) == quarter


@given(st.decimals(min_value=0, max_value=9_999_999, places=4), st.sampled_from(["", "$", "%"]))
def test_amounts_are_exact_however_they_are_written(value: Decimal, sign: str) -> None:
    written = f"${value:,}" if sign == "$" else f"{value}{sign}"
    member = Member("x.csv", "x.csv", csv_text([["code", "rate"], ["45378", written]]))
    columns = Columns(next(grids(member)), 1, {"code": 0, "rate": 1})
    scale = 6 if sign == "%" else 4
    assert columns.amount("rate", scale)[0] == (value / 100 if sign == "%" else value)
