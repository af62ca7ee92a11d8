"""A check's result for programs and spreadsheets: JSON, JSON lines, CSV."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator
from typing import Any, TextIO

from modwise.report.result import Shown

Json = dict[str, Any]

CSV_COLUMNS = (
    "edit",
    "name",
    "status",
    "outcome",
    "file",
    "claim",
    "line",
    "code",
    "modifiers",
    "amount",
    "message",
    "fix_kind",
    "fix_modifiers",
    "fix_note",
    "carc",
    "related_lines",
    "facts",
    "position",
)
_RISKY = ("=", "+", "-", "@", "\t", "\r")


def write_json(result: Shown, out: TextIO) -> None:
    """The whole result, the same as `CheckResult.to_dict()`; a finding a line, so that many need no memory."""
    head = result.head()
    opened = {name: head.pop(name) for name in ("read", "reference")}
    out.write(json.dumps(opened, ensure_ascii=False, indent=1).removesuffix("\n}") + ',\n "findings": [')
    for number, row in enumerate(result.finding_dicts()):
        out.write((",\n  " if number else "\n  ") + json.dumps(row, ensure_ascii=False))
    out.write("\n ],\n" + json.dumps(head, ensure_ascii=False, indent=1).removeprefix("{\n") + "\n")


def write_jsonl(result: Shown, out: TextIO) -> None:
    """One finding a line, then one line with everything else."""
    for row in result.finding_dicts():
        out.write(json.dumps(row, ensure_ascii=False) + "\n")
    out.write(json.dumps(result.head(), ensure_ascii=False) + "\n")


def write_csv(result: Shown, out: TextIO) -> None:
    """One row a finding, for a spreadsheet; text that it would take for a formula gets an apostrophe in front."""
    writer = csv.writer(out)
    writer.writerow(CSV_COLUMNS)
    for row in _flat(result):
        writer.writerow([_safe(row[name]) for name in CSV_COLUMNS])


def _flat(result: Shown) -> Iterator[Json]:
    for row in result.finding_dicts():
        fix = row["fix"] or {"kind": "", "modifiers": [], "note": ""}
        yield {
            **row,
            "modifiers": " ".join(row["modifiers"]),
            "carc": " ".join(row["carc"]),
            "fix_kind": fix["kind"],
            "fix_modifiers": " ".join(fix["modifiers"]),
            "fix_note": fix["note"],
            "related_lines": "; ".join(f"{r['claim']} line {r['line']} {r['code']}" for r in row["related_lines"]),
            "facts": "; ".join(map(_fact, row["facts"])),
        }


def _fact(fact: Json) -> str:
    """A fact with where it is from and since when, where there is a day."""
    return f"{fact['id']} = {fact['value']} ({', '.join(str(part) for part in (fact['source'], fact['from']) if part)})"


def _safe(value: object) -> object:
    text = "" if value is None else str(value)
    return "'" + text if text.startswith(_RISKY) else text
