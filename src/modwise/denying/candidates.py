"""The lines of remits that are worth deciding, with all that the decision needs, as one frame.

A line is looked at when something other than a contractual price and the patient's share was adjusted, when a correction pays less than
before, when the payer allowed less than was expected, or when the payer did not know the patient. Reversals and the payments they take
back are netted: only the correction counts.
"""

from __future__ import annotations

from collections.abc import Collection

import polars as pl

from modwise.denying.tables import DecisionTables
from modwise.remits.frames import Remits

REVERSAL = "22"
# Line key of a claim without lines: below every real key, one for each claim.
_CLAIM_LEVEL = -1
LINE_COLUMNS = (
    *("line_key", "claim_key", "line", "position", "code", "modifiers", "submitted_code", "submitted_modifiers"),
    *(
        "recoded",
        "charge",
        "paid",
        "units_paid",
        "units_submitted",
        "date_from",
        "date_to",
        "allowed",
        "bundled_into",
        "line_control",
    ),
)
CLAIM_COLUMNS = (
    *("claim_key", "payment_key", "file", "claim_id", "status", "filing_indicator", "payer_control", "facility", "frequency"),
    *("received", "member", "payer", "claim_charge", "claim_paid", "statement_from"),
)


def lines_of(remits: Remits) -> pl.DataFrame:
    """Every decided line with its claim and notice date; a claim without lines is a row with `line` null and a key below 0.

    So is, with `whole` true, a claim of several lines that was adjusted at claim level: it stands beside its lines.

    Claims that were taken back and their reversals are left out. `notice` is the earlier of production and payment date.
    """
    claims = remits.claims
    taken_back = claims["reversal_of"].drop_nulls().implode()
    kept = claims.filter((pl.col("status").cast(pl.String) != REVERSAL) & ~pl.col("claim_key").is_in(taken_back))
    notice = remits.payments.select("payment_key", "payer_id", notice=pl.min_horizontal("produced", "date"))
    head = (
        kept.rename({"charge": "claim_charge", "paid": "claim_paid"})
        .select(CLAIM_COLUMNS)
        .join(notice, on="payment_key", how="left", maintain_order="left")
    )
    detail = remits.lines.select(LINE_COLUMNS).join(head, on="claim_key", how="inner", maintain_order="left")
    detail = _with_claims_part(detail, kept).with_columns(whole=pl.lit(value=False))
    days = remits.lines.group_by("claim_key").agg(pl.len().alias("count"), day=pl.col("date_from").min())
    kept = kept.join(days, on="claim_key", how="left", maintain_order="left")
    # A claim without lines, and one whose own adjustments belong to no single line.
    bare = kept.filter((pl.col("count").fill_null(0) == 0) | ((pl.col("adjusted") != 0) & (pl.col("count") > 1)))
    if not bare.height:
        return detail
    about = bare.select("claim_key", "position", "day", whole=pl.col("count").fill_null(0) > 0)
    alone = head.join(about, on="claim_key", how="inner").with_columns(
        line_key=_CLAIM_LEVEL - pl.col("claim_key"),
        charge=pl.col("claim_charge"),
        paid=pl.col("claim_paid"),
        date_from=pl.coalesce("statement_from", "day"),
        recoded=pl.lit(value=False),
    )
    return pl.concat([detail, alone.drop("day")], how="diagonal_relaxed")


def _with_claims_part(detail: pl.DataFrame, claims: pl.DataFrame) -> pl.DataFrame:
    """The lines; the only line of a claim bears what was adjusted at claim level."""
    part = claims.filter(pl.col("adjusted") != 0).select("claim_key", "adjusted")
    if not part.height:
        return detail
    joined = detail.join(part, on="claim_key", how="left", maintain_order="left")
    only = pl.col("adjusted").is_not_null() & (pl.len().over("claim_key") == 1)
    return joined.with_columns(paid=pl.when(only).then(pl.col("paid") - pl.col("adjusted")).otherwise("paid")).drop("adjusted")


def adjustments_of(remits: Remits, lines: pl.DataFrame) -> pl.DataFrame:
    """line_key, group, carc, amount of every adjustment of those lines.

    Those at claim level go to the claim's only line, else to the row of the claim itself.
    """
    bearing = remits.adjustments.filter(pl.col("line_key").is_null()).select("claim_key").unique()
    single = lines.join(bearing, on="claim_key", how="semi").filter(pl.len().over("claim_key") == 1)
    at_claim = pl.coalesce("line_key", "only", _CLAIM_LEVEL - pl.col("claim_key"))
    return (
        remits.adjustments.join(single.select("claim_key", only="line_key"), on="claim_key", how="left", maintain_order="left")
        .with_columns(line_key=at_claim)
        .join(lines.select("line_key"), on="line_key", how="semi")
        .select("line_key", pl.col("group", "carc").cast(pl.String), "amount")
    )


def remarks_of(remits: Remits, lines: pl.DataFrame) -> pl.DataFrame:
    """line_key and the remark codes of the line and of its claim, each once."""
    own = remits.remarks.filter(pl.col("line_key").is_not_null()).select("line_key", "code")
    of_claim = remits.remarks.filter(pl.col("line_key").is_null()).select("claim_key", "code")
    shared = lines.select("line_key", "claim_key").join(of_claim, on="claim_key").select("line_key", "code")
    return (
        pl.concat([own, shared])
        .join(lines.select("line_key"), on="line_key", how="semi")
        .with_columns(pl.col("code").cast(pl.String))
        .group_by("line_key")
        .agg(remarks=pl.col("code").unique(maintain_order=True))
    )


def prior_paid(remits: Remits) -> pl.DataFrame:
    """line_key of a correction's line and what the payment it replaces had paid for it, matched by control number, else by code,
    date and charge."""
    pairs = remits.claims.filter(pl.col("reversal_of").is_not_null() & pl.col("corrected_by").is_not_null()).select(
        "reversal_of", claim_key="corrected_by"
    )
    if not pairs.height:
        return pl.DataFrame(schema={"line_key": pl.Int64(), "prior_paid": pl.Int64()})
    ours = remits.lines.join(pairs, on="claim_key").with_columns(_mark())
    before = remits.lines.select("claim_key", "paid", _mark()).rename({"claim_key": "reversal_of", "paid": "prior_paid"})
    found = ours.join(before, on=["reversal_of", "mark"])
    return found.unique("line_key", keep="first", maintain_order=True).select("line_key", "prior_paid")


def _mark() -> pl.Expr:
    plain = pl.concat_str(
        pl.col("submitted_code").cast(pl.String).fill_null(""),
        pl.col("date_from").cast(pl.String).fill_null(""),
        pl.col("charge").cast(pl.String),
        separator="|",
    )
    return pl.coalesce("line_control", plain).alias("mark")


def worth_deciding(lines: pl.DataFrame, adjustments: pl.DataFrame, remarks: pl.DataFrame, tables: DecisionTables) -> pl.DataFrame:
    """line_key of the lines to decide. `lines` may have `prior_paid`, `short` (Boolean: allowed below expected)."""
    plain = [*tables.neutral, *tables.plain]
    telling = adjustments.filter(
        (pl.col("amount") != 0)
        & ~pl.col("carc").is_in(plain)
        & ~((pl.col("group") == "PR") & pl.col("carc").is_in(list(tables.shares)))
    )
    spoken = remarks.filter(pl.col("remarks").list.eval(pl.element().is_in(list(tables.on_paid))).list.any())
    keys = [telling["line_key"], spoken["line_key"]]
    unknown = lines.filter(pl.col("status").cast(pl.String).is_in(list(tables.telling_states)))["line_key"]
    keys.append(unknown)
    if "prior_paid" in lines.columns:
        keys.append(lines.filter(pl.col("paid") < pl.col("prior_paid"))["line_key"])
    if "short" in lines.columns:
        keys.append(lines.filter("short")["line_key"])
    return pl.DataFrame({"line_key": pl.concat(keys).unique()})


def receiving(adjustments: pl.DataFrame, moved_in: Collection[str]) -> pl.DataFrame:
    """line_key of lines that took in other lines' money."""
    return adjustments.filter((pl.col("amount") < 0) & pl.col("carc").is_in(list(moved_in))).select("line_key").unique()
