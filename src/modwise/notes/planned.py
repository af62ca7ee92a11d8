"""What was to be done: the words of the title, what such a service works on, and whether its own act is told as done."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import cached_property

from modwise.notes.headings import TITLE
from modwise.notes.hits import Span
from modwise.notes.rules import Act, RuleSet, Works
from modwise.notes.text import EMPTY, VISIT, Note

_WORD = re.compile(r"[a-z]{3,}")
_SIDE = re.compile(r"\b(left|right|bilateral|both)\b")
_ENDING = re.compile(r"(?:ing|ed|es|s)$")
# A title that tells something names no side to keep to.
_TOLD = re.compile(r"\b(?:was|were|is|had)\b")
# "Left" is no side where something was left.
_LEFT = r"(?<!was )(?<!were )(?<!be )(?<!been )(?<!is )(?<!we )(?<!i )\bleft\b(?! (?:on|in|the|a|for|alone|behind|there|as|it|them|this|open|at)\b)"
OTHER = {"left": re.compile(r"\bright\b"), "right": re.compile(_LEFT)}
# Words are compared by how they begin, so that "embolization" and "embolized" are one.
STEM, LEAST = 5, 4
# The first sentence names the service where no heading does; a longer one tells it, too.
NAMING, SHORT = 0, 120
# How far before an act a word may stand that denies it.
REACH = 60
# A note that begins so tells of other days.
LATER = frozenset({"history", "plan"})


@dataclass(frozen=True)
class Service:
    """The service that a note is read for: its code and the fact ids of the families that hold it; empty where no code is known."""

    code: str = ""
    families: tuple[str, ...] = ()


ANY = Service()


@dataclass(frozen=True)
class Planned:
    """What was to be done: the title with its words, and the acts that make what it names.

    `told` is where the note last tells such an act as done; None where it never does. `lacking` are the needed parts that are not told
    although another part is.
    """

    title: Span
    text: str
    works: tuple[Works, ...] = field(repr=False)
    acts: tuple[Act, ...]
    told: Span | None
    side: str = ""
    lacking: tuple[Act, ...] = ()

    @cached_property
    def stems(self) -> frozenset[str]:
        """How the words of the title begin, and those of what such a service is about."""
        named = (stem(word) for word in _WORD.findall(self.text) if len(word) >= LEAST and word not in EMPTY)
        about = (stem(word) for works in self.works if works.named.first(self.text, 0, len(self.text)) for word in works.on)
        return frozenset([*named, *about])

    @property
    def untold(self) -> bool:
        """Whether the act is known and never told as done."""
        return bool(self.acts) and self.told is None

    def is_other_side(self, told: str) -> bool:
        """Whether the words speak of the side that was not to be worked on, and of that one alone."""
        return self.side in OTHER and OTHER[self.side].search(told) is not None and self.side not in told

    def names(self, words: Iterable[str]) -> bool:
        """Whether one of the words is, or belongs to, what was to be done."""
        return not self.stems.isdisjoint(map(stem, words))


def stem(word: str) -> str:
    """How a word is compared."""
    bare = _ENDING.sub("", word)
    return bare[:STEM] if len(bare) >= LEAST else word[:STEM]


def planned(note: Note, rules: RuleSet, code: str = "") -> Planned:
    """What was to be done by the code and the note's title; without one, by its first sentence."""
    numbers = [n for n in range(len(note.sentences)) if note.kind_of(n) == TITLE] or [NAMING]
    title = " . ".join(note.folded[note.sentences[n].start : note.sentences[n].end] for n in numbers)
    acts = _acts(note, rules, title, code)
    side = set() if _TOLD.search(title) else set(_SIDE.findall(title))
    first = note.sentences[numbers[0]]
    skipped = first.end if len(title) < SHORT and numbers == [NAMING] else 0
    told = _last_told(note, rules, acts, skipped)
    return Planned(
        title=Span(first.start, first.end),
        text=title,
        works=rules.works,
        acts=acts,
        told=told,
        side=side.pop() if len(side) == 1 else "",
        lacking=tuple(_lacking(note, rules, acts, skipped)) if told else (),
    )


def _lacking(note: Note, rules: RuleSet, acts: tuple[Act, ...], skipped: int) -> Iterator[Act]:
    """One act of each needed part that is never told."""
    for part in dict.fromkeys(act.part for act in acts if act.part):
        able = tuple(act for act in acts if act.part == part)
        if _last_told(note, rules, able, skipped) is None:
            yield able[0]


def tells(note: Note, rules: RuleSet, plan: Planned, sentences: Iterable[int]) -> bool:
    """Whether one of the sentences tells the act as done; a weak one tells only that the service was begun."""
    windows = [note.sentences[number] for number in sentences if note.is_tellable(number)]
    acts = [act for act in plan.acts if not act.weak]
    return any(_told(note, rules, act, start, note.folded[start:end]) for start, end, _ in windows for act in acts)


def _acts(note: Note, rules: RuleSet, title: str, code: str) -> tuple[Act, ...]:
    """The acts that make the code, or what the title names; the weak ones only where there are no others.

    No code tells of a second side: parts without codes are needed as the title names them.
    """
    if not _is_told(note, rules, title):
        return ()
    named, coded = rules.acts_named(title), rules.acts_of(code) if code else ()
    acts = (*coded, *(act for act in named if act.part and not act.codes)) if coded else tuple(named)
    return tuple(act for act in acts if not act.weak) or acts


def _is_told(note: Note, rules: RuleSet, title: str) -> bool:
    """Whether the note is one of the service that it names: no visit's note, no service of another day."""
    visits = any(part.kind == VISIT for part in note.sections)
    return not visits and note.kind_of(0) not in LATER and rules.elsewhere.first(title, 0, len(title)) is None


def _last_told(note: Note, rules: RuleSet, acts: tuple[Act, ...], skipped: int) -> Span | None:
    """Where an act is told for the last time, behind the sentence that only names the service."""
    for start, window in reversed(note.tellable if acts else ()):
        if start >= skipped:
            found = [span for act in acts if (span := _told(note, rules, act, start, window))]
            if found:
                return max(found, key=lambda span: span.start)
    return None


def _told(note: Note, rules: RuleSet, act: Act, start: int, window: str) -> Span | None:
    """Where a sentence tells the act, not denied."""
    for first, last in act.done.overlapping(window, 0, len(window)):
        if not _denied(note, rules, start, start + first, start + last):
            return Span(start + first, start + last)
    return None


def _denied(note: Note, rules: RuleSet, start: int, at: int, end: int) -> bool:
    """Whether a word of the same clause, before the act, within it or right behind it, makes it none."""
    before = note.folded[max(start, at - REACH) : at]
    clause = before[max(before.rfind(","), before.rfind(";")) + 1 :] + note.folded[at:end]
    return (
        rules.denials.first(clause, 0, len(clause)) is not None
        or rules.denied_after.first(note.folded, end, end + REACH) is not None
    )
