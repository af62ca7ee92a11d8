"""Which payer of ours paid each claim."""

from __future__ import annotations

import polars as pl

from modwise.claims import payers
from modwise.knowledge.corpus import corpus
from modwise.remits import schema
from modwise.remits.frames import Remits


def with_payers(remits: Remits) -> pl.DataFrame:
    """The claims with `payer` filled where the remit names a payer we know; a claim without service lines has no known type."""
    named = remits.claims.select("payment_key", "filing_indicator", "claim_type", "payer", place_of_service="facility").join(
        remits.payments.select("payment_key", "payer_id"), on="payment_key", how="left", maintain_order="left"
    )
    absent = pl.lit(None, dtype=pl.Categorical())
    found = payers.with_payers(named.with_columns(taxonomy=absent, bill_type=absent), corpus())
    return remits.claims.with_columns(found["payer"]).select(list(schema.CLAIMS))
