"""MOD102."""

import polars as pl

from modwise.edits.base import Edit, Fix
from modwise.edits.known import Known
from modwise.edits.lines import Lines
from modwise.edits.modifiers import unlisted


class ModifierUnknown(Edit):
    """A modifier of neither code set.

    ## What it does
    Flags lines with a well-formed modifier that is in neither CPT nor HCPCS Level II and is no ambulance trip on an
    ambulance code.

    ## Why it is denied
    The payer's table does not hold it, so the line is rejected.

    ## Known limits
    The list has a date, which the message names: a modifier added since is not in it. States and plans have local
    modifiers of their own.

    ## Example
    `20610-Z9`.

    ## Use instead
    The modifier that was meant.
    """

    code = "MOD102"
    outcome = "reject"
    facts = ("form.list-of", "ambulance.trips", "family.ambulance")
    carc = ("4", "182")
    message = "{code}: modifier {wrong} is in neither code set as listed on {listed}."
    fix = Fix("proposal", "Look the modifier up; a newer code set may hold it.")

    def applies(self, lines: Lines, known: Known) -> pl.Series:
        return unlisted(lines, known.corpus).list.len() > 0

    def check(self, lines: Lines, known: Known) -> pl.Series:
        listed = known.value("form.list-of")
        strange = unlisted(lines, known.corpus)
        trips = known.value("ambulance.trips").str.split(", ")
        rest = strange.list.set_difference(trips)
        wrong = strange.zip_with(~known.family("ambulance"), rest)
        known.say("wrong", wrong)
        known.say("listed", listed)
        return pl.select(pl.when(listed.is_not_null()).then(wrong.list.len() > 0))[:, 0]
