"""Which lines are compared: same patient, provider, payer, claim type and date of service, across the whole batch."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import polars as pl

from modwise.edits.batch import Batch, Rows, Words
from modwise.edits.known import Known
from modwise.edits.lines import Lines
from modwise.x12.values import mix

Flags = npt.NDArray[np.bool_]
_NOBODY = np.uint64(2**32 - 1)


def in_days(batch: Batch, rows: Rows) -> tuple[Lines, int]:
    """Those lines of the batch in order of `day` (one number per group of comparable lines), and how many have no date.

    A line without a patient is compared with its own claim only. A professional line's provider is the rendering one, else the
    billing one; an institutional line's is the billing one.
    """
    dated = rows[batch.own["date_from"].is_not_null().to_numpy()[rows]]
    marks = _day_marks(Lines(batch, dated))
    order = np.argsort(marks, kind="stable")
    ordered = marks[order]
    number = np.cumsum(np.r_[False, ordered[1:] != ordered[:-1]]) if len(order) else np.empty(0)
    day = np.zeros(batch.height, dtype=np.uint32)
    day[dated[order]] = number
    batch.own = batch.own.with_columns(day=pl.Series(day))
    return Lines(batch, dated[order]), len(rows) - len(dated)


def _day_marks(lines: Lines) -> Words:
    """A 64-bit mark for each line, the same for lines that are compared."""
    patient = lines["patient"]
    claim = lines["file"].to_physical().to_numpy().astype(np.uint64) << np.uint64(32) | lines["claim_seq"].to_numpy()
    who = np.where(patient.is_null().to_numpy(), ~claim, patient.fill_null(0).to_numpy())
    institutional = (lines["claim_type"] == "institutional").fill_null(value=False).to_numpy()
    billing = _numbers(lines["billing_npi"])
    rendering = _numbers(lines["rendering_npi"])
    provider = np.where(institutional | (rendering == _NOBODY), billing, rendering)
    mixed = mix(who ^ mix((provider << np.uint64(32)) | _numbers(lines["payer_id"])))
    when = lines["date_from"].to_physical().to_numpy().astype(np.uint64)
    return mix(mixed ^ (when << np.uint64(32)) ^ _numbers(lines["claim_type"]))


def _numbers(column: pl.Series) -> Words:
    return column.to_physical().fill_null(2**32 - 1).to_numpy().astype(np.uint64)


REPLACEMENT = "7"


def replaced_lines(batch: Batch) -> Flags:
    """Which lines belong to a claim that a later claim of the batch replaces.

    A replacement (frequency 7) names the payer's number of the first claim, which no claim carries itself; so the first claim is
    taken to be the earlier one with the same claim number, patient and billing provider.
    """
    replacing = (batch["frequency"] == REPLACEMENT).fill_null(value=False)
    if not replacing.any():
        return np.zeros(batch.height, dtype=bool)
    keys = ["claim_id", "patient", "billing_npi"]
    numbered = batch.own.select(*keys, "file", "claim_seq").with_row_index("row")
    # A group keeps the order of the batch, so its last row is of the last replacement.
    last = numbered.filter(replacing).group_by(keys).agg(pl.col("row", "file", "claim_seq").last().name.suffix("_last"))
    later = numbered.join(last, on=keys, how="left", nulls_equal=True, maintain_order="left")
    same = (pl.col("file") == pl.col("file_last")) & (pl.col("claim_seq") == pl.col("claim_seq_last"))
    gone = later.select(((pl.col("row") < pl.col("row_last")) & ~same).fill_null(value=False))[:, 0]
    return np.asarray(gone.to_numpy(), dtype=bool)


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
