"""What the renderers on paper share: clean text, the numbers of facts, where placeholders stand."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from modwise.appeals.letter import Letter, Paragraph, Section, Sentence, Table

Json = dict[str, Any]
PLACEHOLDER = re.compile(r"\[TO BE COMPLETED:[^\]]*\]")
EXHIBITS = "Exhibits"
SUBJECT = "RE: "
DRAFT = "DRAFT – NOT VERIFIED"
# Characters that turn the direction of what follows: on paper they could hide or swap what is said.
_TURNING = frozenset("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\ufeff")


@dataclass(frozen=True)
class Draft:
    """Why a letter is only a draft: one sentence a reason. It is marked on every page."""

    reasons: tuple[str, ...] = ()


def clean(text: str) -> str:
    """The text without characters that no font has and no reader sees: control characters and turns of direction."""
    kept = (" " if c in "\t\n\r\v\f\u2028\u2029" else c for c in text if c not in _TURNING)
    return "".join(c for c in kept if c == " " or unicodedata.category(c) not in ("Cc", "Cs", "Co", "Cn"))


def words(sentences: Sequence[Sentence]) -> str:
    """Sentences as they stand in one paragraph."""
    return " ".join(part for sentence in sentences if (part := clean(sentence.text).strip()))


def marked(text: str) -> Iterator[tuple[str, bool]]:
    """The text in pieces, each with whether it is a placeholder."""
    at = 0
    for match in PLACEHOLDER.finditer(text):
        if match.start() > at:
            yield text[at : match.start()], False
        yield match.group(), True
        at = match.end()
    if at < len(text):
        yield text[at:], False


def numbered(letter: Letter) -> Iterator[tuple[Section, list[tuple[Paragraph | Table, int | None]]]]:
    """Each section with its blocks and the number of those that are numbered facts; numbers run through the whole letter."""
    number = 0
    for section in letter.sections:
        blocks: list[tuple[Paragraph | Table, int | None]] = []
        for block in section.blocks:
            counted = isinstance(block, Paragraph) and block.numbered
            number += counted
            blocks.append((block, number if counted else None))
        yield section, blocks


def sheet(letter: Letter, draft: Draft | None = None) -> Json:
    """The letter as plain strings, ready to be set: {letterhead, date, method, addressee, subject, reference, sections, exhibits, …}."""
    return {
        "kind": letter.kind,
        "letterhead": _lines(letter.letterhead),
        "date": clean(letter.date.text),
        "method": clean(letter.method.text) if letter.method else None,
        "addressee": _lines(letter.addressee),
        "subject": subject(letter),
        "reference": [{"label": clean(row.label), "value": clean(row.value.text)} for row in letter.reference],
        "sections": [
            {"key": section.key, "title": section.title and clean(section.title), "blocks": [_block(*pair) for pair in blocks]}
            for section, blocks in numbered(letter)
        ],
        "exhibits": [clean(exhibit.text) for exhibit in letter.exhibits],
        "exhibits_title": EXHIBITS,
        "signature": _lines(letter.signature),
        "draft": None if draft is None else {"mark": DRAFT, "reasons": _lines(draft.reasons)},
    }


def subject(letter: Letter) -> str:
    """The subject line with its RE."""
    text = clean(letter.subject.text)
    return text if text.upper().startswith(SUBJECT.strip()) else SUBJECT + text


def _block(block: Paragraph | Table, number: int | None) -> Json:
    if isinstance(block, Table):
        rows = [[clean(cell.text) for cell in row] for row in block.rows]
        return {"head": [clean(cell) for cell in block.head], "rows": rows}
    return {"text": words(block.sentences), "number": number}


def _lines(texts: Sequence[str]) -> list[str]:
    return [line for text in texts if (line := clean(text).strip())]
