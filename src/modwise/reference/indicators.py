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
NO_CONCEPT = "9"


def indicators(code: str, day: date, home: Path | None = None) -> Mapping[str, str]:
    """The base row's indicators of a code, with `edition`; empty when the code is not in the table at hand.

    `component` is the one of the 26 row where the base row has none: laboratory tests with an interpretation (83020).
    """
    if _imported(home):
        return _of_tables(code, day, home)
    values = _starter().get(code.upper())
    return {} if values is None else {**_filled(values), "edition": _edition()}


def text(rows: Mapping[tuple[str, str], Mapping[str, str | None]]) -> str:
    """The text of the base rows that `indicators` reads: a code and its indicators a line."""
    lines = []
    for (code, row), values in sorted(rows.items()):
        if row == "":
            told = _with_component(values, rows.get((code, "26")))
            lines.append(" ".join([code, *(told.get(column) or BLANK for column in COLUMNS)]))
    return "\n".join(lines) + "\n"


def _with_component(base: Mapping[str, str | None], reading: Mapping[str, str | None] | None) -> Mapping[str, str | None]:
    return {**base, "component": reading["component"]} if reading and base["component"] in (None, NO_CONCEPT) else base


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
    found, reading = tables.fee(
        pl.Series([code.upper()] * 2), pl.Series(["", "26"]), pl.Series([day] * 2), COLUMNS, fallback=True
    ).rows(named=True)
    if found["status"] is None:
        return {}
    edition = tables.editions("fee_schedule")[found["edition"]].name
    found = {**found, **_with_component(found, reading)}
    return {**{column: found[column] for column in COLUMNS if found[column]}, "edition": edition}
