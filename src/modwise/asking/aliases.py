"""What billers call things, from the fact files: phrases for modifiers, payers, topics, settings; words that mean the same."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from modwise.knowledge.corpus import Corpus

FOLDER = "aliases"
_PARTED = re.compile(r"(?<=[a-z]{3})/|/(?=[a-z]{3})")
_WORD = re.compile(r"[a-z0-9&{}]+(?:[/'.][a-z0-9{}]+)*|%")
Table = Mapping[str, Any]


@dataclass(frozen=True)
class Topic:
    """What may be asked: the sections, facts (by the end of their name), places and kinds of files that speak of it.

    A `vague` one gives way to any other.
    """

    name: str
    sections: tuple[str, ...] = ()
    facts: tuple[str, ...] = ()
    places: tuple[str, ...] = ()
    kinds: tuple[str, ...] = ()
    vague: bool = False


@dataclass(frozen=True)
class Found:
    """A phrase found in a text: from which word to which (past the last), and what it stands for."""

    start: int
    end: int
    meaning: tuple[str, ...]


class Phrases:
    """Phrases of one kind with what each stands for."""

    def __init__(self, rows: Iterable[tuple[str, Sequence[str]]]) -> None:
        self._meaning: dict[tuple[str, ...], tuple[str, ...]] = {}
        for phrase, meaning in rows:
            key = tuple(words(phrase))
            self._meaning[key] = tuple(dict.fromkeys((*self._meaning.get(key, ()), *meaning)))
        self._longest = max((len(key) for key in self._meaning), default=0)

    def __contains__(self, phrase: str) -> bool:
        return tuple(words(phrase)) in self._meaning

    def find(self, spoken: Sequence[str], *, overlapping: bool = False) -> list[Found]:
        """The phrases in the words, the longest at each place; `overlapping` also finds those that begin within another."""
        found: list[Found] = []
        at = 0
        while at < len(spoken):
            for length in range(min(self._longest, len(spoken) - at), 0, -1):
                meaning = self._meaning.get(tuple(spoken[at : at + length]))
                if meaning is not None:
                    found.append(Found(at, at + length, meaning))
                    at += 0 if overlapping else length - 1
                    break
            at += 1
        return found


class Aliases:
    """All aliases of the corpus."""

    def __init__(self, corpus: Corpus) -> None:
        self._corpus = corpus
        self._files: Mapping[str, Table] = corpus.kinds.get(FOLDER, {})

    @cached_property
    def payers(self) -> Phrases:
        """Names of payers → payer keys; titles and keys of all payers are names too."""
        own = [(name, [key]) for key, payer in self._corpus.payers.items() for name in _names(key, payer["title"])]
        listed = {tuple(words(phrase)) for phrase, _ in self._rows("payer")}
        return Phrases([*self._rows("payer"), *((name, keys) for name, keys in own if tuple(words(name)) not in listed)])

    @cached_property
    def modifiers(self) -> Phrases:
        """Names of modifiers → the modifiers."""
        return Phrases(self._rows("modifiers"))

    @cached_property
    def settings(self) -> Phrases:
        """Names of settings → the settings."""
        return Phrases(self._rows("setting"))

    @cached_property
    def topics(self) -> dict[str, Topic]:
        """The topics by name."""
        return {t["topic"]: _topic(t) for t in self._tables("topic")}

    @cached_property
    def topic_words(self) -> Phrases:
        """Words that name a topic → topics."""
        return Phrases((word, [t["topic"]]) for t in self._tables("topic") for word in t["words"])

    @cached_property
    def lookups(self) -> dict[str, Table]:
        """The questions that a CMS table answers, by name."""
        return {t["lookup"]: t for t in self._tables("lookup")}

    @cached_property
    def lookup_words(self) -> Phrases:
        """Words that name a column or table → look-ups."""
        return Phrases((word, [t["lookup"]]) for t in self._tables("lookup") for word in t["words"])

    @cached_property
    def programmes(self) -> tuple[Table, ...]:
        """The Medicare programme of each setting, the usual one first: setting, payer and, where the tables tell it apart, service."""
        return tuple(self._tables("programme"))

    @cached_property
    def adjudication(self) -> dict[str, str]:
        """Adjudication indicator of a unit limit → the fact that says what it means."""
        return {t["indicator"]: t["fact"] for t in self._tables("indicator")}

    @cached_property
    def strangers(self) -> Phrases:
        """Names of payers that have no file."""
        rows = [(word, [word]) for table in self._tables("stranger") for word in table["words"]]
        return Phrases((word, meaning) for word, meaning in rows if word not in self.payers)

    @cached_property
    def states(self) -> Phrases:
        """States."""
        return Phrases((word, [word]) for table in self._tables("state") for word in table["words"])

    @cached_property
    def same(self) -> dict[str, tuple[str, ...]]:
        """A word or phrase → all that mean the same."""
        groups: dict[str, tuple[str, ...]] = {}
        for table in self._files.values():
            for group in table.get("same", ()):
                for word in group:
                    key = " ".join(words(word))
                    groups[key] = tuple(dict.fromkeys((*groups.get(key, ()), *group)))
        return groups

    @cached_property
    def same_phrases(self) -> Phrases:
        """Phrases of several words among those that mean the same."""
        return Phrases((word, [word]) for word in self.same if " " in word)

    @cached_property
    def quiet(self) -> frozenset[str]:
        """Words of questions that carry no content."""
        return self._listed("quiet")

    @cached_property
    def turning(self) -> frozenset[str]:
        """Words that turn a sentence round or make it say more."""
        return self._listed("turning")

    @cached_property
    def joining(self) -> frozenset[str]:
        """Words that join others and say nothing."""
        return self._listed("joining")

    @cached_property
    def also_words(self) -> frozenset[str]:
        """Small two-letter words that are modifiers too."""
        return frozenset(word for table in self._tables("word") if not table.get("cue") for word in table["words"])

    @cached_property
    def need_a_cue(self) -> frozenset[str]:
        """Capitals that more often mean something else than the modifier."""
        return frozenset(word for table in self._tables("word") if table.get("cue") for word in table["words"])

    def _listed(self, name: str) -> frozenset[str]:
        return frozenset(word for table in self._files.values() for word in table.get(name, ()))

    def _tables(self, name: str) -> Iterator[Table]:
        for table in self._files.values():
            yield from table.get(name, ())

    def phrases_of(self, name: str) -> list[tuple[str, Sequence[str]]]:
        """Phrases with what each stands for, as the files have them; `name` is modifiers, payers or setting."""
        return self._rows(name)

    def _rows(self, name: str) -> list[tuple[str, Sequence[str]]]:
        return [(word, phrase[name]) for phrase in self._tables("phrase") if name in phrase for word in phrase["words"]]


def _topic(table: Table) -> Topic:
    lists = {name: tuple(table.get(name, ())) for name in ("sections", "facts", "places", "kinds")}
    return Topic(table["topic"], vague=bool(table.get("vague")), **lists)


def words(text: str) -> list[str]:
    """The words in small letters; hyphens part words, slashes do not ("E/M", "x-ray" → e/m, x, ray)."""
    low = text.lower().replace("\u2019", "'")
    return _WORD.findall(_PARTED.sub(" ", low) if "/" in low else low)


def _names(key: str, title: str) -> Iterator[str]:
    yield key
    short = re.sub(r"\s*\(.*?\)", "", title).strip()
    yield title
    yield short
    if "," not in short:
        yield re.sub(r"\b(?:Health Plan|Health Plans|commercial plans|Solutions)\b", "", short).strip() or short
