"""The cards of facts/letters/: what a letter on each modifier says, needs and loses by. No text of a letter stands in code."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from modwise.denying.tables import decision_tables
from modwise.knowledge.corpus import Corpus, corpus

Entry = Mapping[str, Any]
Signs = Mapping[str, str]
COMMON = "common"
ANY = "any"
_SLOT = re.compile(r"\{([^{}]+)\}")


@dataclass(frozen=True)
class Card:
    """One group's card over the common one: its own entries first where only one speaks, alone where all do."""

    name: str
    table: Entry
    common: Entry
    modifier: str | None = None

    def entries(self, part: str) -> list[Entry]:
        """The card's own entries of a part; the common card's where it has none."""
        return list(self.table.get(part) or self.common.get(part, ()))

    def first_of(self, part: str) -> list[Entry]:
        """The card's own entries, then the common card's: for parts of which the first that fits speaks."""
        return [*self.table.get(part, ()), *self.common.get(part, ())]

    def word(self, part: str, key: str) -> str:
        """A text of a part by its key; the common card's where this one has none."""
        found = self.table.get(part, {}).get(key) or self.common.get(part, {}).get(key)
        return str(found or "")

    @property
    def items(self) -> list[str]:
        """The checklists' items that its points rest on, as 52.part-omitted."""
        return list(dict.fromkeys(item for point in self.entries("point") for item in self.items_of(point)))

    @property
    def asked(self) -> list[str]:
        """The modifiers whose checklists a note is read for."""
        return list(dict.fromkeys([*([self.modifier] if self.modifier else []), *(item.split(".")[0] for item in self.items)]))

    def items_of(self, point: Entry) -> list[str]:
        """The items of a point for the modifier argued for: `*` stands for it, and what belongs to the card's others is left out."""
        others = set(self.table.get("modifiers", ())) - {self.modifier}
        named = (item.replace("*", self.modifier or "*", 1) for item in point.get("items", ()))
        return [item for item in named if item.split(".")[0] not in others and not item.startswith("*")]


@lru_cache(maxsize=16)
def common(part: str) -> Entry:
    """A part of the common card that holds words to read records by, as `record`, `contrary` or `encounter`."""
    found: Entry = corpus().kinds["letters"][COMMON][part]
    return found


def card_for(item: Mapping[str, Any], known: Corpus) -> tuple[Card, str | None]:
    """The card of a denial and the modifier it argues for; null where it argues for none."""
    cards = known.kinds["letters"]
    common = cards[COMMON]
    topic = str(item.get("topic"))
    own = [card for card in cards.values() if topic in card.get("topics", ())]
    urgent = next((card for card in own if card.get("first")), None)
    modifier = None if urgent else argued(item, cards, known)
    if urgent is not None:
        return Card(urgent["letter"], urgent, common), None
    if modifier is not None:
        found = next(card for card in cards.values() if modifier in card.get("modifiers", ()))
        return Card(found["letter"], found, common, modifier), modifier
    plain = own[0] if own else cards[ANY]
    return Card(plain["letter"], plain, common), None


def argued(item: Mapping[str, Any], cards: Mapping[str, Entry], known: Corpus) -> str | None:
    """The modifier of the line that the denial is about: the one its cause names, else the first that answers its topic."""
    held = [m for m in item["modifiers"] if any(m in card.get("modifiers", ()) for card in cards.values())]
    head = str(item.get("cause", "")).split("_")[0].upper()
    named = [m for m in held if m == head or (head == "59X" and m in decision_tables(known).alike)]
    answers = _answers(str(item.get("topic")), known)
    ranked = [*named, *sorted((m for m in held if m in answers), key=answers.index), *held]
    return ranked[0] if ranked else None


def _answers(topic: str, known: Corpus) -> list[str]:
    rows = known.kinds["remedies"]["topics"]["topic"]
    lists: Mapping[str, list[str]] = next((row.get("answers", {}) for row in rows if row["topic"] == topic), {})
    return list(dict.fromkeys(m for answers in lists.values() for m in answers))


def fits(entry: Entry, signs: Signs) -> bool:
    """Whether an entry's conditions hold: each sign named has one of the answers."""
    return all(signs.get(name, "unknown") in wanted for name, wanted in entry.get("when", {}).items())


def slots(text: str) -> Iterator[str]:
    """The names of the slots in a template, in order."""
    return (match[1] for match in _SLOT.finditer(text))


def fill(text: str, words: Mapping[str, str]) -> str:
    """The template with the words in its slots."""
    return _SLOT.sub(lambda match: words[match[1]], text)


def chosen(entries: Sequence[Entry], signs: Signs) -> list[Entry]:
    """The entries whose conditions hold."""
    return [entry for entry in entries if fits(entry, signs)]
