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
