"""NCCI pairs among the lines of a day, against a dictionary and a loop over every two lines, in one process by turns."""

from __future__ import annotations

import time
from itertools import groupby, permutations
from pathlib import Path
from statistics import median
from typing import Any

import numpy as np
import polars as pl

from modwise.claims import reading, schema
from modwise.edits import pairs
from modwise.edits.batch import Gathered, moments_of
from modwise.edits.days import in_days
from modwise.edits.known import Known
from modwise.knowledge.corpus import corpus
from modwise.reference import store
from modwise.reference.pairs import NEVER_ACTIVE
from modwise.reference.tables import Tables

TABLE = "ncci_ptp_practitioner"
Table = dict[tuple[str, str], list[tuple[int, int]]]


def measure(path: Path, rounds: int) -> dict[str, Any]:
    """CPU seconds of both (medians), their ratio, the hits of each, and how large the table was."""
    tables = Tables.open(None)
    gathered = Gathered(moments_of(corpus(), tables))
    for frame in reading.read([path], columns=schema.NEEDED):
        gathered.add(frame.filter(pl.col("claim_type") == "professional"))
    batch = gathered.batch()
    lines, _ = in_days(batch, np.arange(batch.height, dtype=np.uint32))
    known = Known(lines, corpus(), tables)
    table = dictionary()
    columns = pl.DataFrame({"day": lines["day"], "code": lines["code"].cast(pl.String), "date": lines["date_from"].to_physical()})
    rows = columns.rows()
    ours, loop = [], []
    for _ in range(rounds):
        begun = time.process_time()
        found = pairs.cases(lines, pairs.with_company(lines), known)
        ours.append(time.process_time() - begun)
        begun = time.process_time()
        hits = plain(rows, table)
        loop.append(time.process_time() - begun)
    count = found["indicator"].is_not_null().sum()
    assert count == hits, f"the two do not agree: {count} and {hits}"
    return {
        "ours": median(ours),
        "loop": median(loop),
        "ratio": median(b / a for a, b in zip(ours, loop, strict=True)),
        "hits": hits,
        "pairs": len(table),
        "lines": len(rows),
    }


def dictionary() -> Table:
    """(column 1, column 2) → first and last day in force (days from 1970-01-01), of the newest edition."""
    held = store.held(store.data_home(), TABLE) or [store.starter(TABLE)]
    loaded = held[-1].load()  # type: ignore[union-attr]
    keys = loaded.frame["key"].to_numpy()
    codes, count = loaded.codes, len(loaded.codes)
    active = loaded.frame.with_columns(one=keys // count, two=keys % count).filter(pl.col("indicator") != NEVER_ACTIVE)
    table: Table = {}
    for one, two, first, last in active.select("one", "two", "effective", "deletion").iter_rows():
        table.setdefault((codes[one], codes[two]), []).append((first, last))
    return table


def plain(rows: list[tuple[int, str, int]], table: Table) -> int:
    """How many pairs in force the loop finds."""
    hits = 0
    for _, group in groupby(rows, key=lambda row: row[0]):
        for (_, one, day), (_, two, _) in permutations(list(group), 2):
            for first, last in table.get((one, two), ()):
                hits += first <= day <= last
    return hits
