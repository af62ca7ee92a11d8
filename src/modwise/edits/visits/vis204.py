"""VIS204."""

import polars as pl

from modwise.edits.base import DayEdit, Fix, status_of
from modwise.edits.days import one_case_a_line, pairs_of_day
from modwise.edits.known import Known
from modwise.edits.lines import Lines


class DecisionModifierOnMinor(DayEdit):
    """Modifier 57 on a visit whose procedure of the day is minor.

    ## What it does
    Compares lines of one patient, clinician and day: flags a visit with 57 beside a procedure with a global period of 0
    or 10 days, when no major one stands there.

    ## Why it is denied
    57 is for the decision to do a major operation. The decision for a minor one is part of it; a significant visit apart
    takes 25.

    ## Known limits
    Global periods are Medicare's. A payer that is not known to follow the fee schedule is not assessed. 57 may belong to
    a major operation of the next day that is not in the batch.

    ## Example
    `99213-57` and `20610` on one day.

    ## Use instead
    25 if the visit was significant and apart; else nothing.
    """

    code = "VIS204"
    outcome = "deny"
    claim_types = ("professional",)
    facts = ("57.on-minor", "mpfs.global.minor", "mpfs.global.major")
    modifiers = ("57",)
    tables = ("fee_schedule",)
    carc = ("97", "4")
    message = "{code} with 57 on the day of {other_code} (global period {global_days}): 57 is for major operations."
    fix = Fix(
        "proposal", "25 if the record shows a significant visit apart from the minor procedure; 57 only for a major operation."
    )

    def check_day(self, lines: Lines, known: Known) -> pl.DataFrame:
        plain = known.apart()
        visit = (plain.family("evaluation-and-management") | plain.family("eye-visits")).fill_null(value=False)
        found = pairs_of_day(lines, visit & lines.carries("57"), ~visit)
        procedure = known.on(lines.at(found["other"]))
        period = procedure.fee("global_days")
        major, minor = procedure.within("mpfs.global.major", period), procedure.within("mpfs.global.minor", period)
        operated = found.with_columns(major=major).select(pl.col("major").any().over("row"))[:, 0]
        invalid = known.on(lines.at(found["row"])).says("57.on-minor", "invalid")
        known.say("other_code", procedure.lines["code"])
        return one_case_a_line(found, status_of(fail=invalid & minor & ~operated), known)
