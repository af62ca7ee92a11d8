"""Payments that were given twice: the same file again, or a copy of it, counts once."""

from __future__ import annotations

import polars as pl

from modwise.remits.frames import Remits

# What one payment shares with a copy of itself, wherever that lies.
_SAME = (
    "control",
    "trace",
    "trace_payer",
    "payer_name",
    "payer_id",
    "payee_npi",
    "payee_tin",
    "method",
    "date",
    "produced",
    "amount",
)
_CLAIM = ("claim_id", "status", "payer_control", "charge", "paid", "received")


def without_repeats(remits: Remits) -> None:
    """Takes payments out of the frames that were read before with the same claims; `remits.repeated` names where they stand."""
    alike = remits.payments.filter(pl.struct(_SAME).is_duplicated())
    if not alike.height:
        return
    claims = remits.claims.join(alike.select("payment_key"), on="payment_key", how="semi")
    content = claims.select("payment_key", mark=pl.struct(_CLAIM).hash()).group_by("payment_key").agg(pl.col("mark").sort())
    told = alike.join(content, on="payment_key", how="left", maintain_order="left")
    said = pl.col("mark").cast(pl.List(pl.String)).list.join(" ").fill_null("")
    again = told.with_columns(said=said).filter(~pl.struct(*_SAME, "said").is_first_distinct())
    if not again.height:
        return
    remits.repeated = again.select(pl.col("file").cast(pl.String), "position").rows()
    _drop(remits, again["payment_key"])


def _drop(remits: Remits, payments: pl.Series) -> None:
    gone = remits.claims.filter(pl.col("payment_key").is_in(payments.implode()))["claim_key"].implode()
    for name in ("payments", "provider_adjustments"):
        setattr(remits, name, getattr(remits, name).filter(~pl.col("payment_key").is_in(payments.implode())))
    for name in ("claims", "lines", "adjustments", "remarks", "references", "amounts"):
        setattr(remits, name, getattr(remits, name).filter(~pl.col("claim_key").is_in(gone)))
