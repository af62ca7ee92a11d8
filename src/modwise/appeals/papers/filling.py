"""The sentences of a paper: slots are facts, and what is missing is a placeholder, told once."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from modwise.appeals.book import Book
from modwise.appeals.ledger import Fact, Gap
from modwise.appeals.letter import Paragraph, Reference, Section, Sentence
from modwise.appeals.wording import quoted, shown

Table = Mapping[str, Any]
_SLOT = re.compile(r"{([a-z0-9_.]+)}")


class Filler:
    """Fills a paper's sentences from a book of facts; `gaps` are what was missing."""

    def __init__(self, table: Table, book: Book, modifiers: Sequence[str]) -> None:
        self._table = table
        self._book = book
        self._modifiers = modifiers
        self.gaps: list[Gap] = []

    def sentence(self, entry: Table) -> Sentence | None:
        """The entry filled; None where it is for another modifier, or a fact is missing and it can be left out."""
        says = str(entry["says"])
        if not self._meant(entry):
            return None
        facts = {name: self._book.get(name) for name in _SLOT.findall(says)}
        if not entry.get("always") and not all(facts.values()):
            return None
        words = {name: self._word(name, fact) for name, fact in facts.items()}
        return Sentence(says.format_map(words), tuple(fact.id for fact in facts.values() if fact))

    def references(self) -> list[Reference]:
        """The rows of the RE block."""
        rows = ((row["label"], self.sentence(row)) for row in self._table.get("reference", ()))
        return [Reference(label, sentence) for label, sentence in rows if sentence is not None]

    def sections(self) -> list[Section]:
        """The sections that have something to say."""
        found = []
        for section in self._table.get("section", ()):
            blocks = tuple(block for entry in section["sentence"] for block in self._blocks(entry))
            if blocks:
                found.append(Section(section["key"], section.get("title"), _joined(blocks)))
        return found

    def questions(self) -> list[str]:
        """What is asked for the first of the line's modifiers that a question is for; else what is asked of any."""
        rows = self._table.get("question", ())
        own = (row for modifier in self._modifiers for row in rows if modifier in row["modifiers"])
        return list(next(own, next((row for row in rows if not row["modifiers"]), {"asks": []}))["asks"])

    def _blocks(self, entry: Table) -> Iterator[Paragraph]:
        numbered = bool(entry.get("numbered"))
        if entry.get("questions"):
            yield from (Paragraph((Sentence(asked),), numbered=numbered) for asked in self.questions())
        elif "each" in entry:
            for fact in self._book.all(entry["each"]):
                words = f"{quoted(fact.value)} ({fact.source.place})" if fact.kind == "quote" else shown(fact)
                yield Paragraph((Sentence(words, (fact.id,)),), numbered=numbered)
        else:
            sentence = self.sentence(entry)
            if sentence is not None:
                yield Paragraph((sentence,), numbered=numbered)

    def _meant(self, entry: Table) -> bool:
        wanted = entry.get("modifiers")
        here = wanted is None or any(modifier in wanted for modifier in self._modifiers)
        return here and not any(self._book.get(name) for name in entry.get("lacks", ()))

    def _word(self, name: str, fact: Fact | None) -> str:
        if fact is not None:
            return shown(fact)
        words = self._table.get("gap", {}).get(name, name.replace("_", " "))
        gap = Gap(name, f"[TO BE COMPLETED: {words}]", f"Needed: {words}.")
        if gap not in self.gaps:
            self.gaps.append(gap)
        return gap.placeholder


def _joined(blocks: Sequence[Paragraph]) -> tuple[Paragraph, ...]:
    """Sentences that are not numbered, one behind the other, make one paragraph."""
    found: list[Paragraph] = []
    for block in blocks:
        if found and not block.numbered and not found[-1].numbered:
            found[-1] = Paragraph((*found[-1].sentences, *block.sentences))
        else:
            found.append(block)
    return tuple(found)
