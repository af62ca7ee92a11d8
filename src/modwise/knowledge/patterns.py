"""Patterns of the fact files with their named words filled in."""

from __future__ import annotations

import re
from collections.abc import Mapping

from modwise.errors import KnowledgeError

NAMED = re.compile(r"(?<!\?P)<([a-z-]+)>")
_BLANKS = re.compile(r"\\.|\[(?:\\.|[^\]\\])*\]| \?| +")
_DEEPEST = 4


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
