"""What the edits of form ask of a line's modifiers: are they listed, in force, in order, compatible?

The loops here go over distinct modifiers, of which a batch has a few dozen, never over lines.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import reduce
from operator import or_

import numpy as np
import polars as pl

from modwise.edits.batch import Rows
from modwise.edits.known import CITATION, Known, Record
from modwise.edits.lines import Lines
from modwise.knowledge.corpus import Corpus, Fact

WELL_FORMED = r"^[A-Za-z0-9]{2}$"


def unlisted(lines: Lines, corpus: Corpus) -> pl.Series:
    """The well-formed modifiers of each line that neither code set holds (list)."""
    known = list(corpus.modifiers)
    formed = pl.element().str.contains(WELL_FORMED)
    return lines["modifiers"].list.eval(pl.element().filter(formed & ~pl.element().str.to_uppercase().is_in(known)))


def invalid(lines: Lines, known: Known, modifiers: Sequence[str], topic: str) -> pl.Series:
    """Whether a line carries one of the modifiers whose fact `<modifier>.<topic>` says "invalid" (Boolean; null = not known)."""
    answers = [lines.carries(modifier) & known.says(f"{modifier}.{topic}", "invalid") for modifier in modifiers]
    return reduce(or_, answers)


def _flat(lines: Lines) -> pl.DataFrame:
    """One row a modifier: row (of the lines), place, modifier, date."""
    lengths, carried = lines.modifiers_flat()
    rows = np.repeat(np.arange(len(lines), dtype=np.uint32), lengths)
    first = np.repeat(np.cumsum(lengths) - lengths, lengths)
    return pl.DataFrame(
        {
            "row": rows,
            "place": np.arange(len(rows)) - first,
            "modifier": carried.cast(pl.String),
            "date": lines["date_from"].gather(rows),
        }
    )


def in_force(lines: Lines, corpus: Corpus) -> pl.DataFrame:
    """For each line `wrong` (Boolean; null = not known), and of the modifier that decided it: modifier, when, value, from, source."""
    flat = _flat(lines)
    present = [m for m in flat["modifier"].unique() if m in corpus.modifiers]
    frames = [_judged(flat.filter(pl.col("modifier") == m), corpus.fact_for(f"{m}.in-force", None)) for m in present]
    schema = {
        "row": pl.UInt32,
        "rank": pl.Int32,
        "place": pl.Int64,
        "modifier": pl.String,
        "when": pl.String,
        "from": pl.Date,
        "source": pl.String,
    }
    judged = (
        pl.concat([frame.select(pl.col(k).cast(v) for k, v in schema.items()) for frame in frames])
        if frames
        else pl.DataFrame(schema=schema)
    )
    # Of several modifiers the worst decides: one not in force, else one that is not known.
    decided = judged.sort("row", "rank", "place").unique("row", keep="first", maintain_order=True)
    every = pl.DataFrame({"row": np.arange(len(lines), dtype=np.uint32)}).join(decided, on="row", how="left", maintain_order="left")
    wrong = pl.when(pl.col("rank") == 0).then(pl.lit(True)).when(pl.col("rank") == 1).then(None).otherwise(pl.lit(False))
    return every.with_columns(wrong=wrong)


def _judged(part: pl.DataFrame, fact: Fact | None) -> pl.DataFrame:
    if fact is None:
        return part.with_columns(
            rank=1, when=pl.lit(None, dtype=pl.String), source=pl.lit(""), **{"from": pl.lit(None, dtype=pl.Date)}
        )
    first, end = fact.values[0], next((v for v in fact.values if v.ended), None)
    before = pl.col("date") < first.start
    sure = not first.at_latest and fact.confidence == "high"
    ended = pl.col("date") >= end.start if end else pl.lit(False)
    rank = pl.when(pl.col("date").is_null()).then(1).when(ended).then(0).when(before).then(0 if sure else 1).otherwise(2)
    when = (
        pl.when(ended)
        .then(pl.lit(f"it ended, and does not hold from {end.start if end else ''}"))
        .otherwise(pl.lit(f"it began on {first.start}"))
    )
    start = pl.when(ended).then(pl.lit(end.start if end else None, dtype=pl.Date)).otherwise(pl.lit(first.start, dtype=pl.Date))
    return part.with_columns(rank=rank, when=when, source=pl.lit(", ".join((end or first).source)), **{"from": start})


def cite_in_force(found: pl.DataFrame) -> Record:
    """The deciding modifier's days as a look-up to cite."""

    def cite(rows: Rows) -> pl.Series:
        return (
            found[rows]
            .select(
                pl.when("wrong").then(
                    pl.struct(
                        pl.format("{}.in-force", "modifier").alias("id"),
                        pl.col("when").alias("value"),
                        "from",
                        "source",
                        pl.lit(None, dtype=pl.String).alias("note"),
                    )
                )
            )[:, 0]
            .cast(CITATION)
        )

    def reason(rows: Rows) -> pl.Series:
        return found[rows].select(pl.format("modifier {} is not known to be in force so early", pl.col("modifier").fill_null("?")))[
            :, 0
        ]

    return Record("in-force", found["wrong"].is_null(), cite, reason)


def exclusions(lines: Lines, corpus: Corpus, own: pl.Series) -> pl.DataFrame:
    """For each line `wrong` (Boolean; null = not known that early), the pair that excludes each other, and what to cite."""
    flat = _flat(lines)
    pairs = (
        flat.join(flat, on="row", suffix="_2")
        .filter(pl.col("place") < pl.col("place_2"))
        .select("row", "modifier", "modifier_2", "date")
    )
    kept = {pair for text in own.unique().drop_nulls() for pair in text.split(", ")}
    frames = []
    for one, two in pairs.select("modifier", "modifier_2").unique().iter_rows():
        fact = None if {f"{one}+{two}", f"{two}+{one}"} & kept else _excluding(corpus, one, two)
        if fact is not None:
            value = fact.values[-1]
            part = pairs.filter((pl.col("modifier") == one) & (pl.col("modifier_2") == two))
            wrong = pl.when(pl.col("date") >= value.start).then(pl.lit(True))
            frames.append(
                part.select(
                    "row",
                    wrong.alias("wrong"),
                    pl.lit(f"{one} and {two}").alias("pair"),
                    pl.lit(fact.id).alias("id"),
                    pl.lit(value.start).alias("from"),
                    pl.lit(", ".join(value.source)).alias("source"),
                )
            )
    schema = {"row": pl.UInt32, "wrong": pl.Boolean, "pair": pl.String, "id": pl.String, "from": pl.Date, "source": pl.String}
    decided = (
        pl.concat(frames).sort("row", "pair").unique("row", keep="first", maintain_order=True)
        if frames
        else pl.DataFrame(schema=schema)
    )
    every = pl.DataFrame({"row": np.arange(len(lines), dtype=np.uint32)}).join(decided, on="row", how="left", maintain_order="left")
    return every.with_columns(wrong=pl.when(pl.col("pair").is_null()).then(pl.lit(False)).otherwise("wrong"))


def _excluding(corpus: Corpus, one: str, two: str) -> Fact | None:
    for first, second in ((one, two), (two, one)):
        identity = f"{first}.excludes"
        if corpus.has_fact(identity):
            fact = corpus.fact_for(identity, None)
            value = fact.values[-1].value if fact else None
            if isinstance(value, tuple) and second in value:
                return fact
    return None


def cite_exclusions(found: pl.DataFrame) -> Record:
    """The excluding modifier's fact as a look-up to cite."""

    def cite(rows: Rows) -> pl.Series:
        return (
            found[rows]
            .select(
                pl.when(pl.col("pair").is_not_null()).then(
                    pl.struct("id", pl.col("pair").alias("value"), "from", "source", pl.lit(None, dtype=pl.String).alias("note"))
                )
            )[:, 0]
            .cast(CITATION)
        )

    def reason(rows: Rows) -> pl.Series:
        return pl.Series(["the exclusion is not known so early"], dtype=pl.String).new_from_index(0, len(rows))

    return Record("excludes", found["wrong"].is_null(), cite, reason)


# ---- order ---------------------------------------------------------------------------------------------------------------

PRICING, PLAN, AFTER_PLAN, EDIT, ANATOMIC, REST = range(6)
_RANKS = {
    "order.pricing": PRICING,
    "order.plan-of-care": PLAN,
    "order.after-plan-of-care": AFTER_PLAN,
    "order.edit": EDIT,
    "order.anatomic": ANATOMIC,
}


def _ranked(lines: Lines, known: Known) -> pl.DataFrame:
    flat = _flat(lines)
    each = known.apart(lines.at(flat["row"]))
    rank = pl.Series([REST], dtype=pl.Int32).new_from_index(0, flat.height)
    for fact, number in _RANKS.items():
        listed = each.within(fact, flat["modifier"]).fill_null(value=False)
        rank = rank.zip_with(~listed, pl.Series([number], dtype=pl.Int32).new_from_index(0, flat.height))
    return flat.with_columns(rank=rank)


def out_of_order(lines: Lines, known: Known) -> pl.Series:
    """Whether a pricing modifier stands behind one that is neither pricing nor a therapy plan (Boolean)."""
    ranked = _ranked(lines, known)
    other = (pl.col("rank") >= EDIT).cast(pl.Int32).cum_sum().over("row")
    wrong = ranked.filter((pl.col("rank") == PRICING) & (other > 0))["row"].unique()
    return pl.Series(np.isin(np.arange(len(lines)), wrong.to_numpy()))


def in_order(lines: Lines, known: Known) -> pl.Series:
    """The same modifiers in the order pricing, therapy plan, edit, place, rest; otherwise as they stood (list)."""
    ranked = _ranked(lines, known).sort("row", "rank", "place")
    lists = ranked.group_by("row", maintain_order=True).agg("modifier")
    every = pl.DataFrame({"row": np.arange(len(lines), dtype=np.uint32)})
    joined = every.join(lists, on="row", how="left", maintain_order="left")
    return joined.select(pl.col("modifier").fill_null([]))[:, 0]
