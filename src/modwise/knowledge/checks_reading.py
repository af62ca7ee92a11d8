"""What must hold over the files on reading notes: shapes, ids that stand once, words that exist, items that stand on the pages."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any

from modwise.knowledge.schema import READING_ENTRIES

Table = Mapping[str, Any]
_CODES = re.compile(r"[0-9A-Z]\d{3}[0-9A-Z](?:-[0-9A-Z]\d{3}[0-9A-Z])?")
_NAMED = re.compile(r"(?<!\?P)<([a-z-]+)>")


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
    for key in ("pattern", "unless", "named", "reached", "denied", "short", "done", "needs", "row", "in_title"):
        for name in _NAMED.findall(entry.get(key, "")):
            if name not in words:
                yield f"{place}: the words <{name}> are not known"


def _item_problems(place: str, table: Table, corpus: Mapping[str, Any]) -> Iterator[str]:
    for key in ("item", "unreadable"):
        for entry in table.get(key, []):
            for code in entry.get("modifiers", []):
                page = corpus["modifiers"].get(code, {}).get("sections", {})
                if entry.get("item") not in {e.get("item") for e in page.get("documentation", [])}:
                    yield f"{place}: [[{key}]] {entry.get('item')}: the page of {code} has no such item"
    for landmark in table.get("landmark", []):
        family = landmark.get("family")
        if family is None and not landmark.get("codes"):
            yield f"{place}: [[landmark]] {landmark.get('id')}: neither a family nor codes"
        if family is not None and family not in corpus["facts"]:
            yield f"{place}: [[landmark]] {landmark.get('id')}: no file holds the fact {family}"
    for entry in (*table.get("landmark", []), *table.get("act", [])):
        for code in entry.get("codes", []):
            if not _CODES.fullmatch(code):
                yield f"{place}: {entry.get('id')}: {code!r} is no code or range of codes"
