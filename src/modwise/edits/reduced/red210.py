"""RED210."""

import polars as pl

from modwise.edits.base import Edit, Fix, status_of
from modwise.edits.known import Known
from modwise.edits.lines import Lines


class IncreasedWorkNotPossible(Edit):
    """Modifier 22 on a code that takes none.

    ## What it does
    Flags 22 on visits and on codes whose global period is none of a surgical procedure. On maternity and add-on codes
    payers differ.

    ## Why it is denied
    22 raises the price of a surgical procedure. Visits have levels, tests have none, and without a global period there is
    no usual work to exceed.

    ## Known limits
    Global periods are Medicare's; other payers are assessed only for visits.

    ## Example
    `99214-22`.

    ## Use instead
    The higher level of visit, or prolonged service, if the record supports it.
    """

    code = "RED210"
    outcome = "reduce"
    modifiers = ("22",)
    facts = ("22.on-evaluation-and-management", "mpfs.global.increased-work", "mpfs.global.increased-work-payer-dependent")
    tables = ("fee_schedule",)
    carc = ("4",)
    message = {
        "fail": "{code} with 22: global period {global_days}; 22 is for surgical procedures.",
        "payer_dependent": "{code} with 22: global period {global_days}; payers differ on 22 here.",
    }
    fix = Fix("proposal", "Drop 22, or report the code that describes the greater service.", remove=("22",))

    def check(self, lines: Lines, known: Known) -> pl.Series:
        visit = known.family("evaluation-and-management") & known.says("22.on-evaluation-and-management", "invalid")
        period = known.fee("global_days")
        surgical = known.within("mpfs.global.increased-work", period)
        differs = known.within("mpfs.global.increased-work-payer-dependent", period)
        return status_of(fail=visit | (~surgical & ~differs), payer_dependent=differs)
