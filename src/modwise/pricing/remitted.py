"""Remitted lines as prices are compared with: what was sent, what was allowed, and what of that is the patient's or sequestered."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import polars as pl

from modwise.pricing.model import Situation
from modwise.pricing.rating import Book
from modwise.remits.frames import Remits

PRIMARY = ("1", "19")
ROUNDING = 1


def lines_of(remits: Remits, book: Book) -> pl.DataFrame:
    """One row a remitted line, with what `expected`, `learn` and `short` read.

    line_key, claim_key, claim_id, line, payer, code and modifiers as sent, place_of_service, setting, units, charge, paid, allowed, patient,
    date_from, rendering_npi, coinsurance, sequestered, carcs, settled (primary, not reversed, not rolled into a panel). `allowed` is the
    payer's own figure (AMT*B6), else the payment with the adjustments that belong to it; `allowed_differs` where both exist and disagree.
    """
    claims = remits.claims
    undone = pl.Series(claims["reversal_of"].drop_nulls())
    about = claims.select(
        "claim_key",
        "claim_id",
        "payer",
        pl.col("facility").cast(pl.String),
        pl.col("rendering_npi").alias("claim_npi"),
        pl.col("member").alias("patient"),
        whole=pl.col("status").cast(pl.String).is_in(PRIMARY)
        & pl.col("reversal_of").is_null()
        & ~pl.col("claim_key").is_in(undone.implode()),
    )
    lines = remits.lines.join(about, on="claim_key", how="left", maintain_order="left").join(
        _adjusted(remits.adjustments, book), on="line_key", how="left", maintain_order="left"
    )
    institutional = pl.col("revenue_code").is_not_null()
    added = pl.col("paid") + pl.col("held").fill_null(0)
    return lines.select(
        "line_key",
        "claim_key",
        "claim_id",
        "line",
        "payer",
        pl.col("submitted_code").alias("code"),
        pl.col("submitted_modifiers").alias("modifiers"),
        pl.when(~institutional).then("facility").alias("place_of_service"),
        pl.when(institutional).then(pl.lit("hopd")).otherwise(pl.lit("professional")).alias("setting"),
        pl.coalesce("units_submitted", "units_paid", pl.lit(1.0)).alias("units"),
        "charge",
        "paid",
        pl.coalesce("allowed", added).alias("allowed"),
        allowed_differs=(pl.col("allowed") - added).abs() > ROUNDING,
        patient="patient",
        date_from="date_from",
        rendering_npi=pl.coalesce("rendering_npi", "claim_npi"),
        coinsurance=pl.col("coinsurance").fill_null(0),
        sequestered=pl.col("sequestered").fill_null(0),
        carcs=pl.col("carcs").fill_null([]),
        settled=pl.col("whole").fill_null(value=False) & pl.col("bundled_into").is_null(),
    )


def _adjusted(adjustments: pl.DataFrame, book: Book) -> pl.DataFrame:
    """For each line the sums of the adjustments that matter, and its reason codes."""
    policy = book.policy(Situation(None, date.max))
    reason = pl.format("{}-{}", pl.col("group").cast(pl.String), pl.col("carc").cast(pl.String))

    def total(names: Sequence[str]) -> pl.Expr:
        return pl.col("amount").filter(pl.col("reason").is_in(names)).sum()

    named = adjustments.filter(pl.col("line_key").is_not_null()).with_columns(reason=reason)
    return named.group_by("line_key").agg(
        held=total(policy.listed("pricing.allowed-holds")),
        coinsurance=total(policy.listed("pricing.patient-part")),
        sequestered=total(policy.listed("pricing.sequestration-part")),
        carcs=pl.col("carc").cast(pl.String).unique(maintain_order=True),
    )
