"""Reads the fact files and checks the whole set; every problem is reported, with its file and key.

`python -m modwise.knowledge.load` checks the files and prints the problems.
"""

from __future__ import annotations

import sys
import tomllib
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

from modwise.errors import KnowledgeError
from modwise.knowledge import (
    checks_decisions,
    checks_denial_codes,
    checks_downloads,
    checks_letter_checks,
    checks_letters,
    checks_pages,
    checks_papers,
    checks_payers,
    checks_processes,
    checks_reading,
    checks_remedies,
    checks_words,
    schema,
)
from modwise.knowledge.shapes import shape_problems
from modwise.plural import count

Table = dict[str, Any]
FACTS = Path(__file__).resolve().parent.parent / "facts"


def load(folder: Path = FACTS) -> Table:
    """The whole corpus as plain tables: modifiers, payers, families, rules, facts by id, sources.

    Raises KnowledgeError that lists every problem found, each with file and key.
    """
    corpus, problems = collect(folder)
    if problems:
        raise KnowledgeError(
            f"{count(len(problems), 'problem')} in the fact files:\n  " + "\n  ".join(problems),
            where=str(folder),
            hint="See docs/fact-files.md.",
        )
    return corpus


def collect(folder: Path) -> tuple[Table, list[str]]:
    """The corpus and the list of problems, for callers that want both."""
    problems: list[str] = []
    corpus: Table = {"facts": {}, "sources": _sources(folder, problems), "kinds": {}}
    for name, (key, shape) in schema.FOLDERS.items():
        (corpus if name in schema.CORE else corpus["kinds"])[name] = {}
        for path, table in _files(folder / name, problems):
            problems.extend(shape_problems(table, shape, f"{name}/{path.name}"))
            if table.get(key) != path.stem:
                problems.append(f"{name}/{path.name}: {key} = {table.get(key)!r} must equal the file name")
            _add(corpus, name, path.stem, table, problems)
    problems.extend(_reference_problems(corpus))
    problems.extend(checks_pages.problems(corpus["modifiers"]))
    problems.extend(checks_words.problems(corpus["kinds"], corpus["payers"]))
    problems.extend(checks_decisions.problems(corpus["kinds"], corpus["modifiers"], corpus["facts"]))
    problems.extend(checks_denial_codes.problems(corpus["kinds"]))
    problems.extend(checks_processes.problems(corpus))
    problems.extend(checks_remedies.problems(corpus))
    problems.extend(checks_payers.problems(corpus))
    problems.extend(checks_reading.problems(corpus))
    problems.extend(checks_downloads.problems(corpus["kinds"]))
    problems.extend(checks_letters.problems(corpus))
    problems.extend(checks_letter_checks.problems(corpus["kinds"], corpus["modifiers"]))
    problems.extend(checks_papers.problems(corpus["kinds"]))
    return corpus, problems


def _files(folder: Path, problems: list[str]) -> Iterator[tuple[Path, Table]]:
    for path in sorted(folder.glob("*.toml")):
        try:
            yield path, tomllib.loads(path.read_text(encoding="utf-8"))
        except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
            problems.append(f"{folder.name}/{path.name}: not readable as TOML: {error}")


def _sources(folder: Path, problems: list[str]) -> Table:
    sources: Table = {}
    for path, tables in _files(folder / "authorities", problems):
        for key, table in tables.items():
            place = f"authorities/{path.name} [{key}]"
            if key in sources:
                problems.append(f"{place}: stands in another file too")
            problems.extend(shape_problems(table, schema.SOURCE, place))
            sources[key] = table
    return sources


def _add(corpus: Table, folder: str, key: str, table: Table, problems: list[str]) -> None:
    place = f"{folder}/{key}.toml"
    facts = table.pop("fact", [])
    for fact in facts:
        problems.extend(fact_problems(fact, place))
        fact["file"] = place
        _add_fact(corpus["facts"], fact, problems)
    if folder == "modifiers":
        problems.extend(_page_problems(key, table, facts, place))
        sections = {name: table.pop(name) for name in schema.SECTIONS if name in table}
        table["sections"] = sections
    (corpus if folder in schema.CORE else corpus["kinds"])[folder][key] = table


def _add_fact(facts: Table, fact: Table, problems: list[str]) -> None:
    blocks = facts.setdefault(fact.get("id", "?"), [])
    twin = (fact.get("payer"), fact.get("setting"))
    if any((b.get("payer"), b.get("setting")) == twin for b in blocks):
        problems.append(f"{fact['file']}: fact {fact.get('id')} stands twice for payer {fact.get('payer')}")
    blocks.append(fact)


def fact_problems(fact: Table, place: str) -> Iterator[str]:
    """What is wrong with one fact, each a sentence that begins with the place."""
    where = f"{place}: fact {fact.get('id', '?')} ({fact.get('payer', '?')})"
    yield from shape_problems(fact, schema.FACT, where)
    values = fact.get("values")
    if not isinstance(values, list) or not values or not all(isinstance(value, dict) for value in values):
        yield f"{where}: values must be a list of {{ from = …, value = …, source = […] }}"
        return
    previous: date | None = None
    for value in values:
        yield from shape_problems(value, schema.VALUE, where)
        yield from _value_problems(value, where)
        start = value.get("from")
        if isinstance(start, date) and previous is not None and start <= previous:
            yield f"{where}: dates do not rise at {start}"
        previous = start if isinstance(start, date) else previous


def _value_problems(value: Table, where: str) -> Iterator[str]:
    if ("value" in value) == bool(value.get("ended")):
        yield f"{where}: from {value.get('from')}: either value or ended = true"
    if not value.get("source"):
        yield f"{where}: from {value.get('from')}: no source"
    listed = value.get("value")
    if isinstance(listed, list):
        if not all(isinstance(item, str) for item in listed):
            yield f"{where}: from {value.get('from')}: a list holds something other than text"
        elif len(set(listed)) != len(listed):
            yield f"{where}: from {value.get('from')}: a list names something twice"


def _page_problems(key: str, table: Table, facts: list[Table], place: str) -> Iterator[str]:
    if not any(fact.get("id") == f"{key}.in-force" for fact in facts):
        yield f"{place}: the fact {key}.in-force is missing"
    for name in set(table.get("class", [])) - schema.CLASSES:
        yield f"{place}: class {name!r} is none of {', '.join(sorted(schema.CLASSES))}"
    if table.get("page") == "full":
        for name in schema.SECTIONS.keys() - schema.OPTIONAL_SECTIONS - table.keys():
            yield f"{place}: a full page needs [[{name}]]"
    for name, shape in schema.SECTIONS.items():
        for number, entry in enumerate(table.get(name, []), 1):
            where = f"{place}: [[{name}]] {number}"
            yield from shape_problems(entry, shape, where)
            if not entry.get("source"):
                yield f"{where}: no source"
            for answer in entry.get("answers", []):
                yield from shape_problems(answer, schema.ANSWER, where)
    items = [entry.get("item") for entry in table.get("documentation", [])]
    if len(set(items)) != len(items):
        yield f"{place}: [[documentation]] names an item twice"


def sources_used(corpus: Table) -> Iterator[tuple[str, str]]:
    """Every (source key, place that names it)."""
    for identity, blocks in corpus["facts"].items():
        for block in blocks:
            for value in block.get("values", []):
                for key in value.get("source", []):
                    yield key, f"{block['file']}: fact {identity}"
    for code, modifier in corpus["modifiers"].items():
        for name, entries in modifier["sections"].items():
            for entry in entries:
                for key in entry.get("source", []):
                    yield key, f"modifiers/{code}.toml: [[{name}]]"
                for answer in entry.get("answers", []):
                    for key in answer.get("source", []):
                        yield key, f"modifiers/{code}.toml: [[{name}]]"
    for payer, table in corpus["payers"].items():
        for key in table.get("source", []):
            yield key, f"payers/{payer}.toml"
    yield from _named_in_kinds(corpus, "source")


def payers_used(corpus: Table) -> Iterator[tuple[str, str]]:
    """Every (payer key, place that names it)."""
    for identity, blocks in corpus["facts"].items():
        for block in blocks:
            yield block.get("payer", "?"), f"{block['file']}: fact {identity}"
    for code, modifier in corpus["modifiers"].items():
        for entry in modifier["sections"].get("disagreements", []):
            for answer in entry.get("answers", []):
                yield answer.get("payer", "?"), f"modifiers/{code}.toml: [[disagreements]]"
    for payer, table in corpus["payers"].items():
        if "parent" in table:
            yield table["parent"], f"payers/{payer}.toml: parent"
    yield from _named_in_kinds(corpus, "payer")


def _named_in_kinds(corpus: Table, name: str) -> Iterator[tuple[str, str]]:
    """What stands under that key, a text or a list of texts, at any depth of the files of the further kinds."""
    for folder, files in corpus["kinds"].items():
        for stem, table in files.items():
            for value in under(table, name):
                yield value, f"{folder}/{stem}.toml"


def under(value: Any, name: str) -> Iterator[str]:
    """What stands under that key, a text or a list of texts, at any depth."""
    if isinstance(value, list):
        for item in value:
            yield from under(item, name)
    elif isinstance(value, dict):
        for key, item in value.items():
            if key == name:
                yield from [item] if isinstance(item, str) else [i for i in item if isinstance(i, str)]
            else:
                yield from under(item, name)


def _reference_problems(corpus: Table) -> Iterator[str]:
    for key, place in sources_used(corpus):
        if key not in corpus["sources"]:
            yield f"{place}: source {key!r} is not in authorities/"
    for key, place in payers_used(corpus):
        if key != "any" and key not in corpus["payers"]:
            yield f"{place}: payer {key!r} has no file in payers/"
    modifiers = corpus["modifiers"]
    for code, modifier in modifiers.items():
        for entry in modifier["sections"].get("neighbours", []):
            named = entry.get("modifier", "")
            if len(named) == 2 and named not in modifiers:
                yield f"modifiers/{code}.toml: neighbour {named!r} has no file"
    for identity, blocks in corpus["facts"].items():
        if identity.endswith(".excludes"):
            for code in {c for b in blocks for v in b["values"] for c in v.get("value", [])} - modifiers.keys():
                yield f"{blocks[0]['file']}: {identity} names {code!r}, which has no file"


def main() -> int:
    """Checks the fact files; prints the problems; 0 when there are none."""
    _, problems = collect(FACTS)
    print("\n".join(problems) or "the fact files are sound")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
