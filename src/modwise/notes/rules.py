"""The rules of reading, made ready from the fact files. Patterns are compiled when a note first holds one of their cues."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property, lru_cache
from typing import Any

from modwise.errors import KnowledgeError
from modwise.knowledge.corpus import corpus
from modwise.knowledge.patterns import expand, source
from modwise.notes.cues import Cues
from modwise.notes.headings import Headings
from modwise.notes.lexicon import Lexicon

KIND = "reading"
BECAUSE = "because"
LINKED = "linked"
MEASURES = "measure-"
MISSED = "landmark-missed"
TOLD_LATER, OTHER_SIDE = "told-later", "other-side"


def compile_pattern(pattern: str, words: Mapping[str, str]) -> re.Pattern[str]:
    """The compiled pattern; a blank in it stands for any run of blanks."""
    return re.compile(source(pattern, words))


def _holds(window: str, cues: tuple[str, ...]) -> bool:
    # A plain loop: `any` with a generator takes twice as long, and this is the most often run test of the engine.
    for cue in cues:  # noqa: SIM110
        if cue in window:
            return True
    return False


@dataclass(frozen=True)
class Pattern:
    """Words to look for: first the cues, plain text of which one must stand there (written, or worked out of the pattern), then the pattern."""

    cues: tuple[str, ...]
    source: str
    words: Mapping[str, str] = field(repr=False, hash=False, compare=False)

    @cached_property
    def compiled(self) -> re.Pattern[str]:
        """The pattern, compiled once."""
        return compile_pattern(self.source, self.words)

    def first(self, folded: str, start: int, end: int) -> tuple[int, int] | None:
        """Where the first match between the two offsets stands. `^` and `$` are the window's own edges."""
        window = folded[start:end]
        if self.cues and not _holds(window, self.cues):
            return None
        match = self.compiled.search(window)
        return (start + match.start(), start + match.end()) if match else None

    def all(self, folded: str, start: int, end: int) -> Iterator[tuple[int, int]]:
        """Where each match between the two offsets stands."""
        return ((start + m.start(), start + m.end()) for m in self.compiled.finditer(folded[start:end]))

    def overlapping(self, folded: str, start: int, end: int) -> Iterator[tuple[int, int]]:
        """Where each match stands, the next one sought from the second letter of the one before."""
        window, at = folded[start:end], 0
        if self.cues and not _holds(window, self.cues):
            return
        while match := self.compiled.search(window, at):
            yield start + match.start(), start + match.end()
            at = match.start() + 1

    def named(self, name: str, folded: str, start: int, end: int) -> Iterator[tuple[tuple[int, int], tuple[int, int]]]:
        """Each match with the part of it that the group of that name holds."""
        for m in self.compiled.finditer(folded[start:end]):
            yield (start + m.start(), start + m.end()), (start + m.start(name), start + m.end(name))


@dataclass(frozen=True)
class Rule:
    """Words that are a sign of something; `weight` 3 decides alone, 2 speaks for it, 1 only raises the question.

    Where `if_named` is set it is the weight of words whose clause names what the title names; `untold` is how much more they weigh where the
    note never tells the act of the service.
    """

    id: str
    sign: str
    weight: int
    pattern: Pattern
    reason: str = ""
    extent: str = ""
    only_in: frozenset[str] = frozenset()
    any_section: bool = False
    titled: bool = False
    on_demand: bool = False
    if_named: int | None = None
    untold: int = 0
    unless: Pattern | None = None
    in_title: Pattern | None = None

    @property
    def only_hints(self) -> bool:
        """Whether it counts for nothing but where the act of the service, or a part of it, is not told."""
        return self.if_named == 0


class Ranges:
    """Codes and ranges of codes, both ends included: `66984`, `66982-66984`. A range of numbers holds no code that ends in a letter."""

    def __init__(self, entries: Iterable[str] = ()) -> None:
        self._pairs = tuple((a, b or a) for a, _, b in (entry.partition("-") for entry in entries))

    def __contains__(self, code: str) -> bool:
        kind = code[-1:].isdigit()
        return any(first <= code <= last and len(first) == len(code) and first[-1].isdigit() == kind for first, last in self._pairs)

    def __bool__(self) -> bool:
        return bool(self._pairs)


@dataclass(frozen=True)
class Silence:
    """Words that keep a sign from counting, and why."""

    id: str
    why: str
    of: frozenset[str]
    where: str
    reach: int
    sections: frozenset[str]
    pattern: Pattern | None
    unless: Pattern | None = None


@dataclass(frozen=True)
class Landmark:
    """What a service of a family, or of the codes, is expected to reach or hold; without `reached` only words that it was not count.

    A `quiet` one says nothing where the note is silent.
    """

    id: str
    family: str
    codes: Ranges
    says: str
    named: Pattern
    reached: Pattern | None
    denied: Pattern | None
    denial: bool
    quiet: bool
    short: Rule | None
    silent: Rule


@dataclass(frozen=True)
class Amount:
    """The least that the codes, or those of a family, need: so many minutes, so many of something, or so much of what was ordered.

    `told` are ways of telling the amount, the surest first; `begins` and `ends` the words beside two times of day; `each` what is counted
    by its different names; `ordered` tells the whole of which a percentage is taken. `figure` names the figure that the amount is, if any.
    """

    id: str
    family: str
    codes: Ranges
    says: str
    named: Pattern
    unit: str
    least: int
    told: tuple[Pattern, ...]
    begins: Pattern | None
    ends: Pattern | None
    each: Pattern | None
    ordered: Pattern | None
    denied: Pattern | None
    confidence: str
    figure: str
    short: Rule


@dataclass(frozen=True)
class Works:
    """What a service works on or with: how a title names it, and the words of what it is about."""

    named: Pattern
    on: tuple[str, ...]


@dataclass(frozen=True)
class Act:
    """The act that makes a service: how a title names the service, or its codes, and the words that tell it as done.

    A weak one tells only that the service was begun; it counts where the title names no other. Of the acts chosen by a code that name a
    `part`, one of each part is needed; `says` tells what is expected.
    """

    id: str
    named: Pattern
    done: Pattern
    weak: bool = False
    codes: Ranges = field(default_factory=Ranges)
    part: str = ""
    says: str = ""


@dataclass(frozen=True)
class Build:
    """A build of sentences that says something was not done; `row` looks at marks of word classes, one of `marks` must be among them.

    It weighs `weight`, or `titled` where it speaks of what the title names, and `untold` more where the act of the service is not told.
    """

    id: str
    sign: str
    row: re.Pattern[str]
    weight: int
    titled: int
    untold: int
    reason: str
    extent: str
    unless: Pattern | None
    needs: Pattern | None
    clause: bool
    marks: frozenset[str]


@dataclass(frozen=True)
class Item:
    """Which signs show a checklist item, and which speak against it."""

    modifiers: tuple[str, ...]
    item: str
    met: tuple[str, ...]
    contradicted: tuple[str, ...]


@dataclass(frozen=True)
class RuleSet:
    """Everything the engine reads by."""

    headings: Headings
    rules: tuple[Rule, ...]
    reasons: tuple[Rule, ...]
    links: tuple[Rule, ...]
    measures: tuple[Rule, ...]
    silences: tuple[Silence, ...]
    landmarks: tuple[Landmark, ...]
    amounts: tuple[Amount, ...]
    lexicon: Lexicon
    works: tuple[Works, ...]
    acts: tuple[Act, ...]
    builds: tuple[Build, ...]
    denials: Pattern
    denied_after: Pattern
    elsewhere: Pattern
    items: Mapping[tuple[str, str], Item]
    unreadable: Mapping[tuple[str, str], str]

    @cached_property
    def told_later(self) -> Silence:
        """The silence of a difficulty after which the act of the service is told as done."""
        return next(silence for silence in self.silences if silence.where == TOLD_LATER)

    @cached_property
    def other_side(self) -> Silence:
        """The silence of a side that was not to be worked on."""
        return next(silence for silence in self.silences if silence.where == OTHER_SIDE)

    def silences_of(self, rule: str, sign: str) -> tuple[Silence, ...]:
        """The silences that may keep a rule of that sign from counting."""
        known = self._silences.get((rule, sign))
        if known is None:
            known = tuple(s for s in self.silences if not s.of or sign in s.of or rule in s.of)
            self._silences[rule, sign] = known
        return known

    @cached_property
    def _silences(self) -> dict[tuple[str, str], tuple[Silence, ...]]:
        return {}

    def acts_named(self, title: str) -> list[Act]:
        """The acts that a folded title names."""
        near = sorted(self._act_names.standing(title, 0, len(title)) | self._uncued_acts)
        return [act for act in map(self.acts.__getitem__, near) if act.named.compiled.search(title)]

    def acts_of(self, code: str) -> tuple[Act, ...]:
        """The acts that make a code."""
        found = self._coded.get(code) or tuple(act for act in self.acts if code in act.codes)
        if found:
            # Codes without an act are not kept: there is no end of them.
            self._coded[code] = found
        return found

    @cached_property
    def _coded(self) -> dict[str, tuple[Act, ...]]:
        return {}

    @cached_property
    def _uncued_acts(self) -> frozenset[int]:
        return frozenset(at for at, act in enumerate(self.acts) if not act.named.cues)

    @cached_property
    def landmark_names(self) -> Cues:
        """The plain words that the landmarks' services are named by."""
        return Cues(landmark.named.cues for landmark in self.landmarks)

    @cached_property
    def amount_names(self) -> Cues:
        """The plain words that the amounts' services are named by."""
        return Cues(amount.named.cues for amount in self.amounts)

    @cached_property
    def _act_names(self) -> Cues:
        return Cues(act.named.cues for act in self.acts)

    @cached_property
    def cues(self) -> Cues:
        """The plain words that a rule is tried by."""
        return Cues(rule.pattern.cues for rule in self.rules)


@lru_cache(maxsize=64)
def rules_for(modifiers: tuple[str, ...]) -> RuleSet:
    """The rules without those that only checklists of other modifiers ask for."""
    whole = rule_set()
    asked = {sign for (code, _), item in whole.items.items() if code in modifiers for sign in (*item.met, *item.contradicted)}
    return replace(whole, rules=tuple(rule for rule in whole.rules if not rule.on_demand or rule.sign in asked))


@lru_cache(maxsize=1)
def rule_set() -> RuleSet:
    """The rules of this installation."""
    return build(corpus().kinds[KIND])


def build(files: Mapping[str, Mapping[str, Any]]) -> RuleSet:
    """The rules of those files."""
    tables = [files[name] for name in sorted(files)]
    words = {name: text for table in tables for name, text in table.get("words", {}).items()}

    def every(key: str) -> list[Mapping[str, Any]]:
        return [entry for table in tables for entry in table.get(key, [])]

    items = [_item(entry) for entry in every("item")]
    found = [_rule(e, words, bool(table.get("on_demand"))) for table in tables for e in table.get("rule", [])]
    return RuleSet(
        headings=Headings(
            every("section"), compile_pattern(words["opens-told"], words), compile_pattern(words["not-today"], words)
        ),
        rules=tuple(r for r in found if r.sign not in (BECAUSE, LINKED) and not r.sign.startswith(MEASURES)),
        reasons=tuple(r for r in found if r.sign == BECAUSE),
        links=tuple(r for r in found if r.sign == LINKED),
        measures=tuple(r for r in found if r.sign.startswith(MEASURES)),
        silences=tuple(_silence(entry, words) for entry in every("silence")),
        landmarks=tuple(_landmark(entry, words) for entry in every("landmark")),
        amounts=tuple(_amount(entry, words) for entry in every("amount")),
        lexicon=Lexicon(every("class"), every("twofold")),
        works=tuple(Works(_needed(entry, words, "named"), tuple(entry["on"])) for entry in every("works")),
        acts=tuple(_act(entry, words) for entry in every("act")),
        builds=tuple(_build(entry, words) for entry in every("build")),
        denials=Pattern((), words["denial"], words),
        denied_after=Pattern((), words["denied-after"], words),
        elsewhere=Pattern((), words["not-named"], words),
        items={(code, item.item): item for item in items for code in item.modifiers},
        unreadable={(code, e["item"]): e["why"] for e in every("unreadable") for code in e["modifiers"]},
    )


def _pattern(entry: Mapping[str, Any], words: Mapping[str, str], key: str = "pattern") -> Pattern | None:
    cues = (entry.get("cues") if key == "pattern" else None) or entry.get(f"{key}_cues", [])
    return Pattern(tuple(cues), entry[key], words) if key in entry else None


def _needed(entry: Mapping[str, Any], words: Mapping[str, str], key: str = "pattern") -> Pattern:
    found = _pattern(entry, words, key)
    if found is None:
        raise KnowledgeError(f"the reading rule {entry.get('id')} has no {key}")
    return found


def _rule(entry: Mapping[str, Any], words: Mapping[str, str], on_demand: bool) -> Rule:
    return Rule(
        id=entry["id"],
        sign=entry["sign"],
        weight=entry.get("weight", 2),
        pattern=_needed(entry, words),
        reason=entry.get("reason", ""),
        extent=entry.get("extent", ""),
        only_in=frozenset(entry.get("only_in", [])),
        any_section=bool(entry.get("any_section", False)),
        titled=bool(entry.get("titled", False)),
        on_demand=on_demand,
        if_named=entry.get("if_named"),
        untold=entry.get("untold", 0),
        unless=_pattern(entry, words, "unless"),
        in_title=_pattern(entry, words, "in_title"),
    )


def _silence(entry: Mapping[str, Any], words: Mapping[str, str]) -> Silence:
    return Silence(
        id=entry["id"],
        why=entry["why"],
        of=frozenset(entry.get("of", [])),
        where=entry["where"],
        reach=entry.get("reach", 0),
        sections=frozenset(entry.get("sections", [])),
        pattern=_pattern(entry, words),
        unless=_pattern(entry, words, "unless"),
    )


def _landmark(entry: Mapping[str, Any], words: Mapping[str, str]) -> Landmark:
    identity, short = entry["id"], _pattern(entry, words, "short")
    return Landmark(
        id=identity,
        family=entry.get("family", ""),
        codes=Ranges(entry.get("codes", [])),
        says=entry["says"],
        named=_needed(entry, words, "named"),
        reached=_pattern(entry, words, "reached"),
        denied=_pattern(entry, words, "denied"),
        denial=bool(entry.get("denial", False)),
        quiet=bool(entry.get("quiet", False)),
        short=Rule(f"{identity}.short", MISSED, 2, short, extent=entry.get("extent", "reduced")) if short else None,
        silent=Rule(f"{identity}.silent", MISSED, 1, _needed(entry, words, "named"), extent="unclear"),
    )


def _amount(entry: Mapping[str, Any], words: Mapping[str, str]) -> Amount:
    named = _needed(entry, words, "named")
    return Amount(
        id=entry["id"],
        family=entry.get("family", ""),
        codes=Ranges(entry.get("codes", [])),
        says=entry["says"],
        named=named,
        unit=entry["unit"],
        least=entry["least"],
        told=tuple(Pattern((), source, words) for source in entry.get("told", [])),
        **{key: _pattern(entry, words, key) for key in ("begins", "ends", "each", "ordered", "denied")},
        confidence=entry["confidence"],
        figure=entry.get("figure", ""),
        short=Rule(f"{entry['id']}.short", MISSED, 2, named, extent=entry.get("extent", "reduced")),
    )


def _act(entry: Mapping[str, Any], words: Mapping[str, str]) -> Act:
    return Act(
        id=entry["id"],
        named=_needed(entry, words, "named"),
        done=_needed(entry, words, "done"),
        weak=bool(entry.get("weak", False)),
        codes=Ranges(entry.get("codes", [])),
        part=entry.get("part", ""),
        says=entry.get("says", ""),
    )


def _build(entry: Mapping[str, Any], words: Mapping[str, str]) -> Build:
    weight = entry.get("weight", 0)
    return Build(
        id=entry["id"],
        sign=entry["sign"],
        row=re.compile(expand(entry["row"], words)),
        weight=weight,
        titled=entry.get("titled", weight),
        untold=entry.get("untold", 0),
        reason=entry.get("reason", ""),
        extent=entry.get("extent", ""),
        unless=_pattern(entry, words, "unless"),
        needs=_pattern(entry, words, "needs"),
        clause=bool(entry.get("clause", False)),
        marks=frozenset(entry["marks"]),
    )


def _item(entry: Mapping[str, Any]) -> Item:
    return Item(tuple(entry["modifiers"]), entry["item"], tuple(entry.get("met", [])), tuple(entry.get("contradicted", [])))
