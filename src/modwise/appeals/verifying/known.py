"""What a ledger holds, as the checks ask for it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from functools import cached_property
from typing import Any

from modwise.appeals.ledger import Authority, Fact, Ledger
from modwise.appeals.verifying import dating
from modwise.appeals.verifying.plain import Letters, alike, squash, squashed
from modwise.appeals.verifying.units import Unit, units

Json = Mapping[str, Any]
# Short ones stand inside other numbers and would hide them.
SHORTEST = 4
_EXACT = frozenset({"identifier", "contact", "address"})
_ISO = re.compile(r"\b(?:19|20)\d\d-\d\d-\d\d\b")


@dataclass
class Known:
    """A ledger with its values by kind."""

    ledger: Ledger

    @cached_property
    def units(self) -> list[Unit]:
        """The sentences of its letter."""
        return units(self.ledger.letter)

    @cached_property
    def facts(self) -> dict[str, Fact]:
        """The facts by id."""
        return {fact.id: fact for fact in self.ledger.facts}

    @cached_property
    def authorities(self) -> dict[str, Authority]:
        """The authorities by id."""
        return {authority.id: authority for authority in self.ledger.authorities}

    def values(self, *kinds: str) -> set[str]:
        """The values of the facts of those kinds."""
        return {fact.value for fact in self.ledger.facts if fact.kind in kinds}

    def listed(self, *kinds: str) -> set[str]:
        """The same, a value that lists several taken apart."""
        return {part for value in self.values(*kinds) for part in re.split(r"[\s,;/]+", value) if part}

    @cached_property
    def dates(self) -> set[str]:
        """Every day the ledger holds, with the shorter forms it allows."""
        days = {day for value in self.values("date") for day in _ISO.findall(value)}
        days |= {day for value in _texts(self.ledger.route.get("deadline")) for day in _ISO.findall(value)}
        said = [unit.text for unit in self.units if unit.part in ("date", "exhibits")]
        days |= {day for text in said for _, _, value in dating.find(text) for day in value.split()}
        for authority in self.ledger.authorities:
            days |= {day for day in (authority.since, authority.until) if day}
            named = f"{authority.citation} {authority.edition or ''}"
            days |= {day for _, _, value in dating.find(named) for day in value.split()}
        return {form for day in days for form in dating.written(day)}

    @cached_property
    def amounts(self) -> set[Decimal]:
        """Every amount of money."""
        return {value for text in self.values("amount") if (value := number(text)) is not None}

    @cached_property
    def codes(self) -> set[str]:
        """Procedure codes: of the claim, and those an authority names."""
        named = " ".join(text for a in self.ledger.authorities for text in (a.citation, *a.holds))
        return self.listed("code") | set(re.findall(r"\b(?:\d{5}|\d{4}[FTU]|[A-V]\d{4})\b", named))

    @cached_property
    def line_modifiers(self) -> set[str]:
        """Modifiers on the claim's lines."""
        return set(self.ledger.item.get("modifiers") or ()) | {
            part
            for fact in self.ledger.facts
            if fact.kind == "modifier" and fact.source.kind in ("claim", "remit", "typed")
            for part in re.split(r"[\s,;/-]+", fact.value)
            if part
        }

    @cached_property
    def written(self) -> list[tuple[str, str, str]]:
        """(kind, letters, value) of what stands in a letter exactly as it is held: identifiers, contacts, what was stated, citations."""
        rows: list[tuple[str, str, str]] = [
            (fact.kind if fact.kind in _EXACT else "stated", squash(fact.value), fact.value)
            for fact in self.ledger.facts
            if fact.kind in _EXACT or fact.kind == "statement" or (fact.kind == "name" and any(s.isdigit() for s in fact.value))
        ]
        rows = [row for row in rows if len(row[2]) >= SHORTEST]
        rows += [("cited", squash(a.citation), a.id) for a in self.ledger.authorities]
        return sorted({row for row in rows if row[1]}, key=lambda row: (-len(row[1]), row))

    @cached_property
    def heads(self) -> list[str]:
        """What may head a later page: subject, date, practice, names and numbers, as letters; the longest first."""
        parts = [unit.squashed for unit in self.units if unit.part in ("subject", "date", "letterhead")]
        parts += [squash(value) for value in self.values("name", "identifier")]
        return sorted({part for part in (*parts, "re", "page") if part}, key=lambda part: (-len(part), part))

    @cached_property
    def notes(self) -> dict[str, tuple[str, Letters]]:
        """Each note by file: its text written one way, and the letters of it."""
        plain = {name: alike(text) for name, text in self.ledger.documents.items()}
        return {name: (text, squashed(text)) for name, text in plain.items()}

    @cached_property
    def quotes(self) -> list[tuple[Fact, str]]:
        """The facts that quote, with their letters."""
        return [(fact, squash(fact.value)) for fact in self.ledger.facts if fact.kind == "quote"]

    @property
    def payer(self) -> str | None:
        """The key of the payer the letter goes to."""
        found = self.ledger.route.get("contractor") or self.ledger.route.get("payer") or self.ledger.item.get("payer")
        return str(found) if found else None

    @property
    def kind(self) -> str:
        """What kind of letter it is."""
        return str(self.ledger.letter.get("kind") or self.ledger.route.get("kind") or "appeal")

    def service_days(self) -> set[str]:
        """Days of service as ISO."""
        named = ("date_of_service", "service_date", "dos")
        found = {fact.value for fact in self.ledger.facts if fact.kind == "date" and fact.name.split(".")[-1] in named}
        return {day for value in found for day in _ISO.findall(value)}


def number(text: str) -> Decimal | None:
    """A number as Decimal; None for what is none."""
    try:
        return Decimal(text.replace(",", "").replace("$", "").replace("%", "").strip())
    except InvalidOperation:
        return None


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        for item in value.values():
            yield from _texts(item)
    elif isinstance(value, list | tuple):
        for item in value:
            yield from _texts(item)
