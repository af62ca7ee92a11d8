"""Whether a sentence that is not the letter's says no more than one of its grounds: the letter's own, a note, an authority."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from modwise.appeals.verifying import dating, quoting
from modwise.appeals.verifying.known import Known, number
from modwise.appeals.verifying.plain import alike
from modwise.appeals.verifying.reading import Finished, Piece
from modwise.appeals.verifying.words import words

NOT = "\N{NOT SIGN}"
_ATOM = re.compile(r"\x00[^\x00]+\x00|[$#]?\d[\w]*(?:[.,:/-]\d[\w]*)*%?|[^\W\d_]+(?:'[^\W\d_]+)?|%")
_NEAR = 0.5
_PART = 0.25
LEAST = 3


@dataclass(frozen=True)
class Loose:
    """A sentence that nothing carries: what about it is not held, and the nearest sentence that is, if one is near."""

    piece: Piece
    why: str  # side | negation | figure | citation | clinical | other
    nearest: str


@lru_cache(maxsize=8192)
def atoms(text: str) -> tuple[str, ...]:
    """What a sentence says, in order: words of content, figures, days, sides, negations; courtesies and joining words left out."""
    return tuple(_atoms(text))


def _atoms(text: str) -> Iterator[str]:
    lists = words()
    dated = lists.courtesies.sub(" ", alike(text))
    for start, end, value in reversed(list(dating.find(dated))):
        dated = f"{dated[:start]} \x00{value}\x00 {dated[end:]}"
    for match in _ATOM.finditer(re.sub(r"(?<=[a-z])-\s?(?=[a-z])", "", dated)):
        raw = match[0]
        word = raw.lower()
        if raw[0] == "\x00":
            yield raw.strip("\x00")
        elif raw[0].isdigit() or raw[0] in "$#":
            yield from _figure(raw)
        elif word in lists.negations or word.endswith("n't"):
            yield NOT
        elif word in lists.sides:
            yield lists.sides[word]
        elif word in lists.numbers:
            yield str(lists.numbers[word])
        elif word in ("percent", "%"):
            yield "%"
        elif len(word) == 1 and raw.isupper() and raw not in "AI":
            yield raw
        elif word not in lists.joining and word not in lists.plain and word not in lists.polite and len(word) > 1:
            yield stem(word)


def _figure(raw: str) -> Iterator[str]:
    bare = raw.lstrip("$#").rstrip("%")
    value = number(bare)
    yield bare.lower() if value is None else f"{value.normalize():f}"
    if raw.endswith("%"):
        yield "%"


def stem(word: str) -> str:
    """A word without its ending."""
    bare = word.removesuffix("'s")
    return re.sub(r"(?:ing|ies|ied|es|ed|s|e|y)$", "", bare) if len(bare) > 4 else bare.rstrip("s") if len(bare) == 4 else bare


def loose(letter: Finished) -> list[Loose]:
    """The sentences that nothing carries."""
    held = grounds(letter.known)
    found = []
    for piece in letter.changed:
        text = letter.text[piece.start : piece.end]
        said = atoms(text)
        if _joined(letter, piece) or not atoms(_unquoted(letter, piece)) or any(carries(ground, said) for ground in held):
            continue
        nearest, text_of = _nearest(said, letter.known)
        found.append(Loose(piece, _why(letter, piece, said, nearest), text_of))
    return found


def grounds(known: Known) -> list[tuple[str, ...]]:
    """What may carry a sentence: those of the letter, what notes and people say, what authorities hold."""
    texts = [unit.text for unit in known.units]
    texts += [fact.value for fact in known.ledger.facts if fact.kind in ("quote", "statement")]
    texts += [f"{a.citation} {a.edition or ''} {says}" for a in known.ledger.authorities for says in a.holds]
    return [atoms(text) for text in texts]


def carries(ground: Sequence[str], said: Sequence[str]) -> bool:
    """Whether the ground says all of it, in its order: nothing turned, no figure under another word, no side at another place."""
    if not said or tuple(said) == tuple(ground):
        return True
    if len(said) < LEAST and any(_is_figure(atom) for atom in said):
        # "Line 2" alone stands in many sentences and says nothing of where it belongs.
        return False
    if _stretch(ground, said):
        return True
    if said.count(NOT) != ground.count(NOT):
        return False
    places = _places(ground, said)
    return places is not None and all(_beside(ground, said, index, place) for index, place in enumerate(places))


def _stretch(ground: Sequence[str], said: Sequence[str]) -> bool:
    """Whether it stands in the ground without a gap; of a ground that denies something, only the whole."""
    if len(said) < len(ground) and (NOT in ground or len(said) < LEAST):
        return False
    size = len(said)
    return any(tuple(ground[i : i + size]) == tuple(said) and _opens(ground, i) for i in range(len(ground) - size + 1))


def _opens(ground: Sequence[str], index: int) -> bool:
    # A figure belongs to the word before it: "900 paid" is no part of "charge 900 paid 0".
    return index == 0 or not _is_figure(ground[index])


def _places(ground: Sequence[str], said: Sequence[str]) -> list[int] | None:
    places, start = [], 0
    for atom in said:
        try:
            place = list(ground).index(atom, start)
        except ValueError:
            return None
        places.append(place)
        start = place + 1
    return places


def _beside(ground: Sequence[str], said: Sequence[str], index: int, place: int) -> bool:
    """A figure keeps the word before it, a side and a negation the word behind it."""
    atom = said[index]
    if _is_figure(atom):
        return place == 0 or (index > 0 and ground[place - 1] == said[index - 1])
    if atom in SIDES or atom == NOT:
        after = ground[place + 1 : place + 2]
        return list(after) == list(said[index + 1 : index + 2])
    return True


SIDES = frozenset({"left", "right", "bilateral"})


def _is_figure(atom: str) -> bool:
    return atom[:1].isdigit() or atom[:1] == "-"


def _joined(letter: Finished, piece: Piece) -> bool:
    """Whether it is whole sentences of the letter with nothing but joining words between them."""
    rest = "".join(letter.text[i] if letter.cover.marks[i] != 1 else " " for i in range(piece.start, piece.end))
    return not atoms(rest)


def _unquoted(letter: Finished, piece: Piece) -> str:
    """The piece without what it quotes word for word, and without where that stands, if it does."""
    text = letter.text[piece.start : piece.end]
    for quote in reversed(letter.of("quote")):
        if not piece.start <= quote.start < piece.end or not quoting.held(letter, quote):
            continue
        span = quoting.reference(letter, quote)
        end = span[1] if span and quoting.misplaced(letter, quote) is None else quote.end
        text = f"{text[: quote.start - piece.start]} {text[end - piece.start :]}"
    return text


def _nearest(said: Sequence[str], known: Known) -> tuple[tuple[str, ...], str]:
    """The letter's sentence that shares most with it; empty where none shares half."""
    best: tuple[float, tuple[str, ...], str] = (0.0, (), "")
    own = set(said)
    for unit in known.units:
        held = set(atoms(unit.text))
        share = len(own & held) / max(len(own | held), 1)
        if len(own & held) >= LEAST:
            # A part of a long sentence shares little of the whole and most of itself.
            share = max(share, len(own & held) / len(own) - _PART)
        if share > best[0]:
            best = (share, atoms(unit.text), unit.text)
    return best[1:] if best[0] >= _NEAR else ((), "")


def _why(letter: Finished, piece: Piece, said: Sequence[str], nearest: Sequence[str]) -> str:
    text = letter.text[piece.start : piece.end]
    clinical = words().clinical.search(text) is not None
    if nearest and [a for a in said if a in SIDES] != [a for a in nearest if a in SIDES]:
        return "side"
    if nearest and said.count(NOT) != nearest.count(NOT):
        return "negation"
    if any(t.kind in ("citation", "cited") and piece.start <= t.start < piece.end for t in letter.tokens):
        return "citation"
    if clinical and nearest and [a for a in said if _is_figure(a)] != [a for a in nearest if _is_figure(a)]:
        return "figure"
    return "clinical" if clinical else "other"
