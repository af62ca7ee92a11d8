"""Builds the starter set of the package from CMS's own tables: code numbers and figures of the listed codes, no descriptions.

    python tools/build_starter.py FILE…

FILE is any table that `modwise data import` reads. Indices and factors of places are kept whole. The codes are in
`starter_codes.txt`. Add-on codes keep all their primary codes, listed or not: a primary code left out would turn
a good claim into a wrong one.
"""

from __future__ import annotations

import argparse
import dataclasses
from collections.abc import Iterable, Sequence
from pathlib import Path

import polars as pl

from modwise.reference import indicators, store
from modwise.reference.editions import ADD_ON, FEE_SCHEDULE, PTP, Edition
from modwise.reference.importing import Found, assemble, recognise
from modwise.reference.layouts import Parsed
from modwise.reference.store import Loaded

CODES = Path(__file__).with_name("starter_codes.txt")
NOTE = "the codes listed in tools/starter_codes.txt only"


def listed_codes(path: Path = CODES) -> tuple[str, ...]:
    """The codes in the list, sorted. Raises SystemExit when one is there twice."""
    codes = [code for line in path.read_text(encoding="utf-8").splitlines() for code in line.partition("#")[0].split()]
    twice = sorted({code for code in codes if codes.count(code) > 1})
    if twice:
        raise SystemExit(f"{path.name}: listed twice: {' '.join(twice)}")
    return tuple(sorted(codes))


def reduced(parsed: Parsed, codes: Sequence[str]) -> Parsed:
    """The table with the rows about the listed codes only."""
    if "area" in parsed.frame.columns:
        return parsed
    about = {"add_on"} if parsed.table == ADD_ON else {"column1", "column2"} if parsed.table in PTP.values() else {"code"}
    return dataclasses.replace(parsed, frame=parsed.frame.filter(pl.all_horizontal(pl.col(about).is_in(list(codes)))))


def build(paths: Iterable[Path], folder: Path, codes: tuple[str, ...]) -> None:
    """Writes one Parquet and one JSON file a table and prints what they hold."""
    seen: set[str] = set()
    for path in paths:
        for found in recognise(path)[0]:
            edition, digest, loaded = starter_edition(found, codes)
            store.write(folder, edition.table, edition, loaded, sha256=digest, imported=None)
            if edition.table == FEE_SCHEDULE:
                write_indicators(folder, loaded.frame)
            seen |= code_set(found.parsed.frame)
            size = (folder / f"{edition.table}.parquet").stat().st_size
            print(f"{edition.table:24} {edition.name} {edition.rows:>8,} rows {size:>9,} bytes")
    if missing := sorted(set(codes) - seen):
        raise SystemExit(f"in none of the tables: {' '.join(missing)}")


def write_indicators(folder: Path, frame: pl.DataFrame) -> None:
    """Writes the indicators of the base rows as text, which look-ups read without a frame library."""
    rows = {(row["code"], row["row"] or ""): row for row in frame.iter_rows(named=True)}
    (folder / indicators.TEXT).write_text(indicators.text(rows), encoding="ascii")


def starter_edition(found: Found, codes: tuple[str, ...]) -> tuple[Edition, str, Loaded]:
    """The edition of the starter set made of a whole table, the digest of its source, and its rows."""
    small = dataclasses.replace(found, parsed=reduced(found.parsed, codes))
    edition, loaded, digest = assemble(found.parsed.table, found.period, [small])
    if "area" in small.parsed.frame.columns:
        return dataclasses.replace(edition, starter=True), digest, loaded
    notes = (*edition.notes, NOTE)
    return dataclasses.replace(edition, starter=True, notes=notes), digest, dataclasses.replace(loaded, covers=codes)


def code_set(frame: pl.DataFrame) -> set[str]:
    """Every code of a table."""
    return {str(code) for name in ("code", "column1", "add_on") if name in frame.columns for code in frame[name].unique()}


def main() -> None:
    """Reads the command line."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("files", nargs="+", type=Path, help="the tables as CMS publishes them")
    parser.add_argument("--output", type=Path, default=store.STARTER, help="folder to write to")
    arguments = parser.parse_args()
    build(arguments.files, arguments.output, listed_codes())


if __name__ == "__main__":
    main()
