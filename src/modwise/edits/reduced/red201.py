"""RED201."""

import polars as pl

from modwise.edits.base import Edit, Fix
from modwise.edits.known import Known
from modwise.edits.lines import Lines
from modwise.edits.modifiers import invalid


class ReducedOnVisit(Edit):
    """Modifier 52 or 53 on a visit.

    ## What it does
    Flags visits that carry 52 or 53.

    ## Why it is denied
    A visit that was shorter has a lower level; there is nothing to reduce or to stop. Payers reject the line.

    ## Known limits
    Which codes belong is a list of ours, dated. A payer whose rule is not known is not assessed.

    ## Example
    `99214-52`.

    ## Use instead
    The level of visit that the record supports.
    """

    code = "RED201"
    outcome = "reject"
    modifiers = ("52", "53")
    facts = ("52.on-evaluation-and-management", "53.on-evaluation-and-management")
    carc = ("4",)
    message = "{code} with modifier {modifier}: a visit is not reduced or stopped; a lower level says it."
    fix = Fix("proposal", "Report the level that the record supports.", remove=("52", "53"))

    def applies(self, lines: Lines, known: Known) -> pl.Series:
        return known.family("evaluation-and-management")

    def check(self, lines: Lines, known: Known) -> pl.Series:
        return invalid(lines, known, self.modifiers, "on-evaluation-and-management")
