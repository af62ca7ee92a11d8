"""Whether a sentence that is not the letter's says no more than one of its grounds: the letter's own, a note, an authority."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from modwise.appeals.verifying import dating, quoting
from modwise.appeals.verifying.known import Known
from modwise.appeals.verifying.plain import alike
from modwise.appeals.verifying.reading import Finished, Piece
from modwise.appeals.verifying.words import stem, words

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
    """What a sentence says, in order: words of content, figures, days, sides, negations; joining words left out."""
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
        elif word not in lists.joining and word not in lists.plain and len(word) > 1:
            yield stem(word)


def _figure(raw: str) -> Iterator[str]:
    """The figure as it is written; amounts with and without their cents are one."""
    bare = raw.lstrip("$#").rstrip("%").lower()
    yield re.sub(r",(?=\d{3}\b)", "", bare.removesuffix(".00") if raw[0] == "$" else bare)
    if raw.endswith("%"):
        yield "%"


def loose(letter: Finished) -> list[Loose]:
    """The sentences that nothing carries."""
    held = grounds(letter.known)
    found = []
    for piece in letter.changed:
        said = atoms(letter.text[piece.start : piece.end])
        cited = frozenset(t.value for t in letter.of("cited") if piece.start <= t.start < piece.end)
        if (
            courteous(said)
            or courteous(atoms(_unreached(letter, piece)))
            or _joined(letter, piece)
            or not atoms(_unquoted(letter, piece))
        ):
            continue
        if any(carries(ground, said, cited) for ground in held):
            continue
        nearest, text_of = _nearest(said, letter.known)
        found.append(Loose(piece, _why(letter, piece, said, nearest), text_of))
    return found


@dataclass(frozen=True)
class Ground:
    """What may carry a sentence. Where an authority says it, the sentence must cite that authority and say all of it."""

    said: tuple[str, ...]
    authorities: frozenset[str] = frozenset()


def grounds(known: Known) -> list[Ground]:
    """What may carry a sentence: those of the letter, what notes and people say, what authorities hold."""
    found = [Ground(atoms(unit.text), frozenset(unit.authorities)) for unit in known.units]
    found += [Ground(atoms(fact.value)) for fact in known.ledger.facts if fact.kind in ("quote", "statement")]
    for authority in known.ledger.authorities:
        cited = f"{authority.citation} {authority.edition or ''}"
        found += [Ground(atoms(f"{cited} {says}"), frozenset({authority.id})) for says in authority.holds]
    return found


def courteous(said: Sequence[str]) -> bool:
    """Whether a sentence is made of courtesies alone, or of nothing."""
    return all(atom in words().courteous for atom in said)


def carries(ground: Ground, said: Sequence[str], cited: frozenset[str] = frozenset()) -> bool:
    """Whether the ground says all of it, without a gap: nothing turned, no figure under another word, nothing left out within."""
    if ground.authorities:
        return tuple(said) == ground.said and ground.authorities <= cited
    if tuple(said) == ground.said:
        return True
    # Of a sentence that denies something only the whole says what it says; and "Line 2" alone stands in many.
    if len(said) < LEAST or NOT in ground.said:
        return False
    size = len(said)
    return any(ground.said[i : i + size] == tuple(said) and _opens(ground.said, i) for i in range(len(ground.said) - size + 1))


def _opens(ground: Sequence[str], index: int) -> bool:
    # A figure belongs to the word before it: "900 paid" is no part of "charge 900 paid 0".
    return index == 0 or not _is_figure(ground[index])


SIDES = frozenset({"left", "right", "bilateral"})


def _is_figure(atom: str) -> bool:
    return atom[:1].isdigit() or atom[:1] == "-"


def _joined(letter: Finished, piece: Piece) -> bool:
    """Whether it is whole sentences of the letter with nothing but joining words between them."""
    rest = "".join(letter.text[i] if letter.cover.marks[i] != 1 else " " for i in range(piece.start, piece.end))
    return not atoms(rest)


def _unreached(letter: Finished, piece: Piece) -> str:
    """The piece without the telephone numbers and addresses by which the practice can be reached."""
    text = letter.text[piece.start : piece.end]
    for fact in letter.known.ledger.facts:
        if fact.kind == "contact":
            text = re.sub(rf"(?<![\w-]){re.escape(fact.value)}(?![\w-])", " ", text)
    return text


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
