"""What a payer really allows, from the user's own remittances: rates of plain codes, and shares of modifiers against them.

Everything is counted in whole numbers: rates in cents a unit, shares in millionths.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from datetime import date
from pathlib import Path

import polars as pl

from modwise.errors import InputError
from modwise.pricing import learnt
from modwise.pricing.model import Situation
from modwise.pricing.rating import Book, least
from modwise.remits.frames import Remits

NEEDED = ("payer", "code", "modifiers", "place_of_service", "date_from", "units", "charge", "allowed")
KEY = ("payer", "modifier", "code", "place", "year")


def learn(lines: pl.DataFrame, book: Book) -> pl.DataFrame:
    """What the lines teach: payer, modifier (null for a plain rate), code, place, year, n, median, low, high, values, counts.

    A plain rate is what was allowed for a unit of the code without a pricing modifier, in cents; a share is what was allowed with the
    modifier against the median plain rate of the same payer, code, place and year, in millionths, for the code and (code null) over all
    codes. Left out: denied lines, lines allowed at their charge, lines cut as one of several, lines with several such modifiers, and
    shares whose plain rate was seen too rarely. `low` and `high` are the quartiles. Raises InputError for a missing column.
    """
    missing = [name for name in NEEDED if name not in lines.columns]
    if missing:
        raise InputError(f"no column {', '.join(missing)}", hint=f"Learning needs {', '.join(NEEDED)}.", code="missing-column")
    usable = _usable(lines, book)
    rates = _counted(usable.filter(pl.col("carried").list.len() == 0), "rate", pl.lit(None, dtype=pl.String))
    plain = rates.filter(pl.col("n") >= least(book.policy(Situation(None, date.max))))
    one = usable.filter(pl.col("carried").list.len() == 1).with_columns(modifier=pl.col("carried").list.first())
    against = one.join(plain.select("payer", "code", "place", "year", "median"), on=["payer", "code", "place", "year"])
    shared = against.filter(pl.col("median") > 0).with_columns(
        share=(pl.col("rate") * 1_000_000 + pl.col("median") // 2) // pl.col("median"), place=pl.lit(None, dtype=pl.String)
    )
    over_all = shared.with_columns(code=pl.lit(None, dtype=pl.String))
    shares = [_counted(part, "share", pl.col("modifier")) for part in (shared, over_all)]
    whole = rates.filter(~pl.col("code").str.contains("-", literal=True))
    return pl.concat([whole, *shares])


def _usable(lines: pl.DataFrame, book: Book) -> pl.DataFrame:
    policy = book.policy(Situation(None, date.max))
    learnable = policy.listed("pricing.learnable")
    parts = [m for m in policy.listed("pricing.step.row") if m not in learnable]
    others = [m for m in policy.listed("pricing.step.part") if m not in learnable]
    modifiers = pl.col("modifiers").fill_null([])
    row = modifiers.list.eval(pl.element().filter(pl.element().is_in(parts))).list.join("-")
    kept = lines.filter(
        pl.col("payer").is_not_null()
        & pl.col("code").is_not_null()
        & (pl.col("allowed") > 0)
        & (pl.col("allowed") < pl.col("charge"))
    ).filter((pl.col("units") > 0) & (modifiers.list.set_intersection(others).list.len() == 0))
    if "settled" in lines.columns:
        kept = kept.filter("settled")
    if "carcs" in lines.columns:
        kept = kept.filter(pl.col("carcs").list.set_intersection(list(policy.listed("pricing.ranked-reasons"))).list.len() == 0)
    milli = (pl.col("units") * 1000).round().cast(pl.Int64)
    return kept.select(
        pl.col("payer").cast(pl.String),
        code=pl.when(row != "")
        .then(pl.format("{}-{}", pl.col("code").cast(pl.String), row))
        .otherwise(pl.col("code").cast(pl.String)),
        place=pl.col("place_of_service").cast(pl.String),
        year=pl.col("date_from").dt.year(),
        carried=modifiers.list.eval(pl.element().filter(pl.element().is_in(learnable))).list.unique(),
        rate=(pl.col("allowed") * 1000 + milli // 2) // milli,
    )


def _counted(frame: pl.DataFrame, value: str, modifier: pl.Expr) -> pl.DataFrame:
    """How often each value was seen for each key, with count, median and quartiles."""
    return (
        frame.with_columns(modifier=modifier, value=pl.col(value))
        .group_by(KEY, maintain_order=True)
        .agg(
            n=pl.len(),
            median=pl.col("value").quantile(0.5, "lower").cast(pl.Int64),
            low=pl.col("value").quantile(0.25, "lower").cast(pl.Int64),
            high=pl.col("value").quantile(0.75, "higher").cast(pl.Int64),
            seen=pl.col("value").value_counts(sort=True),
        )
        .select(
            *KEY,
            *("n", "median", "low", "high"),
            values=pl.col("seen").list.eval(pl.element().struct.field("value")),
            counts=pl.col("seen").list.eval(pl.element().struct.field("count").cast(pl.Int64)),
        )
    )


def keep(found: pl.DataFrame, home: Path | None = None, marks: Iterable[str] = ()) -> Path:
    """Adds what was learnt to the data folder, where `price` finds it; returns the file.

    Give each remittance's lines once; `marks` name the payments they are from (`take` sees to both).
    """
    return learnt.add(found.select(*KEY, "values", "counts").to_dicts(), home, marks)


def take(remits: Remits, lines: pl.DataFrame, book: Book, home: Path | None = None) -> tuple[int, int]:
    """Learns from the payments that were not learnt from before, and keeps it: (payments taken, payments known already).

    `lines` are those of `remitted.lines_of(remits, book)`.
    """
    marks = {row["payment_key"]: _mark(row) for row in remits.payments.iter_rows(named=True)}
    known = learnt.taught(home)
    fresh = {key: mark for key, mark in marks.items() if mark not in known}
    claims = remits.claims.filter(pl.col("payment_key").is_in(list(fresh)))["claim_key"]
    if fresh:
        keep(learn(lines.filter(pl.col("claim_key").is_in(claims.implode())), book), home, fresh.values())
    return len(fresh), len(marks) - len(fresh)


def _mark(payment: Mapping[str, object]) -> str:
    """The payment as an opaque mark: same cheque, payer, day and amount, same mark."""
    parts = (payment[name] for name in ("trace", "trace_payer", "payer_name", "date", "amount", "payee_npi", "control"))
    return hashlib.sha256("|".join(str(part) for part in parts).encode()).hexdigest()[:16]
