"""Items as a table: CSV and a workbook, one row an item, in the order in which they are worked."""

from __future__ import annotations

import io
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import polars as pl

from modwise.denying.running import Denials

# Column of the table -> its type; amounts are numbers there, so that a spreadsheet can add them.
COLUMNS: dict[str, pl.DataType] = {
    "priority": pl.Float64(),
    "urgent": pl.Boolean(),
    "days_left": pl.Int64(),
    "work_by": pl.Date(),
    "legal": pl.Date(),
    "payer": pl.String(),
    "claim": pl.String(),
    "payer_control": pl.String(),
    "line": pl.Int64(),
    "service": pl.Date(),
    "notice": pl.Date(),
    "submitted": pl.String(),
    "adjudicated": pl.String(),
    "charge": pl.Float64(),
    "paid": pl.Float64(),
    "allowed": pl.Float64(),
    "expected": pl.Float64(),
    "at_risk": pl.Float64(),
    "reason": pl.String(),
    "remarks": pl.String(),
    "cause": pl.String(),
    "remedy": pl.String(),
    "level": pl.String(),
    "change": pl.String(),
    "chance": pl.Float64(),
    "rule": pl.String(),
    "deadline_note": pl.String(),
    "decided_by": pl.String(),
    "would_change": pl.String(),
    "match": pl.String(),
    "confidence": pl.String(),
    "file": pl.String(),
}
MONEY = ("charge", "paid", "allowed", "expected", "at_risk")
_RISKY = ("=", "+", "-", "@", "\t", "\r")


def table(items: Sequence[dict[str, Any]]) -> pl.DataFrame:
    """The items as a frame with the columns of `COLUMNS`."""
    frame = pl.DataFrame([_row(item) for item in items], schema={name: _read_as(kind) for name, kind in COLUMNS.items()})
    return frame.with_columns(pl.col(name).str.to_date() for name, kind in COLUMNS.items() if kind == pl.Date)


def csv(result: Denials) -> str:
    """The open and settled items as CSV; text that a spreadsheet would take for a formula stands behind an apostrophe."""
    frame = table(result.items)
    safe = [
        pl.when(pl.col(name).str.starts_with(mark)).then("'" + pl.col(name)).otherwise(pl.col(name)).alias(name)
        for mark in _RISKY
        for name, kind in COLUMNS.items()
        if kind == pl.String
    ]
    for one in safe:
        frame = frame.with_columns(one)
    return frame.write_csv()


def workbook(result: Denials, path: str | Path) -> None:
    """The items and the measures as an .xlsx file. Text is written as text: nothing in it is taken for a formula.

    Raises OSError where the file cannot be written.
    """
    import xlsxwriter

    whole = io.BytesIO()
    with xlsxwriter.Workbook(whole, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}) as book:
        dollars: dict[Any, str] = dict.fromkeys(MONEY, "#,##0.00")
        table(result.items).write_excel(book, "Items", column_formats=dollars, freeze_panes=(1, 0), autofit=True)
        _measures(result).write_excel(book, "Measures", autofit=True)
    Path(path).write_bytes(whole.getvalue())


def _measures(result: Denials) -> pl.DataFrame:
    rows = list(_flat("", result.summary))
    return pl.DataFrame({"measure": [name for name, _ in rows], "value": [value for _, value in rows]})


def _flat(prefix: str, value: Any) -> list[tuple[str, str]]:
    if isinstance(value, dict):
        return [row for name, inner in value.items() for row in _flat(f"{prefix} {name}".strip(), inner)]
    return [(prefix, "not known" if value is None else str(value))]


def _read_as(kind: pl.DataType) -> pl.DataType:
    return pl.String() if kind == pl.Date else kind


def _row(item: dict[str, Any]) -> dict[str, Any]:
    deadline, parts = item["deadline"] or {}, item["priority"] or {}
    decided, match = item["decided"], item["match"] or {}
    return {
        "priority": _number(parts.get("score")),
        "urgent": parts.get("urgent"),
        "days_left": parts.get("days_left"),
        "chance": _number(parts.get("chance")),
        **{name: deadline.get(name) for name in ("work_by", "legal", "rule")},
        "deadline_note": deadline.get("why") or deadline.get("closed") or deadline.get("note"),
        **{name: item[name] for name in ("payer", "claim", "payer_control", "line", "service", "notice")},
        "submitted": named(item["code"], item["modifiers"]),
        "adjudicated": named(decided["code"], decided["modifiers"]) if decided else None,
        **{name: _number(item[name]) for name in MONEY},
        "reason": "-".join(part for part in (item["group"], item["carc"]) if part) or None,
        "remarks": " ".join(item["rarc"]) or None,
        **{name: item[name] for name in ("cause", "remedy", "level", "change", "file")},
        "decided_by": " ".join(reason["says"] for reason in item["decided_by"]),
        "would_change": "; ".join(f"{change['if']}: {change['remedy']}" for change in item["would_change"]) or None,
        "match": match.get("by"),
        "confidence": match.get("confidence"),
    }


def named(code: str | None, modifiers: Sequence[str]) -> str | None:
    """The code with its modifiers: 45378-53."""
    return "-".join((code, *modifiers)) if code else None


def _number(text: str | None) -> float | None:
    return None if text is None else float(text)
