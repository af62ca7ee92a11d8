"""BIL203."""

import polars as pl

from modwise.edits.base import Edit, Fix
from modwise.edits.known import Known
from modwise.edits.lines import Lines


class BilateralUnits(Edit):
    """Modifier 50 with more than one unit.

    ## What it does
    Flags lines with modifier 50 whose units are more than the payer wants on a bilateral line.

    ## Why it is denied
    With 50 one unit already stands for both sides. Two units ask for four sides, exceed the unit limit and the line is
    denied.

    ## Known limits
    When two different bilateral procedures carry one code, more units can be right; the record then has to show both.
    Contracts may ask for two units.

    ## Example
    `64483-50`, two units.

    ## Use instead
    One line with 50 and one unit.
    """

    code = "BIL203"
    outcome = "deny"
    modifiers = ("50",)
    facts = ("50.units",)
    carc = ("151", "222")
    message = "{code} with modifier 50 and {units} units: one unit with 50 already stands for both sides."
    fix = Fix("proposal", "Report one unit with 50, unless the record shows the bilateral procedure more than once.")

    def check(self, lines: Lines, known: Known) -> pl.Series:
        return lines["units"] > known.value("50.units").cast(pl.Float64, strict=False)
