"""Which lines of one day stand in an NCCI procedure-to-procedure pair."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import polars as pl

from modwise.edits import reasons
from modwise.edits.batch import Rows
from modwise.edits.known import CITATION, Known, Record
from modwise.edits.lines import Lines
from modwise.reference.editions import FAR_DAY, PTP, UNKNOWN_DAY
from modwise.reference.tables import PairTable

Numbers = npt.NDArray[np.integer[Any]]

SERVICES = {"professional": "practitioner", "institutional": "outpatient"}
CASES: dict[str, pl.DataType | type[pl.DataType]] = {
    "row": pl.UInt32,
    "other": pl.UInt32,
    "indicator": pl.String,
    "effective": pl.Date,
    "table": pl.String,
    "edition": pl.Int16,
    "nearest": pl.Boolean,
    "why": pl.String,
}


@dataclass(frozen=True)
class _Part:
    """Lines of one claim type whose dates one edition answers for; `rows` point into the day's lines and rise with the day."""

    table: str
    edition: int
    rows: Rows
    nearest: Rows


def with_company(lines: Lines) -> Rows:
    """The lines that share their day with another; `lines` are sorted by day."""
    days = lines["day"].to_numpy()
    if len(days) < 2:
        return np.empty(0, dtype=np.uint32)
    same = days[1:] == days[:-1]
    return np.flatnonzero(np.r_[same, False] | np.r_[False, same]).astype(np.uint32)


def cases(lines: Lines, rows: Rows, known: Known) -> pl.DataFrame:
    """Every pair in force among those rows: `row` is the column 2 line, `other` the column 1 line.

    A line whose code the table at hand does not cover, or for whose date there is no table, is a case without `indicator`; `why`
    says which.
    """
    parts, found = _parts(lines, rows, known)
    for part in parts:
        table = known.tables.pairs(_service(part.table), part.edition)
        if table is not None:
            found.append(_hits(lines, part, table))
    return pl.concat([frame.select(*CASES) for frame in found]) if found else pl.DataFrame(schema=CASES)


def _service(table: str) -> str:
    return next(service for service, name in PTP.items() if name == table)


def _parts(lines: Lines, rows: Rows, known: Known) -> tuple[list[_Part], list[pl.DataFrame]]:
    parts, unanswered = [], []
    kinds, dates = lines["claim_type"].gather(rows), lines["date_from"].gather(rows)
    for kind, service in SERVICES.items():
        chosen = np.flatnonzero((kinds == kind).fill_null(value=False).to_numpy())
        if not len(chosen):
            continue
        choice = known.tables.choose(PTP[service], dates.gather(chosen))
        for edition in np.unique(choice.edition).tolist():
            here = choice.edition == edition
            ours = rows[chosen[here]]
            if edition < 0:
                unanswered.append(_without(ours, PTP[service], -1, reasons.no_edition(PTP[service])))
            else:
                parts.append(_Part(PTP[service], edition, ours, choice.nearest[here].astype(np.uint32)))
    return parts, unanswered


def _without(rows: Rows, table: str, edition: int, why: str) -> pl.DataFrame:
    frame = pl.DataFrame({"row": pl.Series(rows, dtype=pl.UInt32)})
    return frame.with_columns(
        pl.lit(None, dtype=pl.UInt32).alias("other"),
        pl.lit(None, dtype=pl.String).alias("indicator"),
        pl.lit(None, dtype=pl.Date).alias("effective"),
        pl.lit(table).alias("table"),
        pl.lit(edition, dtype=pl.Int16).alias("edition"),
        pl.lit(False).alias("nearest"),
        pl.lit(why).alias("why"),
    )


def _hits(lines: Lines, part: _Part, table: PairTable) -> pl.DataFrame:
    """Lag by lag: lines of one day are neighbours, so each lag compares every line with the one so many places on."""
    codes = lines["code"].gather(part.rows)
    ids = table.ids(codes)
    group = lines["day"].gather(part.rows).to_numpy()
    days = lines["date_from"].gather(part.rows).to_physical().to_numpy()
    ones, twos = [], []
    first, lag = np.arange(len(ids)), 0
    while len(first):
        lag += 1
        # Whoever has no companion so many places on has none further on either, so each lag looks at fewer lines.
        first = first[: np.searchsorted(first, len(ids) - lag)]
        first = first[group[first + lag] == group[first]]
        second = first + lag
        for one, two in ((first, second), (second, first)):
            possible = table.possible(ids[one], ids[two])
            ones.append(one[possible])
            twos.append(two[possible])
    frames = []
    if ones:
        one, two = np.concatenate(ones), np.concatenate(twos)
        hits = table.search(np.arange(len(one)), ids[one], ids[two], days[one])
        frames.append(_frame(part, one[hits.position], two[hits.position], hits.indicator, hits.effective))
    uncovered = np.flatnonzero(~table.covers(codes).to_numpy())
    if len(uncovered):
        frames.append(_without(part.rows[uncovered], part.table, part.edition, reasons.no_code(part.table, starter=True)))
    return pl.concat(frames) if frames else pl.DataFrame(schema=CASES)


def _frame(part: _Part, one: Numbers, two: Numbers, indicator: Numbers, effective: Numbers) -> pl.DataFrame:
    known = (effective != UNKNOWN_DAY) & (effective < FAR_DAY)
    started = pl.select(pl.when(pl.Series(known)).then(pl.Series(np.where(known, effective, 0))))[:, 0]
    return pl.DataFrame(
        {
            "row": part.rows[two],
            "other": part.rows[one],
            "indicator": pl.Series(indicator).cast(pl.String),
            "effective": started.cast(pl.Int32).cast(pl.Date),
            "table": pl.Series([part.table], dtype=pl.String).new_from_index(0, len(one)),
            "edition": pl.Series([part.edition], dtype=pl.Int16).new_from_index(0, len(one)),
            "nearest": part.nearest[two].astype(bool),
            "why": pl.Series([None], dtype=pl.String).new_from_index(0, len(one)),
        }
    )


def remember(found: pl.DataFrame, lines: Lines, known: Known) -> None:
    """Records the pairs as a look-up: cited as column 1/column 2, indicator and start; unanswered for their reason."""
    editions = {name: known.tables.editions(name) for name in PTP.values()}

    def cite(rows: Rows) -> pl.Series:
        part = found[rows]
        one = lines["code"].gather(part["other"].fill_null(0)).cast(pl.String)
        two = lines["code"].gather(part["row"]).cast(pl.String)
        names = [
            (table, number, f"{table} {edition.name}", edition.effective_dates)
            for table, held in editions.items()
            for number, edition in enumerate(held)
        ]
        known_editions = pl.DataFrame(
            names,
            schema={"table": pl.String, "edition": pl.Int16, "source": pl.String, "dated": pl.Boolean},
            orient="row",
        )
        frame = part.with_columns(one=one, two=two).join(known_editions, on=["table", "edition"], how="left", maintain_order="left")
        notes = (
            pl.when("nearest")
            .then(pl.lit("nearest edition; none covers the date of service"))
            .when(pl.col("dated").not_())
            .then(pl.lit("this edition gives no start dates; taken as in force for its quarter"))
        )
        return frame.select(
            pl.when(pl.col("indicator").is_not_null()).then(
                pl.struct(
                    pl.col("table").alias("id"),
                    pl.format("column 1 {} / column 2 {}, indicator {}", "one", "two", "indicator").alias("value"),
                    pl.col("effective").alias("from"),
                    "source",
                    notes.alias("note"),
                )
            )
        )[:, 0].cast(CITATION)

    known.remember(Record("ncci_ptp", found["indicator"].is_null(), cite, lambda rows: found["why"].gather(rows), found["nearest"]))
