"""Which line of which 837 a remit line answers, how that was found, and how sure it is.

Claims first: by the claim's own number, confirmed by charge, date and member; else by member, date and charge. Then lines: by the line
control number; else by what was sent, from the fullest likeness to the least, never by place alone.
"""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl

from modwise.remits.frames import Remits

Columns = dict[str, tuple[pl.DataType, str]]

HIGH, MEDIUM, LOW = "high", "medium", "low"
_GRADES = {HIGH: 2, MEDIUM: 1, LOW: 0}
# Claims whose lines are matched at once.
A_PART = 100_000

# What is read of the 837 for matching; any lines frame that has these will do.
NEEDED = (
    "file",
    "claim_seq",
    "claim_id",
    "line",
    "position",
    "frequency",
    "original_ref",
    "date_from",
    "code",
    "modifiers",
    "charge",
    "line_control",
    "member",
)
MATCHES: Columns = {
    "claim_key": (pl.Int64(), "the remit's claim"),
    "line_key": (pl.Int64(), "the remit's line; null for a claim without lines"),
    "row": (pl.UInt32(), "row of the line in the lines frame that was given; null where none was found"),
    "sent_file": (pl.Categorical(), "the 837 file of the claim; null where no claim was found"),
    "sent_seq": (pl.UInt32(), "which claim of that file"),
    "sent_claim": (pl.String(), "its number (CLM01)"),
    "sent_line": (pl.UInt32(), "its line (LX)"),
    "claim_by": (pl.Categorical(), "how the claim was found: claim_id, or member_date_charge"),
    "claim_confidence": (pl.Categorical(), "high, medium or low"),
    "by": (
        pl.Categorical(),
        "how the line was found: line_control, line_number, code_modifiers_date_charge, code_date_charge, charge_date; null = not",
    ),
    "confidence": (pl.Categorical(), "the lower of the claim's and the line's: high, medium or low"),
}


@dataclass(frozen=True)
class Matches:
    """`lines` has one row a remit line (and one a claim without lines), in order; `replaced` the remit claims that a later 837 replaces.

    `replaced`: claim_key, sent_file, sent_seq, sent_claim, frequency of the 837 claim whose REF*F8 names the remit claim's CLP07.
    """

    lines: pl.DataFrame
    replaced: pl.DataFrame


def match(remits: Remits, sent: pl.DataFrame) -> Matches:
    """The matches of all remit lines against a lines frame (columns `NEEDED`); what finds no partner has null in `row` and `by`."""
    sent = sent.select(NEEDED).with_row_index("row")
    claims = _sent_claims(sent)
    found = _claim_matches(_remit_claims(remits), claims)
    lines = _line_matches(remits, sent, claims, found)
    return Matches(_framed(remits, claims, found, lines, sent), _replaced(remits, claims))


# ---- claims --------------------------------------------------------------------------------------------------------------


def _sent_claims(sent: pl.DataFrame) -> pl.DataFrame:
    """One row an 837 claim; `sent` is its running number."""
    return (
        sent.group_by("file", "claim_seq", maintain_order=True)
        .agg(
            pl.col("claim_id", "frequency", "original_ref", "member").first(),
            charge=pl.col("charge").sum(),
            day=pl.col("date_from").min(),
        )
        .with_row_index("sent")
    )


def _remit_claims(remits: Remits) -> pl.DataFrame:
    """One row a remit claim; a reversal's charge is turned back."""
    days = remits.lines.group_by("claim_key").agg(day=pl.col("date_from").min())
    return (
        remits.claims.select("claim_key", "claim_id", "frequency", "member", "statement_from", charge=pl.col("charge").abs())
        .join(days, on="claim_key", how="left")
        .with_columns(day=pl.coalesce("day", "statement_from"))
    )


def _claim_matches(answered: pl.DataFrame, claims: pl.DataFrame) -> pl.DataFrame:
    """claim_key, sent, claim_by, claim_grade for the claims that are found."""
    number = pl.col("claim_id").str.strip_chars().str.to_uppercase()
    same_number = (
        answered.with_columns(number=number)
        .join(claims.with_columns(number=number), on="number", suffix="_sent")
        .with_columns(
            same_charge=pl.col("charge") == pl.col("charge_sent"),
            same_day=(pl.col("day") == pl.col("day_sent")).fill_null(False),
            same_member=(pl.col("member") == pl.col("member_sent")).fill_null(False),
            same_frequency=(pl.col("frequency") == pl.col("frequency_sent")).fill_null(False),
        )
        # A number alone is used again for other patients and years.
        .filter(pl.col("same_charge") | pl.col("same_day") | pl.col("same_member"))
    )
    by_number = _best(same_number).select("claim_key", "sent", _grade().alias("claim_grade"), claim_by=pl.lit("claim_id"))
    left = answered.join(by_number, on="claim_key", how="anti")
    return pl.concat([by_number, _by_member(left, claims)])


def _best(candidates: pl.DataFrame) -> pl.DataFrame:
    """The likeliest claim of each remit claim, with `tied` where another is as likely; of equals the one sent last."""
    score = (
        pl.col("same_charge").cast(pl.Int8) * 8
        + pl.col("same_day").cast(pl.Int8) * 4
        + pl.col("same_member").cast(pl.Int8) * 2
        + pl.col("same_frequency").cast(pl.Int8)
    )
    best = candidates.with_columns(score=score).filter(pl.col("score") == pl.col("score").max().over("claim_key"))
    return (
        best.with_columns(tied=pl.len().over("claim_key") > 1)
        .sort("claim_key", "sent")
        .unique("claim_key", keep="last", maintain_order=True)
    )


def _grade() -> pl.Expr:
    sure = pl.col("same_charge") & (pl.col("same_day") | pl.col("same_member")) & ~pl.col("tied")
    fair = pl.col("same_charge") | (pl.col("same_day") & pl.col("same_member"))
    return pl.when(sure).then(_GRADES[HIGH]).when(fair).then(_GRADES[MEDIUM]).otherwise(_GRADES[LOW])


def _by_member(answered: pl.DataFrame, claims: pl.DataFrame) -> pl.DataFrame:
    """For claims whose number the payer cut short or lost: the one claim of that member, first day and charge."""
    on = ["member", "day", "charge"]
    pairs = answered.drop_nulls(on).join(claims.drop_nulls(on), on=on, suffix="_sent")
    only = pairs.filter(pl.len().over("claim_key") == 1)
    return only.select(
        "claim_key", "sent", pl.lit(_GRADES[MEDIUM], dtype=pl.Int32).alias("claim_grade"), claim_by=pl.lit("member_date_charge")
    )


# ---- lines ---------------------------------------------------------------------------------------------------------------


def _line_matches(remits: Remits, sent: pl.DataFrame, claims: pl.DataFrame, found: pl.DataFrame) -> pl.DataFrame:
    """line_key, row, by, grade of the lines that are found; a line of the 837 is used once a remit claim.

    Claims are taken a part at a time: what several stages hold of a year would be much memory for nothing.
    """
    numbered = claims.select("sent", "file", "claim_seq")
    found = found.select("claim_key", "sent").sort("claim_key")
    parts = [_stages(*_sides(remits, sent, numbered.join(part, on="sent"))) for part in found.iter_slices(A_PART)]
    return pl.concat(parts) if parts else _stages(*_sides(remits, sent, numbered.join(found, on="sent")))


def _sides(remits: Remits, sent: pl.DataFrame, found: pl.DataFrame) -> tuple[pl.DataFrame, pl.DataFrame]:
    """The remits' lines of those claims, and the lines that were sent for them."""
    there = sent.join(found, on=["file", "claim_seq"]).select(
        "claim_key",
        "row",
        "code",
        "charge",
        "line_control",
        day="date_from",
        mods=pl.col("modifiers").list.sort().list.join(","),
        number=pl.when(pl.col("line_control").is_null()).then(pl.col("line").cast(pl.String)),
    )
    here = remits.lines.join(found.select("claim_key"), on="claim_key", how="semi").select(
        "claim_key",
        "line_key",
        "line_control",
        code="submitted_code",
        charge=pl.col("charge").abs(),
        day="date_from",
        mods=pl.col("submitted_modifiers").list.sort().list.join(","),
        number=pl.col("line_control").str.strip_chars(),
    )
    return here, there


def _stages(here: pl.DataFrame, there: pl.DataFrame) -> pl.DataFrame:
    """line_key, row, by, grade of the lines of both sides that agree, from the surest likeness to the least."""
    parts = []
    for by, on, grades, only in _STAGES:
        pairs = _pairs(here, there, on, only=only, split=by in ("line_control", "line_number"))
        parts.append(
            pairs.select(
                "line_key", "row", by=pl.lit(by), grade=pl.when("alone").then(_GRADES[grades[0]]).otherwise(_GRADES[grades[1]])
            )
        )
        here = here.join(pairs, on="line_key", how="anti")
        there = there.join(pairs, on=["claim_key", "row"], how="anti")
    return pl.concat(parts)


# (by, columns that must agree, confidence where both sides have one and where they have several, whether only single ones count)
_STAGES: tuple[tuple[str, list[str], tuple[str, str], bool], ...] = (
    ("line_control", ["line_control"], (HIGH, MEDIUM), False),
    ("line_number", ["number"], (MEDIUM, MEDIUM), False),
    ("code_modifiers_date_charge", ["code", "mods", "day", "charge"], (HIGH, MEDIUM), False),
    ("code_date_charge", ["code", "day", "charge"], (MEDIUM, LOW), False),
    ("charge_date", ["charge", "day"], (LOW, LOW), True),
)


def _pairs(here: pl.DataFrame, there: pl.DataFrame, on: list[str], *, only: bool, split: bool) -> pl.DataFrame:
    """line_key, claim_key, row and `alone` (one on each side) of the lines that agree in those columns.

    Several alike on both sides are interchangeable and are taken in order; with `only` they are left alone. With `split` one line of
    the 837 may be answered by several: the payer split it.
    """
    key = ["claim_key", *on]
    left = _ranked(here.drop_nulls(on), key).select(*key, "line_key", "rank", "alike")
    right = _ranked(there.drop_nulls(on), key).select(*key, "row", "rank", "alike")
    if split:
        return left.join(right.filter(pl.col("alike") == 1), on=key).select(
            "line_key", "claim_key", "row", alone=pl.lit(value=True)
        )
    pairs = left.join(right, on=[*key, "rank"], suffix="_there")
    alone = (pl.col("alike") == 1) & (pl.col("alike_there") == 1)
    pairs = pairs.filter(alone) if only else pairs
    return pairs.select("line_key", "claim_key", "row", alone=alone)


def _ranked(frame: pl.DataFrame, key: list[str]) -> pl.DataFrame:
    """The frame with its place among those alike, from 1, and how many there are."""
    return frame.with_columns(rank=pl.int_range(1, pl.len() + 1).over(key), alike=pl.len().over(key))


# ---- the answer ----------------------------------------------------------------------------------------------------------


def _framed(remits: Remits, claims: pl.DataFrame, found: pl.DataFrame, lines: pl.DataFrame, sent: pl.DataFrame) -> pl.DataFrame:
    """Every remit line, and every claim without lines, with what was found for it."""
    bare = remits.claims.join(remits.lines, on="claim_key", how="anti").select("claim_key", line_key=pl.lit(None, dtype=pl.Int64))
    every = pl.concat([remits.lines.select("claim_key", "line_key"), bare]).sort("claim_key", "line_key", maintain_order=True)
    named = claims.select("sent", sent_file="file", sent_seq="claim_seq", sent_claim="claim_id")
    whole = (
        every.join(found.join(named, on="sent", how="left"), on="claim_key", how="left", maintain_order="left")
        .join(lines, on="line_key", how="left", maintain_order="left")
        .join(sent.select("row", sent_line="line"), on="row", how="left", maintain_order="left")
        .with_columns(claim_confidence=_word("claim_grade"), confidence=_word(pl.min_horizontal("claim_grade", "grade")))
        .with_columns(confidence=pl.when(pl.col("by").is_not_null()).then("confidence"))
    )
    return whole.select(pl.col(name).cast(kind) for name, (kind, _) in MATCHES.items())


def _word(grade: str | pl.Expr) -> pl.Expr:
    column = pl.col(grade) if isinstance(grade, str) else grade
    return column.replace_strict({grade: word for word, grade in _GRADES.items()}, default=None, return_dtype=pl.String)


def _replaced(remits: Remits, claims: pl.DataFrame) -> pl.DataFrame:
    """The remit claims that an 837 claim among those given names as the one it replaces or voids."""
    again = claims.drop_nulls("original_ref").select(
        "frequency", payer_control="original_ref", sent_file="file", sent_seq="claim_seq", sent_claim="claim_id"
    )
    return (
        remits.claims.select("claim_key", "payer_control").join(again, on="payer_control").drop("payer_control").sort("claim_key")
    )
