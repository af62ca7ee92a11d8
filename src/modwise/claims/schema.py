"""The lines frame: one row a service line. Unknown is null, never a guess."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

if TYPE_CHECKING:
    from collections.abc import Iterable

PROFESSIONAL = "professional"
INSTITUTIONAL = "institutional"

# column -> (type, what it holds, with its place in the 837)
COLUMNS: dict[str, tuple[pl.DataType, str]] = {
    "file": (pl.Categorical(), "the file the line came from, as given"),
    "interchange": (pl.UInt32(), "which ISA of the file, from 1"),
    "claim_seq": (pl.UInt32(), "which claim of the file, from 1"),
    "claim_id": (pl.String(), "the claim's own number (CLM01)"),
    "line": (pl.UInt32(), "line number (LX01)"),
    "position": (pl.Int64(), "byte offset of the SV1 or SV2 segment, or the row number of a table, from 0"),
    "claim_type": (pl.Categorical(), "professional or institutional"),
    "payer_id": (pl.Categorical(), "the payer's identifier (NM109 of loop 2010BB)"),
    "payer_name": (pl.Categorical(), "the payer's name (NM103 of loop 2010BB)"),
    "filing_indicator": (pl.Categorical(), "claim filing indicator (SBR09)"),
    "payer": (pl.Categorical(), "our key of the payer, when recognised"),
    "frequency": (pl.Categorical(), "claim frequency: 1 original, 7 replacement, 8 void (CLM05-3)"),
    "original_ref": (pl.String(), "the payer's number of the claim this one replaces (REF*F8)"),
    "billing_npi": (pl.String(), "billing provider's NPI"),
    "rendering_npi": (pl.String(), "rendering provider's NPI, of the line, else of the claim"),
    "taxonomy": (pl.Categorical(), "billing provider's taxonomy code (PRV03)"),
    "place_of_service": (pl.Categorical(), "place of service, of the line (SV105), else of the claim (CLM05-1)"),
    "bill_type": (pl.Categorical(), "facility code and frequency of an institutional claim, three digits"),
    "revenue_code": (pl.Categorical(), "revenue code (SV201)"),
    "date_from": (pl.Date(), "first date of service (DTP*472, else DTP*434 of the claim)"),
    "date_to": (pl.Date(), "last date of service; equal to date_from for a single day"),
    "code": (pl.Categorical(), "procedure code (SV101-2, SV202-2)"),
    "modifiers": (pl.List(pl.String()), "modifiers in order (SV101-3 to -6, SV202-3 to -6), as written"),
    "description": (pl.String(), "description (SV101-7, SV202-7)"),
    "charge": (pl.Int64(), "line charge in cents (SV102, SV203)"),
    "unit_basis": (pl.Categorical(), "UN units, MJ minutes, DA days (SV103, SV204)"),
    "units": (pl.Float64(), "quantity (SV104, SV205), three decimals at most"),
    "diagnoses": (pl.List(pl.String()), "diagnosis codes the line points to, in order; all of an institutional claim"),
    "narrative": (pl.String(), "notes of the line, else of the claim (NTE02)"),
    "attachment": (pl.String(), "paperwork report type and transmission of the line, else of the claim (PWK01:PWK02)"),
    "line_control": (pl.String(), "line item control number (REF*6R)"),
    "ndc": (pl.String(), "national drug code (LIN03)"),
    "patient": (pl.UInt64(), "opaque mark of the patient, for comparing lines; no identity can be read from it"),
    "member": (pl.UInt64(), "opaque mark of the member number (NM109 of 2010BA), for finding the remit; null in a table"),
}

# What the edits and the report need; the reader builds only these for a check.
NEEDED = (
    "file",
    "claim_seq",
    "claim_id",
    "line",
    "position",
    "claim_type",
    "payer_id",
    "filing_indicator",
    "payer",
    "frequency",
    "billing_npi",
    "rendering_npi",
    "taxonomy",
    "place_of_service",
    "bill_type",
    "revenue_code",
    "date_from",
    "date_to",
    "code",
    "modifiers",
    "charge",
    "unit_basis",
    "units",
    "narrative",
    "attachment",
    "patient",
)


def empty(columns: Iterable[str] = COLUMNS) -> pl.DataFrame:
    """A lines frame without rows."""
    return pl.DataFrame(schema={name: COLUMNS[name][0] for name in columns})


def complete(frame: pl.DataFrame, columns: Iterable[str] = COLUMNS) -> pl.DataFrame:
    """The frame with every asked column in order and in its type; what is missing is null.

    Raises polars.exceptions.InvalidOperationError when a value does not fit its type.
    """
    have = set(frame.columns)
    return frame.select(
        pl.col(name).cast(COLUMNS[name][0]) if name in have else pl.lit(None, dtype=COLUMNS[name][0]).alias(name)
        for name in columns
    )
