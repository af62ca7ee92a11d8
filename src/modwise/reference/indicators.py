"""Fee-schedule indicators of single codes without a frame library, as long as nothing was imported.

The starter set's indicators lie beside it as text. Imported editions are Parquet and are read with Polars, which is loaded then.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import date
from functools import lru_cache
from pathlib import Path

from modwise.reference.places import FOLDER, STARTER, data_home

TEXT = "fee_indicators.txt"
COLUMNS = ("status", "component", "global_days", "multiple", "bilateral", "assistant", "cosurgeon", "team")
BLANK = "-"


def indicators(code: str, day: date, home: Path | None = None) -> Mapping[str, str]:
    """The base row's indicators of a code, with `edition`; empty when the code is not in the table at hand."""
    if _imported(home):
        return _of_tables(code, day, home)
    values = _starter().get(code.upper())
    return {} if values is None else {**_filled(values), "edition": _edition()}


def text(rows: Mapping[tuple[str, str], Mapping[str, str | None]]) -> str:
    """The text of the base rows that `indicators` reads: a code and its indicators a line."""
    lines = [
        " ".join([code, *(values.get(column) or BLANK for column in COLUMNS)])
        for (code, row), values in sorted(rows.items())
        if row == ""
    ]
    return "\n".join(lines) + "\n"


def _filled(values: tuple[str, ...]) -> dict[str, str]:
    return {column: value for column, value in zip(COLUMNS, values, strict=True) if value != BLANK}


@lru_cache(maxsize=1)
def _starter() -> Mapping[str, tuple[str, ...]]:
    lines = (STARTER / TEXT).read_text(encoding="ascii").splitlines()
    return {words[0]: tuple(words[1:]) for words in (line.split(" ") for line in lines)}


@lru_cache(maxsize=1)
def _edition() -> str:
    return str(json.loads((STARTER / "fee_schedule.json").read_text(encoding="utf-8"))["edition"])


def _imported(home: Path | None) -> bool:
    return any((data_home(home) / FOLDER / "fee_schedule").glob("*.json"))


def _of_tables(code: str, day: date, home: Path | None) -> Mapping[str, str]:
    import polars as pl

    from modwise.reference.tables import Tables

    tables = Tables.open(home)
    found = tables.fee(pl.Series([code.upper()]), pl.Series([""]), pl.Series([day]), COLUMNS).row(0, named=True)
    if found["status"] is None:
        return {}
    edition = tables.editions("fee_schedule")[found["edition"]].name
    return {**{column: found[column] for column in COLUMNS if found[column]}, "edition": edition}
