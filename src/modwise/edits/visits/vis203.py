"""VIS203."""

import polars as pl

from modwise.edits.base import DayEdit, Fix, status_of
from modwise.edits.days import one_case_a_line, pairs_of_day
from modwise.edits.known import Known
from modwise.edits.lines import Lines


class DecisionVisitWithTwentyFive(DayEdit):
    """A visit with 25 on the day of a major operation, where 57 is meant.

    ## What it does
    Compares lines of one patient, clinician and day: flags a visit with 25 and without 57 beside a procedure with a
    global period of 90 days, when no minor procedure of the day explains the 25.

    ## Why it is denied
    The package of a major operation begins the day before. Only the visit at which the operation was decided is paid, and
    57 says so; 25 does not.

    ## Known limits
    Global periods are Medicare's. A payer that is not known to follow the fee schedule is not assessed. A visit that was
    planned before is part of the package whatever its modifier.

    ## Example
    `99223-25` and `44950` on one day.

    ## Use instead
    57 on the visit if the operation was decided there.
    """

    code = "VIS203"
    outcome = "deny"
    claim_types = ("professional",)
    facts = ("mpfs.global.major", "mpfs.global.minor")
    modifiers = ("25",)
    tables = ("fee_schedule",)
    carc = ("97", "4")
    message = "{code} with 25 on the day of {other_code} (global period {global_days}): the visit that decided a major operation takes 57."
    fix = Fix("proposal", "57 instead of 25 if this visit is where the operation was decided.")

    def check_day(self, lines: Lines, known: Known) -> pl.DataFrame:
        plain = known.apart()
        visit = (plain.family("evaluation-and-management") | plain.family("eye-visits")).fill_null(value=False)
        flagged = visit & lines.carries("25") & ~lines.carries("57", "24")
        found = pairs_of_day(lines, flagged, ~visit)
        procedure = known.on(lines.at(found["other"]))
        period = procedure.fee("global_days")
        major, minor = procedure.within("mpfs.global.major", period), procedure.within("mpfs.global.minor", period)
        explained = found.with_columns(minor=minor).select(pl.col("minor").any().over("row"))[:, 0]
        known.say("other_code", procedure.lines["code"])
        return one_case_a_line(found, status_of(fail=major & ~explained), known)
