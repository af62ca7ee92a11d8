"""Which pages name a modifier as one it is confused with: links between modifiers, read from both ends."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

Table = dict[str, Any]


def incoming(modifiers: Mapping[str, Table]) -> dict[str, list[Table]]:
    """Modifier → the neighbours' entries of other pages that name it, each with `modifier` turned to the page it stands on."""
    found: dict[str, list[Table]] = {}
    for code in sorted(modifiers):
        for entry in modifiers[code]["sections"].get("neighbours", ()):
            found.setdefault(entry["modifier"], []).append({**entry, "modifier": code})
    return found


def one_way(modifiers: Mapping[str, Table]) -> Iterator[tuple[str, str]]:
    """Every (page, neighbour) where the page names a full page that does not name it back."""
    named = {code: {entry["modifier"] for entry in table["sections"].get("neighbours", ())} for code, table in modifiers.items()}
    for code, neighbours in named.items():
        full = (n for n in sorted(neighbours) if n in modifiers and modifiers[n].get("page") == "full")
        yield from ((code, n) for n in full if code not in named[n])
