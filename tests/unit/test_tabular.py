"""CSV and Parquet into the lines frame."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import polars as pl
import pytest

from modwise.claims import reading
from modwise.errors import InputError

TUVA = """claim_id,claim_line_number,hcpcs_code,hcpcs_modifier_1,hcpcs_modifier_2,place_of_service_code,service_unit_quantity,\
charge_amount,claim_line_start_date,rendering_id,person_id,payer
7,1,00100,QK,P3,22,1,1200.50,2026-07-15,1888888886,PERSON-42,medicare-part-b
7,2,99213,,,22,2,80,2026-07-15,1888888886,PERSON-42,medicare-part-b
8,1,20610,RT,,11,1,.5,2026-07-16,,43,
"""


def read(path: Path, **options: bool) -> tuple[pl.DataFrame, reading.ReadLog]:
    log = reading.ReadLog()
    frames = list(reading.read([path], log=log, **options))  # type: ignore[arg-type]
    return pl.concat(frames), log


def test_tuva_names(tmp_path: Path) -> None:
    path = tmp_path / "claims.csv"
    path.write_text(TUVA, encoding="utf-8")
    frame, log = read(path)
    assert frame["code"].to_list() == ["00100", "99213", "20610"]
    assert frame["modifiers"].to_list() == [["QK", "P3"], [], ["RT"]]
    assert frame["charge"].to_list() == [120050, 8000, 50]
    assert frame["date_from"].to_list() == [date(2026, 7, 15), date(2026, 7, 15), date(2026, 7, 16)]
    assert frame["payer"].to_list() == ["medicare-part-b", "medicare-part-b", None]
    assert frame["patient"].n_unique() == 2
    assert "PERSON" not in frame.write_ndjson(), "the person's number must not travel with the line"
    assert (log.claims, log.lines) == (2, 3)


@pytest.mark.parametrize(
    ("old", "new", "column"),
    [("1200.50", "12OO", "charge"), ("2026-07-16", "2026-07-36", "date_from"), (",2,80", ",two,80", "units")],
)
def test_a_bad_value_has_its_row_and_column(tmp_path: Path, old: str, new: str, column: str) -> None:
    path = tmp_path / "claims.csv"
    path.write_text(TUVA.replace(old, new), encoding="utf-8")
    with pytest.raises(InputError, match=f"row [234]: the column {column}"):
        read(path)
    frame, log = read(path, keep_going=True)
    assert len(log.set_aside) == 1
    assert log.set_aside[0].claim not in frame["claim_id"].to_list()


def test_parquet_with_lists_and_types(tmp_path: Path) -> None:
    path = tmp_path / "claims.parquet"
    frame = pl.DataFrame(
        {
            "claim_id": ["A", "B", "A"],
            "code": ["45385", "99213", "45380"],
            "modifiers": [[], ["25"], ["59"]],
            "date_from": [date(2026, 7, 15)] * 3,
            "charge": [100.25, 80.0, 60.1],
        }
    )
    frame.write_parquet(path)
    found, log = read(path)
    assert found["claim_id"].to_list() == ["A", "A", "B"], "a claim's lines are put together"
    assert found["line"].to_list() == [1, 2, 1]
    assert found["charge"].to_list() == [10025, 6010, 8000]
    assert log.claims == 2


def test_what_is_no_table_of_claims(tmp_path: Path) -> None:
    path = tmp_path / "other.csv"
    path.write_text("a,b\n1,2\n", encoding="utf-8")
    with pytest.raises(InputError, match="neither X12"):
        read(path)
    (tmp_path / "broken.parquet").write_bytes(b"PAR1 broken")
    with pytest.raises(InputError, match="not a readable Parquet"):
        read(tmp_path / "broken.parquet")
    with pytest.raises(InputError, match="no such file"):
        read(tmp_path / "missing.837")
    with pytest.raises(InputError, match="folder"):
        read(tmp_path)


def written(tmp_path: Path, content: str | bytes) -> Path:
    path = tmp_path / "claims.csv"
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


def stored(tmp_path: Path, **columns: object) -> Path:
    path = tmp_path / "claims.parquet"
    pl.DataFrame({"claim_id": ["A", "B"], "code": ["20610", "99213"], **columns}, strict=False).write_parquet(path)
    return path


@pytest.mark.parametrize("header", ["claim_id,Claim_ID,code", "claim_id,code,code"])
def test_two_columns_of_one_name_are_refused(tmp_path: Path, header: str) -> None:
    with pytest.raises(InputError, match="two columns are named"):
        read(written(tmp_path, f"{header}\nA,B,99213\n"))


def test_columns_the_reader_makes_itself_are_left_alone(tmp_path: Path) -> None:
    frame, _ = read(written(tmp_path, "claim_id,code,position,claim_seq,file\nA,99213,77,x,other.csv\n"))
    assert frame.select("position", "claim_seq").rows() == [(0, 1)]
    assert frame["file"][0].endswith("claims.csv")


def test_empty_rows_are_layout_and_rows_keep_their_numbers(tmp_path: Path) -> None:
    frame, log = read(written(tmp_path, "claim_id,code,units\n\nA,99213,1\n,,\nB,20610,1\n"))
    assert (log.claims, frame["position"].to_list()) == (2, [1, 3])


def test_a_row_without_a_claim_number_is_named_and_never_dropped(tmp_path: Path) -> None:
    path = written(tmp_path, "claim_id,code,units\nA,99213,1\n,20610,1\n,20611,1\nC,20610,x\n")
    with pytest.raises(InputError, match="row 3: the column claim_id is empty"):
        read(path)
    frame, log = read(path, keep_going=True)
    assert frame["claim_id"].to_list() == ["A"]
    assert [(item.claim, item.position) for item in log.set_aside] == [("", 1), ("", 2), ("C", 3)]


def test_a_row_cut_short_at_the_end_is_told_and_its_claim_set_aside(tmp_path: Path) -> None:
    path = written(tmp_path, "claim_id,code,units,charge\nA,99213,1,80\nB,20610,1,90\nB,206")
    with pytest.raises(InputError, match="row 4: the file ends inside this row"):
        read(path)
    frame, log = read(path, keep_going=True)
    assert (frame["claim_id"].to_list(), [item.claim for item in log.set_aside]) == (["A"], ["B"])
    whole, _ = read(written(tmp_path, 'claim_id,code,units,narrative\nA,99213,1,"two\nlines"'))
    assert whole.height == 1, "no line end behind the last row is no cut"


@pytest.mark.parametrize("end", ["\r", "\r\n", "\n"])
def test_any_line_end(tmp_path: Path, end: str) -> None:
    assert read(written(tmp_path, end.join(["claim_id,code", "A,99213", "B,20610", ""])))[0].height == 2


@pytest.mark.parametrize("row", ["A,20610,1.5,1", "A,20610,1,nan", "A,20610,1,inf", "A,20610,1e40,1"])
def test_numbers_that_are_none_are_told(tmp_path: Path, row: str) -> None:
    with pytest.raises(InputError, match="holds no number"):
        read(written(tmp_path, f"claim_id,code,line,units\n{row}\n"))


def test_no_value_of_a_row_stands_in_an_error(tmp_path: Path) -> None:
    for row in ('"A,DOE JANE,20610', "A,DOE JANE,20610,9,9"):
        with pytest.raises(InputError, match=r"not a readable CSV|row 2") as caught:
            read(written(tmp_path, f"claim_id,patient,code\n{row}\n"))
        assert "DOE" not in str(caught.value)


@pytest.mark.parametrize(
    ("columns", "says"),
    [
        ({"charge": [19.995, 1.0]}, "row 2: the column charge holds no amount"),
        ({"units": [float("inf"), 1.0]}, "row 2: the column units holds no number"),
        ({"date_from": [20251301, 20250101]}, "row 2: the column date_from holds no date"),
        ({"units": [{"a": 1}, {"a": 2}]}, "the column units holds"),
        ({"place_of_service": [["11"], ["22"]]}, "the column place_of_service holds"),
        ({"modifiers": [{"a": "25"}, None]}, "the column modifiers holds"),
    ],
)
def test_parquet_values_that_do_not_fit(tmp_path: Path, columns: dict[str, object], says: str) -> None:
    with pytest.raises(InputError, match=says):
        read(stored(tmp_path, **columns))


def test_parquet_values_as_other_tools_write_them(tmp_path: Path) -> None:
    nan = float("nan")
    frame, _ = read(
        stored(tmp_path, charge=[nan, 80.1], units=[nan, 2.0], date_from=[20250101, 20250228], modifiers=[["25 ", None, ""], None])
    )
    assert frame["charge"].to_list() == [None, 8010]
    assert frame["units"].to_list() == [None, 2.0]
    assert frame["date_from"].to_list() == [date(2025, 1, 1), date(2025, 2, 28)]
    assert frame["modifiers"].to_list() == [["25"], []]
    assert read(stored(tmp_path, modifiers=[25, 59]))[0]["modifiers"].to_list() == [["25"], ["59"]]


def test_a_parquet_row_that_does_not_fit_is_set_aside(tmp_path: Path) -> None:
    frame, log = read(stored(tmp_path, charge=["x", "80"]), keep_going=True)
    assert (frame["claim_id"].to_list(), [item.claim for item in log.set_aside]) == (["B"], ["A"])
