"""Writes docs/lines-frame.md from the schema, so that the two cannot differ."""

from __future__ import annotations

import sys
from pathlib import Path

from modwise.claims import schema, tabular

TARGET = Path(__file__).resolve().parent.parent / "docs" / "lines-frame.md"
HEAD = """# The lines frame

One row a service line, from an 837, a CSV or a Parquet file. Unknown is null, never a guess. Made by `python tools/lines_frame_doc.py`.

| Column | Type | What it holds |
|---|---|---|
"""
TABLES = """
## CSV, Parquet, JSON lines

A table needs a header row with at least `claim_id` and `code`. Column names are ours or, as written below, those of other models; upper and
lower case are the same. Every other column is left alone. In a CSV all values are read as text first, so `00100` stays `00100`.

- JSON lines are an object a line with the same names; `modifiers` and `diagnoses` may be lists there.
- `charge` is in dollars in a table ("120.00", "$1,200") and in cents in the frame.
- Dates are `2026-07-15`, `20260715` or `07/15/2026`.
- `modifiers` is a list, or text ("59 RT", "59;RT"), or the columns `hcpcs_modifier_1` to `hcpcs_modifier_5`; `diagnoses` likewise, or
  `diagnosis_code_1` to `diagnosis_code_25`.
- `patient` may be any identifier; it is turned into an opaque mark at once. Without it lines are compared only within their claim.
- `claim_type` left out means institutional where a `bill_type` stands, else professional. Other kinds are counted as not assessed.
- A value that does not fit, a row without `claim_id` and a last row that is cut short stop the check with their row; `--keep-going` sets
  that claim aside. Empty rows are layout. `position` and `claim_seq` are made by the reader.
- A frame given from Python has the types above; texts in `patient`, numbers as codes, text in `modifiers` and NaN are understood too.

| Name in other models | Ours |
|---|---|
"""


def text() -> str:
    """The whole page."""
    columns = "".join(f"| `{name}` | {kind} | {what} |\n" for name, (kind, what) in schema.COLUMNS.items())
    aliases = "".join(f"| `{name}` | `{ours}` |\n" for name, ours in sorted(tabular.ALIASES.items()))
    return HEAD + columns + TABLES + aliases


if __name__ == "__main__":
    if "--check" in sys.argv:
        sys.exit(TARGET.read_text(encoding="utf-8") != text())
    TARGET.write_text(text(), encoding="utf-8")
