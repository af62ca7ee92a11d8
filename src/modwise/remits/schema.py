"""The frames a remit is read into. Money is integer cents; unknown is null, never a guess.

The three keys are running numbers over all files of one reading: they join the frames and mean nothing outside of it.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache

import polars as pl

Columns = dict[str, tuple[pl.DataType, str]]

PAYMENTS: Columns = {
    "payment_key": (pl.Int64(), "which payment (ST to SE) of the reading, from 1"),
    "file": (pl.Categorical(), "the file the payment came from, as given"),
    "interchange": (pl.UInt32(), "which ISA of the file, from 1"),
    "position": (pl.Int64(), "byte offset of the ST segment"),
    "control": (pl.String(), "transaction set control number (ST02)"),
    "handling": (pl.Categorical(), "transaction handling code (BPR01): I with remittance, H notification only, D debit …"),
    "amount": (pl.Int64(), "amount paid in cents (BPR02); negative where BPR03 says debit"),
    "method": (pl.Categorical(), "ACH, CHK, FWT, BOP or NON (BPR04)"),
    "date": (pl.Date(), "payment date (BPR16)"),
    "trace": (pl.String(), "cheque or transfer number (TRN02)"),
    "trace_payer": (pl.String(), "the payer's own identifier beside the trace number (TRN03)"),
    "produced": (pl.Date(), "production date (DTM*405)"),
    "payer_name": (pl.Categorical(), "the payer's name (N102 of N1*PR)"),
    "payer_id": (pl.Categorical(), "the payer's identifier (REF*2U, else N104 of N1*PR)"),
    "payer_site": (pl.String(), "the payer's web site (PER*IC with UR), where its instructions for appeals are"),
    "payee_npi": (pl.String(), "the payee's NPI (N104 of N1*PE with XX)"),
    "payee_tin": (pl.String(), "the payee's tax number (N104 with FI, else REF*TJ)"),
    "claims_paid": (pl.Int64(), "sum of what the claims were paid, in cents; null when a claim of the payment could not be read"),
    "provider_adjusted": (pl.Int64(), "sum of the provider-level adjustments (PLB) in cents; positive lowers the payment"),
    "difference": (pl.Int64(), "claims_paid less provider_adjusted less amount; 0 when the payment balances, null when not known"),
}
CLAIMS: Columns = {
    "claim_key": (pl.Int64(), "which claim (CLP) of the reading, from 1"),
    "payment_key": (pl.Int64(), "the payment it belongs to"),
    "file": (pl.Categorical(), "the file the claim came from, as given"),
    "claim_seq": (pl.UInt32(), "which claim of the file, from 1"),
    "position": (pl.Int64(), "byte offset of the CLP segment"),
    "claim_id": (pl.String(), "the claim's own number as the payer echoes it (CLP01; CLM01 of the 837)"),
    "status": (
        pl.Categorical(),
        "claim status (CLP02): 1 primary, 2 secondary, 3 tertiary, 4 patient not recognised, 22 reversal …",
    ),
    "charge": (pl.Int64(), "claim charge in cents (CLP03)"),
    "paid": (pl.Int64(), "claim payment in cents (CLP04)"),
    "patient_responsibility": (pl.Int64(), "patient responsibility in cents (CLP05); null when absent"),
    "filing_indicator": (pl.Categorical(), "claim filing indicator (CLP06): MB Medicare Part B, 12 PPO …"),
    "payer_control": (pl.String(), "the payer's claim control number (CLP07), which a corrected claim names in REF*F8"),
    "facility": (pl.Categorical(), "place of service or the first two digits of the bill type (CLP08)"),
    "frequency": (pl.Categorical(), "claim frequency as sent (CLP09): 1 original, 7 replacement, 8 void"),
    "drg": (pl.Categorical(), "diagnosis related group (CLP11)"),
    "claim_type": (
        pl.Categorical(),
        "institutional where a line has a revenue code or there is an MIA, else professional; null without lines",
    ),
    "original_ref": (pl.String(), "the payer's number of the claim this one follows (REF*F8)"),
    "authorization": (pl.String(), "prior authorization number (REF*G1)"),
    "contract": (pl.String(), "class of contract the payer priced by (REF*CE)"),
    "statement_from": (pl.Date(), "statement from (DTM*232)"),
    "statement_to": (pl.Date(), "statement to (DTM*233, else DTM*232)"),
    "received": (pl.Date(), "when the payer says it received the claim (DTM*050)"),
    "rendering_npi": (pl.String(), "rendering provider's NPI (NM1*82)"),
    "member": (pl.UInt64(), "opaque mark of the member number, equal to that of the lines frame; no identity can be read from it"),
    "payer": (pl.Categorical(), "our key of the payer, when recognised"),
    "adjusted": (pl.Int64(), "sum of the claim-level adjustments in cents"),
    "reversal_of": (pl.Int64(), "for a reversal: claim_key of the payment it takes back, when that is in the files"),
    "corrected_by": (pl.Int64(), "for a reversal and for what it takes back: claim_key of the correction that follows"),
}
LINES: Columns = {
    "line_key": (pl.Int64(), "which line (SVC) of the reading, from 1"),
    "claim_key": (pl.Int64(), "the claim it belongs to"),
    "line": (pl.UInt32(), "which SVC of its claim, from 1"),
    "position": (pl.Int64(), "byte offset of the SVC segment"),
    "code": (pl.Categorical(), "procedure code as decided (SVC01-2)"),
    "modifiers": (pl.List(pl.String()), "modifiers as decided, in order (SVC01-3 to -6)"),
    "revenue_code": (pl.Categorical(), "revenue code (SVC04, else SVC01-2 with NU)"),
    "submitted_code": (pl.Categorical(), "procedure code as sent (SVC06-2, else as decided)"),
    "submitted_modifiers": (pl.List(pl.String()), "modifiers as sent (SVC06, else as decided)"),
    "recoded": (pl.Boolean(), "whether the payer says that code or modifiers differ from what was sent (SVC06 is there)"),
    "charge": (pl.Int64(), "line charge in cents (SVC02)"),
    "paid": (pl.Int64(), "line payment in cents (SVC03)"),
    "units_paid": (pl.Float64(), "units paid (SVC05; absent means 1 by the standard)"),
    "units_submitted": (pl.Float64(), "units sent (SVC07; absent means those of SVC05 by the standard)"),
    "date_from": (pl.Date(), "first date of service (DTM*472, else DTM*150, else the claim's)"),
    "date_to": (pl.Date(), "last date of service; equal to date_from for a single day"),
    "line_control": (pl.String(), "line item control number (REF*6R), returned where the 837 sent one"),
    "rendering_npi": (pl.String(), "rendering provider's NPI of the line (REF*HPI)"),
    "allowed": (pl.Int64(), "allowed amount as the payer states it, in cents (AMT*B6)"),
    "late_reduction": (pl.Int64(), "reduction for late filing in cents (AMT*KH)"),
    "adjusted": (pl.Int64(), "sum of the line's adjustments in cents"),
    "bundled_into": (pl.Int64(), "line_key of the panel line the money moved to (OA-94 there, CO-97 here): no denial"),
}
_OWNER: Columns = {
    "claim_key": (pl.Int64(), "the claim it belongs to"),
    "line_key": (pl.Int64(), "the line it belongs to; null at claim level"),
    "position": (pl.Int64(), "byte offset of its segment"),
}
ADJUSTMENTS: Columns = {
    **_OWNER,
    "group": (pl.Categorical(), "CO, PR, OA, PI; CR in old files (CAS01)"),
    "carc": (pl.Categorical(), "claim adjustment reason code (CAS02, 05, 08, 11, 14, 17)"),
    "amount": (pl.Int64(), "cents (CAS03 …); positive lowers the payment"),
    "quantity": (pl.Float64(), "units taken away (CAS04 …); null when absent"),
}
REMARKS: Columns = {
    **_OWNER,
    "code": (pl.Categorical(), "remittance advice remark code"),
    "where": (pl.Categorical(), "LQ, MOA or MIA"),
    "qualifier": (pl.Categorical(), "HE remark code, RX pharmacy reject code (LQ01)"),
}
# Qualifiers whose first value in a line is a column of the lines frame and is not repeated in `references` and `amounts`.
REFERENCE_COLUMNS = ("6R", "HPI")
AMOUNT_COLUMNS = ("B6", "KH")
REFERENCES: Columns = {
    **_OWNER,
    "qualifier": (
        pl.Categorical(),
        "REF01: 0K payer policy behind the edit, F8, G1, CE, 1L … (not a line's 6R and HPI: they are columns)",
    ),
    "value": (pl.String(), "REF02"),
}
AMOUNTS: Columns = {
    **_OWNER,
    "qualifier": (
        pl.Categorical(),
        "AMT01: AU coverage, I interest, D8 discount, F5 patient paid, T tax … (not a line's B6 and KH: they are columns)",
    ),
    "amount": (pl.Int64(), "cents (AMT02)"),
}
PROVIDER_ADJUSTMENTS: Columns = {
    "payment_key": (pl.Int64(), "the payment it belongs to"),
    "position": (pl.Int64(), "byte offset of the PLB segment"),
    "provider": (pl.String(), "provider identifier (PLB01)"),
    "fiscal_date": (pl.Date(), "fiscal period date (PLB02)"),
    "reason": (pl.Categorical(), "adjustment reason (PLB03-1): WO overpayment recovery, FB forwarding balance, L6 interest …"),
    "reference": (pl.String(), "what it refers to, often the payer's claim control number (PLB03-2)"),
    "amount": (pl.Int64(), "cents (PLB04 …); positive lowers the payment"),
}
FRAMES: dict[str, Columns] = {
    "payments": PAYMENTS,
    "claims": CLAIMS,
    "lines": LINES,
    "adjustments": ADJUSTMENTS,
    "remarks": REMARKS,
    "references": REFERENCES,
    "amounts": AMOUNTS,
    "provider_adjustments": PROVIDER_ADJUSTMENTS,
}


@cache
def empty(frame: str) -> pl.DataFrame:
    """The frame of that name without rows."""
    return pl.DataFrame(schema={name: kind for name, (kind, _) in FRAMES[frame].items()})


def joined(frame: str, parts: Iterable[pl.DataFrame]) -> pl.DataFrame:
    """The parts as one frame of that name."""
    return pl.concat([empty(frame), *parts])
