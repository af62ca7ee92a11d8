"""VIS201."""

import polars as pl

from modwise.edits.base import DayEdit, Fix, status_of
from modwise.edits.days import one_case_a_line, pairs_of_day
from modwise.edits.known import Known
from modwise.edits.lines import Lines


class VisitWithoutTwentyFive(DayEdit):
    """A visit on the day of a minor procedure without modifier 25.

    ## What it does
    Compares lines of one patient, clinician and day: flags a visit without 25, 24, 57 or another modifier that sets it
    apart, when a procedure with a global period of 0 or 10 days stands beside it.

    ## Why it is denied
    The package of a minor procedure holds the visit of the day, even the decision to do it. Only a significant visit
    apart from it is paid, and 25 says so.

    ## Known limits
    Global periods are Medicare's. A payer that is not known to follow the fee schedule is not assessed. Whether the visit
    was significant is in the record. Visits on a day without a procedure, and visits by another clinician, are left
    alone. Where the two codes are also an NCCI pair, that edit speaks too.

    ## Example
    `99213` and `20610` on one day.

    ## Use instead
    25 on the visit if the record shows work beyond the usual for the procedure; else the procedure alone.
    """

    code = "VIS201"
    outcome = "deny"
    claim_types = ("professional",)
    facts = ("mpfs.global.minor", "visit.set-apart-by")
    tables = ("fee_schedule",)
    carc = ("97",)
    message = "{code} on the day of {other_code} (global period {global_days}) without modifier 25: the visit counts as part of the procedure."
    fix = Fix(
        "proposal", "25 on the visit only if the record shows significant work apart from the procedure; else drop the visit."
    )

    def check_day(self, lines: Lines, known: Known) -> pl.DataFrame:
        plain = known.apart()
        visit = plain.family("evaluation-and-management") | plain.family("eye-visits")
        apart = plain.carries("visit.set-apart-by")
        found = pairs_of_day(lines, visit & ~apart, ~visit)
        procedure = known.on(lines.at(found["other"]))
        minor = procedure.within("mpfs.global.minor", procedure.fee("global_days"))
        known.say("other_code", procedure.lines["code"])
        return one_case_a_line(found, status_of(fail=minor), known)
