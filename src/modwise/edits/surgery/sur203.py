"""SUR203."""

import polars as pl

from modwise.edits.base import Edit, Fix, status_of
from modwise.edits.known import Known
from modwise.edits.lines import Lines


class AssistantNotPaid(Edit):
    """An assistant at surgery on a code for which none is paid, or only with proof.

    ## What it does
    Reads the assistant indicator for lines with 80, 81, 82 or AS. 1: the statute forbids payment. 9: the concept does not
    apply. 0: paid only with proof of need.

    ## Why it is denied
    For procedures in which assistants are rare, Medicare pays none, and the patient may not be billed for it.

    ## Known limits
    The indicator is Medicare's. A payer that is not known to follow the fee schedule is not assessed. Whether the other
    surgeon billed alike is not compared.

    ## Example
    `45378-80`, indicator 1.

    ## Use instead
    With indicator 1 or 9 nothing for the assistant. With 0 an operative note that names what the assistant did and why it
    took a second pair of hands.
    """

    code = "SUR203"
    outcome = "deny"
    modifiers = ("80", "81", "82", "AS")
    claim_types = ("professional",)
    facts = ("mpfs.assistant.payable", "mpfs.assistant.with-proof")
    tables = ("fee_schedule",)
    carc = ("54",)
    message = {
        "fail": "{code} with modifier {modifier}: its assistant indicator is {assistant}, so no assistant is paid.",
        "needs_documentation": (
            "{code} with modifier {modifier}: its assistant indicator is {assistant}; the operative note must "
            "show what the assistant did and why one was needed."
        ),
    }
    fix = Fix("proposal", "Do not bill the assistant where the indicator forbids it; with indicator 0 send the operative note.")

    def check(self, lines: Lines, known: Known) -> pl.Series:
        indicator = known.fee("assistant")
        proof = known.within("mpfs.assistant.with-proof", indicator)
        return status_of(needs_documentation=proof, fail=~known.within("mpfs.assistant.payable", indicator))
