"""RED208."""

import polars as pl

from modwise.edits.base import Edit, Fix
from modwise.edits.known import Known
from modwise.edits.lines import Lines


class DiscontinuedOnFacilityClaim(Edit):
    """Modifier 53 on a facility's claim.

    ## What it does
    Flags outpatient facility lines with 53, and those of a surgery center that bills Medicare on the professional form.

    ## Why it is denied
    Facilities say with 73 and 74 whether anesthesia had begun. 53 is the clinician's.

    ## Known limits
    Clinicians of a critical access hospital stand on revenue codes 096x to 098x and are left alone. Surgery centers are
    told by payer, place and taxonomy.

    ## Example
    `45378-53` on a bill of type 131.

    ## Use instead
    73 before anesthesia, 74 after it began, 52 where none was planned.
    """

    code = "RED208"
    outcome = "reject"
    modifiers = ("53",)
    facts = ("53.facility-claim", "facility.bill-types", "facility.professional-revenue-codes")
    carc = ("4", "16")
    message = "{code} with 53 on a facility claim: 73, 74 or 52 says it there."
    fix = Fix("proposal", "73 before anesthesia, 74 after it began, 52 where no anesthesia was planned.", remove=("53",))

    def applies(self, lines: Lines, known: Known) -> pl.Series:
        facility = lines["claim_type"] == "institutional"
        outpatient = known.within("facility.bill-types", lines["bill_type"].cast(pl.String).str.slice(0, 2))
        clinician = known.within("facility.professional-revenue-codes", lines["revenue_code"]).fill_null(value=False)
        center = (lines["payer"] == "medicare-asc").fill_null(value=False)
        return (facility & outpatient & ~clinician) | center

    def check(self, lines: Lines, known: Known) -> pl.Series:
        return known.says("53.facility-claim", "invalid")
