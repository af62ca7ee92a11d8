"""BIL206."""

import polars as pl

from modwise.edits.base import Edit, Fix, status_of
from modwise.edits.known import Known
from modwise.edits.lines import Lines


class BilateralPaidPerSide(Edit):
    """Modifier 50 on a code that is paid for each side, where contractors differ.

    ## What it does
    Flags lines with 50 whose bilateral indicator says the full fee is paid for each side, unless the payer is known to
    take 50 there.

    ## Why it is denied
    Some contractors take 50 with one unit, some with two, some want LT and RT on two lines. In the wrong form one side is
    paid.

    ## Known limits
    The indicator is Medicare's. A payer that is not known to follow the fee schedule is not assessed. What the
    contractors say changes without notice; the page they publish decides.

    ## Example
    `73030-50`, bilateral indicator 3.

    ## Use instead
    LT and RT on two lines where the contractor does not take 50.
    """

    code = "BIL206"
    outcome = "reduce"
    modifiers = ("50",)
    facts = ("mpfs.bilateral.paid-per-side", "mpfs.bilateral.per-side-with-50")
    tables = ("fee_schedule",)
    carc = ("4",)
    message = "{code} with modifier 50, bilateral indicator {bilateral} (full fee for each side): contractors differ on 50 here."
    fix = Fix("proposal", "Report LT and RT on two lines where the contractor does not take 50.")

    def applies(self, lines: Lines, known: Known) -> pl.Series:
        return known.within("mpfs.bilateral.paid-per-side", known.fee("bilateral"))

    def check(self, lines: Lines, known: Known) -> pl.Series:
        way = known.value("mpfs.bilateral.per-side-with-50")
        return status_of(fail=way == "no", payer_dependent=way != "yes")
