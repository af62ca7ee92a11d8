"""Whether quoted words stand in a note, and where the letter says that they stand."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from modwise.appeals.verifying.plain import Letters, alike, gaps, same_words, squash, squashed
from modwise.appeals.verifying.tokens import Token

if TYPE_CHECKING:
    from modwise.appeals.verifying.reading import Finished

# A reference opens right behind its quotation.
NEAR = 6


def held(letter: Finished, quote: Token) -> bool:
    """Whether the quoted words stand in a note, or in a quoted fact."""
    wanted = squash(quote.value)
    if any(_stands(letters, quote.value) for _, letters in letter.known.notes.values()):
        return True
    return any(wanted in words and _stands(squashed(alike(fact.value)), quote.value) for fact, words in letter.known.quotes)


def _stands(note: Letters, words: str) -> bool:
    """Whether the words stand in the note, parted as they are there."""
    own = gaps(words)
    return any(same_words(note.gaps[start:end], own) for start, end in note.find(squash(words)))


def reference(letter: Finished, quote: Token) -> tuple[int, int] | None:
    """Where the reference behind a quotation stands, its brackets included; None where none does."""
    start = letter.text.find("(", quote.end, quote.end + NEAR)
    close = letter.text.find(")", start) if start >= 0 else -1
    return (start, close + 1) if close > 0 else None


def misplaced(letter: Finished, quote: Token) -> str | None:
    """What is wrong with the reference behind a quotation; None where nothing is, or none stands there."""
    span = reference(letter, quote)
    if span is None:
        return None
    inside = [t for t in letter.tokens if span[0] <= t.start < span[1]]
    named = {kind: next((t.value for t in inside if t.kind == kind), None) for kind in ("exhibit", "page", "line")}
    if not any(named.values()):
        return None
    if _unread(letter, span, inside):
        return "what is said of the place cannot be read"
    places = list(_places(letter, quote, named["exhibit"]))
    if not places:
        return "the quoted words do not stand in that exhibit"
    if named["page"] and not any(_within(page, named["page"]) for page, _ in places):
        return "the quoted words do not stand on that page"
    if named["line"] and not any(
        _within(line, named["line"]) for page, line in places if not named["page"] or _within(page, named["page"])
    ):
        return "the quoted words do not stand on that line"
    return None


def _unread(letter: Finished, span: tuple[int, int], inside: list[Token]) -> bool:
    """Whether a reference that is not as drafted holds anything besides exhibit, page and line."""
    if letter.piece_at(span[0]).known:
        return False
    taken = {place for token in inside for place in range(token.start, token.end)}
    return any(letter.text[place].isalnum() and place not in taken for place in range(*span))


def _within(place: int, named: str) -> bool:
    first, last = named.split("-")
    return int(first) <= place <= int(last)


def _places(letter: Finished, quote: Token, labels: str | None) -> Iterator[tuple[int, int]]:
    """(page, line) of every place where the words stand, in the exhibit named."""
    files = {e.file for e in letter.ledger.exhibits if labels is None or e.label in labels.split()}
    wanted = squash(quote.value)
    for fact, words in letter.known.quotes:
        if wanted in words and fact.source.file in files and fact.source.page and fact.source.line:
            yield fact.source.page, fact.source.line
    for name, (text, letters) in letter.known.notes.items():
        if name in files:
            # Writing a text one way may shorten it; its lines stay, so places are counted in what was written.
            for start, _ in letters.spans(wanted):
                page_start = text.rfind("\f", 0, start) + 1
                yield text.count("\f", 0, start) + 1, text.count("\n", page_start, start) + 1
