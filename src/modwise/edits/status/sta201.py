"""STA201."""

import polars as pl

from modwise.edits.base import Edit, Fix
from modwise.edits.known import Known
from modwise.edits.lines import Lines


class ModifierCannotRescue(Edit):
    """A modifier on a code that Medicare never pays, whatever the modifier.

    ## What it does
    Flags lines with a pricing or bypass modifier whose fee-schedule status says bundled, not valid, not covered or
    measurement only.

    ## Why it is denied
    The status of the code decides, not the modifier: it is always part of another service, or another code is wanted.

    ## Known limits
    The indicator is Medicare's. A payer that is not known to follow the fee schedule is not assessed. Codes paid under
    another schedule, such as drugs and laboratory tests, have other status codes and are left alone.

    ## Example
    `97010-59`, status B.

    ## Use instead
    Nothing, or the code Medicare uses instead. An advance notice does not make a bundled code payable.
    """

    code = "STA201"
    outcome = "deny"
    modifiers = (
        *("59", "XE", "XS", "XP", "XU", "25", "26", "TC", "50", "51", "22"),
        *("52", "53", "62", "66", "76", "77", "78", "79", "80", "AS"),
    )
    claim_types = ("professional",)
    facts = ("mpfs.status.never-paid",)
    tables = ("fee_schedule",)
    carc = ("97", "96")
    message = "{code} with modifier {modifier}: its status in the fee schedule is {status}, which no modifier makes payable."
    fix = Fix("proposal", "Do not bill the code, or use the one Medicare takes instead.")

    def check(self, lines: Lines, known: Known) -> pl.Series:
        return known.within("mpfs.status.never-paid", known.fee("status"))
