"""ADD201."""

import polars as pl

from modwise.edits import add_ons
from modwise.edits.base import DayEdit, Fix
from modwise.edits.known import Known
from modwise.edits.lines import Lines


class AddOnAlone(DayEdit):
    """An add-on code without the procedure it is added to.

    ## What it does
    Looks for a primary procedure of each add-on code among the lines of the same patient, clinician, payer and day.

    ## Why it is denied
    An add-on code pays only the extra work beside its primary. Without one on the claim it is denied.

    ## Known limits
    The primary may stand on a claim outside the batch, or be denied itself. Add-on codes whose primary the contractor
    decides are not assessed.

    ## Example
    `22614` without `22612` or another primary.

    ## Use instead
    The primary procedure on the same claim; or the code for what was done, if no primary was.
    """

    code = "ADD201"
    outcome = "deny"
    claim_types = ("professional",)
    facts = ("add-on.applies",)
    tables = ("add_on",)
    carc = ("107", "B15")
    message = "{code} is an add-on code, and none of its primary procedures stands on the day."
    fix = Fix("proposal", "Report the primary procedure of the same session, if it was done by the same clinician.")

    def check_day(self, lines: Lines, known: Known) -> pl.DataFrame:
        return add_ons.cases(lines, known)
