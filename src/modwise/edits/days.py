"""Which lines are compared: same patient, provider, payer, claim type and date of service, across the whole batch."""

from __future__ import annotations

import numpy as np
import polars as pl

from modwise.edits.known import Known
from modwise.edits.lines import Lines, Rows
from modwise.x12.values import mix


def add_days(frame: pl.DataFrame) -> tuple[pl.DataFrame, Rows, int]:
    """The frame with `day` (one number per group of comparable lines), the rows in order of day, and how many have no date.

    A line without a patient is compared with its own claim only. A professional line's provider is the rendering one, else the
    billing one; an institutional line's is the billing one.
    """
    keys = frame.select(
        patient=pl.col("patient"),
        claim=pl.col("file").to_physical().cast(pl.UInt64) * 2**32 + pl.col("claim_seq").cast(pl.UInt64),
        provider=pl.when(pl.col("claim_type") == "institutional")
        .then("billing_npi")
        .otherwise(pl.coalesce("rendering_npi", "billing_npi"))
        .cast(pl.Categorical)
        .to_physical()
        .cast(pl.UInt64)
        .fill_null(0xFFFFFFFF),
        payer=pl.col("payer_id").to_physical().cast(pl.UInt64).fill_null(0xFFFFFFFF),
        kind=pl.col("claim_type").to_physical().cast(pl.UInt64).fill_null(3),
        date=pl.col("date_from").to_physical().cast(pl.Int64),
    )
    patient = keys["patient"].is_null()
    who = np.where(patient.to_numpy(), ~keys["claim"].to_numpy(), keys["patient"].fill_null(0).to_numpy())
    mixed = mix(who ^ mix((keys["provider"].to_numpy() << np.uint64(32)) | keys["payer"].to_numpy()))
    when = keys["date"].fill_null(0).to_numpy().astype(np.uint64)
    mixed = mix(mixed ^ (when << np.uint64(2)) ^ keys["kind"].to_numpy())
    dated = np.flatnonzero(keys["date"].is_not_null().to_numpy())
    order = dated[np.argsort(mixed[dated], kind="stable")].astype(np.uint32)
    sorted_keys = mixed[order]
    number = np.cumsum(np.r_[False, sorted_keys[1:] != sorted_keys[:-1]]) if len(order) else np.empty(0)
    day = np.zeros(frame.height, dtype=np.uint32)
    day[order] = number
    return frame.with_columns(day=pl.Series(day)), order, frame.height - len(order)


REPLACEMENT = "7"


def without_replaced(frame: pl.DataFrame) -> tuple[pl.DataFrame, int]:
    """The frame without lines of claims that a later claim of the batch replaces, and how many lines those were.

    A replacement (frequency 7) names the payer's number of the first claim, which no claim carries itself; so the first claim is
    taken to be the earlier one with the same claim number, patient and billing provider.
    """
    replacing = (frame["frequency"] == REPLACEMENT).fill_null(value=False)
    if not replacing.any():
        return frame, 0
    keys = ["claim_id", "patient", "billing_npi"]
    numbered = frame.select(*keys, "file", "claim_seq").with_row_index("row")
    # A group keeps the order of the batch, so its last row is of the last replacement.
    last = numbered.filter(replacing).group_by(keys).agg(pl.col("row", "file", "claim_seq").last().name.suffix("_last"))
    later = numbered.join(last, on=keys, how="left", nulls_equal=True, maintain_order="left")
    same = (pl.col("file") == pl.col("file_last")) & (pl.col("claim_seq") == pl.col("claim_seq_last"))
    gone = later.select(((pl.col("row") < pl.col("row_last")) & ~same).fill_null(value=False))[:, 0]
    return frame.filter(~gone), int(gone.sum())


def pairs_of_day(lines: Lines, left: pl.Series, right: pl.Series) -> pl.DataFrame:
    """Every pair of different lines of one day, `row` among those where `left` is true and `other` where `right` is."""
    days = lines["day"]

    def part(keep: pl.Series, name: str) -> pl.DataFrame:
        rows = np.flatnonzero(keep.fill_null(value=False).to_numpy()).astype(np.uint32)
        return pl.DataFrame({"day": days.gather(rows), name: pl.Series(rows, dtype=pl.UInt32)})

    joined = part(left, "row").join(part(right, "other"), on="day", how="inner")
    return joined.filter(pl.col("row") != pl.col("other")).select("row", "other").sort("row", "other")


def one_case_a_line(found: pl.DataFrame, status: pl.Series, known: Known) -> pl.DataFrame:
    """One row a line where several pairs speak of it: a finding before an unknown, an unknown before clean.

    The look-ups and messages that `known` remembers are cut to the rows that stay.
    """
    rank = pl.when(pl.col("status") == "clean").then(2).when(pl.col("status").is_null()).then(1).otherwise(0)
    ranked = found.with_columns(status=status).with_row_index("_case").with_columns(_rank=rank)
    kept = ranked.sort("row", "_rank", "_case").unique("row", keep="first", maintain_order=True)
    part = known.memory.at(kept["_case"].to_numpy())
    known.memory.records[:] = part.records
    known.memory.said.clear()
    known.memory.said.update(part.said)
    return kept.select("row", "other", "status")


def twins_of_day(lines: Lines, candidates: pl.Series) -> pl.DataFrame:
    """Lines of one day with the same code and the same modifiers: `row` the later one, `other` the first of them."""
    codes = lines["code"].to_physical().cast(pl.UInt64)
    key = lines["day"].cast(pl.UInt64) * 2**32 + codes
    # Most codes stand once a day; only the others are compared modifier by modifier.
    rows = np.flatnonzero((candidates & key.is_duplicated()).to_numpy()).astype(np.uint32)
    part = lines.at(rows)
    table = part.select("day", "code", "modifiers", "revenue_code").with_columns(
        pl.col("modifiers").list.sort().list.join(" "), row=pl.Series(rows, dtype=pl.UInt32)
    )
    twins = table.with_columns(other=pl.col("row").min().over("day", "code", "modifiers", "revenue_code"))
    return twins.filter(pl.col("row") != pl.col("other")).select("row", "other")
