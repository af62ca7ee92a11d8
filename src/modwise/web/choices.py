"""What a page lets a reader choose from: payers in groups, classes, settings."""

from __future__ import annotations

from datetime import date
from typing import Any

from fastapi import Request

from modwise.knowledge.corpus import corpus
from modwise.knowledge.schema import CLASSES
from modwise.web.words import KINDS_OF_PAYER

Group = tuple[str, list[tuple[str, str]]]


def payers() -> list[Group]:
    """The payers by kind, each kind by name: [(kind in words, [(key, name)])]."""
    grouped: dict[str, list[tuple[str, str]]] = {kind: [] for kind in KINDS_OF_PAYER}
    for key, table in corpus().payers.items():
        grouped[table.get("kind", "other")].append((key, table["title"]))
    return [(KINDS_OF_PAYER[kind], sorted(rows, key=lambda row: row[1].lower())) for kind, rows in grouped.items() if rows]


def kind_of(payer: str) -> str:
    """The kind of a payer in words; "" for the code sets' own rules."""
    table: dict[str, Any] = dict(corpus().payers.get(payer, {}))
    return KINDS_OF_PAYER.get(table.get("kind", ""), "")


def classes() -> list[str]:
    """The classes of modifiers."""
    return sorted(CLASSES)


def chosen(request: Request) -> tuple[str | None, date | None]:
    """The payer and the day chosen in the address; an empty or impossible one is none."""
    return known_payer(request.query_params.get("payer")), day(request.query_params.get("as_of"))


def known_payer(key: str | None) -> str | None:
    """The payer's key; none for one that is not known."""
    return key if key and key in corpus().payers else None


def day(text: str | None) -> date | None:
    """The day a date field holds; none where it holds none."""
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        return None
