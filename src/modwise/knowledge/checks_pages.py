"""Checks over the modifiers' pages: links from both ends, confidence of what was never traced, disagreements with their answers."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from modwise.knowledge import links

Table = dict[str, Any]
UNTRACED = "untraced"


def problems(modifiers: Mapping[str, Table]) -> Iterator[str]:
    """What is wrong, each a sentence that begins with the file and the section."""
    for code, silent in links.one_way(modifiers):
        yield f"modifiers/{silent}.toml: [[neighbours]] does not name {code}, whose page names {silent}"
    for code, table in modifiers.items():
        for name, entries in table["sections"].items():
            for number, entry in enumerate(entries, 1):
                yield from (f"modifiers/{code}.toml: [[{name}]] {number}: {wrong}" for wrong in _wrong(name, entry))


def _wrong(name: str, entry: Table) -> Iterator[str]:
    if entry.get("source") == [UNTRACED] and entry.get("confidence") == "high":
        yield "what was never traced to a text is of medium confidence at most"
    if name == "disagreements" and len(entry.get("answers", ())) < 2:
        yield "a disagreement has at least two answers"
