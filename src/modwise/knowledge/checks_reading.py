"""What must hold over the files on reading notes: shapes, ids that stand once, words that exist, items that stand on the pages."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any

from modwise.knowledge.patterns import NAMED
from modwise.knowledge.schema import READING_ENTRIES

Table = Mapping[str, Any]
_CODES = re.compile(r"[0-9A-Z]\d{3}[0-9A-Z](?:-[0-9A-Z]\d{3}[0-9A-Z])?")
PATTERNS = (
    *("pattern", "unless", "named", "reached", "denied", "short", "done", "needs", "row", "in_title"),
    *("begins", "ends", "each", "ordered"),
)


def problems(corpus: Mapping[str, Any]) -> Iterator[str]:
    """What is wrong, each a sentence that begins with the place."""
    from modwise.knowledge.shapes import shape_problems

    files: Mapping[str, Table] = corpus["kinds"].get("reading", {})
    words = {name: text for table in files.values() for name, text in table.get("words", {}).items()}
    ids: Counter[str] = Counter()
    for stem, table in files.items():
        for key, shape in READING_ENTRIES.items():
            for number, entry in enumerate(table.get(key, []), 1):
                place = f"reading/{stem}.toml: [[{key}]] {entry.get('id', number)}"
                yield from shape_problems(entry, shape, place)
                yield from _word_problems(entry, words, place)
                ids.update([f"{key} {entry['id']}"] if "id" in entry else [])
        yield from _item_problems(f"reading/{stem}.toml", table, corpus)
    yield from (f"reading: {name} stands {count} times" for name, count in ids.items() if count > 1)
    yield from (
        problem for name, text in words.items() for problem in _word_problems({"pattern": text}, words, f"reading: <{name}>")
    )


def _word_problems(entry: Table, words: Mapping[str, str], place: str) -> Iterator[str]:
    for text in (*(entry.get(key) for key in PATTERNS), *entry.get("told", [])):
        for name in NAMED.findall(text) if isinstance(text, str) else ():
            if name not in words:
                yield f"{place}: the words <{name}> are not known"


def _item_problems(place: str, table: Table, corpus: Mapping[str, Any]) -> Iterator[str]:
    for key in ("item", "unreadable"):
        for entry in table.get(key, []):
            for code in entry.get("modifiers", []):
                page = corpus["modifiers"].get(code, {}).get("sections", {})
                if entry.get("item") not in {e.get("item") for e in page.get("documentation", [])}:
                    yield f"{place}: [[{key}]] {entry.get('item')}: the page of {code} has no such item"
    for key in ("landmark", "amount"):
        for entry in table.get(key, []):
            family = entry.get("family")
            if family is None and not entry.get("codes"):
                yield f"{place}: [[{key}]] {entry.get('id')}: neither a family nor codes"
            if family is not None and family not in corpus["facts"]:
                yield f"{place}: [[{key}]] {entry.get('id')}: no file holds the fact {family}"
    for landmark in table.get("landmark", []):
        if "reached" not in landmark and "short" not in landmark:
            yield f"{place}: [[landmark]] {landmark.get('id')}: neither reached nor short"
    for amount in table.get("amount", []):
        yield from (f"{place}: [[amount]] {amount.get('id')}: {problem}" for problem in _amount_problems(amount))
    for entry in (*table.get("landmark", []), *table.get("amount", []), *table.get("act", [])):
        for code in entry.get("codes", []):
            if not _CODES.fullmatch(code):
                yield f"{place}: {entry.get('id')}: {code!r} is no code or range of codes"


def _amount_problems(amount: Table) -> Iterator[str]:
    """What keeps an amount from being read: no way of telling it, a pattern without its group, a source or end that is missing."""
    told = amount.get("told", [])
    if not told and "each" not in amount and "begins" not in amount:
        yield "no told, each or begins"
    if ("begins" in amount) != ("ends" in amount):
        yield "begins and ends belong together"
    if not amount.get("source"):
        yield "no source"
    for pattern in (*told, *(amount[key] for key in ("each", "ordered") if key in amount)):
        if not re.search(r"\(\?P<(?:value|from)>|<(?:duration|figure|range)>", pattern):
            yield f"no group value in {pattern!r}"
