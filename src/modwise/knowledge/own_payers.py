"""Payers and contracts that a user adds: one TOML file each, outside the package, checked as the packaged ones are.

A file speaks for its own payer only. It may name packaged sources and payers; it changes none of them.
"""

from __future__ import annotations

import difflib
import json
import re
import tomllib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

from modwise.errors import KnowledgeError
from modwise.knowledge import checks_payers, checks_processes, load, schema
from modwise.knowledge.corpus import ANY, Corpus
from modwise.knowledge.shapes import shape_problems
from modwise.plural import count

Table = dict[str, Any]

KEY = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
_CLOSE = 0.8
_PROCESS = ("programme", "route", "rule")


@dataclass
class OwnPayers:
    """What the user's files hold, in the forms of the corpus."""

    payers: dict[str, Table] = field(default_factory=dict)
    facts: dict[str, list[Table]] = field(default_factory=dict)
    sources: dict[str, Table] = field(default_factory=dict)
    processes: dict[str, Table] = field(default_factory=dict)


def read(paths: Sequence[Path], packaged: Corpus) -> OwnPayers:
    """The payers of those files. Raises KnowledgeError that lists every problem, each with its file and key."""
    own, problems = collect(paths, packaged)
    if problems:
        raise KnowledgeError(
            f"{count(len(problems), 'problem')} in your payer files:\n  " + "\n  ".join(problems),
            where=str(paths[0].parent),
            hint="Correct the file, or move it out of the folder; `modwise payer check` looks again.",
            code="own-payer",
        )
    return own


def collect(paths: Iterable[Path], packaged: Corpus) -> tuple[OwnPayers, list[str]]:
    """The payers of those files and what is wrong with them."""
    own, problems = OwnPayers(), []
    for path in paths:
        try:
            table = tomllib.loads(path.read_text(encoding="utf-8"))
        except (tomllib.TOMLDecodeError, UnicodeDecodeError, OSError) as error:
            problems.append(f"{path.name}: not readable as TOML: {error}")
            continue
        found = list(_take(path, table, own, packaged))
        problems.extend(found)
    problems.extend(_between(own, packaged))
    return own, problems


def _take(path: Path, table: Table, own: OwnPayers, packaged: Corpus) -> Iterator[str]:
    """Moves the file's content into `own` and says what is wrong with it."""
    name, key = path.name, path.stem
    facts, sources = table.pop("fact", []), table.pop("source", {})
    if not isinstance(sources, dict):
        yield f"{name}: sources are written as tables, [source.<key>]"
        sources = {}
    process = {part: table.pop(part) for part in _PROCESS if part in table}
    table["source"] = list(sources)
    yield from shape_problems(table, schema.PAYER, name)
    yield from _key_problems(key, table, packaged, name)
    yield from _sources(sources, own, packaged, name)
    yield from _facts(facts, key, own, packaged, name)
    own.payers[key] = _plain({**table, "own": True})
    if process:
        process.setdefault("programme", table["kind"] if table.get("kind") in schema.PROGRAMMES else "other")
        own.processes[key] = {"payer": key, "title": table.get("title", key), "reviewed": table.get("reviewed"), **process}
        yield from shape_problems(own.processes[key], schema.PROCESS, name)


def _key_problems(key: str, table: Table, packaged: Corpus, name: str) -> Iterator[str]:
    if table.get("payer") != key:
        yield f"{name}: payer = {table.get('payer')!r} must equal the file name"
    yield from checks_payers.settings_problems(table, name)
    if not KEY.fullmatch(key) or key == ANY:
        yield f"{name}: a key is small letters, digits and hyphens, as acme-ppo"
    if key in packaged.payers:
        yield f"{name}: {key} is a payer of Modwise's own; take another key, and parent = {key!r} to build on it"
    for listed in ("payer_ids", "filing_indicators", "claim_types", "bill_types", "places", "taxonomies"):
        if len(_texts(table, listed)) != len(table.get(listed, [])):
            yield f"{name}: {listed} holds something other than text"


def _sources(sources: Mapping[str, Any], own: OwnPayers, packaged: Corpus, name: str) -> Iterator[str]:
    for key, source in sources.items():
        where = f"{name}: [source.{key}]"
        if not isinstance(source, dict):
            yield f"{where} must be a table"
            continue
        if key in packaged.sources:
            yield f"{where}: a source of Modwise's own has this key; take another"
        if key in own.sources:
            yield f"{where}: another of your files has a source of this key"
        yield from shape_problems(source, schema.SOURCE, where)
        own.sources[key] = _plain(source)


def _facts(facts: Any, key: str, own: OwnPayers, packaged: Corpus, name: str) -> Iterator[str]:
    if not isinstance(facts, list) or not all(isinstance(fact, dict) for fact in facts):
        yield f"{name}: facts are written as [[fact]]"
        return
    for fact in facts:
        identity = str(fact.get("id", "?"))
        _complete(fact, identity, key, packaged)
        if fact["payer"] != key:
            yield f"{name}: fact {identity} speaks for {fact['payer']!r}; a file speaks for its own payer only"
            continue
        wrong = list(load.fact_problems(fact, name))
        yield from wrong
        yield from _id_problems(identity, packaged, name)
        if wrong:
            continue
        fact["file"] = name
        blocks = own.facts.setdefault(identity, [])
        if any((b["payer"], b.get("setting")) == (key, fact.get("setting")) for b in blocks):
            yield f"{name}: fact {identity} stands twice"
        blocks.append(_plain(fact))


def _complete(fact: Table, identity: str, key: str, packaged: Corpus) -> None:
    """What a file may leave out: its own payer, the sentence of a known fact, the usual date, plain confidence."""
    fact.setdefault("payer", key)
    fact.setdefault("applies_by", "date of service")
    fact.setdefault("confidence", "high")
    if "says" not in fact and packaged.has_fact(identity):
        fact["says"] = packaged.facts(identity)[0].says


def _id_problems(identity: str, packaged: Corpus, name: str) -> Iterator[str]:
    """A fact of a new name is shown but decides nothing, so what looks like a slip of the pen is one."""
    if packaged.has_fact(identity):
        return
    owner, _, topic = identity.partition(".")
    known = list(packaged.fact_ids())
    close = difflib.get_close_matches(identity, [k for k in known if k.partition(".")[0] == owner] or known, 1, _CLOSE)
    if close:
        yield f"{name}: fact {identity} is not known; did you mean {close[0]}?"
    elif not topic or (owner not in packaged.modifiers and not any(k.startswith(owner + ".") for k in known)):
        yield f"{name}: fact {identity} belongs to no modifier; write it as 52.payment (`modwise coverage --payer any` lists others)"


def _between(own: OwnPayers, packaged: Corpus) -> Iterator[str]:
    """What must hold between the files, and towards the package."""
    seen: dict[str, str] = {}
    for key, table in own.payers.items():
        parent = table.get("parent")
        if parent is not None and parent not in own.payers and parent not in packaged.payers:
            yield f"{key}.toml: parent {parent!r} is no payer that is known (`modwise coverage` lists them)"
        if parent is not None and _circles(key, own):
            yield f"{key}.toml: parent {parent!r} leads back to {key}"
        for identifier in _texts(table, "payer_ids"):
            if identifier in seen:
                yield f"{key}.toml: payer_ids: {identifier} stands in {seen[identifier]}.toml too"
            seen[identifier] = key
    for key, place in _cited(own):
        if key not in own.sources and key not in packaged.sources:
            yield f"{place}: source {key!r} is neither in [source.{key}] nor one of Modwise's own"
    kinds = {"processes": {**packaged.kinds["processes"], **own.processes}, "calendars": packaged.kinds["calendars"]}
    known = set(packaged.fact_ids()) | own.facts.keys()
    yield from (
        problem.removeprefix("processes/")
        for problem in checks_processes.problems({"kinds": kinds, "facts": known})
        if problem.removeprefix("processes/").split(".toml")[0] in own.processes
    )


def _circles(key: str, own: OwnPayers) -> bool:
    step, seen = own.payers[key].get("parent"), set()
    while step in own.payers and step not in seen and step != key:
        seen.add(step)
        step = own.payers[step].get("parent")
    return bool(step == key)


def _cited(own: OwnPayers) -> Iterator[tuple[str, str]]:
    for payer, table in own.payers.items():
        yield from ((key, f"{payer}.toml") for key in table.get("source", []))
    for identity, blocks in own.facts.items():
        for block in blocks:
            for value in block["values"]:
                yield from ((key, f"{block['file']}: fact {identity}") for key in _texts(value, "source"))
    for payer, table in own.processes.items():
        yield from ((key, f"{payer}.toml") for key in load.under(table, "source"))


def _texts(table: Table, name: str) -> list[str]:
    values = table.get(name, [])
    return [item for item in values if isinstance(item, str)] if isinstance(values, list) else []


def _plain(table: Table) -> Table:
    """The table as the compiled corpus has it: dates as text."""
    plain: Table = json.loads(json.dumps(table, default=_iso))
    return plain


def _iso(value: object) -> str:
    return value.isoformat() if isinstance(value, date) else str(value)
