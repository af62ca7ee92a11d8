"""Where the rules strike in a note, and which strikes do not count, with the words that say why."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from modwise.notes.headings import TITLE
from modwise.notes.rules import Rule, RuleSet, Silence
from modwise.notes.text import Note

DECIDES, SPEAKS = 3, 2


@dataclass(frozen=True)
class Span:
    """Words of the note by their offsets."""

    start: int
    end: int


@dataclass(frozen=True)
class Hit:
    """A rule that struck; `silence` says why it does not count, `by` shows the words that silenced it."""

    rule: Rule
    span: Span
    sentence: int
    silence: Silence | None = None
    by: Span | None = None

    @property
    def counts(self) -> bool:
        """Whether nothing silenced it."""
        return self.silence is None


def find(note: Note, rules: RuleSet, hinting: bool = True) -> list[Hit]:
    """Every strike, in the order of the note, each counted or silenced; those that only hint where they are asked for."""
    hits = [weighed(note, rules, hit) for hit in _raw(note, rules, hinting)]
    return sorted(hits, key=lambda h: (h.span.start, -h.span.end, h.rule.id))


def _raw(note: Note, rules: RuleSet, hinting: bool) -> Iterator[Hit]:
    for number, sentence in enumerate(note.sentences):
        for at in rules.cues.standing(note.folded, sentence.start, sentence.end):
            if hinting or not rules.rules[at].only_hints:
                yield from _in_sentence(note, rules.rules[at], number)


def _in_sentence(note: Note, rule: Rule, number: int) -> Iterator[Hit]:
    kind = note.kind_of(number)
    if rule.only_in and kind not in rule.only_in:
        return
    sentence = note.sentences[number]
    if rule.unless is not None and rule.unless.first(note.folded, sentence.start, sentence.end):
        return
    for start, end in rule.pattern.all(note.folded, sentence.start, sentence.end):
        if end > start and not (rule.titled and (kind == TITLE or not note.is_titled(start, end))):
            yield Hit(rule, Span(start, end), number)


def weighed(note: Note, rules: RuleSet, hit: Hit) -> Hit:
    """The hit, silenced where a silence holds."""
    for silence in rules.silences_of(hit.rule.id, hit.rule.sign):
        by = _silenced(note, silence, hit)
        if by is not None:
            return Hit(hit.rule, hit.span, hit.sentence, silence, by)
    return hit


def _silenced(note: Note, silence: Silence, hit: Hit) -> Span | None:
    if silence.sections and note.kind_of(hit.sentence) not in silence.sections:
        return None
    if silence.where == "visit":
        # What decides alone counts there too: a procedure may be told in a visit's note.
        return hit.span if note.is_visit and hit.rule.weight < DECIDES else None
    if silence.where == "section":
        return None if hit.rule.any_section or hit.rule.only_in else hit.span
    if silence.pattern is None:
        return None
    if silence.unless is not None and silence.unless.first(note.folded, *note.sentences[hit.sentence][:2]):
        return None
    if silence.where == "over":
        own = note.sentences[hit.sentence]
        found = silence.pattern.all(note.folded, own.start, own.end)
        return next((Span(*pair) for pair in found if _touch(*pair, hit.span)), None)
    for start, end in _windows(note, silence, hit):
        match = silence.pattern.first(note.folded, start, end)
        if match is not None:
            return Span(*match)
    return None


def _touch(start: int, end: int, span: Span) -> bool:
    return start < span.end and span.start < end


def _windows(note: Note, silence: Silence, hit: Hit) -> Iterator[tuple[int, int]]:
    """Where the silencing words may stand. `reach` counts characters beside the hit, sentences for `following` and `around`."""
    own = note.sentences[hit.sentence]
    reach = silence.reach
    if silence.where == "sentence":
        yield own.start, own.end
    elif silence.where == "before":
        yield max(own.start, hit.span.start - reach) if reach else own.start, hit.span.start
    elif silence.where == "after":
        yield hit.span.end, min(own.end, hit.span.end + reach) if reach else own.end
    else:
        if silence.where == "following":
            yield hit.span.end, own.end
        first = hit.sentence + 1 if silence.where == "following" else max(hit.sentence - reach, 0)
        for number in range(first, min(hit.sentence + reach + 1, len(note.sentences))):
            sentence = note.sentences[number]
            yield sentence.start, sentence.end
