"""L20, L26, L41: the letter asks, for the modifier on the claim, with the argument that is that modifier's."""

from __future__ import annotations

import re
from collections.abc import Iterator

from modwise.appeals.verifying.base import WARN, Check, Found
from modwise.appeals.verifying.carrying import atoms
from modwise.appeals.verifying.reading import Finished, Piece
from modwise.appeals.verifying.units import Unit
from modwise.appeals.verifying.words import Card, Need, cards, words

REDRAFT = "Draft the letter again from the record, or choose the other remedy."
_NOT = re.compile(r"\b(?:no|not|nor|never|neither|without|none|nothing|rather than|instead of|does not apply)\b", re.I)
_BODY = frozenset({"ask", "denial", "facts", "rule", "application", "alternative", "request", "row"})


class ModifierLogic(Check):
    """The argument is the modifier's own.

    ## What it does
    Each group of modifiers has a card: what a letter for it must show, and what would argue for another modifier (a safety stop under 52,
    a free choice under 53, the reduced fee under 78 …). Sentences that deny it, or that tell one modifier from another, are not counted.

    ## Known limits
    Cards are patterns over words; a wrong argument in words that no card holds is caught as a sentence that rests on nothing.
    """

    code = "L20"
    title = "The argument fits the modifier"

    def look(self, letter: Finished) -> Iterator[Found]:
        argued = argued_modifiers(letter)
        for card in cards():
            if card.modifiers & argued:
                yield from _against(letter, card)
                yield from _lacking(letter, card)


def argued_modifiers(letter: Finished) -> set[str]:
    """The modifier the letter argues for: what the ledger says, else all on the line."""
    told = {fact.value for fact in letter.ledger.find("argued_modifier")}
    return told or set(letter.ledger.item.get("modifiers") or ())


def _against(letter: Finished, card: Card) -> Iterator[Found]:
    for piece in letter.pieces:
        text = letter.text[piece.start : piece.end]
        for pattern, says in card.never:
            match = pattern.search(text)
            if match and not _contrast(letter, piece, card) and not _quoted(letter, piece.start + match.start()):
                yield Found(piece.start + match.start(), piece.start + match.end(), says, REDRAFT)


def _contrast(letter: Finished, piece: Piece, card: Card) -> bool:
    """Whether the sentence denies what it names, or speaks of another modifier to tell it apart."""
    text = letter.text[piece.start : piece.end]
    named = {m for t in letter.of("modifier") if piece.start <= t.start < piece.end for m in t.value.split()}
    return bool(_NOT.search(text)) and (piece.known or bool(named - card.modifiers) or len(_NOT.findall(text)) > 0)


def _quoted(letter: Finished, offset: int) -> bool:
    return any(t.start <= offset < t.end for t in letter.of("quote"))


def _lacking(letter: Finished, card: Card) -> Iterator[Found]:
    if letter.known.kind != "appeal":
        return
    found = letter.cover.found()
    kept = " \n".join(unit.text for unit in letter.known.units if unit.number in found and unit.part in _BODY)
    named = [
        letter.known.facts[i].name for u in letter.known.units if u.number in found for i in u.facts if i in letter.known.facts
    ]
    for need in card.needs:
        if not _met(need, kept, named):
            yield Found(0, 0, f"the letter does not show {need.says}", REDRAFT)


def _met(need: Need, text: str, named: list[str]) -> bool:
    by_fact = {name for name in named if any(pattern.fullmatch(name) for pattern in need.facts)}
    by_word = {match[0].lower() for pattern in need.patterns for match in pattern.finditer(text)}
    return len(by_fact) >= need.least or len(by_word) >= need.least


class Ask(Check):
    """The letter says what it asks for.

    ## What it does
    The sentence of the draft that asks must stand in the letter, or one in its place that asks for the same.

    ## Known limits
    A letter whose draft asks for nothing (a cover, a query) is not judged.
    """

    code = "L26"
    title = "The letter asks"

    def look(self, letter: Finished) -> Iterator[Found]:
        asks = [unit for unit in letter.known.units if unit.part == "ask"]
        if not asks:
            return
        found = letter.cover.found()
        asking = [unit for unit in asks if any(p.search(unit.text) for p in words().asks)] or asks[:1]
        if any(unit.number in found for unit in asking):
            return
        loose = {one.piece for one in letter.loose}
        kept = (letter.text[p.start : p.end] for p in letter.changed if p not in loose)
        if not any(_asks_the_same(text, unit) for text in kept for unit in asking):
            yield Found(0, 0, "the letter does not say what it asks for", f"Put it back as drafted: {asking[0].text}")


def _asks_the_same(text: str, unit: Unit) -> bool:
    said, wanted = set(atoms(text)), set(atoms(unit.text))
    return any(pattern.search(text) for pattern in words().asks) and 2 * len(said & wanted) >= len(wanted)


class Pairing(Check):
    """The letter speaks of the line that was denied.

    ## What it does
    Claim and remit must have been matched by more than the order of their lines, and the modifiers behind the code in the reference block
    must be those of the line.

    ## Known limits
    A denial typed in without its claim has no match to judge.
    """

    code = "L41"
    title = "Claim and remit are of one line"

    def look(self, letter: Finished) -> Iterator[Found]:
        match = letter.ledger.item.get("match")
        if isinstance(match, dict) and match.get("by") == "position":
            hint = "Check the line against the claim; send line control numbers (REF*6R)."
            yield Found(0, 0, "claim and remit were matched by the order of their lines only", hint, WARN)
        code, held = letter.ledger.item.get("code"), list(letter.ledger.item.get("modifiers") or ())
        for token in letter.of("code"):
            head, *modifiers = token.value.split()
            if head == code and modifiers and sorted(modifiers) != sorted(held) and not letter.piece_at(token.start).known:
                yield Found(
                    token.start, token.end, "the line was billed with other modifiers", "Write code and modifiers as billed."
                )
