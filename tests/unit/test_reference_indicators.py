"""The indicators that are read without a frame library are those of the fee schedule."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import polars as pl

from modwise.reference import store
from modwise.reference.indicators import COLUMNS, TEXT, indicators, text
from modwise.reference.places import STARTER


def test_the_text_beside_the_starter_set_is_the_starter_set(tmp_path: Path) -> None:
    frame = pl.read_parquet(STARTER / "fee_schedule.parquet")
    rows = {(row["code"], row["row"] or ""): row for row in frame.iter_rows(named=True)}
    assert (STARTER / TEXT).read_text(encoding="ascii") == text(rows)
    for code in ("45378", "92136", "20610"):
        found = indicators(code, date(2026, 7, 15), tmp_path)
        assert {column: found[column] for column in COLUMNS} == {column: rows[code, ""][column] for column in COLUMNS}
    assert indicators("00000", date(2026, 7, 15), tmp_path) == {}
    assert rows["83020", ""]["component"] == "9"
    assert indicators("83020", date(2026, 7, 15), tmp_path)["component"] == "6"


def test_an_imported_edition_is_asked_instead(tmp_path: Path) -> None:
    held = store.starter("fee_schedule")
    assert held is not None
    loaded = held.load()
    changed = loaded.frame.with_columns(bilateral=pl.lit("9"))
    kept = store.Loaded(changed, loaded.codes, None)
    edition = held.edition.__class__(**{**vars(held.edition), "starter": False, "name": "2026Q3"})
    store.save(tmp_path, edition, kept, sha256="0", imported=date(2026, 7, 1))
    assert indicators("20610", date(2026, 7, 15), tmp_path)["bilateral"] == "9"
    assert indicators("20610", date(2026, 7, 15), tmp_path)["edition"] == "2026Q3"
    assert indicators("83020", date(2026, 7, 15), tmp_path)["component"] == "6"
    assert indicators("00000", date(2026, 7, 15), tmp_path) == {}
