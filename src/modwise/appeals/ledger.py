"""The fact ledger: everything a letter may say, each with where it was read. It lies beside the letter as LETTER.ledger.json."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any, Literal

Json = dict[str, Any]
VERSION = 1

FactKind = Literal[
    "date",  # ISO
    "amount",  # two decimals, no sign of money
    "count",
    "percent",
    "code",
    "modifier",
    "diagnosis",
    "carc",
    "rarc",
    "group",
    "identifier",  # claim numbers, member and provider numbers
    "name",
    "address",
    "contact",
    "quote",  # the words of a note, verbatim
    "indicator",  # a figure of a CMS table
    "statement",  # said by a person of the practice
]
SourceKind = Literal["claim", "remit", "note", "facts", "typed", "table", "process", "practice", "computed", "clock"]


@dataclass(frozen=True)
class Source:
    """Where a fact was read. `start` and `end` are offsets in the text as read; `page` and `line` count from 1."""

    kind: SourceKind
    file: str | None = None
    place: str | None = None  # in words: "CLP segment, byte 1204", "note.txt line 14"
    start: int | None = None
    end: int | None = None
    page: int | None = None
    line: int | None = None
    section: str | None = None
    sha256: str | None = None  # of the file as read


@dataclass(frozen=True)
class Fact:
    """One thing known. `of` are the ids it was computed from, by `formula` in words."""

    id: str
    kind: FactKind
    name: str  # "notice_date", "line_charge", "item.52.what_was_omitted": what the letters' templates ask for
    value: str
    source: Source
    of: tuple[str, ...] = ()
    formula: str | None = None


@dataclass(frozen=True)
class Authority:
    """A source that the letter cites: as it is cited, what of it is said in our own words, and where and when it holds."""

    id: str
    citation: str
    holds: tuple[str, ...]
    edition: str | None = None
    payers: tuple[str, ...] = ()  # our payer keys; children are covered; empty = every payer
    since: str | None = None
    until: str | None = None
    url: str | None = None


@dataclass(frozen=True)
class Exhibit:
    """One enclosure. `pages` are those of `file` that are sent; `spans` the quoted words to be marked, as offsets of its text."""

    label: str  # "A"
    title: str
    kind: Literal["remit", "note", "claim", "statement", "form", "authorities", "document"]
    file: str | None = None
    pages: tuple[int, ...] = ()
    spans: tuple[tuple[int, int], ...] = ()
    sha256: str | None = None
    left_out: tuple[str, ...] = ()  # parts of the file that are not sent, each with the reason


@dataclass(frozen=True)
class Gap:
    """Something the letter needs and nobody has said. The placeholder stands in the text as it is written here."""

    name: str
    placeholder: str  # "[TO BE COMPLETED: …]"
    why: str


@dataclass
class Ledger:
    """What one letter rests on."""

    made: Json  # {version of modwise, knowledge: hash of the fact files, today}
    item: Json  # the denial as `modwise denials` tells it
    route: Json  # {kind, payer, process, level, level_title, addressee, form, method, deadline, elements, source}
    facts: list[Fact] = field(default_factory=list)
    authorities: list[Authority] = field(default_factory=list)
    exhibits: list[Exhibit] = field(default_factory=list)
    gaps: list[Gap] = field(default_factory=list)
    letter: Json = field(default_factory=dict)  # the letter's sentences with the ids they rest on (Letter.as_dict)
    documents: dict[str, str] = field(default_factory=dict)  # text of each note as read, by file: quotes are held against it

    def find(self, name: str) -> list[Fact]:
        """The facts of that name, in the order they were read."""
        return [fact for fact in self.facts if fact.name == name]

    def as_dict(self) -> Json:
        """As LETTER.ledger.json holds it."""
        return {"ledger": VERSION, **asdict(self)}

    @classmethod
    def of(cls, table: Mapping[str, Any]) -> Ledger:
        """From the JSON. Raises InputError (`ledger-unreadable`) for what is none."""
        from modwise.appeals.stored import ledger_of

        return ledger_of(table)
