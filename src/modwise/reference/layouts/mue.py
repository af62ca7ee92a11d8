"""Medically unlikely edits: CMS's one file a service (a notice and a header on top), and one CSV of all services."""

from __future__ import annotations

import re

import polars as pl

from modwise.errors import InputError
from modwise.reference.editions import MUE
from modwise.reference.layouts import naming
from modwise.reference.layouts.columns import Columns, find
from modwise.reference.layouts.parsed import Parsed
from modwise.reference.reading import Grid, squash

LOOKED_FOR = "medically unlikely edits: a header row with HCPCS/CPT Code and … MUE Values"

WANTED = {
    "code": "HCPCS(CPT)?CODE$",
    "units": "MUE(VALUES?|UNITS)$",
    "mai": "MUE(ADJUDICATIONINDICATOR|MAI)$",
    "service": "MUESERVICE$",
}
SERVICES = {"practitioner": "PRACTITIONER", "outpatient": "OUTPATIENT", "dme": "DME"}


def header_row(grid: Grid) -> int | None:
    """The header row, or None when this is another kind of file."""
    for number, row in enumerate(grid.first):
        cells = [squash(cell) for cell in row]
        if all(any(re.search(WANTED[name], cell) for cell in cells) for name in ("code", "units")):
            return number
    return None


def read(grid: Grid, last_header: int, names: tuple[str, ...]) -> list[Parsed]:
    """The limits of the file, one table a service: code, units, mai. Raises InputError for a broken row or an unknown service."""
    # The notice above the header stands in the first column only and may hold any word.
    headers = [squash(cell) for cell in grid.first[last_header]]
    places = find(grid, headers, WANTED, optional=("service",))
    columns = Columns(grid, last_header + 1, places)
    frame = pl.DataFrame(
        {
            "code": columns.code("code"),
            "units": columns.integer("units"),
            "mai": columns.like("mai", r"[1-3]( .*)?", "an adjudication indicator 1, 2 or 3").str.head(1),
        }
    )
    quarter = naming.quarter_of(names)
    if "service" in places:
        services = columns.by_value("service", _service_number, "a service", absent=None).to_numpy()
        columns.unique("code", "service")
        parts = [(service, frame.filter(services == number)) for number, service in enumerate(MUE)]
    else:
        columns.unique("code")
        parts = [(_service(headers[places["units"]], grid), frame)]
    return [Parsed(MUE[service], rows.sort("code"), quarter, effective_dates=False) for service, rows in parts if rows.height]


def _service_number(text: str) -> int | None:
    return next((number for number, service in enumerate(MUE) if SERVICES[service] in text.upper()), None)


def _service(header: str, grid: Grid) -> str:
    number = _service_number(header)
    if number is None:
        raise InputError(
            "practitioner, outpatient hospital or DME supplier? The header of the values does not say",
            where=grid.member.shown,
            hint="Keep CMS's header, such as 'Practitioner Services MUE Values'.",
            code="which-table",
        )
    return list(MUE)[number]
