"""MOD105."""

import polars as pl

from modwise.edits.base import Edit, Fix
from modwise.edits.known import Known
from modwise.edits.lines import Lines
from modwise.edits.modifiers import in_order, out_of_order


class ModifierOrder(Edit):
    """A modifier that prices the line stands behind one that does not.

    ## What it does
    Flags lines on which a pricing modifier follows an edit, anatomic or informational one. Therapy plan modifiers may
    stand first.

    ## Why it is denied
    Some payers price by the first modifier they read; in the wrong order a line is rejected or priced in full.

    ## Known limits
    Payers that read every place do not mind. Single contractors want certain modifiers first of all; that is not checked.

    ## Example
    `20610-RT-22`.

    ## Use instead
    Pricing modifiers first, then those that answer an edit, then the place, then the rest.
    """

    code = "MOD105"
    outcome = "form"
    facts = ("order.pricing", "order.edit", "order.anatomic", "order.plan-of-care", "order.after-plan-of-care")
    carc = ("4",)
    message = "{code}-{modifiers}: a modifier that prices the line stands behind one that does not."
    fix = Fix("safe", "The same modifiers, those that price the line first.")

    def applies(self, lines: Lines, known: Known) -> pl.Series:
        return lines["modifiers"].list.len() > 1

    def check(self, lines: Lines, known: Known) -> pl.Series:
        pricing = known.value("order.pricing")
        wrong = out_of_order(lines, known)
        return pl.select(pl.when(pricing.is_not_null()).then(wrong))[:, 0]

    def proposed(self, lines: Lines, known: Known) -> pl.Series:
        return in_order(lines, known)
