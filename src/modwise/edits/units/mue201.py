"""MUE201."""

import polars as pl

from modwise.edits.base import DayEdit, Fix, status_of
from modwise.edits.known import Known
from modwise.edits.lines import Lines


class UnitsOverLimit(DayEdit):
    """More units of a code on a day than Medicare's unit limit.

    ## What it does
    Adds up the units of a code for one patient, clinician and day and compares them with the medically unlikely edit.
    Indicator 1 is tested line by line, 2 and 3 by the day. Indicator 2 cannot be exceeded; with 3 more is paid when the
    record proves it.

    ## Why it is denied
    Units above the limit are denied, for indicators 2 and 3 all units of the day. The provider may not bill the patient
    for them.

    ## Known limits
    CMS keeps some limits to itself: a code without a published one is not assessed. Lines over several days are counted
    on their first. Units of other clinicians are not added.

    ## Example
    `66984` on two lines with LT and RT: limit 1, indicator 2. The right form is one line with 50 and one unit.

    ## Use instead
    The units that were furnished, in the form the code wants; with indicator 3 records that prove the need.
    """

    code = "MUE201"
    outcome = "deny"
    outcomes = {"needs_documentation": "deny"}
    facts = ("mue.line-adjudicated", "mue.absolute", "mue.clinical")
    tables = ("mue_practitioner", "mue_outpatient")
    carc = ("151", "222")
    message = {
        "fail": "{total} units of {code} on the day; the limit is {limit} (adjudication indicator {mai}).",
        "needs_documentation": "{total} units of {code} on the day; the limit is {limit} (adjudication indicator {mai}): paid only "
        "when the record proves the need.",
    }
    fix = Fix("proposal", "Report the units that the record supports; both sides of one procedure are one unit with 50.")

    def check_day(self, lines: Lines, known: Known) -> pl.DataFrame:
        limits = known.mue()
        by_line = known.within("mue.line-adjudicated", limits["mai"])
        table = lines.select("day", "code", "units").with_columns(by_line=by_line)
        day_total = pl.col("units").sum().over("day", "code")
        total = table.select(pl.when("by_line").then("units").otherwise(day_total))[:, 0]
        over = total > limits["units"]
        known.say("total", total.cast(pl.String).str.strip_suffix(".0"))
        known.say("mai", limits["mai"])
        absolute, clinical = known.within("mue.absolute", limits["mai"]), known.within("mue.clinical", limits["mai"])
        status = status_of(fail=over & (absolute | by_line), needs_documentation=over & clinical)
        return pl.DataFrame({"row": pl.int_range(len(lines), eager=True, dtype=pl.UInt32), "status": status})
