"""MOD106."""

import polars as pl

from modwise.edits.base import Edit, Fix
from modwise.edits.known import Known
from modwise.edits.lines import Lines
from modwise.edits.modifiers import cite_exclusions, exclusions


class ModifiersExcludeEachOther(Edit):
    """Two modifiers on a line that exclude each other.

    ## What it does
    Flags lines that carry two modifiers of which one is known to exclude the other. Pairs with an edit of their own are
    left to it.

    ## Why it is denied
    The two contradict each other, so the payer cannot tell what was done and rejects the line or ignores one.

    ## Known limits
    Only exclusions that stand in a modifier's facts are known.

    ## Example
    `45378-52-53`.

    ## Use instead
    The one that the record supports.
    """

    code = "MOD106"
    outcome = "reject"
    facts = ("form.exclusions", "form.pairs-with-own-edit")
    carc = ("4",)
    message = "{code}-{modifiers}: {pair} exclude each other on one line."
    fix = Fix("proposal", "Keep the one that the record supports.")

    def applies(self, lines: Lines, known: Known) -> pl.Series:
        return lines["modifiers"].list.len() > 1

    def check(self, lines: Lines, known: Known) -> pl.Series:
        own = known.value("form.pairs-with-own-edit")
        found = exclusions(lines, known.corpus, own)
        known.say("pair", found["pair"])
        known.remember(cite_exclusions(found))
        return known.says("form.exclusions", "true") & found["wrong"]
