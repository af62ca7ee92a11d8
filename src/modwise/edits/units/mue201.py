"""MUE201."""

import numpy as np
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
        first = known.apart()
        limits = first.mue()
        by_line = first.within("mue.line-adjudicated", limits["mai"])
        table = _totals(lines, by_line).with_columns(limit=limits["units"])
        # Lines within their limit are most of all; only the others are looked at again.
        above = (pl.col("total") > pl.col("limit")).fill_null(value=False)
        over = table.with_row_index("row").filter(above | pl.col("limit").is_null() | pl.col("open"))
        cases = known.on(lines.at(over["row"]))
        mai = cases.mue()["mai"]
        known.say("total", over["total"].cast(pl.String).str.strip_suffix(".0"))
        known.say("mai", mai)
        # Where units are not known the rest may already be too many; else nothing can be said.
        exceeded = over.select(pl.when(above).then(pl.lit(True)).when(~pl.col("open")).then(pl.col("total") > pl.col("limit")))[
            :, 0
        ]
        whole = cases.within("mue.absolute", mai) | cases.within("mue.line-adjudicated", mai)
        status = status_of(fail=exceeded & whole, needs_documentation=exceeded & cases.within("mue.clinical", mai))
        return over.select("row").with_columns(status=status)


def _totals(lines: Lines, by_line: pl.Series) -> pl.DataFrame:
    """For each line the units that are held against the limit, its own or the day's (`total`), and whether some are unknown (`open`)."""
    key = lines["day"].cast(pl.UInt64) * 2**32 + lines["code"].to_physical().cast(pl.UInt64)
    total = lines["units"].clone()
    unknown = total.is_null()
    # Most codes stand once a day; only the others are added up.
    rows = np.flatnonzero((key.is_duplicated() & ~by_line.fill_null(value=False)).to_numpy()).astype(np.uint32)
    part = pl.DataFrame({"key": key.gather(rows), "units": total.gather(rows)}).select(
        total=pl.col("units").sum().over("key"), open=pl.col("units").is_null().any().over("key")
    )
    return pl.DataFrame({"total": total.scatter(rows, part["total"]), "open": unknown.scatter(rows, part["open"])})
