"""Which layout a file has, and reading it. Columns are found by their header names, never by position."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from modwise.reference.layouts import add_on, base_units, fee_schedule, hcpcs, mue, outpatient, places, ptp
from modwise.reference.layouts.parsed import Parsed
from modwise.reference.reading import Grid


class _Layout(NamedTuple):
    looked_for: str
    header_row: Callable[[Grid], int | None]
    read: Callable[[Grid, int, tuple[str, ...]], list[Parsed]]


_LAYOUTS = tuple(
    _Layout(one.LOOKED_FOR, one.header_row, one.read)
    for one in (fee_schedule, ptp, mue, add_on, outpatient, hcpcs, places, base_units)
)
LOOKED_FOR = tuple(layout.looked_for for layout in _LAYOUTS)


def read(grid: Grid, names: tuple[str, ...]) -> list[Parsed] | None:
    """The tables in the grid, or None when no layout is recognised.

    `names` are the file's name and that of the archive it came in. Raises InputError for a recognised file that is broken.
    """
    for layout in _LAYOUTS:
        last_header = layout.header_row(grid)
        if last_header is not None:
            return layout.read(grid, last_header, names)
    return None


__all__ = ["LOOKED_FOR", "Parsed", "read"]
