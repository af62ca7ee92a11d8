"""Where a hand has written in what a draft lacked of the practice's own: the payer's address, the person who signs."""

from __future__ import annotations

from collections.abc import Iterator

from modwise.appeals.verifying.base import PLACEHOLDER
from modwise.appeals.verifying.covering import Cover
from modwise.appeals.verifying.known import Known
from modwise.appeals.verifying.words import words

HEAD = frozenset({"date", "method", "addressee", "letterhead"})
# An address or a signature is a few short lines.
MOST_LINES = 8
MOST_WORDS = 12


def spans(text: str, cover: Cover, known: Known) -> Iterator[tuple[int, int]]:
    """Stretches between known parts that stand where a placeholder of the address or the signer stood."""
    lacked = {unit.part for unit in known.units if PLACEHOLDER in unit.text}
    subject = next((s.start for s in cover.stretches if s.unit.part == "subject"), None)
    if "addressee" in lacked and subject is not None:
        before = max((s.end for s in cover.stretches if s.unit.part in HEAD and s.end <= subject), default=0)
        yield from _short(text, before, text.rfind("\n", 0, subject) + 1)
    if "signature" in lacked:
        parts = HEAD | {"signature", "exhibits", "subject", "reference"}
        body = max((s.end for s in cover.stretches if s.unit.part not in parts), default=len(text))
        listed = [s.start for s in cover.stretches if s.unit.part == "exhibits"]
        if listed and listed[0] < body:
            listed = []
        yield from _short(text, body, text.rfind("\n", 0, listed[0]) + 1 if listed else len(text))
        last = max((s.end for s in cover.stretches if s.unit.part == "exhibits"), default=len(text))
        yield from _short(text, last, len(text))


def _short(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """The stretch, where it is a few short lines that say nothing of the care."""
    lines = [line for line in text[start:end].split("\n") if any(map(str.isalnum, line)) and not _heading(line.strip())]
    said = text[start:end]
    if (
        0 < len(lines) <= MOST_LINES
        and all(len(line.split()) <= MOST_WORDS for line in lines)
        and not words().clinical.search(said)
        and "[" not in said
    ):
        yield start, end


def _heading(line: str) -> bool:
    """Whether a line is one of the letter's own headings."""
    return any(pattern.fullmatch(line) for pattern in words().furniture)
