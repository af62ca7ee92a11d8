"""Drafts a week of letters on invented denials and prints what it took.

python -m benchmarks.letters                 1,000 as text and 1,000 as PDF
python -m benchmarks.letters --count 100     fewer
"""

from __future__ import annotations

import argparse
import os
import tempfile
import time
from datetime import date
from pathlib import Path

from benchmarks import make_letters
from modwise.appeals import batch
from modwise.denying import running

TODAY = date(2026, 5, 18)


def main() -> None:
    """Measures and prints."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.letters", description=__doc__)
    parser.add_argument("--count", type=int, default=1000, help="letters (default 1000)")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        base = Path(folder)
        make_letters.write(base, asked.count)
        items = running.run([base / "remit.835"], [base / "claims.837"], today=TODAY, home=base / "home").open
        for ending in (".txt", ".pdf"):
            measure(base, items, ending)


def measure(base: Path, items: list[batch.Json], ending: str) -> None:
    """Drafts the items once, with as many processes as there are processors."""
    order = batch.Order(
        str(base / ending[1:]),
        TODAY,
        ending,
        claims=(str(base / "claims.837"),),
        notes=str(base / "notes"),
        practice=str(base / "practice.toml"),
        home=base / "home",
    )
    begun = time.perf_counter()
    found = batch.draft_all(items, order, processes=os.cpu_count() or 1)
    taken = time.perf_counter() - begun
    counts = found["summary"]
    print(f"{ending[1:]}: {counts['items']} letters, {counts['complete']} complete, {counts['failed']} failed, {taken:.0f} s")


if __name__ == "__main__":
    main()
