"""Words of a record that tell otherwise than what its letter rests on: they are shown to the user, and never left out in silence."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache, partial

from modwise.appeals import cards
from modwise.appeals.book import Book
from modwise.appeals.cards import Card, Signs
from modwise.appeals.charts import Chart
from modwise.appeals.ledger import Fact
from modwise.notes.hits import Span
from modwise.notes.quoting import evidence
from modwise.notes.text import ASIDE, EMPTY, STEM

Words = frozenset[str]
# The words by which denial, act and omission are told.
_words = partial(cards.common, "contrary")
_TOKEN = re.compile(r"[a-z]+")
_CLAUSE = re.compile(r"[,;:]|\b(?:and|but|although|though|while|whereas|so|because|since)\b")
_SIDES = {"left": "right", "right": "left"}
_LEAST_WORDS = 2
_LEAST_SHARE = 0.75
_OMISSION = "52.part-omitted"
MOST = 4


@dataclass(frozen=True)
class Clause:
    """A clause as it is compared: the stems of its telling words, whether it denies, and the stems that stand in it as their opposite."""

    stems: Words
    denied: bool
    opposites: Words


def into(book: Book, read: Sequence[Chart], card: Card, signs: Signs) -> list[Fact]:
    """The contradicting words as facts `contrary`, in the order of the records; what the letter would quote itself is none."""
    found: list[Fact] = []
    seen = set()
    for chart in read:
        for span in sorted(_spans(book, chart, card, signs), key=lambda one: one.start):
            piece = evidence(chart.noted.note, span)
            spot = (chart.file, piece["start"])
            if spot in seen or len(found) >= MOST:
                continue
            seen.add(spot)
            fact = book.add("quote", "contrary", piece["quote"], chart.source(piece))
            found += [fact] if fact else []
    return found


def _spans(book: Book, chart: Chart, card: Card, signs: Signs) -> Iterator[Span]:
    """Every stretch of a record that tells otherwise: by its checklists, by the card's patterns, by what the quotations say."""
    for item in card.items:
        for fact in book.all(f"against.{item}"):
            if fact.source.file == chart.file and fact.source.start is not None:
                yield Span(fact.source.start, fact.source.start + 1)
    yield from _told_against(chart, card, signs)
    quotes = [fact for item in card.items for fact in book.all(f"item.{item}")]
    for number, sentence in enumerate(chart.noted.note.sentences):
        whole = Span(sentence.start, sentence.end)
        # One sentence may hold both the words and their contrary; a person reads it as a whole.
        if not any(_within(fact, chart, whole) for fact in quotes) and _otherwise(chart, number, quotes):
            yield whole


def _otherwise(chart: Chart, number: int, quotes: Sequence[Fact]) -> bool:
    """Whether a sentence says the contrary of a quotation, or tells as done what one tells as left out."""
    note = chart.noted.note
    sentence = note.sentences[number]
    text = note.folded[sentence.start : sentence.end]
    omissions = [quote.value for quote in quotes if quote.name == f"item.{_OMISSION}"]
    listed = re.search(_words()["made"], note.sections[sentence.section].heading.casefold()) is not None
    if listed and any(_named_too(quote, text) for quote in omissions):
        return True
    if note.kind_of(number) in ASIDE or re.search(_words()["aside"], text):
        return False
    return any(_denied(quote.value, text) for quote in quotes) or any(_done(quote, text) for quote in omissions)


def _within(fact: Fact, chart: Chart, span: Span) -> bool:
    start, end = fact.source.start, fact.source.end
    return fact.source.file == chart.file and start is not None and end is not None and start < span.end and span.start < end


# ---- by the card's own patterns ------------------------------------------------------------------------------------------------


def _told_against(chart: Chart, card: Card, signs: Signs) -> Iterator[Span]:
    note = chart.noted.note
    for entry in [*card.common.get("against", ()), *card.table.get("against", ())]:
        if not cards.fits(entry, signs):
            continue
        for found in re.finditer(entry["pattern"], note.folded):
            number = note.sentence_at(found.start())
            sentence = note.sentences[number]
            text = note.folded[sentence.start : sentence.end]
            if not entry.get("anywhere") and note.kind_of(number) in ASIDE:
                continue
            if not (entry.get("unless") and re.search(entry["unless"], text)):
                yield Span(found.start(), found.end())


# ---- by what the quoted words themselves say -----------------------------------------------------------------------------------


def _denied(quote: str, text: str) -> bool:
    """Whether a clause of the sentence says the same as one of the quotation's, one of them denied and the other not."""
    return any(_opposed(own, other) for own in _clauses(quote) for other in _clauses(text))


def _opposed(one: Clause, other: Clause) -> bool:
    shared, least = one.stems & other.stems, min(len(one.stems), len(other.stems))
    if len(shared) < _LEAST_WORDS or len(shared) / least < _LEAST_SHARE or _sides(one.stems) != _sides(other.stems):
        return False
    turns = len(one.opposites & shared) + len(other.opposites & shared)
    return (one.denied != other.denied) != bool(turns % 2)


def _sides(words: Words) -> Words:
    return words & _SIDES.keys()


@lru_cache(maxsize=4096)
def _clauses(text: str) -> tuple[Clause, ...]:
    """The clauses of a text."""
    return tuple(_clause(part) for part in _CLAUSE.split(text.casefold()))


def _clause(part: str) -> Clause:
    tokens = _TOKEN.findall(part)
    turned = frozenset(_stem(_opposites()[token]) for token in tokens if token in _opposites())
    return Clause(_stems(tokens), re.search(_words()["denies"], part) is not None, turned)


def _stems(tokens: Iterable[str]) -> Words:
    """The stems of the telling words; a word that denies another counts as that."""
    named = (_opposites().get(token, token) for token in tokens)
    return frozenset(_stem(token) for token in named if token in _SIDES or (len(token) > 3 and token not in _words()["plain"]))


def _stem(token: str) -> str:
    return token if token in _SIDES else token.removesuffix("s")[:STEM]


def _done(quote: str, text: str) -> bool:
    """Whether the sentence tells as done what the quotation tells as left out."""
    for clause in _CLAUSE.split(text):
        if re.search(_words()["denies"], clause) or re.search(_words()["left_out"], clause):
            continue
        if (re.search(_words()["act"], clause) or re.search(_words()["again"], clause)) and _named_too(quote, clause):
            return True
    return False


def _named_too(quote: str, text: str) -> bool:
    """Whether a text names what the quotation tells as left out: its qualifiers, or both sides, and its thing where it names one."""
    tokens = _TOKEN.findall(text.casefold())
    either = {*_words()["both"], *_words()["other_side"]}
    sides = _SIDES.keys() if either & set(tokens) else frozenset()
    held = _things(text, tokens)
    for things, marks in _omitted(quote):
        if marks and marks <= {*tokens, *sides} and (not things or not held or things & held):
            return True
        if not marks and things & held:
            return True
    return False


def _things(clause: str, tokens: Sequence[str]) -> Words:
    """The stems of what a clause names, without its acts and without what only tells one thing from another."""
    aside = {*re.findall(_words()["act"], clause), *_words()["qualifiers"], *_words()["both"], *EMPTY}
    return _stems(token for token in tokens if token not in aside)


def _omitted(quote: str) -> Iterator[tuple[Words, Words]]:
    """What a quotation tells as left out: the stems of the things, and what tells them from others of their kind."""
    for whole in _CLAUSE.split(quote.casefold()):
        clause = re.split(_words()["circumstance"], whole)[0]
        tokens = _TOKEN.findall(clause)
        things = _things(clause, tokens)
        only = re.search(_words()["only"], clause)
        if only:
            yield things, frozenset({_SIDES[only["side"] or only["other"]]})
        elif re.search(_words()["denies"], clause) or re.search(_words()["left_out"], clause):
            yield things, frozenset(word for word in tokens if word in _words()["qualifiers"] and not _is_verb(word, clause))


def _is_verb(word: str, clause: str) -> bool:
    """Whether "left" is the verb, as in left in place."""
    return word == "left" and re.search(_words()["left_side"], clause) is None


@lru_cache(maxsize=1)
def _opposites() -> Mapping[str, str]:
    """Words that deny another: unrelated is not related."""
    found: Mapping[str, str] = _words()["opposites"]
    return found
