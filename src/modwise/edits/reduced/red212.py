"""RED212."""

import polars as pl

from modwise.edits.base import DayEdit, Fix, status_of
from modwise.edits.days import pairs_of_day
from modwise.edits.known import Known
from modwise.edits.lines import Lines


class SecondDiscontinued(DayEdit):
    """A second stopped procedure in one session.

    ## What it does
    Compares lines of one patient, clinician and day: flags every line with 53 after the first.

    ## Why it is denied
    Only the procedure that was begun and stopped is billed. What was planned after it did not happen.

    ## Known limits
    Two sessions of one day cannot be told apart on the claim.

    ## Example
    `45378-53` and `43235-53` on one day.

    ## Use instead
    The procedure that was begun, once with 53.
    """

    code = "RED212"
    outcome = "deny"
    modifiers = ("53",)
    claim_types = ("professional",)
    facts = ("53.once-a-session",)
    carc = ("97",)
    message = "{code} with 53 is the second stopped procedure of the day; only the one that was begun is billed."
    fix = Fix("proposal", "Keep 53 on the procedure that was begun; drop what was only planned.")

    def check_day(self, lines: Lines, known: Known) -> pl.DataFrame:
        found = pairs_of_day(lines, lines.carries("53"), lines.carries("53"))
        found = found.filter(pl.col("row") > pl.col("other")).unique("row", keep="first", maintain_order=True)
        once = known.on(lines.at(found["row"])).says("53.once-a-session", "true")
        return found.with_columns(status=status_of(fail=once))
