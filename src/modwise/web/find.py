"""What a search means: the page it names, or pages that fit its words."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from modwise.asking.aliases import Aliases
from modwise.asking.procedure import CODE
from modwise.knowledge import denial_codes
from modwise.knowledge.corpus import Corpus, corpus

MOST = 8
_CUE = re.compile(r"^(?:modifiers?|mod)?[\s:#-]*([0-9a-z]{2})$", re.IGNORECASE)
_TIED = re.compile(r"^([0-9a-z]{5})((?:[\s-]+[0-9a-z]{2})+)$", re.IGNORECASE)
_PAIR = re.compile(r"^([0-9a-z]{2})\s*(?:/|vs\.?|versus|or|and|against|\|)\s*([0-9a-z]{2})$", re.IGNORECASE)


@dataclass(frozen=True)
class Hit:
    """A page: what kind, its code, what it says, where it is."""

    kind: str
    code: str
    title: str
    href: str


def exact(text: str) -> list[Hit]:
    """The pages that the text names. A bare number that is a modifier is that modifier, though it may be a denial code too."""
    named = _named(text)
    modifiers = [hit for hit in named if hit.kind == "Modifier"]
    return modifiers if modifiers and {hit.kind for hit in named} <= {"Modifier", "Denial code"} else named


def _named(text: str) -> list[Hit]:
    words, book = " ".join(text.split()), corpus()
    return list(dict.fromkeys(hit for finder in (_pair, _modifier, _procedure, _denial, _edit) for hit in finder(words, book)))


def suggestions(text: str, most: int = MOST) -> list[Hit]:
    """Pages that fit what was typed so far: what it names, codes that begin so, then titles and names that have all its words."""
    typed = " ".join(text.split()).lower()
    if not typed:
        return []
    named = _named(typed)
    begun = [hit for hit in _all() if hit.code.lower().startswith(typed)] if len(typed) <= 6 else []
    said = [hit for hit in _all() if _said(hit, typed.split())]
    return list(dict.fromkeys([*named, *begun, *_called(typed), *said]))[:most]


def _pair(words: str, book: Corpus) -> Iterator[Hit]:
    found = _PAIR.match(words)
    codes = [code.upper() for code in found.groups()] if found else []
    if codes and codes[0] != codes[1] and all(book.has_modifier(code) for code in codes):
        yield Hit("Side by side", f"{codes[0]} | {codes[1]}", "Two modifiers, side by side", f"/compare/{codes[0]}/{codes[1]}")


def _modifier(words: str, book: Corpus) -> Iterator[Hit]:
    found = _CUE.match(words)
    if found and book.has_modifier(found[1].upper()):
        yield _of_modifier(found[1].upper())


def _of_modifier(code: str) -> Hit:
    return Hit("Modifier", code, str(corpus().modifiers[code]["title"]), f"/modifier/{code}")


def _procedure(words: str, book: Corpus) -> Iterator[Hit]:
    tied = _TIED.match(words)
    code = (tied[1] if tied else words).upper()
    if CODE.fullmatch(code) and (tied or code not in book.edits):
        yield Hit("Procedure code", code, "What is known of this code", f"/code/{code}")
        for modifier in re.findall(r"[0-9A-Z]{2}", tied[2].upper()) if tied else ():
            if book.has_modifier(modifier):
                yield _of_modifier(modifier)


def _denial(words: str, book: Corpus) -> Iterator[Hit]:
    code = denial_codes.parse(words, book)
    if code is not None and code.known:
        said = next((m["says"] for m in book.kinds[code.kind]["meanings"]["meaning"] if m["code"] == code.code), "Denial code")
        name = str(code)
        yield Hit("Denial code", name, str(said), f"/denial-code/{name.replace(' ', '-')}")


def _edit(words: str, book: Corpus) -> Iterator[Hit]:
    for code, page in book.edits.items():
        if words.upper() == code or words.lower() == page["name"]:
            yield Hit("Edit", code, str(page["title"]).replace("`", ""), f"/edit/{code}")


def _called(typed: str) -> list[Hit]:
    """The modifiers by what billers call them."""
    found = [code for phrase, codes in _phrases() if typed in phrase and len(typed) > 2 for code in codes]
    return [_of_modifier(code) for code in dict.fromkeys(found) if corpus().has_modifier(code)]


def _said(hit: Hit, words: list[str]) -> bool:
    text = f" {hit.title} ".lower()
    return all(f" {word}" in text for word in words)


@lru_cache(maxsize=1)
def _phrases() -> tuple[tuple[str, tuple[str, ...]], ...]:
    tables = Aliases(corpus()).phrases_of("modifiers")
    return tuple((word.lower(), tuple(codes)) for word, codes in tables)


@lru_cache(maxsize=1)
def _all() -> tuple[Hit, ...]:
    """Every page that has a title: modifiers, edits, denial codes of which something is written, payers."""
    book = corpus()
    hits = [_of_modifier(code) for code in sorted(book.modifiers, key=lambda code: (book.modifiers[code]["page"] != "full", code))]
    hits += [Hit("Edit", code, str(page["title"]).replace("`", ""), f"/edit/{code}") for code, page in sorted(book.edits.items())]
    for kind in ("carc", "rarc"):
        for entry in book.kinds[kind]["meanings"]["meaning"]:
            hits.append(
                Hit(
                    "Denial code",
                    f"{kind.upper()} {entry['code']}",
                    str(entry["says"]),
                    f"/denial-code/{kind.upper()}-{entry['code']}",
                )
            )
    hits += [Hit("Payer", "Payer", str(table["title"]), f"/coverage/{key}") for key, table in book.payers.items()]
    return tuple(hits)
