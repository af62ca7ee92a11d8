"""Evidence: words of the note with their offsets and section. The quote is always the note's own text at those offsets."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from modwise.notes.hits import Span
from modwise.notes.text import Note

Json = dict[str, Any]
WHOLE_SENTENCE = 280
BESIDE = 110
MOST = 4


def widened(note: Note, span: Span) -> Span:
    """The sentence around the words; of a long one the words with what stands close by."""
    sentence = note.sentences[note.sentence_at(span.start)]
    start, end = min(sentence.start, span.start), max(sentence.end, span.end)
    if end - start <= WHOLE_SENTENCE:
        return Span(start, end)
    left = note.text.rfind(" ", start, max(span.start - BESIDE, start) + 1) + 1 or start
    right = note.text.find(" ", min(span.end + BESIDE, end), end)
    return Span(max(left, start), right if right > 0 else end)


def evidence(note: Note, span: Span) -> Json:
    """One piece of evidence: start, end, quote, section."""
    wide = widened(note, span)
    section = note.sections[note.sentences[note.sentence_at(span.start)].section]
    return {
        "start": wide.start,
        "end": wide.end,
        "quote": note.text[wide.start : wide.end],
        "section": section.heading or section.kind,
    }


def all_evidence(note: Note, spans: Iterable[Span], most: int = MOST) -> list[Json]:
    """The evidence of several spans in the order given, each stretch of text once."""
    found: dict[tuple[int, int], Json] = {}
    for span in spans:
        piece = evidence(note, span)
        found.setdefault((piece["start"], piece["end"]), piece)
    return list(found.values())[:most]
