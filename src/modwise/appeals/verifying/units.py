"""The sentences of the ledger's letter, one by one, with the facts and authorities each rests on."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from modwise.appeals.verifying.plain import alike, squash

Json = Mapping[str, Any]


@dataclass(frozen=True)
class Unit:
    """One sentence, heading, cell, row or line of the letter. `part` is the section's key or the part of the page."""

    number: int
    part: str
    text: str
    facts: tuple[str, ...] = ()
    authorities: tuple[str, ...] = ()
    squashed: str = ""


def units(letter: Json) -> list[Unit]:
    """Every unit of a letter as Letter.as_dict holds it."""
    found: list[Unit] = []
    for part, text, sentence in _parts(letter):
        plain = alike(text)
        grounds = (tuple(sentence.get("facts", ())), tuple(sentence.get("authorities", ())))
        found.append(Unit(len(found), part, plain, *grounds, squash(plain)))
    return found


def _parts(letter: Json) -> Iterator[tuple[str, str, Json]]:
    """(part, words, the sentence they are of)."""
    for part in ("letterhead", "addressee", "signature"):
        yield from ((part, line, {}) for line in letter.get(part) or ())
    for part in ("date", "method", "subject"):
        if letter.get(part):
            yield part, letter[part]["text"], letter[part]
    for row in letter.get("reference") or ():
        yield "reference", f"{row['label']} {row['value']['text']}", row["value"]
    for section in letter.get("sections") or ():
        if section.get("title"):
            yield "title", section["title"], {}
        for block in section["blocks"]:
            yield from _block(section["key"], block)
    for exhibit in letter.get("exhibits") or ():
        yield "exhibits", exhibit["text"], exhibit


def _block(key: str, block: Json) -> Iterator[tuple[str, str, Json]]:
    if "sentences" in block:
        yield from ((key, sentence["text"], sentence) for sentence in block["sentences"])
        return
    yield "head", " ".join(block["head"]), {}
    for row in block["rows"]:
        joined = {name: [i for cell in row for i in cell.get(name, ())] for name in ("facts", "authorities")}
        yield "row", " ".join(cell["text"] for cell in row), joined
