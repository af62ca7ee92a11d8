"""Which rules are worth trying on a sentence: those of which a cue, plain words, stands in it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

# A word of a note is looked up by every stretch of so many characters that it holds.
PART = 4
_MOST_KNOWN = 50_000
Cue = tuple[str, Sequence[int]]


class Cues:
    """Numbered lists of cues, found by the words of a sentence; what a word may belong to is worked out once."""

    def __init__(self, lists: Iterable[Sequence[str]]) -> None:
        by_cue: dict[str, list[int]] = {}
        for number, cues in enumerate(lists):
            for cue in cues:
                by_cue.setdefault(cue, []).append(number)
        # A cue is told by its longest piece; one too short for a stretch is looked for in every new word.
        self._long: dict[str, list[tuple[str, Cue]]] = {}
        self._short: list[tuple[str, Cue]] = []
        for entry in by_cue.items():
            piece = max(entry[0].split(), key=len)
            (self._short if len(piece) < PART else self._long.setdefault(piece[:PART], [])).append((piece, entry))
        self._known: dict[str, tuple[Cue, ...]] = {}

    def standing(self, folded: str, start: int, end: int) -> set[int]:
        """The numbers of the lists of which a cue stands between the two offsets of a folded text."""
        found: set[int] = set()
        # The blanks around a sentence belong to a cue that begins or ends with one.
        first, last = max(start - 1, 0), end + 1
        for word in set(folded[start:end].split()):
            for cue, numbers in self._known[word] if word in self._known else self._learned(word):
                if folded.find(cue, first, last) >= 0:
                    found.update(numbers)
        return found

    def _learned(self, word: str) -> tuple[Cue, ...]:
        stretches = {word[at : at + PART] for at in range(len(word) - PART + 1)}
        near = [*self._short, *(entry for stretch in stretches for entry in self._long.get(stretch, ()))]
        found = tuple(dict(entry for piece, entry in near if piece in word).items())
        if len(self._known) < _MOST_KNOWN:
            self._known[word] = found
        return found
