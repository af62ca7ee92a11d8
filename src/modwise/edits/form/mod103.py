"""MOD103."""

import polars as pl

from modwise.edits.base import Edit, Fix
from modwise.edits.known import Known
from modwise.edits.lines import Lines
from modwise.edits.modifiers import cite_in_force, in_force


class ModifierNotInForce(Edit):
    """A modifier that was not in force on the date of service.

    ## What it does
    Compares each modifier with the days on which it stood in its code set.

    ## Why it is denied
    A modifier that has ended, or had not begun, is rejected by the payer's table of that day.

    ## Known limits
    Many modifiers have a start that was not traced: a line before the first day we know of is not assessed.

    ## Example
    `97110-GP-CJ` in 2026: the level modifiers ended with 2018.

    ## Use instead
    The modifier that holds on the date, or none.
    """

    code = "MOD103"
    outcome = "reject"
    facts = ("form.in-force",)
    carc = ("182", "4")
    message = "{code}: modifier {wrong} was not in force on {date_from}: {when}."
    fix = Fix("proposal", "Report what holds on the date of service.")

    def applies(self, lines: Lines, known: Known) -> pl.Series:
        return lines["modifiers"].list.len() > 0

    def check(self, lines: Lines, known: Known) -> pl.Series:
        found = in_force(lines, known.corpus)
        known.say("wrong", found["modifier"])
        known.say("when", found["when"])
        known.remember(cite_in_force(found))
        return known.says("form.in-force", "true") & found["wrong"]
