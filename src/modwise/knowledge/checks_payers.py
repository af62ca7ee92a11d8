"""What must hold of the payers and of the topics asked of each."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from modwise.knowledge import schema
from modwise.knowledge.shapes import shape_problems

Table = dict[str, Any]


def problems(corpus: Table) -> Iterator[str]:
    """What is wrong with the payers as a whole and with coverage/, each a sentence that begins with its place."""
    yield from _identifiers(corpus["payers"])
    for payer, table in corpus["payers"].items():
        yield from settings_problems(table, f"payers/{payer}.toml")
    for name, table in corpus["kinds"].get("coverage", {}).items():
        for number, group in enumerate(table.get("group", []), 1):
            where = f"coverage/{name}.toml: [[group]] {number}"
            yield from shape_problems(group, schema.TOPICS, where)
            yield from settings_problems(group, where)
            if ("facts" in group) == ("routes" in group):
                yield f"{where}: either facts or routes"
            yield from (f"{where}: {fact} is told of no payer" for fact in group.get("facts", ()) if fact not in corpus["facts"])


def settings_problems(table: Table, where: str) -> Iterator[str]:
    """Settings that are none."""
    for setting in table.get("settings", []):
        if setting not in schema.PAYER_SETTINGS:
            yield f"{where}: setting {setting!r} is none of {', '.join(schema.PAYER_SETTINGS)}"


def _identifiers(payers: Table) -> Iterator[str]:
    seen: dict[str, str] = {}
    for payer, table in payers.items():
        for identifier in table.get("payer_ids", []):
            if identifier in seen:
                yield f"payers/{payer}.toml: payer_ids: {identifier} stands in payers/{seen[identifier]}.toml too"
            seen[identifier] = payer
