"""Figures that a note gives: times, minutes, how far a scope went, the share that was done, blood lost, naps and hours."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from modwise.notes.hits import Span
from modwise.notes.rules import RuleSet
from modwise.notes.text import Note


@dataclass(frozen=True)
class Measure:
    """A figure: what it measures, the figure as written, the words it stands in."""

    what: str
    value: str
    span: Span


def measures(note: Note, rules: RuleSet) -> Iterator[Measure]:
    """The figures of a note, in the order of the rules."""
    for rule in rules.measures:
        for number in sorted({n for cue in rule.pattern.cues for n in _holding(note, cue)}):
            sentence = note.sentences[number]
            for whole, (start, end) in rule.pattern.named("value", note.folded, sentence.start, sentence.end):
                yield Measure(rule.sign, note.text[start:end], Span(*whole))


def _holding(note: Note, cue: str) -> Iterator[int]:
    """The sentences that hold the cue."""
    at = note.folded.find(cue)
    while at >= 0:
        number = note.sentence_at(at)
        yield number
        at = note.folded.find(cue, max(note.sentences[number].end, at + 1))
