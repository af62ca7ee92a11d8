"""A note read for a code and modifiers: the families of the code, the reading, the checklists of the modifiers' pages."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from modwise.errors import UsageError
from modwise.knowledge.corpus import Corpus, corpus
from modwise.notes import checklist, result, text
from modwise.notes.planned import ANY, Service
from modwise.notes.quoting import Json
from modwise.notes.reading import Reading, read
from modwise.notes.rules import Ranges, RuleSet, rule_set, rules_for

Entry = Mapping[str, Any]


@dataclass(frozen=True)
class Noted:
    """A note with its reading; `as_json` is what the fronts return."""

    note: text.Note
    reading: Reading
    rules: RuleSet
    modifiers: tuple[str, ...]
    service: Service = ANY

    def items(self) -> list[tuple[Entry, checklist.Checked]]:
        """Each item of the modifiers' pages with its status."""
        return [pair for code in self.modifiers for pair in self.items_of(code)]

    def items_of(self, modifier: str) -> list[tuple[Entry, checklist.Checked]]:
        """The items of one modifier's page with their status."""
        page = corpus().modifier(modifier)["sections"].get("documentation", [])
        entries = [{**entry, "modifier": modifier} for entry in page]
        found = checklist.checked(modifier, [entry["item"] for entry in entries], self.reading, self.rules)
        return list(zip(entries, found, strict=True))

    def proposals(self) -> Json:
        """What the language model proposes for readable items that were not found. Raises UsageError where no endpoint is set."""
        from modwise import llm
        from modwise.notes import proposals

        where = llm.endpoint()
        if where is None:
            raise UsageError("no language model is set", hint="Set MODWISE_LLM_URL to a server on this machine.", code="no-llm")
        wanted = [entry for entry, found in self.items() if found.status == checklist.NOT_FOUND and not found.why]
        return proposals.propose(self.note, wanted, where).as_json()

    def as_json(self) -> Json:
        """Reading, checklist, what was seen and not counted, warnings."""
        warnings = result.warnings_of(self.reading, self.rules)
        for code in self.modifiers:
            if not corpus().modifier(code)["sections"].get("documentation"):
                warnings.append(f"No checklist is known for modifier {code}.")
        return result.as_json(self.note, self.reading, self.items(), warnings)


def noted(content: str, *, code: str | None = None, modifiers: Sequence[str] = (), on: date | None = None) -> Noted:
    """The note of a text, read for that code on that day. Raises UsageError for an unknown modifier or a code of wrong form."""
    known = tuple(dict.fromkeys(corpus().modifier(m)["modifier"] for m in modifiers))
    rules = rules_for(tuple(sorted(known)))
    service = service_of(corpus(), code, on) if code else ANY
    note = text.read(content, rules.headings)
    return Noted(note, read(note, rules, service), rules, known, service)


def service_of(book: Corpus, code: str, on: date | None) -> Service:
    """The service of the code: the fact ids of the families with a landmark or an amount that hold it. Raises UsageError for what is no code."""
    wanted = code.strip().upper()
    if not (len(wanted) == 5 and wanted.isalnum()):
        raise UsageError(f"{code!r} is no procedure code", hint="Five letters or digits, as 45378.", code="bad-code")
    rules = rule_set()
    families = (*(landmark.family for landmark in rules.landmarks), *(amount.family for amount in rules.amounts))
    named = dict.fromkeys(family for family in families if family)
    held = (family for family in named if book.has_fact(family) and wanted in _codes(book, family, on or date.today()))
    return Service(wanted, tuple(held))


def _codes(book: Corpus, family: str, day: date) -> Ranges:
    fact = book.fact_for(family, None)
    value = fact.on(day) if fact else None
    return Ranges(value.value if value and isinstance(value.value, tuple) else ())
