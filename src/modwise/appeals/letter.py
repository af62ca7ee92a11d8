"""A letter before it is set: blocks of sentences, each with the facts and authorities it rests on. The renderers only set it."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from typing import Any, Literal

Json = dict[str, Any]
SectionKey = Literal["ask", "denial", "facts", "rule", "application", "alternative", "request"]


@dataclass(frozen=True)
class Sentence:
    """Words with their grounds: ids of the ledger's facts and authorities. Digits came in through facts only."""

    text: str
    facts: tuple[str, ...] = ()
    authorities: tuple[str, ...] = ()


@dataclass(frozen=True)
class Paragraph:
    """Sentences set together; `numbered` ones are the numbered facts."""

    sentences: tuple[Sentence, ...]
    numbered: bool = False


@dataclass(frozen=True)
class Table:
    """A small table, as for two lines side by side: head and rows of sentences."""

    head: tuple[str, ...]
    rows: tuple[tuple[Sentence, ...], ...]


@dataclass(frozen=True)
class Section:
    """A part of the letter; the title is null for the first, which is the ask."""

    key: SectionKey
    title: str | None
    blocks: tuple[Paragraph | Table, ...]


@dataclass(frozen=True)
class Reference:
    """One row of the RE block."""

    label: str
    value: Sentence


@dataclass
class Letter:
    """A letter, from letterhead to signature."""

    kind: Literal["appeal", "documents", "underpayment", "reopening", "provider_query", "cover"]
    letterhead: list[str]
    date: Sentence
    method: Sentence | None
    addressee: list[str]
    subject: Sentence
    reference: list[Reference]
    sections: list[Section]
    exhibits: list[Sentence] = field(default_factory=list)  # "A. Remittance advice of 20 March 2026, 1 page"
    signature: list[str] = field(default_factory=list)  # name and credentials, title, contact

    def as_dict(self) -> Json:
        """As the ledger and the JSON hold it."""
        return asdict(self)
