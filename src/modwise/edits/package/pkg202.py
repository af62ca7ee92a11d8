"""PKG202."""

import polars as pl

from modwise.edits.base import Edit, Fix
from modwise.edits.known import Known
from modwise.edits.lines import Lines


class ReturnWithoutPackage(Edit):
    """Modifier 78 on a code for which a return to the operating room has no meaning.

    ## What it does
    Flags lines with 78 whose own global period is none of a surgical procedure.

    ## Why it is denied
    78 pays the operative part of the procedure done on the return. A test, an add-on or a visit has no such part.

    ## Known limits
    The indicator is Medicare's. A payer that is not known to follow the fee schedule is not assessed. Whether an
    operation came before, and whether the room was an operating room, is in the record.

    ## Example
    `99213-78`, global period XXX.

    ## Use instead
    24 for an unrelated visit, 79 for an unrelated procedure, or nothing: care of a complication without a return to the
    room is included.
    """

    code = "PKG202"
    outcome = "reject"
    modifiers = ("78",)
    facts = ("mpfs.global.return-to-room",)
    tables = ("fee_schedule",)
    carc = ("4", "97")
    message = "{code} with modifier 78: its global period is {global_days}, so it has no operative part that a return could pay."
    fix = Fix("proposal", "Report the code of the procedure done in the operating room, or drop 78.", remove=("78",))

    def check(self, lines: Lines, known: Known) -> pl.Series:
        return ~known.within("mpfs.global.return-to-room", known.fee("global_days"))
