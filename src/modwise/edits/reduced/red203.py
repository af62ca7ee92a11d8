"""RED203."""

import polars as pl

from modwise.edits.base import Edit, Fix, status_of
from modwise.edits.known import Known
from modwise.edits.lines import Lines


class ReducedOnTimed(Edit):
    """Modifier 52 on a code that counts minutes.

    ## What it does
    Flags timed therapy codes that carry 52. Sleep studies and other tests with a minimum recording time are left alone:
    there the code set itself asks for 52.

    ## Why it is denied
    A unit that was not reached is not billed. Contractors that speak of it call 52 invalid; others are silent.

    ## Known limits
    Which codes belong is a list of ours, dated. A payer whose rule is not known is not assessed.

    ## Example
    `97110-52` for six minutes.

    ## Use instead
    The units that were reached, or nothing.
    """

    code = "RED203"
    outcome = "reject"
    modifiers = ("52",)
    facts = ("52.on-timed", "family.timed-therapy")
    carc = ("4",)
    message = {
        "fail": "{code} with modifier 52: the code counts minutes, and this payer calls 52 invalid there.",
        "payer_dependent": "{code} with modifier 52: the code counts minutes; contractors that speak of it call 52 invalid.",
    }
    fix = Fix("proposal", "Report the units whose minutes were reached.", remove=("52",))

    def applies(self, lines: Lines, known: Known) -> pl.Series:
        return known.family("timed-therapy")

    def check(self, lines: Lines, known: Known) -> pl.Series:
        rule = known.value("52.on-timed")
        return status_of(fail=rule == "invalid", payer_dependent=rule == "payer-dependent")
