"""Patterns of the fact files: their named words filled in, and the plain words of which one must stand wherever they match."""

from __future__ import annotations

import importlib
import re
from collections.abc import Iterable, Mapping
from typing import Any

from modwise.errors import KnowledgeError

NAMED = re.compile(r"(?<!\?P)<([a-z-]+)>")
_BLANKS = re.compile(r"\\.|\[(?:\\.|[^\]\\])*\]| \?| +")
_DEEPEST = 4
# A shorter stretch stands in too many texts to tell anything; a longer one tells no more than this.
LEAST, ENOUGH = 3, 6
# To look for more stretches than this in a sentence takes longer than to try the pattern.
FEW = 12
_REPEATS = ("MAX_REPEAT", "MIN_REPEAT", "POSSESSIVE_REPEAT")


def expand(pattern: str, words: Mapping[str, str], depth: int = 0) -> str:
    """The pattern with each `<name>` replaced by the words of that name. Raises KnowledgeError for an unknown name."""

    def word(match: re.Match[str]) -> str:
        name = match.group(1)
        if name not in words or depth > _DEEPEST:
            raise KnowledgeError(f"the words <{name}> of a reading rule are not known")
        return "(?:" + expand(words[name], words, depth + 1) + ")"

    return NAMED.sub(word, pattern)


def source(pattern: str, words: Mapping[str, str]) -> str:
    """The pattern as Python reads it; a blank stands for any run of blanks."""
    return _BLANKS.sub(_any_run, expand(pattern, words))


def _any_run(match: re.Match[str]) -> str:
    found = match.group()
    if found[0] != " ":
        return found
    return " *" if found == " ?" else " +"


def needed(pattern: str, most: int = FEW) -> tuple[str, ...]:
    """Plain stretches of which one stands in every text that the pattern matches, sorted; none where no such list, or too long a one, is found."""
    # Python's own reader of patterns: private, so that only this function leans on it, and only when facts are compiled.
    tree = importlib.import_module("re._parser").parse(pattern)
    found = _needed(tree) or frozenset()
    return tuple(sorted(found)) if len(found) <= most else ()


def _needed(sequence: Iterable[tuple[Any, Any]]) -> frozenset[str] | None:
    """The most telling list that a sequence of pieces offers."""
    offered: list[frozenset[str]] = []
    run = ""
    for kind, value in sequence:
        if str(kind) == "LITERAL":
            run += chr(value)
            continue
        offered.append(frozenset({run}))
        run = ""
        inner = _inner(str(kind), value)
        offered += [inner] if inner else []
    offered.append(frozenset({run}))
    best = max(offered, key=_worth)
    return best if _worth(best)[0] >= LEAST else None


def _inner(kind: str, value: Any) -> frozenset[str] | None:
    if kind == "SUBPATTERN":
        return _needed(value[-1])
    if kind in _REPEATS and value[0] >= 1:
        return _needed(value[2])
    if kind == "BRANCH":
        ways = [_needed(way) for way in value[1]]
        return None if any(way is None for way in ways) else frozenset().union(*(way for way in ways if way))
    return None


def _worth(stretches: frozenset[str]) -> tuple[int, int]:
    """How well a list tells: by its shortest stretch, then by how few they are."""
    return min(ENOUGH, *map(len, stretches)) if len(stretches) > 1 else min(ENOUGH, len(next(iter(stretches)))), -len(stretches)
