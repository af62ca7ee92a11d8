"""REP201."""

import polars as pl

from modwise.edits.base import DayEdit, Fix, status_of
from modwise.edits.days import twins_of_day
from modwise.edits.known import Known
from modwise.edits.lines import Lines


class RepeatUnmarked(DayEdit):
    """The same procedure twice on one day with nothing that tells the lines apart.

    ## What it does
    Compares lines of one patient, clinician and day: flags the second line of a code whose modifiers are the same, when
    none of them says repeat, distinct or another place.

    ## Why it is denied
    Two equal lines read as one billed twice; the second is denied as a duplicate.

    ## Known limits
    Different clinicians of one group are not compared. Units on one line are the matter of the unit-limit edit. Two equal
    lines may be right where the payer wants a line a unit.

    ## Example
    `71046` twice on one day.

    ## Use instead
    76 for a repeat by the same clinician, 77 by another, 91 for a repeated laboratory test, an anatomic modifier for
    another place, 59 or X for a distinct service; or one line with the units.
    """

    code = "REP201"
    outcome = "deny"
    facts = ("repeat.told-apart-by",)
    carc = ("18",)
    message = "{code} stands twice on the day with the same modifiers: the second line reads as a duplicate."
    fix = Fix("proposal", "If it was done twice, report the modifier that says how; if not, drop the line.")

    def check_day(self, lines: Lines, known: Known) -> pl.DataFrame:
        plain = known.apart()
        told = plain.carries("repeat.told-apart-by")
        twins = twins_of_day(lines, told.not_().fill_null(value=True))
        found = known.on(lines.at(twins["row"]))
        return twins.with_columns(status=status_of(fail=~found.carries("repeat.told-apart-by")))
