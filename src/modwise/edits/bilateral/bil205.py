"""BIL205."""

import polars as pl

from modwise.edits.base import DayEdit, Fix, status_of
from modwise.edits.days import pairs_of_day
from modwise.edits.known import Known
from modwise.edits.lines import Lines


class SidesOfBothSidedCode(DayEdit):
    """Left and right billed apart for a code whose price covers both sides.

    ## What it does
    Compares lines of one patient, clinician and day: flags the second line of a code with bilateral indicator 2 when one
    carries LT and the other RT.

    ## Why it is denied
    The price already counts both sides, so the second line is paid as a duplicate, which is to say not at all.

    ## Known limits
    The indicator is Medicare's. A payer that is not known to follow the fee schedule is not assessed.

    ## Example
    `92250-RT` and `92250-LT` on one day, bilateral indicator 2.

    ## Use instead
    The code once, without a side.
    """

    code = "BIL205"
    outcome = "deny"
    facts = ("mpfs.bilateral.already-both-sides",)
    modifiers = ("LT", "RT")
    tables = ("fee_schedule",)
    carc = ("18", "97")
    message = "{code} for the other side of a code whose bilateral indicator is {bilateral}: its price covers both sides once."
    fix = Fix("proposal", "Report the code once without a side.", remove=("LT", "RT"))

    def check_day(self, lines: Lines, known: Known) -> pl.DataFrame:
        found = pairs_of_day(lines, lines.carries("LT"), lines.carries("RT"))
        same = lines["code"].gather(found["row"]) == lines["code"].gather(found["other"])
        found = found.filter(same).select(
            pl.max_horizontal("row", "other").alias("row"), pl.min_horizontal("row", "other").alias("other")
        )
        cases = known.on(lines.at(found["row"]))
        both = cases.within("mpfs.bilateral.already-both-sides", cases.fee("bilateral"))
        return found.with_columns(status=status_of(fail=both))
