"""Checks over the files that finished letters are checked with: patterns compile, find their examples, and leave the others alone."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from typing import Any

from modwise.knowledge import schema
from modwise.knowledge.shapes import shape_problems

Table = Mapping[str, Any]
FOLDER = "letter-checks"
LISTS = ("joining", "plain", "weak", "polite", "negations", "numbers", "clinical", "courtesies", "furniture", "asks")


def spaced(source: str) -> str:
    """The pattern with each blank as any white space; a blank that may be missing too."""
    return source.replace(" ?", r"\s*").replace(" ", r"\s+")


def problems(kinds: Mapping[str, Mapping[str, Table]], modifiers: Collection[str]) -> Iterator[str]:
    """What is wrong with those files, each a sentence that begins with the file."""
    for stem, table in kinds.get(FOLDER, {}).items():
        place = f"{FOLDER}/{stem}.toml"
        for kind, shape in schema.LETTER_CHECK_ENTRIES.items():
            for number, entry in enumerate(table.get(kind, ()), 1):
                where = f"{place}: [[{kind}]] {number}"
                found = list(shape_problems(entry, shape, where))
                yield from found or _entry(kind, entry, where, modifiers)
        yield from _words(table.get("words", {}), place)


def _entry(kind: str, entry: Table, where: str, modifiers: Collection[str]) -> Iterator[str]:
    if kind == "card":
        yield from _card(entry, where, modifiers)
        return
    pattern = _compiled(entry["pattern"], where, exact=bool(entry.get("exact")))
    if isinstance(pattern, str):
        yield pattern
        return
    yield from (f"{where}: does not find {text!r}" for text in entry["examples"] if not pattern.search(text))
    yield from (f"{where}: finds {text!r}" for text in entry.get("counter", ()) if _finds(entry, pattern, text))


def _finds(entry: Table, pattern: re.Pattern[str], text: str) -> bool:
    match = pattern.search(text)
    denied = match is not None and re.search(r"\b(?:no|not|never|without)\b", match[0]) is not None
    return match is not None and not (denied and entry.get("negated") is False)


def _card(entry: Table, where: str, modifiers: Collection[str]) -> Iterator[str]:
    yield from (f"{where}: modifier {code!r} has no file" for code in entry["modifiers"] if code not in modifiers)
    for need in entry["need"]:
        yield from shape_problems(need, schema.CARD_NEED, f"{where}: need")
        yield from _broken((*need.get("any", ()), *need.get("facts", ())), where)
    for never in entry["never"]:
        yield from shape_problems(never, schema.CARD_NEVER, f"{where}: never")
        yield from _broken((never.get("pattern", ""),), where)


def _words(words: Table, place: str) -> Iterator[str]:
    if not words:
        return
    yield from (f"{place}: the list {name} is missing" for name in LISTS if name not in words)
    yield from _broken(
        (*words.get("clinical", ()), *words.get("furniture", ()), *words.get("courtesies", ()), *words.get("asks", ())), place
    )
    yield from _broken([words[name] for name in ("enclosed", "labels", "titles") if name in words], place)


def _broken(patterns: Collection[str], where: str) -> Iterator[str]:
    for source in patterns:
        found = _compiled(source, where)
        if isinstance(found, str):
            yield found


def _compiled(source: str, where: str, *, exact: bool = False) -> re.Pattern[str] | str:
    try:
        return re.compile(spaced(source), 0 if exact else re.IGNORECASE)
    except re.error as error:
        return f"{where}: {source!r} is no pattern ({error})"
