"""What a code needs at least, held against what the note tells: minutes, numbers of something, or the share of what was ordered."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal

from modwise.notes import landmarks, times
from modwise.notes.headings import TITLE
from modwise.notes.hits import Hit, Span
from modwise.notes.measures import Measure
from modwise.notes.planned import Service
from modwise.notes.rules import Amount, Pattern, RuleSet
from modwise.notes.text import Note

MINUTES, PERCENT = "minutes", "percent"
HUNDRED = 100
# So far from its words, in characters, may a time of day stand.
BESIDE = 40


@dataclass(frozen=True)
class Told:
    """An amount with the words that tell it."""

    amount: Decimal
    span: Span
    sentence: int


def told(note: Note, rules: RuleSet, service: Service) -> list[tuple[Amount, Told]]:
    """The amounts that are expected of the service, each with the most that the note tells; without a code its own title decides."""
    expected = landmarks.due(note, rules.amounts, rules.amount_names, service)
    return [(entry, most) for entry, _ in expected if (most := most_told(note, entry)) is not None]


def missed(found: Iterable[tuple[Amount, Told]]) -> Iterator[Hit]:
    """A hit for each amount that is less than the code needs; silence tells nothing."""
    for entry, most in found:
        if most.amount < entry.least:
            yield Hit(entry.short, most.span, most.sentence)


def figures(found: Iterable[tuple[Amount, Told]]) -> Iterator[Measure]:
    """The amounts that are figures of the case: hours recorded, naps held, minutes of the service."""
    for entry, most in found:
        if entry.figure:
            unit = " min" if entry.unit == MINUTES else ""
            yield Measure(f"measure-{entry.figure}", f"{most.amount.normalize():f}{unit}", most.span)


def most_told(note: Note, entry: Amount) -> Told | None:
    """The most that the note tells in the surest of the ways that the entry knows; None where it tells no amount."""
    for pattern in entry.told:
        if found := list(_told(note, entry, pattern)):
            return max(found, key=lambda one: one.amount)
    return _from_times(note, entry) or _by_name(note, entry)


def _sentences(note: Note, entry: Amount) -> Iterator[tuple[int, int, int]]:
    """The sentences that tell of the service and deny nothing of it; a title tells what was planned."""
    for number, start, end in landmarks.told(note):
        if note.kind_of(number) == TITLE:
            continue
        if entry.denied is None or entry.denied.first(note.folded, start, end) is None:
            yield number, start, end


def _told(note: Note, entry: Amount, pattern: Pattern) -> Iterator[Told]:
    for number, start, end in _sentences(note, entry):
        for match in pattern.compiled.finditer(note.folded[start:end]):
            amount = _amount(note, entry, match)
            if amount is not None:
                yield Told(amount, Span(start + match.start(), start + match.end()), number)


def _amount(note: Note, entry: Amount, match: re.Match[str]) -> Decimal | None:
    """What a match tells in the entry's unit: a value, the stretch between two times of day, or a value of a whole."""
    groups = match.groupdict()
    if groups.get("from"):
        return _between(entry, times.clock(groups["from"]), times.clock(groups["to"]))
    value = _figure(groups["value"])
    if value is None or entry.unit != PERCENT:
        return value
    whole = _figure(groups["whole"]) if groups.get("whole") else _ordered(note, entry)
    return value * HUNDRED / whole if whole else None


def _figure(words: str) -> Decimal | None:
    """A length of time in minutes, or else a bare number."""
    length = times.minutes(words)
    return times.number(words) if length is None else length


def _ordered(note: Note, entry: Amount) -> Decimal | None:
    """The most that was ordered."""
    if entry.ordered is None:
        return None
    found = (
        _figure(note.folded[first:behind])
        for sentence in note.sentences
        for _, (first, behind) in entry.ordered.named("value", note.folded, sentence.start, sentence.end)
    )
    return max((figure for figure in found if figure is not None), default=None)


def _between(entry: Amount, start: times.Clock | None, end: times.Clock | None) -> Decimal | None:
    """The minutes between; None where the times leave open which half of the day they are of and the code needs more than a half."""
    if start is None or end is None or (entry.least > times.HALF_DAY and not times.is_sure(start, end)):
        return None
    return Decimal(times.between(start, end))


def _from_times(note: Note, entry: Amount) -> Told | None:
    """The stretch from the first beginning to the last end that the note tells with a time of day; None where it began again after that."""
    if entry.begins is None or entry.ends is None:
        return None
    begun, ended = list(_timed(note, entry, entry.begins)), list(_timed(note, entry, entry.ends))
    if not begun or not ended or ended[-1][1].start <= begun[-1][1].start:
        return None
    begin, end = begun[0], ended[-1]
    amount = _between(entry, begin[0], end[0])
    if amount is not None and entry.unit == PERCENT:
        whole = _ordered(note, entry)
        amount = amount * HUNDRED / whole if whole else None
    return None if amount is None else Told(amount, end[1], end[2])


def _timed(note: Note, entry: Amount, event: Pattern) -> Iterator[tuple[times.Clock, Span, int]]:
    """Each time that the event is told with a time of day: the time, both their words, the sentence."""
    for number, start, end in _sentences(note, entry):
        found = list(event.all(note.folded, start, end))
        stamps = list(times.CLOCK.finditer(note.folded, start, end)) if found else []
        before = bool(stamps) and stamps[0].start() == start
        for first, behind in found:
            stamp = _beside(stamps, first, behind, before)
            if stamp is not None:
                span = Span(min(stamp.start(), first), max(stamp.end(), behind))
                yield times.clock_of(stamp), span, number


def _beside(stamps: Sequence[re.Match[str]], first: int, behind: int, before: bool) -> re.Match[str] | None:
    """The time that belongs to an event: in a line of a log, which begins with one, the last before it, else the first behind it."""
    earlier = next((stamp for stamp in reversed(stamps) if 0 <= first - stamp.end() <= BESIDE), None)
    later = next((stamp for stamp in stamps if 0 <= stamp.start() - behind <= BESIDE), None)
    return earlier or later if before else later or earlier


def _by_name(note: Note, entry: Amount) -> Told | None:
    """How many different things are told by name."""
    if entry.each is None:
        return None
    names: dict[str, Told] = {}
    for number, start, end in _sentences(note, entry):
        for whole, (first, behind) in entry.each.named("value", note.folded, start, end):
            names.setdefault(note.folded[first:behind], Told(Decimal(0), Span(*whole), number))
    last = list(names.values())
    return Told(Decimal(len(names)), last[-1].span, last[-1].sentence) if last else None
