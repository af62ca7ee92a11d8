"""Add-on codes and whether a primary procedure stands beside them."""

from __future__ import annotations

import numpy as np
import polars as pl

from modwise.edits import reasons
from modwise.edits.base import status_of
from modwise.edits.batch import Rows
from modwise.edits.days import pairs_of_day
from modwise.edits.known import CITATION, Known, Record
from modwise.edits.lines import Lines
from modwise.reference.editions import ADD_ON

APPLIES = "add-on.applies"


def cases(lines: Lines, known: Known) -> pl.DataFrame:
    """A case for each add-on line (and each code of which it is not known whether it is one): row, other, status."""
    table = known.tables.add_ons()
    codes, dates = lines["code"], lines["date_from"]
    is_add_on = table.is_add_on(codes, dates)
    paired = pairs_of_day(lines, is_add_on, codes.is_not_null())
    paired = paired.with_columns(
        accepted=table.accepts(
            codes.gather(paired["row"]).cast(pl.String),
            codes.gather(paired["other"]).cast(pl.String),
            dates.gather(paired["row"]),
        )
    )
    rows = np.flatnonzero(is_add_on.fill_null(value=True).to_numpy()).astype(np.uint32)
    found = pl.DataFrame({"row": pl.Series(rows, dtype=pl.UInt32), "add_on": is_add_on.gather(rows)})
    beside = paired.group_by("row").agg(has=pl.col("accepted").any(ignore_nulls=True))
    found = found.join(beside, on="row", how="left", maintain_order="left").with_columns(
        code=codes.gather(rows).cast(pl.String), has=pl.col("has").fill_null(value=False)
    )
    found = found.with_columns(alone=_alone(found, known))
    applies = known.on(lines.at(found["row"])).says(APPLIES, "true")
    _remember(found, lines, known)
    return found.select("row", other=pl.lit(None, dtype=pl.UInt32)).with_columns(status=status_of(fail=applies & found["alone"]))


def _alone(found: pl.DataFrame, known: Known) -> pl.Series:
    """True: no primary of a closed list stands there. Null: the contractor decides, or it is not known whether it is an add-on."""
    table = known.tables.add_ons()
    open_codes = found.filter(pl.col("add_on") & ~pl.col("has"))["code"].unique()
    free = [code for code in open_codes if table.contractor_defined(code)]
    return found.select(
        pl.when(pl.col("add_on").is_null() | (pl.col("code").is_in(free) & ~pl.col("has"))).then(None).otherwise(~pl.col("has"))
    )[:, 0]


def _remember(found: pl.DataFrame, lines: Lines, known: Known) -> None:
    choice = known.tables.choose(ADD_ON, lines["date_from"].gather(found["row"]))
    editions = known.tables.editions(ADD_ON)
    nearest = pl.Series(choice.nearest)

    def cite(rows: Rows) -> pl.Series:
        chosen = [editions[int(e)] if e >= 0 else None for e in choice.edition[rows]]
        note = "nearest edition; none covers the date of service"
        return pl.Series(
            [
                e
                and {
                    "id": "add_on.primary",
                    "value": "none of its primary codes",
                    "from": e.valid_from,
                    "source": f"{ADD_ON} {e.name}",
                    "note": note if near else None,
                }
                for e, near in zip(chosen, choice.nearest[rows], strict=True)
            ],
            dtype=CITATION,
        )

    def reason(rows: Rows) -> pl.Series:
        part = found[rows].with_columns(edition=choice.edition[rows])
        return part.select(
            pl.when(pl.col("edition") < 0)
            .then(pl.lit(reasons.no_edition(ADD_ON)))
            .when(pl.col("add_on").is_null())
            .then(pl.lit(reasons.no_code(ADD_ON, starter=True)))
            .otherwise(pl.lit("the contractor decides which primary codes this add-on goes with"))
        )[:, 0]

    known.remember(Record("add_on", found["alone"].is_null(), cite, reason, nearest))
