"""Lines that a payer put together into one: their money moved, it was not denied."""

from __future__ import annotations

import polars as pl

from modwise.remits import schema
from modwise.remits.frames import Remits

MOVED_IN, MOVED_OUT, OTHER, CONTRACT = "94", "97", "OA", "CO"


def with_panels(remits: Remits) -> pl.DataFrame:
    """The lines with `bundled_into`.

    The payer repeats each line with the panel's code: the one that survives takes in (OA-94, negative) exactly what the others lose
    (CO-97 for their whole charge, nothing paid, SVC06 telling the code sent).
    """
    at_line = remits.adjustments.filter(pl.col("line_key").is_not_null())
    taken = _sum(at_line, OTHER, MOVED_IN, "taken").filter(pl.col("taken") < 0)
    if not taken.height:
        return remits.lines
    lines = remits.lines.select("line_key", "claim_key", "code", "charge", "paid", "recoded")
    panel = lines.join(taken, on="line_key").select("claim_key", "code", "taken", panel_key="line_key")
    lost = _sum(at_line, CONTRACT, MOVED_OUT, "lost")
    parts = (
        lines.join(lost, on="line_key")
        .filter(pl.col("recoded") & (pl.col("paid") == 0) & (pl.col("lost") == pl.col("charge")))
        .join(panel, on=["claim_key", "code"])
        .filter(pl.col("lost").sum().over("panel_key") == -pl.col("taken"))
        .unique("line_key", keep="first", maintain_order=True)
    )
    moved = parts.select("line_key", bundled_into="panel_key")
    whole = remits.lines.drop("bundled_into").join(moved, on="line_key", how="left", maintain_order="left")
    return whole.select(list(schema.LINES))


def _sum(adjustments: pl.DataFrame, group: str, carc: str, name: str) -> pl.DataFrame:
    kept = adjustments.filter((pl.col("group") == group) & (pl.col("carc") == carc))
    return kept.group_by("line_key").agg(pl.col("amount").sum().alias(name))
