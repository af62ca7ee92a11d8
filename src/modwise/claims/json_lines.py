"""Claim lines as JSON, an object a line, into a table of texts: the columns, units and names of a CSV."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any

import polars as pl

from modwise.claims import schema
from modwise.claims.reading import ReadLog, SetAside
from modwise.claims.tabular import ALIASES, DIAGNOSIS_COLUMNS, LISTS, MODIFIER_COLUMNS
from modwise.errors import InputError

KNOWN = frozenset({*schema.COLUMNS, *ALIASES, *MODIFIER_COLUMNS, *DIAGNOSIS_COLUMNS})
_HINT = "One object a line; docs/lines-frame.md has the names. Or use --keep-going to check the others."

Row = dict[str, Any]


def looks_like_json(head: bytes) -> bool:
    """Whether the first line begins with an object."""
    return head.lstrip().startswith(b"{")


def table(raw: bytes, file: str, *, keep_going: bool, log: ReadLog) -> pl.DataFrame:
    """The lines as a table; numbers stay the digits they were written with. Raises InputError with the number of a broken line."""
    rows = list(_rows(raw, file, keep_going, log))
    names = dict.fromkeys(name for row in rows for name in row)
    columns = {
        name: pl.Series(name, [row.get(name) for row in rows], pl.List(pl.String) if name in LISTS else pl.String) for name in names
    }
    return pl.DataFrame(columns)


def _rows(raw: bytes, file: str, keep_going: bool, log: ReadLog) -> Iterator[Row]:
    for number, line in enumerate(raw.removeprefix(b"\xef\xbb\xbf").splitlines(), 1):
        if not line.strip():
            # Kept as an empty row, so that what is said of the rows after it counts right.
            yield {}
            continue
        why = ""
        try:
            read = json.loads(line.decode("utf-8"), parse_float=str, parse_int=str, parse_constant=lambda _: None)
            row, why = _row(read) if isinstance(read, dict) else ({}, "is no object")
        except (ValueError, RecursionError):
            row, why = {}, "is no JSON"
        if why:
            if not keep_going:
                raise InputError(why, where=f"{file} line {number}", hint=_HINT, code="bad-json-line")
            log.set_aside.append(SetAside(file, number - 1, "", f"line {number}: {why}"))
        yield row


def _row(read: Mapping[str, Any]) -> tuple[Row, str]:
    """The row's values as texts, and what is wrong with it."""
    row: Row = {}
    for given, value in read.items():
        name = given.strip().lower()
        if name not in KNOWN:
            continue
        if name in LISTS:
            row[name] = _list(value)
            if row[name] is None and value is not None:
                return {}, f"{name} is no list of texts"
        elif isinstance(value, (list, dict)):
            return {}, f"{name} is no single value"
        else:
            row[name] = _text(value)
    return row, ""


def _list(value: Any) -> list[str] | None:
    if isinstance(value, str):
        return re.findall(r"[^\s,;:|]+", value)
    if isinstance(value, list) and all(isinstance(one, str) for one in value):
        return value
    return None


def _text(value: Any) -> str | None:
    if isinstance(value, bool):
        return "true" if value else "false"
    # Numbers were read as the digits they are.
    return None if value is None else str(value)
