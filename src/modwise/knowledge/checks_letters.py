"""What must hold of the letters' cards and the library of authorities as a whole."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from modwise.knowledge import schema
from modwise.knowledge.shapes import shape_problems

Table = dict[str, Any]
_SENTENCES = ("subject", "reference", "ask", "ask_more", "denial", "application", "contrast", "alternative", "late")
_SHAPES = {
    **dict.fromkeys(_SENTENCES, schema.LETTER_SENTENCE),
    "point": schema.LETTER_POINT,
    "loses": schema.LETTER_LOSES,
    "against": schema.LETTER_AGAINST,
    "authority": schema.LETTER_CITES,
    "document": schema.LETTER_DOCUMENT,
}
_TEXTS = ("says", "states", "same", "more", "gap", "label", "title")
ANY = "any"


def problems(corpus: Table) -> Iterator[str]:
    """What is wrong with the files in letters/ and citable/, each a sentence that begins with its place."""
    kinds = corpus["kinds"]
    held: dict[str, Table] = {}
    for name, table in kinds.get("citable", {}).items():
        for entry in table.get("authority", []):
            where = f"citable/{name}.toml: {entry.get('id', '?')}"
            yield from _authority(entry, where, corpus)
            if entry.get("id") in held:
                yield f"{where}: stands twice"
            held[entry.get("id", "?")] = entry
    for name, table in kinds.get("questions", {}).items():
        for question in table.get("question", []):
            yield from shape_problems(question, schema.QUESTION, f"questions/{name}.toml: {question.get('name', '?')}")
    claimed: dict[str, str] = {}
    for name, table in kinds.get("letters", {}).items():
        yield from _card(table, f"letters/{name}.toml", corpus, held)
        for modifier in table.get("modifiers", []):
            if modifier in claimed:
                yield f"letters/{name}.toml: modifier {modifier} stands in letters/{claimed[modifier]}.toml too"
            claimed[modifier] = name


def _authority(entry: Table, where: str, corpus: Table) -> Iterator[str]:
    yield from shape_problems(entry, schema.AUTHORITY, where)
    if not entry.get("source"):
        yield f"{where}: no source"
    for payer in entry.get("payers", []):
        if payer != ANY and payer not in corpus["payers"]:
            yield f"{where}: payer {payer!r} has no file in payers/"
    for holding in entry.get("holds", []):
        yield from shape_problems(holding, schema.HOLDING, f"{where}: holds")
    ids = [holding.get("id") for holding in entry.get("holds", [])]
    if not ids or len(set(ids)) != len(ids):
        yield f"{where}: needs holdings, each with an id of its own"
    if "since" in entry and "until" in entry and entry["until"] < entry["since"]:
        yield f"{where}: ends before it begins"


def _card(table: Table, place: str, corpus: Table, held: dict[str, Table]) -> Iterator[str]:
    topics = {row["topic"] for row in corpus["kinds"]["remedies"]["topics"]["topic"]}
    for topic in set(table.get("topics", [])) - topics:
        yield f"{place}: topic {topic!r} is none"
    for modifier in table.get("modifiers", []):
        if modifier not in corpus["modifiers"]:
            yield f"{place}: modifier {modifier!r} has no page"
    for part, shape in _SHAPES.items():
        for number, entry in enumerate(table.get(part, []), 1):
            where = f"{place}: [[{part}]] {number}"
            yield from shape_problems(entry, shape, where)
            # What loses is told to the user and stands in no letter.
            yield from _texts(entry, where) if part not in ("loses", "against") else ()
            yield from _against(entry, where) if part == "against" else ()
    for part in ("heading", "gap", "exhibit"):
        yield from (f"{place}: [{part}] {key} holds a digit" for key, text in table.get(part, {}).items() if _digit(text))
    yield from _points(table, place, corpus)
    for entry in table.get("authority", []):
        for name in entry.get("cites", []):
            identity, _, holding = name.partition("#")
            if identity not in held:
                yield f"{place}: cites {identity!r}, which stands in no file of citable/"
            elif holding and holding not in {h.get("id") for h in held[identity]["holds"]}:
                yield f"{place}: {identity!r} holds no {holding!r}"


def _against(entry: Table, where: str) -> Iterator[str]:
    """A pattern strikes in each of its examples and in none that runs counter."""
    for key in ("pattern", "unless"):
        try:
            re.compile(entry.get(key, ""))
        except re.error as problem:
            yield f"{where}: {key} is no pattern ({problem})"
            return
    for wanted, key in ((True, "examples"), (False, "counter")):
        for text in entry.get(key, []):
            small = text.casefold()
            struck = re.search(entry.get("pattern", ""), small) is not None
            if (struck and not (entry.get("unless") and re.search(entry["unless"], small))) != wanted:
                yield f"{where}: {key}: {text!r} is {'not ' if wanted else ''}struck"


def _points(table: Table, place: str, corpus: Table) -> Iterator[str]:
    for point in table.get("point", []):
        where = f"{place}: point {point.get('name', '?')}"
        if point.get("need") and not point.get("gap"):
            yield f"{where}: what is needed must say what to complete"
        if "items" in point and "says" not in point:
            yield f"{where}: words of the record need a lead (says)"
        for item in point.get("items", []):
            modifier, _, name = item.partition(".")
            for code in table.get("modifiers", []) if modifier == "*" else [modifier]:
                page = corpus["modifiers"].get(code, {}).get("sections", {})
                if name not in [entry.get("item") for entry in page.get("documentation", [])]:
                    yield f"{where}: {item!r} is no item of the page of {code}"


def _texts(entry: Table, where: str) -> Iterator[str]:
    """Only facts bring digits into a letter, so a template has none; and its slots must be readable."""
    for key in _TEXTS:
        text = entry.get(key, "")
        if _digit(text):
            yield f"{where}: {key} holds a digit; give it as a fact"
        if re.search(r"[{}]", re.sub(r"\{[^{}]+\}", "", text)):
            yield f"{where}: {key} holds a brace that opens or closes no slot"


def _digit(text: str) -> bool:
    return re.search(r"\d", re.sub(r"\{[^}]*\}", "", text)) is not None
