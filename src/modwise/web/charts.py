"""Bars as SVG, made on the server: lengths and numbers say it, no colour has to."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from markupsafe import Markup

WIDTH, ROW, BAR, LABEL, ROOM = 440, 27, 15, 160, 88
LONGEST = 22


@dataclass(frozen=True)
class Bar:
    """One bar: what it is of, how long, and its number as it is read."""

    label: str
    length: Decimal
    shown: str


def bars(rows: Sequence[Bar], title: str) -> Markup:
    """The bars one below the other, each with its label and number. The table beside says the same; the drawing has a title."""
    longest = max((row.length for row in rows), default=Decimal(0)) or Decimal(1)
    space = Decimal(WIDTH - LABEL - ROOM)
    pieces = [_bar(place, row, int(space * row.length / longest)) for place, row in enumerate(rows)]
    height = ROW * len(rows) + 4
    head = Markup('<svg viewBox="0 0 {} {}" role="img" aria-label="{}"><line class="axis" x1="{}" x2="{}" y1="0" y2="{}"/>')
    return head.format(WIDTH, height, title, LABEL, LABEL, height) + Markup("").join(pieces) + Markup("</svg>")


def _bar(place: int, row: Bar, length: int) -> Markup:
    top = place * ROW + 6
    middle = top + BAR - 3
    label = row.label if len(row.label) <= LONGEST else row.label[: LONGEST - 1].rstrip() + "…"
    return Markup(
        '<text x="{}" y="{}" text-anchor="end">{}</text><rect class="bar" x="{}" y="{}" width="{}" height="{}"/><text x="{}" y="{}">{}</text>'
    ).format(LABEL - 8, middle, label, LABEL, top, max(length, 1), BAR, LABEL + max(length, 1) + 7, middle, row.shown)
