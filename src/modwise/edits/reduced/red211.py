"""RED211."""

import polars as pl

from modwise.edits.base import Edit, Fix, status_of
from modwise.edits.known import Known
from modwise.edits.lines import Lines


class ReducedOnOneOrBoth(Edit):
    """Modifier 52 for one side of a code that covers one side or both.

    ## What it does
    Flags 52 on codes whose description already covers one side or both: operations, and tests of one eye or both.

    ## Why it is denied
    One side is the service as described. On operations 52 costs money for nothing; on eye tests some contractors ask for
    it and others do not.

    ## Known limits
    Which codes cover one side or both is our list, dated; descriptions change.

    ## Example
    `55250-52` for one side; `92083-52` for one eye.

    ## Use instead
    The code without 52, unless the contractor asks for it.
    """

    code = "RED211"
    outcome = "reduce"
    modifiers = ("52",)
    facts = ("52.on-one-or-both",)
    carc = ("4",)
    message = {
        "fail": "{code} with 52: the code covers one side or both, so one side is the whole service.",
        "payer_dependent": "{code} with 52: the test covers one eye or both; some contractors ask for 52 for one, others do not.",
    }
    fix = Fix("proposal", "Drop 52 unless this payer asks for it.", remove=("52",))

    def applies(self, lines: Lines, known: Known) -> pl.Series:
        eyes = known.family("eye-tests-one-or-both") | known.family("eye-tests-side-not-stated")
        return eyes | known.family("surgery-one-or-both")

    def check(self, lines: Lines, known: Known) -> pl.Series:
        wanted = known.says("52.on-one-or-both", "valid")
        surgery = known.family("surgery-one-or-both")
        return status_of(fail=surgery & ~wanted, payer_dependent=~wanted)
