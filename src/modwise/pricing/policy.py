"""What a payer says on a day, each value with its source; the indicators' programme stands in where the payer has no own list."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from functools import cached_property

from modwise.knowledge.corpus import ANY, Corpus, Fact
from modwise.pricing import figures
from modwise.pricing.figures import Figure
from modwise.pricing.model import PROFESSIONAL, Cited


class Policy:
    """Facts in force for one payer, day and setting. Nothing is looked up twice."""

    def __init__(self, corpus: Corpus, payer: str | None, day: date, setting: str = PROFESSIONAL) -> None:
        self.corpus = corpus
        self.day = day
        self.setting = setting
        self.line: tuple[str, ...] = corpus.line_of(payer)
        self._found: dict[tuple[str, bool], Cited | None] = {}
        self._lists: dict[str, tuple[str, ...]] = {}
        self._unions: dict[tuple[str, ...], frozenset[str]] = {}
        self._members: dict[tuple[str, str | None], Cited | None] = {}
        self.payer = payer or self._default()

    def _default(self) -> str:
        cited = self.find("pricing.default-payer")
        payer = str(cited.value) if cited else ANY
        self.line = self.corpus.line_of(payer)
        self._found.clear()
        self._lists.clear()
        return payer

    @cached_property
    def indicator_payer(self) -> str:
        """The programme whose indicators are read."""
        cited = self.find("pricing.default-payer")
        return str(cited.value) if cited else ANY

    @cached_property
    def follows(self) -> bool:
        """Whether the payer is known to decide by the fee schedule's indicators."""
        cited = self.find("follows.fee-schedule-indicators")
        return cited is not None and cited.value == "yes"

    def find(self, identity: str) -> Cited | None:
        """The value for this payer, its parents or any payer; None when not known or ended."""
        return self._asked(identity, lent=False)

    def lent(self, identity: str) -> Cited | None:
        """As `find`; else the value of the programme whose indicators are read, marked as assumed."""
        return self._asked(identity, lent=True)

    def _asked(self, identity: str, *, lent: bool) -> Cited | None:
        key = (identity, lent)
        if key not in self._found:
            self._found[key] = self._look(identity, self.line)
            if self._found[key] is None and lent:
                self._found[key] = self._look(identity, (self.indicator_payer,), assumed=True)
        return self._found[key]

    def _look(self, identity: str, line: Sequence[str], *, assumed: bool = False) -> Cited | None:
        if not self.corpus.has_fact(identity):
            return None
        facts = [fact for fact in self.corpus.facts(identity) if fact.payer in line and fact.setting in (ANY, self.setting)]
        for fact in sorted(facts, key=lambda fact: (line.index(fact.payer), fact.setting == ANY)):
            return _cited(fact, self.day, assumed=assumed)
        return None

    def listed(self, identity: str) -> tuple[str, ...]:
        """The list that the fact holds for the payer, its programme or any payer; empty when not known."""
        known = self._lists.get(identity)
        if known is None:
            cited = self.find(identity)
            known = self._lists[identity] = cited.value if cited and isinstance(cited.value, tuple) else ()
        return known

    def union(self, identities: tuple[str, ...]) -> frozenset[str]:
        """All that the lists hold together."""
        if identities not in self._unions:
            self._unions[identities] = frozenset(item for identity in identities for item in self.listed(identity))
        return self._unions[identities]

    def figure(self, modifier: str) -> tuple[Figure, Cited] | None:
        """What the payer says the modifier pays; None when it says nothing."""
        cited = self.find(f"{modifier}.payment")
        return (figures.read(cited.text), cited) if cited else None

    def within(self, identity: str, value: str | None) -> Cited | None:
        """The list of indicators that holds the value, the payer's or the lent one; None when it does not hold it."""
        key = (identity, value)
        if key not in self._members:
            cited = self.lent(identity)
            self._members[key] = cited if cited and isinstance(cited.value, tuple) and value in cited.value else None
        return self._members[key]

    def first_known(self, identity: str) -> date | None:
        """The first day on which this payer, its programme or any payer has a value; None when none ever has."""
        facts = self.corpus.facts(identity) if self.corpus.has_fact(identity) else ()
        return next((fact.values[0].start for fact in facts if fact.payer in self.line), None)

    def others(self, identity: str) -> list[Cited]:
        """The value in force of every payer that has one."""
        if not self.corpus.has_fact(identity):
            return []
        found = [_cited(fact, self.day, assumed=False) for fact in self.corpus.facts(identity)]
        return [cited for cited in found if cited is not None]


def _cited(fact: Fact, day: date, *, assumed: bool) -> Cited | None:
    value = fact.on(day)
    if value is None or value.ended or value.value is None:
        return None
    return Cited(
        fact=fact.id,
        value=value.value,
        payer=fact.payer,
        start=value.start,
        source=value.source,
        confidence=fact.confidence,
        note=value.note,
        assumed=assumed,
    )
