"""The word lists, phrases, citations and rule cards of facts/letter-checks, compiled once."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from modwise.knowledge.checks_letter_checks import spaced
from modwise.knowledge.corpus import corpus

KIND = "letter-checks"
Table = Mapping[str, Any]


@dataclass(frozen=True)
class Phrase:
    """A pattern that must not stand in a letter."""

    check: str
    pattern: re.Pattern[str]
    says: str
    hint: str
    groups: frozenset[str]  # only under these adjustment groups; empty = under any
    negated: bool  # whether it also counts where the sentence denies it
    quoted: bool  # whether it also counts inside a quotation


@dataclass(frozen=True)
class Citation:
    """How one kind of work is cited. `annual` works are cited in the edition of the year of service."""

    name: str
    pattern: re.Pattern[str]
    annual: bool


@dataclass(frozen=True)
class Need:
    """What a letter for a modifier must say, as patterns of which one is found, or facts of which one stands in the ledger."""

    says: str
    patterns: tuple[re.Pattern[str], ...]
    facts: tuple[re.Pattern[str], ...]
    least: int


@dataclass(frozen=True)
class Card:
    """How a letter about these modifiers argues, and how it must not."""

    modifiers: frozenset[str]
    needs: tuple[Need, ...]
    never: tuple[tuple[re.Pattern[str], str], ...]


@dataclass(frozen=True)
class Words:
    """The lists a letter is read with."""

    joining: frozenset[str]
    plain: frozenset[str]
    courteous: frozenset[str]  # stems of the polite words and of those that a courtesy may have
    negations: frozenset[str]
    sides: Mapping[str, str]
    numbers: Mapping[str, int]
    clinical: re.Pattern[str]
    courtesies: re.Pattern[str]
    furniture: tuple[re.Pattern[str], ...]
    asks: tuple[re.Pattern[str], ...]
    enclosed: re.Pattern[str]
    labels: re.Pattern[str]
    titles: re.Pattern[str]


def table(stem: str) -> Table:
    """One file of facts/letter-checks."""
    found: Table = corpus().kinds[KIND][stem]
    return found


def pattern(source: str) -> re.Pattern[str]:
    """A pattern of those files; a blank stands for any white space."""
    return re.compile(spaced(source), re.IGNORECASE)


def exact(source: str) -> re.Pattern[str]:
    """The same, with capitals as they are written."""
    return re.compile(spaced(source))


def stem(word: str) -> str:
    """A word without its ending."""
    bare = word.removesuffix("'s")
    return re.sub(r"(?:ing|ies|ied|es|ed|s|e|y)$", "", bare) if len(bare) > 4 else bare.rstrip("s") if len(bare) == 4 else bare


@lru_cache(maxsize=1)
def words() -> Words:
    """The lists, read once."""
    lists = table("words")["words"]
    return Words(
        joining=frozenset(lists["joining"]),
        plain=frozenset(lists["plain"]),
        courteous=frozenset(stem(word) for word in (*lists["polite"], *lists["weak"])),
        negations=frozenset(lists["negations"]),
        sides={form: side for side, forms in lists["sides"].items() for form in forms},
        numbers={word: number for number, word in enumerate(lists["numbers"])} | dict(lists["tens"]),
        clinical=pattern(rf"\b(?:{'|'.join(lists['clinical'])})\b"),
        courtesies=pattern("|".join(f"(?:{source})" for source in lists["courtesies"])),
        furniture=tuple(pattern(source) for source in lists["furniture"]),
        asks=tuple(pattern(source) for source in lists["asks"]),
        enclosed=pattern(lists["enclosed"]),
        labels=exact(lists["labels"]),
        titles=exact(lists["titles"]),
    )


@lru_cache(maxsize=1)
def phrases() -> tuple[Phrase, ...]:
    """Every phrase that must not stand in a letter."""
    return tuple(
        Phrase(
            check=row["check"],
            pattern=exact(row["pattern"]) if row.get("exact") else pattern(row["pattern"]),
            says=row["says"],
            hint=row.get("hint", ""),
            groups=frozenset(row.get("groups", ())),
            negated=bool(row.get("negated", True)),
            quoted=bool(row.get("quoted")),
        )
        for row in table("phrases")["phrase"]
    )


@lru_cache(maxsize=1)
def citations() -> tuple[Citation, ...]:
    """Every way of citing."""
    return tuple(Citation(row["name"], pattern(row["pattern"]), bool(row.get("annual"))) for row in table("citations")["citation"])


@lru_cache(maxsize=1)
def enclosures() -> tuple[tuple[re.Pattern[str], frozenset[str]], ...]:
    """Nouns of what may be enclosed, with the kinds of exhibit they are."""
    return tuple((pattern(rf"\b(?:{row['pattern']})\b"), frozenset(row["kinds"])) for row in table("enclosures")["enclosure"])


@lru_cache(maxsize=1)
def cards() -> tuple[Card, ...]:
    """The rule cards of the modifiers."""
    return tuple(
        Card(
            modifiers=frozenset(row["modifiers"]),
            needs=tuple(
                Need(
                    need["says"],
                    tuple(pattern(source) for source in need.get("any", ())),
                    tuple(pattern(source) for source in need.get("facts", ())),
                    int(need.get("least", 1)),
                )
                for need in row.get("need", ())
            ),
            never=tuple((pattern(never["pattern"]), never["says"]) for never in row.get("never", ())),
        )
        for row in table("modifiers")["card"]
    )


@lru_cache(maxsize=1)
def levels() -> tuple[tuple[str, re.Pattern[str]], ...]:
    """What each step of an appeal is called when it is asked for."""
    return tuple((row["level"], pattern(row["pattern"])) for row in table("levels")["level"])
