"""BIL204."""

import polars as pl

from modwise.edits.base import Edit, Fix, status_of
from modwise.edits.known import Known
from modwise.edits.lines import Lines


class BilateralAddOn(Edit):
    """Modifier 50 on an add-on code, where the code set and the fee schedule disagree.

    ## What it does
    Flags lines with modifier 50 whose global period says add-on and whose bilateral indicator allows 50.

    ## Why it is denied
    The code set wants add-on codes reported twice instead of with 50; Medicare's fee schedule gives some of them the
    bilateral indicator and pays them with 50. Payers follow one or the other.

    ## Known limits
    The indicator is Medicare's. A payer that is not known to follow the fee schedule is not assessed.

    ## Example
    `64484-50`: global period ZZZ, bilateral indicator 1.

    ## Use instead
    What this payer follows: 50 on one line, or the code for each side on lines of their own with LT and RT.
    """

    code = "BIL204"
    outcome = "reduce"
    modifiers = ("50",)
    facts = ("mpfs.global.add-on", "mpfs.bilateral.allows-50")
    tables = ("fee_schedule",)
    message = (
        "{code} is an add-on code with bilateral indicator {bilateral}: the fee schedule allows 50, the code set asks for the code "
        "once a side. Payers differ."
    )
    fix = Fix("proposal", "Ask which way the payer takes: 50 on one line, or LT and RT on two.")

    def applies(self, lines: Lines, known: Known) -> pl.Series:
        return known.within("mpfs.global.add-on", known.fee("global_days"))

    def check(self, lines: Lines, known: Known) -> pl.Series:
        return status_of(payer_dependent=known.within("mpfs.bilateral.allows-50", known.fee("bilateral")))
