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
        if not any(cue in note.folded for cue in rule.pattern.cues):
            continue
        for sentence in note.sentences:
            if not any(cue in note.folded[sentence.start : sentence.end] for cue in rule.pattern.cues):
                continue
            for whole, (start, end) in rule.pattern.named("value", note.folded, sentence.start, sentence.end):
                yield Measure(rule.sign, note.text[start:end], Span(*whole))
