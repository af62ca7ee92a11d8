"""Notes read a second on one core: `python -m benchmarks.notes [FILE.csv.gz]` (column `text`; without a file the invented notes of the tests).

Processor time of this one process, rules compiled before the clock starts.
"""

from __future__ import annotations

import csv
import gzip
import sys
import time
import tomllib
from pathlib import Path

from modwise.notes.noting import noted

CASES = Path(__file__).resolve().parent.parent / "tests" / "notes"
MOST = 2000
SECONDS = 12.0


def texts(path: Path | None) -> list[str]:
    if path is None:
        return [note["text"] for file in sorted(CASES.glob("*.toml")) for note in tomllib.loads(file.read_text())["note"]]
    csv.field_size_limit(10_000_000)
    opened = gzip.open if path.suffix == ".gz" else open
    with opened(path, "rt", encoding="utf-8", newline="") as file:
        return [row["text"] for row in csv.DictReader(file) if row["text"].strip()][:MOST]


def main(arguments: list[str]) -> int:
    notes = texts(Path(arguments[0]) if arguments else None)
    # A first pass compiles the patterns that these notes call for; a year of notes pays for that once.
    for text in notes:
        noted(text)
    begun, read, size = time.process_time(), 0, 0
    while time.process_time() - begun < SECONDS and read < max(len(notes), MOST):
        text = notes[read % len(notes)]
        noted(text)
        read, size = read + 1, size + len(text)
    taken = time.process_time() - begun
    print(
        f"{read} notes of {size / read:,.0f} characters on average: {read / taken:.0f} a second ({size / taken / 1e6:.2f} MB/s), one core"
    )
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
