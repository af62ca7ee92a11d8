"""DRG203."""

import polars as pl

from modwise.edits.base import DayEdit, Fix, status_of
from modwise.edits.known import Known
from modwise.edits.lines import Lines


class DiscardedWithoutGiven(DayEdit):
    """Discarded drug without the drug that was given.

    ## What it does
    Compares lines of one patient, provider and day: flags a JW line without another line of the same drug that carries no
    JW.

    ## Why it is denied
    Discarded drug is paid beside the dose that was given from the same container; alone it is denied.

    ## Known limits
    The dose may stand on a claim outside the batch.

    ## Example
    `J9271-JW` alone.

    ## Use instead
    The administered units on a line of their own, the discarded ones on the JW line.
    """

    code = "DRG203"
    outcome = "deny"
    modifiers = ("JW",)
    facts = ("JW.needs-administered-line",)
    carc = ("16", "107")
    message = "{code} with JW: no line of the day bills the drug that was given."
    fix = Fix("proposal", "Add the line of the administered units.")

    def check_day(self, lines: Lines, known: Known) -> pl.DataFrame:
        discarded = lines.carries("JW")
        table = lines.select("day", "code").with_columns(given=~discarded, row=pl.int_range(pl.len(), dtype=pl.UInt32))
        table = table.filter(pl.col("day").is_in(table.filter(discarded)["day"].unique().implode()))
        cases = table.with_columns(alone=~pl.col("given"), given=pl.col("given").any().over("day", "code")).filter("alone")
        needed = known.on(lines.at(cases["row"])).says("JW.needs-administered-line", "true")
        return cases.select("row").with_columns(status=status_of(fail=needed & ~cases["given"]))
