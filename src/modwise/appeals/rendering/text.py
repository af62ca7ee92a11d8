"""A letter as plain text, lines of at most 78 characters."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator

from modwise.appeals.letter import Letter, Paragraph, Section, Table

WIDTH = 78


def render(letter: Letter) -> str:
    """The letter from letterhead to signature, with a line end at its end."""
    parts = [
        "\n".join(letter.letterhead),
        letter.date.text,
        letter.method.text if letter.method else "",
        "\n".join(letter.addressee),
        _wrapped(f"RE: {letter.subject.text}"),
        "\n".join(_references(letter)),
        *(_section(section) for section in letter.sections),
        "\n".join(_exhibits(letter)),
        "\n".join(letter.signature),
    ]
    return "\n\n".join(part for part in parts if part) + "\n"


def _references(letter: Letter) -> Iterator[str]:
    width = max((len(row.label) for row in letter.reference), default=0) + 2
    for row in letter.reference:
        yield _wrapped(f"{(row.label + ':').ljust(width)}{row.value.text}", " " * width)


def _section(section: Section) -> str:
    blocks, number = [], 0
    for block in section.blocks:
        if isinstance(block, Table):
            blocks.append("\n".join(_table(block)))
            continue
        number += block.numbered
        blocks.append(_paragraph(block, number))
    return "\n\n".join([section.title] if section.title else []) + ("\n" if section.title else "") + "\n\n".join(blocks)


def _paragraph(block: Paragraph, number: int) -> str:
    words = " ".join(sentence.text for sentence in block.sentences)
    lead = f"{number}. " if block.numbered else ""
    return _wrapped(lead + words, " " * len(lead))


def _table(table: Table) -> Iterator[str]:
    yield " | ".join(table.head)
    for row in table.rows:
        yield " | ".join(cell.text for cell in row)


def _exhibits(letter: Letter) -> Iterator[str]:
    if letter.exhibits:
        yield "Exhibits"
        for exhibit in letter.exhibits:
            yield _wrapped(exhibit.text, "   ")


def _wrapped(words: str, indent: str = "") -> str:
    return textwrap.fill(words, WIDTH, subsequent_indent=indent, break_long_words=False, break_on_hyphens=False)
