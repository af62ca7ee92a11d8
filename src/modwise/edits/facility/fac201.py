"""FAC201."""

import polars as pl

from modwise.edits.base import Edit, Fix
from modwise.edits.known import Known
from modwise.edits.lines import Lines


class ModifierNotForFacility(Edit):
    """A professional's modifier on a hospital outpatient claim.

    ## What it does
    Flags institutional outpatient lines that carry a numeric modifier of the code set which is not among those approved
    for hospital and surgery-center use.

    ## Why it is denied
    Modifiers such as 51, 62 or 80 describe the clinician's work. A facility claim has no such work; the line is returned.

    ## Known limits
    53 has an edit of its own. Professional services of a critical access hospital that bills for its clinicians stand on
    revenue codes 096x to 098x and are left alone. Inpatient bills carry no such modifiers and are not looked at.

    ## Example
    `27447-51` on a bill of type 131.

    ## Use instead
    The code without the modifier.
    """

    code = "FAC201"
    outcome = "reject"
    claim_types = ("institutional",)
    facts = ("facility.numeric-modifiers", "facility.professional-revenue-codes", "facility.bill-types")
    carc = ("4",)
    message = "{code}-{modifiers} on a facility claim: {wrong} belongs on professional claims only."
    fix = Fix("proposal", "Drop the modifier on the facility claim.")

    def applies(self, lines: Lines, known: Known) -> pl.Series:
        outpatient = known.within("facility.bill-types", lines["bill_type"].cast(pl.String).str.slice(0, 2))
        clinician = known.within("facility.professional-revenue-codes", lines["revenue_code"]).fill_null(value=False)
        return outpatient & ~clinician

    def check(self, lines: Lines, known: Known) -> pl.Series:
        numeric = lines["modifiers"].list.eval(
            pl.element().filter(pl.element().str.contains(r"^[0-9]{2}$") & (pl.element() != "53"))
        )
        allowed = known.value("facility.numeric-modifiers").str.split(", ")
        wrong = numeric.list.set_difference(allowed)
        known.say("wrong", wrong)
        return pl.select(pl.when(allowed.is_not_null()).then(wrong.list.len() > 0))[:, 0]
