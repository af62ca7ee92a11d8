"""REP202."""

import polars as pl

from modwise.edits.base import Edit, Fix
from modwise.edits.known import Known
from modwise.edits.lines import Lines


class RepeatModifierOnLab(Edit):
    """Modifier 76 or 77 on a laboratory test.

    ## What it does
    Flags laboratory codes that carry 76 or 77.

    ## Why it is denied
    A laboratory test repeated on one day for further results takes 91. 76 and 77 are for procedures and studies.

    ## Known limits
    Which codes are laboratory tests is our list, dated. Some payers take 76 on pathology.

    ## Example
    `82947-76`.

    ## Use instead
    91 if the test was repeated for a further result; not for a rerun because of a specimen or equipment problem.
    """

    code = "REP202"
    outcome = "reject"
    modifiers = ("76", "77")
    facts = ("76.on-lab", "77.on-lab")
    carc = ("4",)
    message = "{code} with modifier {modifier}: a repeated laboratory test takes 91."
    fix = Fix("proposal", "91 if the test was repeated to get a further result.", remove=("76", "77"))

    def applies(self, lines: Lines, known: Known) -> pl.Series:
        return known.family("laboratory")

    def check(self, lines: Lines, known: Known) -> pl.Series:
        same = lines.carries("76") & known.says("76.on-lab", "invalid")
        return same | (lines.carries("77") & known.says("77.on-lab", "invalid"))
