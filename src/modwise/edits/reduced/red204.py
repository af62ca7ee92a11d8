"""RED204."""

import polars as pl

from modwise.edits.base import Edit, Fix
from modwise.edits.known import Known
from modwise.edits.lines import Lines
from modwise.edits.modifiers import invalid


class ModifiedUnlisted(Edit):
    """Modifier 52, 53 or 22 on an unlisted code.

    ## What it does
    Flags unlisted codes that carry 52, 53 or 22.

    ## Why it is denied
    An unlisted code has no defined work, so there is nothing to be more or less than. The price is argued in the report.

    ## Known limits
    Which codes belong is a list of ours, dated. A payer whose rule is not known is not assessed.

    ## Example
    `64999-52`.

    ## Use instead
    The unlisted code without a modifier; the report says what was done and compares it with a listed code.
    """

    code = "RED204"
    outcome = "reject"
    modifiers = ("52", "53", "22")
    facts = ("52.on-unlisted", "53.on-unlisted", "22.on-unlisted")
    carc = ("4",)
    message = "{code} with modifier {modifier}: an unlisted code has no defined work to reduce, stop or exceed."
    fix = Fix("proposal", "Drop the modifier and explain the extent in the report.", remove=("52", "53", "22"))

    def applies(self, lines: Lines, known: Known) -> pl.Series:
        return known.family("unlisted")

    def check(self, lines: Lines, known: Known) -> pl.Series:
        return invalid(lines, known, self.modifiers, "on-unlisted")
