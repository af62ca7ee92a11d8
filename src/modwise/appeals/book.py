"""Facts as they are gathered: each under a name, with an id of its own."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace

from modwise.appeals.ledger import Fact, FactKind, Source


class Book:
    """The facts of one letter, in the order they were read. A name may stand several times; the first is what `get` answers."""

    def __init__(self) -> None:
        self.facts: list[Fact] = []

    def add(
        self, kind: FactKind, name: str, value: object, source: Source, *, of: Iterable[str] = (), formula: str | None = None
    ) -> Fact | None:
        """A fact under a name; None, and nothing is kept, where there is no value."""
        text = "" if value is None else str(value).strip()
        if not text:
            return None
        number = sum(fact.name == name for fact in self.facts) + 1
        fact = Fact(name if number == 1 else f"{name}.{number}", kind, name, text, source, tuple(of), formula)
        self.facts.append(fact)
        return fact

    def once(self, kind: FactKind, name: str, value: object, source: Source) -> Fact | None:
        """As `add`, unless the name stands already: what was read first holds."""
        return None if self.get(name) else self.add(kind, name, value, source)

    def computed(self, kind: FactKind, name: str, value: object, of: Iterable[Fact | None], formula: str) -> Fact | None:
        """A fact worked out from others."""
        ids = [fact.id for fact in of if fact is not None]
        return self.add(kind, name, value, Source("computed", place=formula), of=ids, formula=formula)

    def retold(self, where: str) -> None:
        """What was read from claim and remit was typed in: the facts name that instead of files that nobody has."""
        typed = Source("typed", where)
        self.facts = [replace(f, source=typed) if f.source.kind in ("claim", "remit") else f for f in self.facts]

    def get(self, name: str) -> Fact | None:
        """The first fact of that name."""
        return next((fact for fact in self.facts if fact.name == name), None)

    def value(self, name: str) -> str | None:
        """The value of the first fact of that name."""
        fact = self.get(name)
        return fact.value if fact else None

    def all(self, name: str) -> list[Fact]:
        """Every fact of that name."""
        return [fact for fact in self.facts if fact.name == name]

    def beginning(self, lead: str) -> Iterator[Fact]:
        """Every fact whose name begins so."""
        return (fact for fact in self.facts if fact.name.startswith(lead))
