"""RED209."""

import polars as pl

from modwise.edits.base import Edit, Fix
from modwise.edits.known import Known
from modwise.edits.lines import Lines
from modwise.edits.modifiers import invalid


class FacilityModifierOnProfessionalClaim(Edit):
    """Modifier 73 or 74 on a professional's claim.

    ## What it does
    Flags professional lines with 73 or 74, unless the claim is a surgery center's own: place 24 and its taxonomy.

    ## Why it is denied
    73 and 74 say how far the facility had got. The clinician's stopped procedure takes 53, a reduced one 52.

    ## Known limits
    A claim from place 24 without a taxonomy may be either and is not assessed.

    ## Example
    `43235-74` by the physician.

    ## Use instead
    53 if the procedure was begun and stopped; nothing if it was not begun.
    """

    code = "RED209"
    outcome = "reject"
    modifiers = ("73", "74")
    claim_types = ("professional",)
    facts = ("73.professional-claim", "74.professional-claim", "facility.asc-places", "facility.asc-taxonomies")
    carc = ("4", "16")
    message = "{code} with {modifier} on a professional claim: 73 and 74 are the facility's; 53 or 52 says it for the clinician."
    fix = Fix(
        "proposal", "53 if the procedure was begun and stopped, 52 if it was finished to a smaller extent.", remove=("73", "74")
    )

    def check(self, lines: Lines, known: Known) -> pl.Series:
        place = known.within("facility.asc-places", lines["place_of_service"])
        center = place & known.within("facility.asc-taxonomies", lines["taxonomy"])
        return invalid(lines, known, self.modifiers, "professional-claim") & ~center
