"""NCC202."""

import polars as pl

from modwise.edits.base import Edit, Fix
from modwise.edits.known import Known
from modwise.edits.lines import Lines


class DistinctOnVisit(Edit):
    """Modifier 59 or an X modifier on a visit.

    ## What it does
    Flags visits that carry 59, XE, XS, XP or XU.

    ## Why it is denied
    These modifiers set procedures apart from procedures. A visit is set apart by 25; with 59 it stays bundled.

    ## Known limits
    Which codes count as visits is our list, dated. On the claims of rural clinics and federally qualified health centers 59
    marks a second visit of the day; they are left alone, known by their bill type.

    ## Example
    `99213-59`.

    ## Use instead
    25 if the visit was significant and apart.
    """

    code = "NCC202"
    outcome = "deny"
    modifiers = ("59", "XE", "XS", "XP", "XU")
    facts = ("59.on-evaluation-and-management", "ncci.second-visit-bill-types")
    carc = ("4", "97")
    message = "{code} with modifier {modifier}: a visit is set apart by 25, never by 59 or an X modifier."
    fix = Fix("proposal", "25 if the record shows a significant visit apart.", remove=("59", "XE", "XS", "XP", "XU"))

    def applies(self, lines: Lines, known: Known) -> pl.Series:
        clinic = known.within("ncci.second-visit-bill-types", lines["bill_type"].cast(pl.String).str.slice(0, 2))
        return known.family("evaluation-and-management") & ~clinic.fill_null(value=False)

    def check(self, lines: Lines, known: Known) -> pl.Series:
        return known.says("59.on-evaluation-and-management", "invalid")
