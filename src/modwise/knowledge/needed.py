"""Plain words that a text must hold for a pattern to match in it: looking for them costs far less than trying the pattern."""

from __future__ import annotations

import re
from collections.abc import Iterator

# An escape, a class of characters, the head of a group, what repeats, or one character.
_PIECE = re.compile(r"\\.|\[(?:\\.|[^\]\\])*\]|\((?:\?(?:P<\w+>|<?[=!]|[:>]))?|\{\d+,?\d*\}[?+]?|[*+?][?+]?|.", re.DOTALL)
_AROUND = ("(?=", "(?!", "(?<=", "(?<!")
_OPTIONAL = ("?", "*", "{0")
# A shorter run of letters stands nearly everywhere.
SHORTEST = 3


def needed(source: str) -> tuple[str, ...]:
    """Runs of letters of which one stands in whatever the pattern matches; empty where that is not sure."""
    return tuple(sorted(_either(_PIECE.findall(source))))


def _either(pieces: list[str]) -> frozenset[str]:
    """One run of each alternative; empty where an alternative has none."""
    found = [_of_branch(branch) for branch in _branches(pieces)]
    return frozenset().union(*found) if all(found) else frozenset()


def _branches(pieces: list[str]) -> Iterator[list[str]]:
    depth, branch = 0, list[str]()
    for piece in pieces:
        if piece == "|" and depth == 0:
            yield branch
            branch = []
            continue
        depth += piece.startswith("(") - (piece == ")")
        branch.append(piece)
    yield branch


def _of_branch(pieces: list[str]) -> frozenset[str]:
    """The longest run of the branch, or else the runs of a group that it cannot do without."""
    runs, groups = [""], []
    at = 0
    while at < len(pieces):
        piece = pieces[at]
        end = _end(pieces, at) if piece.startswith("(") else at
        after = pieces[end + 1] if end + 1 < len(pieces) else ""
        optional = after.startswith(_OPTIONAL)
        if len(piece) == 1 and piece.isalpha() and not optional:
            runs[-1] += piece
        else:
            runs.append("")
            if piece.startswith("(") and piece not in _AROUND and not optional:
                groups.append(_either(pieces[at + 1 : end]))
        at = end + 1
    longest = max(runs, key=len)
    if len(longest) >= SHORTEST:
        return frozenset([longest])
    return min(filter(None, groups), key=len, default=frozenset())


def _end(pieces: list[str], at: int) -> int:
    """Where the group that begins there is closed."""
    depth = 0
    for number in range(at, len(pieces)):
        depth += pieces[number].startswith("(") - (pieces[number] == ")")
        if depth == 0:
            return number
    return len(pieces) - 1
