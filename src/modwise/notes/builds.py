"""The build of sentences: what was not done, left or put off, told in words that no rule knows.

A sentence is written down as a row of word classes; builds are patterns of such rows. What a build is worth depends on what it speaks of:
what the title names, and whether the note tells the act of the service at all.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace
from functools import lru_cache

from modwise.notes.headings import TITLE
from modwise.notes.hits import DECIDES, Hit, Span, weighed
from modwise.notes.landmarks import LEAST_TOLD
from modwise.notes.planned import Planned, stem, tells
from modwise.notes.rules import MISSED, Act, Build, Pattern, Rule, RuleSet
from modwise.notes.text import ASIDE, Note

# A shorter note does not tell every part of what was done.
LEAST_IN_PARTS = 500
# So many words behind a build may still name what it speaks of.
BEYOND = 4
UNABLE, STOPPED, SOON = "unable", "stopped", 2
# A part of the service that was left out is not overcome by the rest.
_PART = re.compile(r"\b(?:left|right|side|other|second(?! (?:pass|attempt|try|stick|puncture|wire|needle))|remaining|rest)\b")
_OTHER = re.compile(r"\b(?:other|remaining|rest of|second(?! (?:pass|attempt|try|stick|puncture|wire|needle))|third|fourth)\b")
# What speaks of the service as a whole, and not of one way of doing it, is not overcome either.
_SERVICE = re.compile(r"\b(?:procedure|operation|surgery|case|study|exam|examination|test|treatment|session|everything|plan)\b")
_WORD = re.compile(r"[a-z]{3,}")
_STOPS = (",", ";", ":")
# A build is no pattern of letters; the rule that stands for it in a hit has one that never matches.
_NEVER = Pattern((), "(?!)", {})
# What went wrong says by itself nothing of what was left out.
EVENT = "event-untold"
_UNTOLD = ".untold"
UNTOLD = Rule("act" + _UNTOLD, MISSED, 1, _NEVER, extent="unclear")


def found(note: Note, rules: RuleSet, plan: Planned) -> Iterator[Hit]:
    """The title where its act is not told, and every sentence whose build says that something was not done."""
    if plan.untold and len(note.text) >= LEAST_TOLD:
        yield Hit(UNTOLD, plan.title, note.sentence_at(plan.title.start))
    elif len(note.text) >= LEAST_IN_PARTS:
        for act in plan.lacking:
            yield Hit(_lacking(act), plan.title, note.sentence_at(plan.title.start))
    for number, words, row in _rows(note, rules, plan):
        for hit in _struck(note, rules, plan, number, words, row):
            yield weighed(note, rules, hit)


def is_untold(rule: Rule) -> bool:
    """Whether the rule says that an act of the service is never told."""
    return rule.sign == MISSED and rule.id.endswith(_UNTOLD)


def untold_act(rule: Rule) -> str:
    """The id of the part that such a rule says is never told; that of no act where it says so of the whole service."""
    return rule.id.removesuffix(_UNTOLD)


@lru_cache(maxsize=512)
def _lacking(act: Act) -> Rule:
    """A needed part of the service that is never told though another is."""
    return Rule(act.id + _UNTOLD, MISSED, 1, _NEVER, extent="unclear")


def settled(note: Note, rules: RuleSet, plan: Planned, hits: Iterable[Hit]) -> Iterator[Hit]:
    """The hits by what was planned: weighed by whether they speak of it, difficulties that its act overcame silenced."""
    for hit in hits:
        rule = hit.rule
        if rule.in_title is not None and rule.in_title.first(plan.text, 0, len(plan.text)) is None:
            continue
        weight = _settled_weight(note, plan, hit)
        if hit.counts and (weight < DECIDES or rule.sign == STOPPED) and _overcome(note, rules, plan, hit):
            hit = replace(hit, silence=rules.told_later, by=plan.told)
        elif hit.counts and rule.sign in rules.other_side.of and _is_other_side(note, plan, hit):
            hit = replace(hit, silence=rules.other_side, by=plan.title)
        if weight or rule.if_named is None:
            yield hit if weight == rule.weight else replace(hit, rule=replace(rule, weight=weight))


def _overcome(note: Note, rules: RuleSet, plan: Planned, hit: Hit) -> bool:
    """Whether the act of the service is told after a difficulty; anywhere for some, soon for every other inability."""
    own = note.sentences[hit.sentence]
    if plan.told is None or plan.told.start < own.end:
        return False
    if hit.rule.sign == STOPPED:
        whole = any(pattern.search(note.folded, own.start, own.end) for pattern in (_SERVICE, _PART))
        return hit.rule.id in rules.told_later.of and not whole
    if hit.rule.id in rules.told_later.of:
        return hit.rule.sign == UNABLE or not _PART.search(note.folded, own.start, own.end)
    soon = range(hit.sentence + 1, min(hit.sentence + SOON + 1, len(note.sentences)))
    another = _OTHER.search(note.folded, own.start, own.end) is not None
    return hit.rule.sign == UNABLE and not another and tells(note, rules, plan, soon)


def _is_other_side(note: Note, plan: Planned, hit: Hit) -> bool:
    own = note.sentences[hit.sentence]
    return plan.is_other_side(note.folded[own.start : own.end])


def _settled_weight(note: Note, plan: Planned, hit: Hit) -> int:
    rule = hit.rule
    if rule.if_named is None and not rule.untold:
        return rule.weight
    own = note.sentences[hit.sentence]
    named = rule.if_named is not None and plan.names(_WORD.findall(note.folded, own.start, own.end))
    return min((rule.if_named or 0 if named else rule.weight) + (rule.untold if plan.untold or plan.lacking else 0), DECIDES)


def _rows(note: Note, rules: RuleSet, plan: Planned) -> Iterator[tuple[int, list[str], str]]:
    """The sentences that hold a word of a telling class: number, words, marks."""
    lexicon = rules.lexicon
    telling = lexicon.telling_untold if plan.untold else lexicon.telling
    for number, sentence in enumerate(note.sentences):
        kind = note.kind_of(number)
        if kind in ASIDE or kind == TITLE:
            continue
        words = lexicon.words(note.folded, sentence.start, sentence.end)
        if not telling.isdisjoint(words):
            yield number, words, lexicon.row(words)


def _struck(note: Note, rules: RuleSet, plan: Planned, number: int, words: list[str], row: str) -> Iterator[Hit]:
    """The first place of each build in the sentence that weighs something."""
    held = set(row)
    matches = [(build, m.span()) for build in rules.builds if not build.marks.isdisjoint(held) for m in build.row.finditer(row)]
    if not matches:
        return
    sentence, done = note.sentences[number], ""
    named = [stem(word) in plan.stems for word in words]
    places = rules.lexicon.places(note.folded, sentence.start, sentence.end)
    for build, (first, behind) in matches:
        begins, ends = _clause(row, first, behind)
        weight = _weight(build, plan, any(named[begins:ends] if build.clause else named[first : behind + BEYOND]))
        if weight and build.id != done and _fits(note, build, places[begins][0], places[ends - 1][1]):
            done = build.id
            yield Hit(_rule(build, weight), Span(places[first][0], places[behind - 1][1]), number)


def _clause(row: str, first: int, behind: int) -> tuple[int, int]:
    """Between which words the clause around the build stands."""
    begins = max(row.rfind(stop, 0, first) for stop in _STOPS) + 1
    ends = min((at for at in (row.find(stop, behind) for stop in _STOPS) if at >= 0), default=len(row))
    return begins, ends


def _fits(note: Note, build: Build, start: int, end: int) -> bool:
    if build.needs is not None and build.needs.first(note.folded, start, end) is None:
        return False
    return build.unless is None or build.unless.first(note.folded, start, end) is None


def _weight(build: Build, plan: Planned, named: bool) -> int:
    return min((build.titled if named else build.weight) + (build.untold if plan.untold else 0), DECIDES)


@lru_cache(maxsize=512)
def _rule(build: Build, weight: int) -> Rule:
    return Rule(build.id, build.sign, weight, _NEVER, reason=build.reason, extent=build.extent)
