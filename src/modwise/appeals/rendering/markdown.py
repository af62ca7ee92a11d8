"""A letter as Markdown."""

from __future__ import annotations

import re
from collections.abc import Iterator

from modwise.appeals.letter import Letter, Section, Table

_SPECIAL = re.compile(r"([\\`*_\[\]<>|])")


def render(letter: Letter) -> str:
    """The letter from letterhead to signature, with a line end at its end."""
    head, *rest = letter.letterhead or [""]
    parts = [
        "  \n".join([f"**{escaped(head)}**", *map(escaped, rest)]) if head else "",
        escaped(letter.date.text),
        escaped(letter.method.text) if letter.method else "",
        "  \n".join(map(escaped, letter.addressee)),
        f"**RE: {escaped(letter.subject.text)}**",
        "  \n".join(f"{row.label}: {escaped(row.value.text)}" for row in letter.reference),
        *(part for section in letter.sections for part in _section(section)),
        *(["**Exhibits**"] if letter.exhibits else []),
        "  \n".join(escaped(exhibit.text) for exhibit in letter.exhibits),
        "  \n".join(map(escaped, letter.signature)),
    ]
    return "\n\n".join(part for part in parts if part) + "\n"


def _section(section: Section) -> Iterator[str]:
    if section.title:
        yield f"**{section.title}**"
    number = 0
    for block in section.blocks:
        if isinstance(block, Table):
            rows = [" | ".join(escaped(cell.text) for cell in row) for row in block.rows]
            yield "\n".join([f"| {' | '.join(block.head)} |", "|" + " --- |" * len(block.head), *(f"| {row} |" for row in rows)])
            continue
        number += block.numbered
        words = escaped(" ".join(sentence.text for sentence in block.sentences))
        yield f"{number}. {words}" if block.numbered else words


def escaped(text: str) -> str:
    """The text with Markdown's own marks made plain; the brackets of a placeholder stay."""
    return text if "TO BE COMPLETED" in text else _SPECIAL.sub(r"\\\1", text)
