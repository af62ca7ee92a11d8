"""SUR202."""

import polars as pl

from modwise.edits.base import Edit, Fix, status_of
from modwise.edits.known import Known
from modwise.edits.lines import Lines


class TeamNotPaid(Edit):
    """Modifier 66 on a code for which a surgical team is not paid, or only with proof.

    ## What it does
    Reads the team indicator of the code's row. 0 and 9: not paid. 1: paid by report when the record proves the need.

    ## Why it is denied
    A team is paid by report and only for the codes the fee schedule marks for it.

    ## Known limits
    The indicator is Medicare's. A payer that is not known to follow the fee schedule is not assessed. Whether the other
    surgeon billed alike is not compared.

    ## Example
    `45378-66`, indicator 0.

    ## Use instead
    Each surgeon's own codes, or 62 where two surgeons shared one code and that is allowed.
    """

    code = "SUR202"
    outcome = "deny"
    modifiers = ("66",)
    claim_types = ("professional",)
    facts = ("mpfs.team.payable", "mpfs.team.with-proof")
    tables = ("fee_schedule",)
    carc = ("4", "54")
    message = {
        "fail": "{code} with modifier 66: its team indicator is {team}, so a surgical team is not paid.",
        "needs_documentation": (
            "{code} with modifier 66: its team indicator is {team}; every surgeon's report must show why a team was needed."
        ),
    }
    fix = Fix("proposal", "Send every surgeon's report where a team is allowed; else drop 66.")

    def check(self, lines: Lines, known: Known) -> pl.Series:
        indicator = known.fee("team")
        proof = known.within("mpfs.team.with-proof", indicator)
        return status_of(needs_documentation=proof, fail=~known.within("mpfs.team.payable", indicator))
