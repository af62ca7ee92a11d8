"""SUR201."""

import polars as pl

from modwise.edits.base import Edit, Fix, status_of
from modwise.edits.known import Known
from modwise.edits.lines import Lines


class CoSurgeonNotPaid(Edit):
    """Modifier 62 on a code for which two surgeons are not paid, or only with proof.

    ## What it does
    Reads the co-surgeon indicator of the code's row. 0 and 9: not paid. 1: paid only when the record proves that two
    surgeons were needed.

    ## Why it is denied
    Medicare pays two primary surgeons for one code only where the fee schedule allows it.

    ## Known limits
    The indicator is Medicare's. A payer that is not known to follow the fee schedule is not assessed. Whether the other
    surgeon billed alike is not compared.

    ## Example
    `45378-62`, indicator 0; `27447-62`, indicator 1.

    ## Use instead
    Where co-surgery is not paid: one surgeon bills the code, the other as assistant if that is payable and true. With
    indicator 1 both operative notes.
    """

    code = "SUR201"
    outcome = "deny"
    modifiers = ("62",)
    claim_types = ("professional",)
    facts = ("mpfs.cosurgeon.payable", "mpfs.cosurgeon.with-proof")
    tables = ("fee_schedule",)
    carc = ("4", "54")
    message = {
        "fail": "{code} with modifier 62: its co-surgeon indicator is {cosurgeon}, so two surgeons are not paid.",
        "needs_documentation": (
            "{code} with modifier 62: its co-surgeon indicator is {cosurgeon}; both operative notes must show why "
            "two surgeons were needed."
        ),
    }
    fix = Fix(
        "proposal", "Both surgeons report 62 on the same code, each with an operative note of the distinct part; else drop 62."
    )

    def check(self, lines: Lines, known: Known) -> pl.Series:
        indicator = known.fee("cosurgeon")
        proof = known.within("mpfs.cosurgeon.with-proof", indicator)
        return status_of(needs_documentation=proof, fail=~known.within("mpfs.cosurgeon.payable", indicator))
