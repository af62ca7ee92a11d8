"""The compiled knowledge at run time: plain look-ups, no frame library."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Any

from modwise.errors import KnowledgeError, UsageError
from modwise.home import PAYERS, data_home

PACKAGE = Path(__file__).resolve().parent.parent
COMPILED = "knowledge/compiled.jsonl"
ANY = "any"
UNVERIFIED = "unverified"
EPOCH = date(1970, 1, 1).toordinal()

Table = dict[str, Any]


@dataclass(frozen=True)
class Value:
    """One dated value of a fact: holds from `start` until the next one; `ended` means the rule stopped."""

    start: date
    value: str | bool | tuple[str, ...] | None
    ended: bool
    at_latest: bool
    source: tuple[str, ...]
    note: str


@dataclass(frozen=True)
class Fact:
    """A fact as one payer has it; `values` in rising order of date."""

    id: str
    says: str
    payer: str
    setting: str
    confidence: str
    reference: str
    reference_verified: bool
    values: tuple[Value, ...]

    def on(self, day: date) -> Value | None:
        """The value in force on that day; None when not known (before the first) — an ended one is returned as such."""
        found = None
        for value in self.values:
            if value.start <= day:
                found = value
        return found


class Corpus:
    """Modifiers, payers, families, rules, facts, sources and edit pages, as compiled; a user's own payers beside them."""

    def __init__(self, parts: Mapping[str, Mapping[str, Any]]) -> None:
        self.modifiers: Mapping[str, Table] = parts["modifiers"]
        self.payers: Mapping[str, Table] = parts["payers"]
        self.families: Mapping[str, Table] = parts["families"]
        self.rules: Mapping[str, Table] = parts["rules"]
        self.sources: Mapping[str, Table] = parts["sources"]
        self.edits: Mapping[str, Table] = parts["edits"]
        # Folder of the fact files → file → its table, for the kinds that only some questions need.
        self.kinds: dict[str, Mapping[str, Table]] = {
            name.removeprefix("kinds/"): part for name, part in parts.items() if name.startswith("kinds/")
        }
        self._facts: Mapping[str, list[Table]] = parts["facts"]
        self._parts = parts

    def with_own(self, payers: Mapping[str, Table], facts: Mapping[str, list[Table]], sources: Mapping[str, Table]) -> Corpus:
        """A corpus with a user's payers, their facts and sources, beside what is packaged."""
        return Corpus(
            {
                **self._parts,
                "payers": Beside(payers, self.payers),
                "sources": Beside(sources, self.sources),
                "facts": Joined(facts, self._facts),
            }
        )

    def fact_ids(self) -> Iterator[str]:
        """Every fact id."""
        return iter(self._facts)

    def facts(self, identity: str) -> tuple[Fact, ...]:
        """The fact as each payer has it. Raises KnowledgeError for an id that no file holds."""
        blocks = self._facts.get(identity)
        if blocks is None:
            raise KnowledgeError(f"no file holds the fact {identity}")
        return tuple(_fact(block) for block in blocks)

    def days_of_change(self) -> list[int]:
        """Every day on which any value of any fact begins or ends, as days since 1970-01-01, rising."""
        starts = {value["from"] for blocks in self._facts.values() for block in blocks for value in block["values"]}
        return sorted(date.fromisoformat(start).toordinal() - EPOCH for start in starts)

    def has_fact(self, identity: str) -> bool:
        """Whether any file holds the fact."""
        return identity in self._facts

    def fact_for(self, identity: str, payer: str | None) -> Fact | None:
        """The fact for a payer: its own, else its parents', else the one for any payer; None when none speaks."""
        by_payer = {fact.payer: fact for fact in self.facts(identity)}
        for key in self.line_of(payer):
            if key in by_payer:
                return by_payer[key]
        return None

    def line_of(self, payer: str | None) -> tuple[str, ...]:
        """The payer, its parents, then `any`: the order in which a fact is looked for."""
        line: list[str] = []
        while payer and payer not in line:
            line.append(payer)
            payer = self.payers.get(payer, {}).get("parent")
        return (*line, ANY)

    def modifier(self, code: str) -> Table:
        """A modifier's page. Raises UsageError that names close ones."""
        key = code.strip().upper().lstrip("-")
        if key not in self.modifiers:
            near = [c for c in self.modifiers if c[0] == key[:1] or c[-1] == key[-1:]][:6]
            raise UsageError(
                f"no modifier {code!r} is known",
                hint=f"`modwise list` shows all{': ' + ', '.join(near) + ' …' if near else ''}.",
                code="unknown-modifier",
            )
        return self.modifiers[key]

    def has_modifier(self, code: str) -> bool:
        """Whether a modifier of that code is known, in whatever case it is written."""
        return code.strip().upper().lstrip("-") in self.modifiers

    def payer(self, key: str) -> Table:
        """A payer's file. Raises UsageError for an unknown key."""
        if key not in self.payers:
            raise UsageError(f"no payer {key!r} is known", hint="`modwise coverage` lists the payers.", code="unknown-payer")
        return self.payers[key]

    def edit(self, code: str) -> Table:
        """An edit's page, by code or name; an old code leads to the one that replaced it."""
        wanted = code.strip()
        page = self.edits.get(wanted.upper()) or next((p for p in self.edits.values() if p["name"] == wanted.lower()), None)
        if page is None:
            raise UsageError(f"no edit {code!r} is known", hint="`modwise edit` lists them.", code="unknown-edit")
        return page


def _fact(block: Table) -> Fact:
    return Fact(
        id=block["id"],
        says=block["says"],
        payer=block["payer"],
        setting=block.get("setting", ANY),
        confidence=block["confidence"],
        reference=block.get("reference", ""),
        reference_verified=bool(block.get("reference_verified", False)),
        values=tuple(_value(value) for value in block["values"]),
    )


def _value(table: Table) -> Value:
    value = table.get("value")
    return Value(
        start=date.fromisoformat(table["from"]),
        value=tuple(value) if isinstance(value, list) else value,
        ended=bool(table.get("ended", False)),
        at_latest=bool(table.get("at_latest", False)),
        source=tuple(table["source"]),
        note=table.get("note", ""),
    )


class Part(Mapping[str, Any]):
    """The entries of one part of the compiled file, each decoded when it is first asked for."""

    def __init__(self, body: bytes, places: Mapping[str, tuple[int, int]]) -> None:
        self._body = body
        self._places = places
        self._read: dict[str, Any] = {}

    def __getitem__(self, key: str) -> Any:
        if key not in self._read:
            offset, length = self._places[key]
            self._read[key] = json.loads(self._body[offset : offset + length])
        return self._read[key]

    def __contains__(self, key: object) -> bool:
        return key in self._places

    def __iter__(self) -> Iterator[str]:
        return iter(self._places)

    def __len__(self) -> int:
        return len(self._places)


class Beside(Mapping[str, Any]):
    """A user's own entries first, then those of the package."""

    def __init__(self, own: Mapping[str, Any], packaged: Mapping[str, Any]) -> None:
        self._own = own
        self._packaged = packaged

    def __getitem__(self, key: str) -> Any:
        return self._own[key] if key in self._own else self._packaged[key]

    def __contains__(self, key: object) -> bool:
        return key in self._own or key in self._packaged

    def __iter__(self) -> Iterator[str]:
        yield from self._own
        yield from (key for key in self._packaged if key not in self._own)

    def __len__(self) -> int:
        return sum(1 for _ in self)


class Joined(Beside):
    """Lists: a user's own entries behind those of the package."""

    def __getitem__(self, key: str) -> Any:
        return [*self._packaged.get(key, ()), *self._own.get(key, ())] if key in self._own else self._packaged[key]


def corpus() -> Corpus:
    """What this installation knows: the package, and the payers in the data folder. Read once, and again when those files change.

    Raises KnowledgeError when one of those files is wrong.
    """
    found = _own_files(data_home() / PAYERS)
    return _merged(found) if found else packaged()


def _own_files(folder: Path) -> tuple[tuple[str, int, int], ...]:
    """(path, size, modification time) of each file in the folder; empty where there is none."""
    try:
        with os.scandir(folder) as found:
            stats = [(entry.path, entry.stat()) for entry in found if entry.name.endswith(".toml")]
    except (FileNotFoundError, NotADirectoryError):
        return ()
    except OSError as error:
        raise KnowledgeError(f"cannot be read ({error.strerror})", where=str(folder), hint="Your payers lie there.") from None
    return tuple(sorted((path, stat.st_size, stat.st_mtime_ns) for path, stat in stats))


@lru_cache(maxsize=2)
def _merged(found: tuple[tuple[str, int, int], ...]) -> Corpus:
    from modwise.knowledge import own_payers

    own = own_payers.read([Path(path) for path, _, _ in found], packaged())
    merged = packaged().with_own(own.payers, own.facts, own.sources)
    merged.kinds["processes"] = Beside(own.processes, merged.kinds["processes"])
    return merged


@lru_cache(maxsize=1)
def packaged() -> Corpus:
    """The corpus of the package, read once.

    In a source tree the compiled file is made again when a fact file or an edit changed; an installed package holds no
    `pyproject.toml` above it and is trusted as built.
    """
    path = PACKAGE / COMPILED
    head, body = _halves(path) if path.exists() else ({}, b"")
    if not head or (PACKAGE.parent.parent / "pyproject.toml").exists():
        from modwise.knowledge import compiling

        if head.get("fingerprint") != compiling.fingerprint(PACKAGE):
            head, body = _halves(compiling.write(PACKAGE))
    return Corpus({name: Part(body, places) for name, places in head["parts"].items()})


def _halves(path: Path) -> tuple[Table, bytes]:
    head, _, body = path.read_bytes().partition(b"\n")
    return json.loads(head), body
