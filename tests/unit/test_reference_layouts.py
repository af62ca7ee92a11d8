"""Reading CMS's layouts: columns by header name, whatever the wrapper; broken rows are named, never skipped."""

import gzip
from decimal import Decimal
from pathlib import Path

import polars as pl
import pytest

from modwise.errors import InputError
from modwise.reference.editions import FAR_DAY, UNKNOWN_DAY, Quarter
from modwise.reference.importing import recognise
from modwise.reference.layouts import Parsed, naming
from tests.unit.reference_files import add_on_rows, csv_text, fee_rows, mue_rows, ptp_rows, put, workbook, zipped

FEE = fee_rows(
    {"code": "00100", "status": "J", "global": "XXX"},
    {"code": "45378", "bilateral": "0", "work": "3.26", "endo": "45378"},
    {"code": "45378", "row": "53", "work": "1.63"},
    {"code": "0001F", "status": "I"},
)
PTP = ptp_rows(
    "45385 45380 - 20020101 * 1 Misuse of Column Two code with Column One code",
    "45380 45378 * 19960101 * 0 More extensive procedure",
    "97140 97530 - 20150401 20191231 1 Standards of medical/surgical practice",
    "97140 97530 - 20200101 20200101 9 A reason CMS has added since",
    "G0101 99213 * - * 1 Mutually exclusive procedures",
)


def tables(folder: Path, name: str, data: bytes) -> list[Parsed]:
    return [found.parsed for found in recognise(put(folder, name, data), Quarter(2030, 1) if "2030Q1" in name else None)[0]]


def days(*dates: str) -> list[int]:
    return pl.Series(dates).str.to_date().to_physical().to_list()


@pytest.mark.parametrize("wide", [True, False], ids=["32 columns", "31 columns"])
def test_fee_schedule_has_columns_by_name(tmp_path: Path, wide: bool) -> None:
    rows = FEE if wide else fee_rows({"code": "45378", "work": "3.26", "endo": "45378"}, wide=False)
    (parsed,) = tables(tmp_path, "any.csv", csv_text(rows))
    row = parsed.frame.filter(code="45378", row="").row(0, named=True)
    assert (parsed.table, parsed.period) == ("fee_schedule", Quarter(2026, 3))
    assert parsed.notes == ("released by CMS on 2026-06-30",)
    assert row["work_rvu"] == Decimal("3.26")
    assert row["pe_nonfacility_rvu"] == Decimal("0.50")
    assert row["pe_facility_rvu"] == Decimal("0.40")
    assert row["total_nonfacility_rvu"] == Decimal("1.60")
    assert row["total_facility_rvu"] == Decimal("1.50")
    assert row["conversion_factor"] == Decimal("33.4009")
    assert (row["status"], row["component"], row["global_days"]) == ("A", "0", "000")
    assert (row["multiple"], row["assistant"], row["endoscopic_base"]) == ("2", "1", "45378")
    assert (row["supervision"], row["imaging_family"]) == ("09", "99")


def test_fee_schedule_keeps_rows_and_text_codes_but_no_descriptions(tmp_path: Path) -> None:
    (parsed,) = tables(tmp_path, "any.csv", csv_text(FEE))
    assert parsed.frame.select("code", "row").rows() == [("0001F", ""), ("00100", ""), ("45378", ""), ("45378", "53")]
    assert not any("words of the code set" in str(cell) for row in parsed.frame.rows() for cell in row)


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("fee.csv", csv_text(FEE)),
        ("fee.csv.gz", gzip.compress(csv_text(FEE))),
        ("fee.txt", csv_text(FEE, "\t")),
        ("fee.xlsx", workbook(FEE)),
        ("fee.zip", zipped(notes__pdf=b"%PDF", fee__csv=csv_text(FEE))),
        ("utf16.txt", csv_text(FEE, "\t").decode().encode("utf-16")),
        ("bom.csv", b"\xef\xbb\xbf" + csv_text(FEE)),
        ("latin.csv", csv_text(FEE).replace(b"words of", b"words\xae of")),
        ("blank-lines.csv", csv_text(FEE) + b"\r\n,,\r\n"),
    ],
)
def test_every_wrapper_reads_the_same(tmp_path: Path, name: str, data: bytes) -> None:
    expected = tables(tmp_path, "plain.csv", csv_text(FEE))[0].frame
    assert tables(tmp_path, name, data)[0].frame.equals(expected)


def test_one_form_of_a_zipped_table_is_read(tmp_path: Path) -> None:
    data = zipped(
        PPRRVU2026_Jul_nonQPP__xlsx=workbook(FEE),
        PPRRVU2026_Jul_nonQPP__csv=csv_text(FEE),
        PPRRVU2026_Jul_nonQPP__txt=b"00100 fixed width",
        PPRRVU2026_Jul_QPP__csv=csv_text(FEE),
        GPCI2026__csv=b"State,Locality\r\nAL,00\r\n",
    )
    found, passed_over = recognise(put(tmp_path, "rvu26c.zip", data))
    assert [one.member.shown for one in found] == ["rvu26c.zip/PPRRVU2026_Jul_nonQPP.csv"]
    assert sorted(passed_over) == [
        "GPCI2026.csv",
        "PPRRVU2026_Jul_QPP.csv",
        "PPRRVU2026_Jul_nonQPP.txt",
        "PPRRVU2026_Jul_nonQPP.xlsx",
    ]


def test_fee_schedule_of_advanced_payment_models_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="another conversion factor"):
        tables(tmp_path, "PPRRVU2026_Jul_QPP.csv", csv_text(FEE))


@pytest.mark.parametrize("wrapped", [True, False])
@pytest.mark.parametrize(("name", "table"), [("ccipra-v322r0-f1.TXT", "practitioner"), ("ccioph-v322r0-f1.txt", "outpatient")])
def test_ptp_in_cms_own_text(tmp_path: Path, wrapped: bool, name: str, table: str) -> None:
    rows = PTP if wrapped else [*PTP[:3], *PTP[6:]]
    (parsed,) = tables(tmp_path, name, csv_text(rows, "\t"))
    assert parsed.table == f"ncci_ptp_{table}"
    assert (parsed.period, parsed.part, parsed.effective_dates) == (Quarter(2026, 3), 1, True)
    assert parsed.frame["column1"].to_list() == ["45385", "45380", "97140", "97140", "G0101"]
    assert parsed.frame["effective"].to_list() == [
        *days("2002-01-01", "1996-01-01", "2015-04-01", "2020-01-01"),
        UNKNOWN_DAY,
    ]
    assert parsed.frame["deletion"].to_list() == [FAR_DAY, FAR_DAY, *days("2019-12-31", "2020-01-01"), FAR_DAY]
    assert parsed.frame["indicator"].to_list() == [1, 0, 1, 9, 1]
    assert parsed.frame["rationale"].to_list() == [2, 7, 3, 0, 6]


def test_ptp_workbook(tmp_path: Path) -> None:
    (parsed,) = tables(tmp_path, "ccipra-v322r0-f1.xlsx", workbook(PTP))
    assert parsed.frame["column2"].to_list() == ["45380", "45378", "97530", "97530", "99213"]


def test_ptp_without_start_dates(tmp_path: Path) -> None:
    text = "column1,column2,deletion_date,modifier_indicator,rationale\n"
    text += "45385,45380,9999-12-31,1,Sequential procedure\n97140,97530,2019-12-31,1,Sequential procedure\n"
    (parsed,) = tables(tmp_path, "ncci_ptp_outpatient_2024Q3.csv", text.encode())
    assert (parsed.table, parsed.period, parsed.effective_dates) == ("ncci_ptp_outpatient", Quarter(2024, 3), False)
    assert parsed.frame["effective"].unique().to_list() == [UNKNOWN_DAY]
    assert parsed.frame["deletion"].to_list() == [FAR_DAY, *days("2019-12-31")]
    assert parsed.notes == ("deletion dates only: taken as in force for its quarter",)


def test_ptp_must_say_for_whom(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="practitioner or outpatient"):
        tables(tmp_path, "edits_2030Q1.txt", csv_text(PTP, "\t"))


@pytest.mark.parametrize(
    ("header", "table"),
    [
        ("Practitioner Services MUE Values", "mue_practitioner"),
        ("Outpatient Hospital Services MUE Values", "mue_outpatient"),
        ("DME Supplier Services MUE Values", "mue_dme"),
    ],
)
def test_mue_with_notice_above_the_header(tmp_path: Path, header: str, table: str) -> None:
    rows = mue_rows(("99213", "2", "3 Date of Service Edit: Clinical"), ("0001U", "0", "1 Line Edit"), header=header)
    (parsed,) = tables(tmp_path, "MCR_MUE_Any_Eff_10-01-2025.csv", csv_text(rows))
    assert (parsed.table, parsed.period) == (table, Quarter(2025, 4))
    assert parsed.frame.rows() == [("0001U", 0, "1"), ("99213", 2, "3")]


def test_mue_of_all_services(tmp_path: Path) -> None:
    text = "hcpcs_code,mue_units,mue_mai,mue_rationale,mue_service\n"
    text += "99213,2,3,a,Practitioner\n99213,3,3,a,Outpatient Hospital\nA4253,4,2,a,DME Supplier\n"
    parsed = tables(tmp_path, "mue_2024Q3.csv", text.encode())
    assert [(one.table, one.frame.rows()) for one in parsed] == [
        ("mue_practitioner", [("99213", 2, "3")]),
        ("mue_outpatient", [("99213", 3, "3")]),
        ("mue_dme", [("A4253", 4, "2")]),
    ]


@pytest.mark.parametrize("form", ["txt", "xlsx"])
def test_add_ons_in_cms_own_layout(tmp_path: Path, form: str) -> None:
    rows = add_on_rows(
        "1 99292 - 99291 - 2013091 -",
        "1 99292 - 99290 2014365 2013091 2015365",
        "2 95940 - CCCCC - 20130401 -",
    )
    data = csv_text(rows, "\t") if form == "txt" else workbook(rows)
    (parsed,) = tables(tmp_path, f"AOC_V2026Q2-MCR.{form}", data)
    assert (parsed.table, parsed.period, parsed.effective_dates) == ("add_on", Quarter(2026, 2), True)
    assert parsed.frame.select("add_on", "primary", "type", "effective", "deletion").rows() == [
        ("95940", "CCCCC", 2, *days("2013-04-01"), FAR_DAY),
        ("99292", "99290", 1, *days("2013-04-01", "2014-12-31")),
        ("99292", "99291", 1, *days("2013-04-01"), FAR_DAY),
    ]


def test_add_ons_without_dates(tmp_path: Path) -> None:
    (parsed,) = tables(tmp_path, "addon_2024Q3.csv", b"primary_code,add_on_code,aoc_edit_type\nCCCCC,0054T,2\n")
    assert parsed.frame.rows() == [("0054T", "CCCCC", 2, UNKNOWN_DAY, FAR_DAY)]
    assert not parsed.effective_dates


@pytest.mark.parametrize(
    ("name", "quarter"),
    [
        ("PPRRVU24_JUL.csv", "2024Q3"),
        ("PPRRVU2025_Jan.csv", "2025Q1"),
        ("RVU24C.zip", "2024Q3"),
        ("rvu26ar_1.zip", "2026Q1"),
        ("rvu26b-updated-05-1-2026.zip", "2026Q2"),
        ("ccipra-v302r0-f1.TXT", "2024Q3"),
        ("ccioph-v323r0-f4.xlsx", "2026Q4"),
        ("medicare-ncci-2026q1-practitioner-ptp-edits-ccipra-v320r0-f1.zip", "2026Q1"),
        ("medicare-ncci-2025-q4-practitioner-services-mue-table.zip", "2025Q4"),
        ("MCR_MUE_PractitionerServices_Eff_07-01-2024.csv", "2024Q3"),
        ("AOC_V2026Q2-MCR.xlsx", "2026Q2"),
        ("q2-2026.csv", "2026Q2"),
        ("table.csv", None),
    ],
)
def test_quarter_in_file_names(name: str, quarter: str | None) -> None:
    found = naming.quarter_of([name])
    assert (found.name if found else None) == quarter


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        ({"code": "4537"}, "line 11: column code: '4537' is not a procedure code"),
        ({"row": "59"}, "line 11: column row: '59' is not one of 26, TC, 53"),
        ({"bilateral": "x"}, "line 11: column bilateral: 'x' is not an indicator"),
        ({"work": "1,5"}, "line 11: column work_rvu: '1,5' is not a number"),
        ({"work": "1.505"}, "line 11: column work_rvu: '1.505' is not a number"),
        ({"work": ""}, "line 11: column work_rvu: nothing is not a number"),
        ({"status": ""}, "line 11: column status: nothing is not"),
        ({"code": "00100"}, "line 12: column code: '00100' is not in one row only"),
    ],
)
def test_broken_fee_rows_are_named(tmp_path: Path, change: dict[str, str], problem: str) -> None:
    rows = fee_rows({"code": "45378", **change}, {"code": "00100"})
    with pytest.raises(InputError) as caught:
        tables(tmp_path, "fee.csv", csv_text(rows))
    assert problem in str(caught.value)
    assert caught.value.where.startswith("fee.csv line")


def test_broken_rows_of_a_workbook_are_named(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"fee\.xlsx row 12: column code: '100'"):
        tables(tmp_path, "fee.xlsx", workbook(fee_rows({"code": "45378"}, {"code": "100"})))


def test_many_broken_rows_are_counted(tmp_path: Path) -> None:
    rows = fee_rows({"code": "1"}, {"code": "2"}, {"code": "3"})
    with pytest.raises(InputError, match="2 more rows are wrong in the same way"):
        tables(tmp_path, "fee.csv", csv_text(rows))


@pytest.mark.parametrize(
    ("row", "problem"),
    [
        ("45385 45380 - 20020131 20021301 1 x", "column deletion: '20021301' is not a date"),
        ("45385 45380 - 2002 * 1 x", "column effective: '2002' is not a date"),
        ("45385 45380 - - * 1 x", "column effective: nothing is not a date, and the pair is not marked as older"),
        ("45385 45380 - 20020131 * 2 x", "column indicator: '2' is not one of 0, 1, 9"),
        ("45385 4538O5 - 20020131 * 1 x", "column column2: '4538O5' is not a procedure code"),
        ("- 45380 - 20020131 * 1 x", "column column1: nothing is not a procedure code"),
        ("45385", "column column2: nothing is not a procedure code"),
    ],
)
def test_broken_pairs_are_named(tmp_path: Path, row: str, problem: str) -> None:
    rows = ptp_rows("45385 45380 - 20020101 * 1 x", row)
    with pytest.raises(InputError) as caught:
        tables(tmp_path, "ccipra-v322r0-f1.txt", csv_text(rows, "\t"))
    assert problem in str(caught.value)
    assert caught.value.where == "ccipra-v322r0-f1.txt line 8"


def test_one_separator_too_many_does_no_harm(tmp_path: Path) -> None:
    data = csv_text(PTP, "\t").replace(b"procedures\r\n", b"procedures\t\r\n")
    assert tables(tmp_path, "ccipra-v322r0-f1.txt", data)[0].frame.height == 5


@pytest.mark.parametrize("after", [1, 10_000])
def test_missing_quotation_mark_is_an_input_error(tmp_path: Path, after: int) -> None:
    data = csv_text(PTP, "\t") + b'"' + b"45385\t45380\t\t20200101\t*\t1\tx\r\n" * after
    with pytest.raises(InputError, match="quotation mark"):
        tables(tmp_path, "ccipra-v322r0-f1.txt", data)


def test_row_with_too_many_cells_is_named(tmp_path: Path) -> None:
    data = csv_text(PTP, "\t") + b"1\t2\t3\t4\t5\t6\t7\t8\r\n"
    with pytest.raises(InputError, match=r"line 12: a row has more than the 7 cells"):
        tables(tmp_path, "ccipra-v322r0-f1.txt", data)


@pytest.mark.parametrize(
    ("row", "problem"),
    [
        (("99213", "two", "3"), "column units: 'two' is not a whole number"),
        (("99213", "2", "4 Other"), "column mai: '4 Other' is not an adjudication indicator"),
        (("99213", "2", ""), "column mai: nothing is not an adjudication indicator"),
        (("99214", "2", "3"), "column code: '99214' is not in one row only"),
    ],
)
def test_broken_limits_are_named(tmp_path: Path, row: tuple[str, str, str], problem: str) -> None:
    with pytest.raises(InputError) as caught:
        tables(tmp_path, "MUE_Eff_07-01-2024.csv", csv_text(mue_rows(("99214", "1", "2"), row)))
    assert problem in str(caught.value)


def test_missing_column_is_named_with_what_was_read(tmp_path: Path) -> None:
    rows = [row[:19] + row[20:] for row in FEE]
    with pytest.raises(InputError, match=r"no column for bilateral.*MULTPROC") as caught:
        tables(tmp_path, "fee.csv", csv_text(rows))
    assert caught.value.code == "missing-column"


def test_header_without_rows_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="no rows below the header"):
        tables(tmp_path, "fee.csv", csv_text(fee_rows()))


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("letter.csv", b"Dear Sir,\nno table here\n"),
        ("empty.csv", b""),
        ("guide.zip", zipped(guide__pdf=b"%PDF", readme__txt=b"hello")),
        ("other.xlsx", workbook([["a", "b"], ["1", "2"]])),
        ("OPPSCAP.csv", b"HCPCS,MOD,PROCSTAT,CARRIER\n70010,TC,A,01112\n"),
    ],
)
def test_unrecognised_file_says_what_was_looked_for(tmp_path: Path, name: str, data: bytes) -> None:
    with pytest.raises(InputError, match="not a table Modwise knows") as caught:
        tables(tmp_path, name, data)
    for words in ("PPRRVU", "Column 1", "MUE Values", "Add-On_Code"):
        assert words in caught.value.hint


@pytest.mark.parametrize(
    ("name", "data", "problem"),
    [
        ("broken.zip", b"PK\x03\x04 not a zip", "damaged archive"),
        ("broken.csv.gz", b"\x1f\x8b broken", "damaged archive"),
        ("broken.xlsx", b"not a workbook", "not a readable workbook"),
    ],
)
def test_damaged_files_are_input_errors(tmp_path: Path, name: str, data: bytes, problem: str) -> None:
    with pytest.raises(InputError, match=problem):
        tables(tmp_path, name, data)


def test_missing_file_is_an_input_error(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="No such file"):
        recognise(tmp_path / "nothing.csv")


def test_medicaid_edits_are_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="Medicaid"):
        tables(tmp_path, "MCD_MUE_Practitioner_Eff_07-01-2024.csv", csv_text(mue_rows(("99213", "2", "3"))))
