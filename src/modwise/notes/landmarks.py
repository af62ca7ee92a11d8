"""What a service is expected to reach or hold, by family: finds work left out that no keyword marks."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TypeVar

from modwise.notes.cues import Cues
from modwise.notes.hits import Hit, Span
from modwise.notes.planned import Service
from modwise.notes.rules import Amount, Landmark, Pattern, RuleSet
from modwise.notes.text import ASIDE, Note

# Shorter than this, a note leaves out too much for silence to mean anything.
LEAST_TOLD = 200
Entry = TypeVar("Entry", Landmark, Amount)


def missed(note: Note, rules: RuleSet, service: Service) -> Iterator[Hit]:
    """A hit for each landmark that the note says was not reached, or of which it is silent (weight 1).

    Without a code the note's own title decides which are expected.
    """
    for landmark, named in due(note, rules.landmarks, rules.landmark_names, service):
        short = _short(note, landmark)
        reached = landmark.reached is None or _reached(note, landmark.reached, landmark.denied)
        if short is not None and (landmark.denial or landmark.reached is None or not reached):
            yield short
        elif not reached and not landmark.quiet and len(note.text) >= LEAST_TOLD:
            yield Hit(landmark.silent, named, note.sentence_at(named.start))


def applies(note: Note, rules: RuleSet, family: str, service: Service) -> bool:
    """Whether the family's landmarks are expected of the note, by its code or by its title."""
    return any(entry.family == family for entry, _ in due(note, rules.landmarks, rules.landmark_names, service))


def due(note: Note, entries: Sequence[Entry], names: Cues, service: Service) -> Iterator[tuple[Entry, Span]]:
    """The landmarks or amounts that are expected of the note, each with where the note names its service."""
    if service.code:
        yield from ((entry, Span(*_first(note))) for entry in entries if _of(entry, service))
        return
    near = set().union(*(names.standing(note.folded, start, end) for start, end in note.naming))
    for number, entry in enumerate(entries):
        if number in near or not entry.named.cues:
            named = next((match for head in note.naming if (match := entry.named.first(note.folded, *head))), None)
            if named is not None:
                yield entry, Span(*named)


def _of(entry: Landmark | Amount, service: Service) -> bool:
    return entry.family in service.families or service.code in entry.codes


def _first(note: Note) -> tuple[int, int]:
    return note.sentences[0].start, note.sentences[0].end


def told(note: Note) -> Iterator[tuple[int, int, int]]:
    """The sentences that tell of the service itself: number, start, end."""
    for number, sentence in enumerate(note.sentences):
        if note.sections[sentence.section].kind not in ASIDE:
            yield number, sentence.start, sentence.end


def _short(note: Note, landmark: Landmark) -> Hit | None:
    if landmark.short is None:
        return None
    for number, start, end in told(note):
        match = landmark.short.pattern.first(note.folded, start, end)
        if match is not None:
            return Hit(landmark.short, Span(*match), number)
    return None


def _reached(note: Note, reached: Pattern, denied: Pattern | None) -> bool:
    return any(
        reached.first(note.folded, start, end) and not (denied and denied.first(note.folded, start, end))
        for _, start, end in told(note)
    )
