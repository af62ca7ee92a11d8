"""Findings as a table: a fact without a first day is told without one, and no cell is a formula."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from datetime import date
from typing import Any

from modwise.report import tables

FACTS = [
    {"id": "pair", "value": "yes", "source": "table 2024Q3", "from": None},
    {"id": "rule", "value": "no", "source": "a-source", "from": date(2010, 1, 1)},
]


class Found:
    def finding_dicts(self) -> Iterator[dict[str, Any]]:
        said = dict.fromkeys(tables.CSV_COLUMNS, "")
        yield {**said, "claim": "=cmd", "modifiers": [], "carc": [], "fix": None, "related_lines": [], "facts": FACTS}

    def head(self) -> dict[str, Any]:
        return {}


def test_a_row() -> None:
    out = io.StringIO()
    tables.write_csv(Found(), out)
    (row,) = csv.DictReader(io.StringIO(out.getvalue()))
    assert row["facts"] == "pair = yes (table 2024Q3); rule = no (a-source, 2010-01-01)"
    assert row["claim"] == "'=cmd"
