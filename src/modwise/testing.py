"""Runs an edit's cases, which are data: each alone, all stacked in one table, and every boundary day of the facts it uses.

A case file is TOML:

    edit = "DRG201"

    [[case]]
    name   = "the day before it was required, no modifier: accepted"
    lines  = [{ payer = "medicare-part-b", date = 2023-06-30, code = "J9999", modifiers = [] }]
    expect = []

A line takes any column of the lines frame; `date` sets date_from and date_to, `charge` is text ("100.00"). Left out: claim "C1",
professional, place of service 11, one unit, 100.00, one patient and one provider for the whole case, no modifiers.
`expect` lists findings as `{ line = 1, status = "fail" }`, with `claim` where a case has several, and any other key of a finding; `says` is text the message holds.
`not_assessed = 1` is the number of lines the edit could not judge (default 0). `false_alarm = true` marks a case that a
simpler edit would flag and this one must not. `tables` gives rows of CMS tables for the case file instead of the starter set.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import polars as pl

from modwise.claims import schema
from modwise.edits import registry
from modwise.edits.base import Edit
from modwise.edits.engine import Engine
from modwise.errors import KnowledgeError
from modwise.knowledge.corpus import Corpus, corpus
from modwise.reference.tables import Tables

DEFAULTS: dict[str, Any] = {
    "file": "case",
    "claim_id": "C1",
    "claim_type": "professional",
    "payer_id": "TEST",
    "place_of_service": "11",
    "frequency": "1",
    "billing_npi": "1999999984",
    "units": 1.0,
    "unit_basis": "UN",
    "charge": "100.00",
    "modifiers": [],
    "patient": 1,
}
PATIENTS_APART = 1000


@dataclass(frozen=True)
class Case:
    """One case of an edit."""

    edit: str
    name: str
    lines: tuple[Mapping[str, Any], ...]
    expect: tuple[Mapping[str, Any], ...]
    not_assessed: int
    false_alarm: bool


@dataclass(frozen=True)
class CaseFile:
    """The cases of one edit and the tables they run against (None = the starter set)."""

    edit: str
    cases: tuple[Case, ...]
    tables: Mapping[str, Sequence[Mapping[str, Any]]] | None


def read_cases(path: Path) -> CaseFile:
    """The case file. Raises KnowledgeError for an unknown key or column."""
    content = tomllib.loads(path.read_text(encoding="utf-8"))
    edit = str(content["edit"])
    cases = tuple(_case(edit, table, path) for table in content["case"])
    names = [case.name for case in cases]
    if len(set(names)) != len(names):
        raise KnowledgeError("two cases have one name", where=str(path))
    return CaseFile(edit, cases, content.get("tables"))


def _case(edit: str, table: Mapping[str, Any], path: Path) -> Case:
    unknown = set(table) - {"name", "lines", "expect", "not_assessed", "false_alarm", "source"}
    columns = {key for line in table["lines"] for key in line} - schema.COLUMNS.keys() - {"date"}
    if unknown or columns:
        raise KnowledgeError(f"case {table.get('name')!r}: unknown {sorted(unknown | columns)}", where=str(path))
    return Case(
        edit,
        str(table["name"]),
        tuple(table["lines"]),
        tuple(table["expect"]),
        int(table.get("not_assessed", 0)),
        bool(table.get("false_alarm", False)),
    )


def tables_of(file: CaseFile) -> Tables:
    """The tables a case file gives, else the starter set (never what a user has imported)."""
    if file.tables is not None:
        return Tables.of_rows(file.tables)
    return Tables.of_starter()


def frame_of(cases: Sequence[Case]) -> pl.DataFrame:
    """The cases' lines as one lines frame; each case keeps its own patients and claim numbers ("0/C1")."""
    rows: list[dict[str, Any]] = []
    seq = 0
    for number, case in enumerate(cases):
        previous = None
        for index, line in enumerate(case.lines, 1):
            row = {**DEFAULTS, "line": index, **line}
            day = row.pop("date", row.get("date_from"))
            row.setdefault("date_from", day)
            row.setdefault("date_to", row["date_from"])
            seq += row["claim_id"] != previous
            previous = row["claim_id"]
            row.update(
                claim_id=f"{number}/{row['claim_id']}",
                claim_seq=seq,
                position=len(rows),
                charge=int(Decimal(row["charge"]) * 100),
                patient=None if row["patient"] is None else number * PATIENTS_APART + row["patient"],
            )
            rows.append(row)
    given = {name for row in rows for name in row}
    frame = pl.DataFrame(rows, schema={name: kind for name, (kind, _) in schema.COLUMNS.items() if name in given})
    return schema.complete(frame)


def run(cases: Sequence[Case], tables: Tables, knowledge: Corpus | None = None) -> list[list[str]]:
    """Runs the cases stacked in one table; for each case the list of what differs from what it expects (empty = held)."""
    edits = registry.choose([cases[0].edit])
    engine = Engine([edit for edit in edits if edit.code == cases[0].edit], knowledge or corpus(), tables)
    engine.feed(frame_of(cases))
    found = engine.finish().frame().to_dicts()
    problems = []
    for number, case in enumerate(cases):
        mine = [row for row in found if row["claim"].startswith(f"{number}/")]
        problems.append(_differences(case, mine))
    expected = sum(case.not_assessed for case in cases)
    counted = sum(count for (edit, _), count in engine.not_assessed.items() if edit == cases[0].edit)
    if counted != expected:
        reasons = {reason: count for (edit, reason), count in engine.not_assessed.items()}
        for case, differences in zip(cases, problems, strict=True):
            if len(cases) == 1 or case.not_assessed:
                differences.append(f"not assessed: expected {expected} lines in all, counted {counted}: {reasons}")
                break
        else:
            problems[0].append(f"not assessed: expected {expected} lines in all, counted {counted}: {reasons}")
    return problems


def _differences(case: Case, found: Sequence[Mapping[str, Any]]) -> list[str]:
    left = list(found)
    differences = []
    for wanted in case.expect:
        match = next((row for row in left if _fits(row, wanted)), None)
        if match is None:
            differences.append(f"expected {dict(wanted)}, found {[_short(row) for row in found]}")
        else:
            left.remove(match)
    differences.extend(f"not expected: {_short(row)}" for row in left)
    return differences


def _fits(row: Mapping[str, Any], wanted: Mapping[str, Any]) -> bool:
    for key, value in wanted.items():
        if key == "says":
            if value not in row["message"]:
                return False
            continue
        actual = row[key]
        if key == "claim":
            actual = actual.split("/", 1)[1]
        elif key == "related_lines":
            actual = [related["line"] for related in actual]
        elif key == "fix":
            actual = actual and {name: actual[name] for name in value}
        if actual != value:
            return False
    return True


def _short(row: Mapping[str, Any]) -> str:
    return f"line {row['line']} of {row['claim'].split('/', 1)[1]} {row['status']}: {row['message']}"


def boundary_gaps(edit: Edit, cases: Sequence[Case], knowledge: Corpus) -> Iterator[str]:
    """Days on which a fact the edit declares changes, without a case on the day and on the day before.

    Only facts that hold for a payer of the cases, and dates that are exact (not `at_latest`), count. Where one fact holds
    for several payers, a case of any of them will do.
    """
    dates = {(line.get("payer"), _date_of(line)) for case in cases for line in case.lines}
    payers = sorted({payer for payer, _ in dates}, key=str)
    for identity in edit.facts:
        held = {payer: knowledge.fact_for(identity, payer) for payer in payers}
        for fact in {fact.payer: fact for fact in held.values() if fact}.values():
            tested = {day for payer, day in dates if held[payer] == fact}
            for value in fact.values:
                for day in (value.start, value.start - timedelta(days=1)):
                    if not value.at_latest and day not in tested:
                        yield f"{identity} of payer {fact.payer} changes on {value.start}: no case on {day}"


def _date_of(line: Mapping[str, Any]) -> date | None:
    found: date | None = line.get("date_from", line.get("date"))
    return found
