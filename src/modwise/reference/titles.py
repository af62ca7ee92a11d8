"""CMS's tables as billers call them."""

from __future__ import annotations

TITLES = {
    "fee_schedule": "Physician fee schedule",
    "ncci_ptp_practitioner": "NCCI pairs, professional claims",
    "ncci_ptp_outpatient": "NCCI pairs, hospital outpatient",
    "mue": "Unit limits (MUE)",
    "mue_practitioner": "Unit limits, professional claims",
    "mue_outpatient": "Unit limits, hospital outpatient",
    "mue_dme": "Unit limits, supplies",
    "add_on": "Add-on codes",
    "opps": "Hospital outpatient payment",
    "asc": "Surgery center payment",
    "asc_ancillary": "Surgery center, ancillary services",
    "asc_excluded": "Surgery center, excluded codes",
    "asc_device": "Surgery center, device offsets",
    "hcpcs": "HCPCS code set",
    "hcpcs_modifiers": "HCPCS modifiers",
    "gpci": "Geographic indices",
    "localities": "Localities",
    "anesthesia": "Anesthesia conversion factors",
    "anesthesia_base": "Anesthesia base units",
}


def title(table: str) -> str:
    """A table in a biller's words; its key as words where it has no title."""
    text = table.replace("_", " ")
    return TITLES.get(table, text[:1].upper() + text[1:])
