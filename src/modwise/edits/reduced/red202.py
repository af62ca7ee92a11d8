"""RED202."""

import polars as pl

from modwise.edits.base import Edit, Fix
from modwise.edits.known import Known
from modwise.edits.lines import Lines
from modwise.edits.modifiers import invalid


class ReducedOnAnesthesia(Edit):
    """Modifier 52 or 53 on an anesthesia code.

    ## What it does
    Flags anesthesia codes that carry 52 or 53.

    ## Why it is denied
    Anesthesia is paid by base and time: what was shorter has less time. Contractors call both modifiers invalid there.

    ## Known limits
    Which codes belong is a list of ours, dated. A payer whose rule is not known is not assessed.

    ## Example
    `00810-53`.

    ## Use instead
    The anesthesia code with the time that was given; after induction no modifier. Some payers want 53, which their facts
    would say.
    """

    code = "RED202"
    outcome = "reject"
    modifiers = ("52", "53")
    facts = ("52.on-anesthesia", "53.on-anesthesia")
    carc = ("4",)
    message = "{code} with modifier {modifier}: anesthesia is paid by time, so there is nothing to reduce or stop."
    fix = Fix("proposal", "Report the time that was given.", remove=("52", "53"))

    def applies(self, lines: Lines, known: Known) -> pl.Series:
        return known.family("anesthesia")

    def check(self, lines: Lines, known: Known) -> pl.Series:
        return invalid(lines, known, self.modifiers, "on-anesthesia")
