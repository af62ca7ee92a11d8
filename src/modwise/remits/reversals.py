"""Reversals (claim status 22) beside the payment each takes back and the correction that follows."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

import polars as pl

from modwise.remits import schema
from modwise.remits.frames import Remits

REVERSAL = "22"


@dataclass(frozen=True)
class _Claim:
    """What pairing looks at; `when` orders the claims of all files."""

    key: int
    when: int
    reversal: bool
    charge: int
    paid: int
    control: str | None
    original: str | None


def with_reversals(remits: Remits) -> pl.DataFrame:
    """The claims with `reversal_of` and `corrected_by`.

    A reversal negates the charge and the payment of a claim with the same number from the same payer; where several do, the payer's
    control number and then the nearest before it decide. The next claim behind the reversal that is none of those is its correction.
    """
    claims = remits.claims
    reversed_numbers = claims.filter(pl.col("status") == REVERSAL)["claim_id"].unique()
    if not len(reversed_numbers):
        return claims
    taken_back: dict[int, int] = {}
    corrected: dict[int, int] = {}
    for group in _groups(remits, reversed_numbers):
        _pair(group, taken_back, corrected)
    return (
        claims.drop("reversal_of", "corrected_by")
        .join(_frame("reversal_of", taken_back), on="claim_key", how="left", maintain_order="left")
        .join(_frame("corrected_by", corrected), on="claim_key", how="left", maintain_order="left")
        .select(list(schema.CLAIMS))
    )


def _groups(remits: Remits, numbers: pl.Series) -> Iterable[list[_Claim]]:
    """The claims that share a number which was reversed, by payer, in order of payment."""
    payer = pl.coalesce(pl.col("trace_payer"), pl.col("payer_id").cast(pl.String), pl.col("payer_name").cast(pl.String))
    rows = (
        remits.claims.filter(pl.col("claim_id").is_in(numbers.implode(), nulls_equal=True))
        .join(remits.payments.select("payment_key", "date", who=payer), on="payment_key", how="left")
        .sort(pl.col("date").fill_null(strategy="min"), "claim_key")
        .select("claim_id", "who", "claim_key", "date", "status", "charge", "paid", "payer_control", "original_ref")
    )
    groups: dict[tuple[object, object], list[_Claim]] = defaultdict(list)
    for place, (number, who, key, _, status, charge, paid, control, original) in enumerate(rows.iter_rows()):
        groups[number, who].append(_Claim(key, place, status == REVERSAL, charge, paid, control, original))
    return groups.values()


def _pair(group: list[_Claim], taken_back: dict[int, int], corrected: dict[int, int]) -> None:
    free = {claim.key: claim for claim in group if not claim.reversal}
    reversals = [claim for claim in group if claim.reversal]
    for reversal in reversals:
        fits = [c for c in free.values() if (c.charge, c.paid) == (-reversal.charge, -reversal.paid)]
        if fits:
            best = min(fits, key=lambda c: _distance(c, reversal))
            taken_back[reversal.key] = best.key
            del free[best.key]
    for reversal in reversals:
        behind = [c for c in free.values() if c.when > reversal.when]
        if behind:
            correction = min(behind, key=lambda c: (not _linked(c, reversal), c.when))
            del free[correction.key]
            corrected[reversal.key] = correction.key
            if reversal.key in taken_back:
                corrected[taken_back[reversal.key]] = correction.key


def _linked(claim: _Claim, reversal: _Claim) -> bool:
    names = {claim.control, claim.original} & {reversal.control, reversal.original}
    return bool(names - {None})


def _distance(claim: _Claim, reversal: _Claim) -> tuple[bool, bool, int]:
    return not _linked(claim, reversal), claim.when > reversal.when, abs(claim.when - reversal.when)


def _frame(name: str, pairs: dict[int, int]) -> pl.DataFrame:
    return pl.DataFrame({"claim_key": list(pairs), name: list(pairs.values())}, schema={"claim_key": pl.Int64(), name: pl.Int64()})
