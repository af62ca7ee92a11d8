"""Which rules are worth trying on a sentence: those of which a cue, plain words, stands in it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

# A word of a note is looked up by every stretch of so many characters that it holds.
PART = 4
_MOST_KNOWN = 50_000
# Words of nearly every sentence: a cue is looked up by another of its pieces.
COMMON = frozenset(
    [
        "the",
        "of",
        "to",
        "in",
        "was",
        "is",
        "it",
        "and",
        "with",
        "for",
        "at",
        "on",
        "by",
        "not",
        "no",
        "were",
        "be",
        "as",
        "an",
        "that",
        "this",
        "from",
        "patient",
        "procedure",
        "then",
        "left",
        "right",
    ]
)
COMMONNESS = 5
Cue = tuple[str, Sequence[int]]
# What a word tells: the lists of which it holds a cue, and the longer cues of which it may be a piece; None where neither.
Held = tuple[frozenset[int], tuple[Cue, ...]] | None


@dataclass(frozen=True)
class Anchor:
    """The piece of a cue that it is looked up by, and whether a word must begin or end with it for the cue to stand there."""

    piece: str
    begins: bool
    ends: bool

    def fits(self, word: str) -> bool:
        """Whether the cue may stand where the word does."""
        if self.begins and self.ends:
            return word == self.piece
        return (
            self.piece in word and (not self.begins or word.startswith(self.piece)) and (not self.ends or word.endswith(self.piece))
        )

    @property
    def telling(self) -> int:
        """How seldom a word is one that fits: a long piece, and one bound on both sides."""
        common = COMMONNESS if self.piece in COMMON else 0
        return len(self.piece) + self.begins + self.ends + (self.begins and self.ends) - common


def anchor(cue: str) -> Anchor:
    """The most telling piece of a cue."""
    pieces = cue.split()
    last = len(pieces) - 1
    bound = (Anchor(p, at > 0 or cue[0] == " ", at < last or cue[-1] == " ") for at, p in enumerate(pieces))
    return max(bound, key=lambda a: a.telling)


class Cues:
    """Numbered lists of cues, found by the words of a sentence; what a word may belong to is worked out once."""

    def __init__(self, lists: Iterable[Sequence[str]]) -> None:
        by_cue: dict[str, list[int]] = {}
        for number, cues in enumerate(lists):
            for cue in cues:
                by_cue.setdefault(cue, []).append(number)
        # A piece too short for a stretch is looked for in every new word.
        self._long: dict[str, list[tuple[Anchor, Cue]]] = {}
        self._short: list[tuple[Anchor, Cue]] = []
        for entry in by_cue.items():
            by = anchor(entry[0])
            (self._short if len(by.piece) < PART else self._long.setdefault(by.piece[:PART], [])).append((by, entry))
        self._known: dict[str, Held] = {}

    def standing(self, folded: str, start: int, end: int) -> set[int]:
        """The numbers of the lists of which a cue stands between the two offsets of a folded text."""
        found: set[int] = set()
        # The blanks around a sentence belong to a cue that begins or ends with one.
        first, last = max(start - 1, 0), end + 1
        known = self._known
        for word in set(folded[start:end].split()):
            held = known[word] if word in known else self._learned(word)
            if held is None:
                continue
            found |= held[0]
            for cue, numbers in held[1]:
                if folded.find(cue, first, last) >= 0:
                    found.update(numbers)
        return found

    def _learned(self, word: str) -> Held:
        """The lists of which the word itself holds a cue, and the longer cues that it may be a piece of."""
        stretches = {word[at : at + PART] for at in range(len(word) - PART + 1)}
        near = [*self._short, *(entry for stretch in stretches for entry in self._long.get(stretch, ()))]
        held = dict(entry for by, entry in near if by.fits(word))
        sure = frozenset(number for cue, numbers in held.items() if cue in word for number in numbers)
        longer = ((cue, [n for n in numbers if n not in sure]) for cue, numbers in held.items() if cue not in word)
        further = tuple(entry for entry in longer if entry[1])
        found = (sure, further) if sure or further else None
        if len(self._known) < _MOST_KNOWN:
            self._known[word] = found
        return found
