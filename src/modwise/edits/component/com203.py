"""COM203."""

import polars as pl

from modwise.edits.base import Edit, Fix
from modwise.edits.known import Known
from modwise.edits.lines import Lines


class TechnicalPartInFacility(Edit):
    """The technical part of a test billed by a professional in a hospital or other facility.

    ## What it does
    Flags professional lines at a facility place of service whose code holds a technical part, when the line carries TC or
    neither 26 nor TC.

    ## Why it is denied
    Equipment, staff and supplies in a facility belong to the facility, which bills for them. The professional is paid for
    the reading only.

    ## Known limits
    The indicator is Medicare's. A payer that is not known to follow the fee schedule is not assessed. Whether the
    provider leases the equipment under an arrangement with the hospital cannot be seen on the claim.

    ## Example
    `71046` at place of service 22 without 26.

    ## Use instead
    The code with 26, if the record holds a signed reading of its own.
    """

    code = "COM203"
    outcome = "deny"
    claim_types = ("professional",)
    facts = ("mpfs.component.facility-places", "mpfs.component.global-in-facility")
    tables = ("fee_schedule",)
    carc = ("5", "58")
    message = (
        "{code} at place of service {place_of_service}: its PC/TC indicator is {component}, so the line bills a technical part "
        "that belongs to the facility."
    )
    fix = Fix(
        "proposal", "Report 26 if the record holds a signed interpretation; the technical part is the facility's.", remove=("TC",)
    )

    def applies(self, lines: Lines, known: Known) -> pl.Series:
        inside = known.within("mpfs.component.facility-places", lines["place_of_service"])
        # A place that is not given cannot be judged; a payer without such a list has no such rule that is known.
        return (inside & ~lines.carries("26")).fill_null(value=False)

    def check(self, lines: Lines, known: Known) -> pl.Series:
        return known.within("mpfs.component.global-in-facility", known.fee("component"))
