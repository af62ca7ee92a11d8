"""A letter as tagged PDF, set by typst with the fonts it carries: the same letter gives the same bytes."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from modwise.appeals.letter import Letter
from modwise.appeals.rendering.parts import Draft, sheet
from modwise.errors import ModwiseError

if TYPE_CHECKING:
    import typst

_HERE = Path(__file__).parent
# PDF/UA: what a screen reader needs, checked by typst as it writes.
_STANDARD: Literal["ua-1"] = "ua-1"
# The moment written into the file where no day is known.
_NO_DAY = datetime(2000, 1, 1, tzinfo=UTC)


def pdf(letter: Letter, *, draft: Draft | None = None) -> bytes:
    """The letter's PDF. `draft` marks every page and says why."""
    return set_pages("letter.typ", {"sheet": sheet(letter, draft)}, when=moment(letter.date.text))


def moment(day: str) -> datetime:
    """Midnight of a day as letters write it, or a fixed moment: the clock never shows in the file."""
    for form in ("%B %d, %Y", "%d %B %Y", "%Y-%m-%d"):
        try:
            return datetime.strptime(day.strip(), form).replace(tzinfo=UTC)
        except ValueError:
            continue
    return _NO_DAY


def set_pages(template: str, inputs: Mapping[str, Any], *, when: datetime = _NO_DAY) -> bytes:
    """The pages of one of our typst templates; the inputs go in as JSON. Raises ModwiseError when typst cannot set them."""
    import typst

    given = {name: json.dumps(value, ensure_ascii=False) for name, value in inputs.items()}
    source = _source(template)
    try:
        return _pages(
            _compiler(system_fonts=False).compile(source, format="pdf", sys_inputs=given, pdf_standards=_STANDARD, timestamp=when)
        )
    except typst.TypstError as first:
        if not first.message.startswith("PDF/UA"):
            raise ModwiseError(f"the page could not be set: {template}", code="typesetting") from None
    # A name in a script that the carried fonts lack: the machine's fonts, and no promise of the standard.
    return _pages(_compiler(system_fonts=True).compile(source, format="pdf", sys_inputs=given, timestamp=when))


def _pages(made: bytes | list[bytes] | None) -> bytes:
    assert isinstance(made, bytes)
    return made


@cache
def _source(template: str) -> bytes:
    return (_HERE / template).read_bytes()


@cache
def _compiler(*, system_fonts: bool) -> typst.Compiler:
    import typst

    # Looking for fonts takes most of the time of the first letter; the fonts are found once.
    return typst.Compiler(font_paths=typst.Fonts(include_system_fonts=system_fonts))
