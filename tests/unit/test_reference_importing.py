"""Importing: the edition a file makes, parts that belong together, doing it twice, and refusing what is incomplete."""

import json
import re
from datetime import date
from pathlib import Path

import polars as pl
import pytest

from modwise.errors import InputError, UsageError
from modwise.reference import store
from modwise.reference.importing import import_files
from modwise.reference.tables import Tables
from tests.unit.reference_files import csv_text, fee_rows, mue_rows, ptp_rows, put, zipped

TODAY = date(2026, 7, 4)
PART_1 = csv_text(ptp_rows("45385 45380 - 20020101 * 1 x", "45380 45378 - 20020101 * 0 x"), "\t")
PART_2 = csv_text(ptp_rows("97140 97530 - 20150401 20191231 1 x", "G0101 99213 - 20200101 * 1 x"), "\t")


def files(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def fee_file(folder: Path, month: str = "July", *, name: str = "fee.csv", work: str = "1.00") -> Path:
    title = f"2026 National Physician Fee Schedule Relative Value File {month} Release"
    return put(folder, name, csv_text(fee_rows({"code": "45378", "work": work}, title=title)))


def test_import_describes_the_edition(tmp_path: Path) -> None:
    (done,) = import_files([fee_file(tmp_path)], tmp_path / "home", today=TODAY)
    assert done == {
        "table": "fee_schedule",
        "edition": "2026Q3",
        "valid_from": "2026-07-01",
        "valid_to": "2026-09-30",
        "rows": 1,
        "starter": False,
        "effective_dates": False,
        "source": "fee.csv",
        "notes": ["released by CMS on 2026-06-30"],
        "result": "imported",
        "passed_over": [],
    }
    stored = json.loads((tmp_path / "home/reference/fee_schedule/2026Q3.json").read_text())
    assert stored["imported"] == "2026-07-04"
    assert len(stored["sha256"]) == 64


@pytest.mark.parametrize(
    ("month", "name", "first", "last"),
    [
        ("January", "2026Q1", "2026-01-01", "2026-03-31"),
        ("April", "2026Q2", "2026-04-01", "2026-06-30"),
        ("July", "2026Q3", "2026-07-01", "2026-09-30"),
        ("October", "2026Q4", "2026-10-01", "2026-12-31"),
    ],
)
def test_release_in_the_title_is_the_quarter(tmp_path: Path, month: str, name: str, first: str, last: str) -> None:
    (done,) = import_files([fee_file(tmp_path, month)], tmp_path, today=TODAY)
    assert (done["edition"], done["valid_from"], done["valid_to"]) == (name, first, last)


def test_file_name_says_what_the_title_does_not(tmp_path: Path) -> None:
    rows = fee_rows({"code": "45378"}, title="National Physician Fee Schedule")
    (done,) = import_files([put(tmp_path, "PPRRVU24_JUL.csv", csv_text(rows))], tmp_path, today=TODAY)
    assert done["edition"] == "2024Q3"


def test_quarter_must_be_known_from_somewhere(tmp_path: Path) -> None:
    file = put(tmp_path, "fee.csv", csv_text(fee_rows({"code": "45378"}, title="Fee Schedule")))
    with pytest.raises(InputError, match="--edition") as caught:
        import_files([file], tmp_path, today=TODAY)
    assert caught.value.code == "no-edition"
    (done,) = import_files([file], tmp_path, edition="2024q3", today=TODAY)
    assert done["edition"] == "2024Q3"


@pytest.mark.parametrize("edition", ["2024", "2024Q5", "Q3 2024", "24Q3"])
def test_edition_must_be_a_quarter(tmp_path: Path, edition: str) -> None:
    with pytest.raises(UsageError, match="is not a quarter"):
        import_files([fee_file(tmp_path)], tmp_path, edition=edition, today=TODAY)


def test_edition_must_not_contradict_the_file(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="says it is 2026Q3, not 2024Q3"):
        import_files([fee_file(tmp_path)], tmp_path, edition="2024Q3", today=TODAY)


def test_same_file_twice_changes_nothing(tmp_path: Path) -> None:
    home = tmp_path / "home"
    import_files([fee_file(tmp_path)], home, today=TODAY)
    before = files(home)
    (done,) = import_files([fee_file(tmp_path)], home, today=date(2026, 8, 1))
    assert done["result"] == "unchanged"
    assert files(home) == before


def test_packed_file_is_the_same_file(tmp_path: Path) -> None:
    home = tmp_path / "home"
    plain = fee_file(tmp_path)
    import_files([plain], home, today=TODAY)
    (done,) = import_files([put(tmp_path, "any.zip", zipped(fee__csv=plain.read_bytes()))], home, today=TODAY)
    assert done["result"] == "unchanged"


def test_corrected_file_of_the_quarter_replaces_it(tmp_path: Path) -> None:
    home = tmp_path / "home"
    import_files([fee_file(tmp_path)], home, today=TODAY)
    (done,) = import_files([fee_file(tmp_path, work="2.00")], home, today=TODAY)
    assert done["result"] == "replaced"
    assert [edition.name for edition in Tables.open(home).editions("fee_schedule")] == ["2026Q3"]


def test_newer_edition_sits_beside_the_older(tmp_path: Path) -> None:
    home = tmp_path / "home"
    import_files([fee_file(tmp_path, "July"), fee_file(tmp_path, "April", name="second.csv")], home, today=TODAY)
    assert [edition.name for edition in Tables.open(home).editions("fee_schedule")] == ["2026Q2", "2026Q3"]


def test_parts_make_one_edition_over_the_whole_history(tmp_path: Path) -> None:
    parts = [put(tmp_path, f"ccipra-v322r0-f{n}.TXT", data) for n, data in ((2, PART_2), (1, PART_1))]
    (done,) = import_files(parts, tmp_path, today=TODAY)
    assert (done["table"], done["rows"]) == ("ncci_ptp_practitioner", 4)
    assert (done["valid_from"], done["valid_to"], done["effective_dates"]) == ("1996-01-01", "2026-09-30", True)
    assert done["source"] == "ccipra-v322r0-f1.TXT, ccipra-v322r0-f2.TXT"


def test_parts_in_any_order_are_the_same(tmp_path: Path) -> None:
    parts = [put(tmp_path, f"ccipra-v322r0-f{n}.TXT", data) for n, data in ((1, PART_1), (2, PART_2))]
    import_files(parts, tmp_path, today=TODAY)
    (done,) = import_files(parts[::-1], tmp_path, today=TODAY)
    assert done["result"] == "unchanged"


def test_parts_in_one_archive(tmp_path: Path) -> None:
    data = zipped(**{"ccioph-v322r0-f1__TXT": PART_1, "ccioph-v322r0-f2__TXT": PART_2})
    (done,) = import_files([put(tmp_path, "hospital.zip", data)], tmp_path, today=TODAY)
    assert (done["table"], done["rows"]) == ("ncci_ptp_outpatient", 4)


@pytest.mark.parametrize("numbers", [(1,), (2,), (1, 3)])
def test_missing_parts_are_refused(tmp_path: Path, numbers: tuple[int, ...]) -> None:
    parts = [put(tmp_path, f"ccipra-v322r0-f{n}.TXT", PART_1 if n == 1 else PART_2) for n in numbers]
    with pytest.raises(InputError, match="parts are missing"):
        import_files(parts, tmp_path / "home", today=TODAY)
    assert not (tmp_path / "home").exists()


def test_part_given_twice_is_refused(tmp_path: Path) -> None:
    parts = [put(tmp_path, "ccipra-v322r0-f1.TXT", PART_2), put(tmp_path, "ccipra-v322r0-f1.zip", zipped(again_f1__TXT=PART_2))]
    with pytest.raises(InputError, match="given more than once"):
        import_files(parts, tmp_path, today=TODAY)


def test_nothing_is_stored_when_one_file_is_refused(tmp_path: Path) -> None:
    home = tmp_path / "home"
    with pytest.raises(InputError):
        import_files([fee_file(tmp_path), put(tmp_path, "letter.csv", b"Dear Sir,\n")], home, today=TODAY)
    assert not home.exists()


def test_failed_write_leaves_the_edition_as_it_was(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    home = tmp_path / "home"
    import_files([fee_file(tmp_path)], home, today=TODAY)
    before = files(home)

    def full(*_: object, **__: object) -> None:
        raise OSError("no space left")

    monkeypatch.setattr(pl.DataFrame, "write_parquet", full)
    with pytest.raises(OSError, match="no space"):
        import_files([fee_file(tmp_path, work="2.00")], home, today=TODAY)
    assert files(home) == before


def test_data_folder_is_the_argument_then_the_environment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MODWISE_HOME", str(tmp_path / "chosen"))
    assert store.data_home(tmp_path) == tmp_path
    assert store.data_home() == tmp_path / "chosen"
    monkeypatch.delenv("MODWISE_HOME")
    assert store.data_home().name == "modwise"


def test_damaged_store_is_an_input_error(tmp_path: Path) -> None:
    import_files([put(tmp_path, "MUE_Eff_07-01-2024.csv", csv_text(mue_rows(("99213", "2", "3"))))], tmp_path, today=TODAY)
    place = tmp_path / "reference/mue_practitioner/2024Q3.parquet"
    place.write_bytes(b"broken")
    codes, dates = pl.Series(["99213"]), pl.Series([date(2024, 7, 1)])
    with pytest.raises(InputError, match="damaged"):
        Tables.open(tmp_path).mue(codes, dates, "practitioner")
    place.with_suffix(".json").write_text("{}")
    with pytest.raises(InputError, match="does not describe an edition"):
        Tables.open(tmp_path)


def test_edition_of_another_layout_asks_for_a_new_import(tmp_path: Path) -> None:
    home = tmp_path / "home"
    import_files([fee_file(tmp_path)], home, today=TODAY)
    place = home / "reference/fee_schedule/2026Q3.json"
    place.write_text(re.sub(r'"layout": \d+', '"layout": 0', place.read_text()))
    with pytest.raises(InputError, match="another version"):
        Tables.open(home)
    (done,) = import_files([fee_file(tmp_path)], home, today=TODAY)
    assert done["result"] == "replaced"
    assert Tables.open(home).editions("fee_schedule")
