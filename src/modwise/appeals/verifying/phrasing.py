"""Phrases that must not stand in a letter, as facts/letter-checks/phrases.toml lists them."""

from __future__ import annotations

import re
from collections.abc import Iterator

from modwise.appeals.verifying.base import Found
from modwise.appeals.verifying.reading import Finished
from modwise.appeals.verifying.words import phrases

_NOT = re.compile(r"\b(?:no|not|never|without|nor|neither|cannot|\w+n't)\b[^.;]*$", re.I)


def forbidden(letter: Finished, code: str) -> Iterator[Found]:
    """Matches of the phrases of a check; inside quotations only of those that may not be quoted either."""
    group = letter.ledger.item.get("group")
    quotes = [(t.start, t.end) for t in letter.of("quote")]
    for phrase in phrases():
        if phrase.check != code or (phrase.groups and group not in phrase.groups):
            continue
        for match in phrase.pattern.finditer(letter.text):
            if not phrase.quoted and any(start <= match.start() < end for start, end in quotes):
                continue
            piece = letter.piece_at(match.start())
            if not phrase.negated and _NOT.search(letter.text[piece.start : match.start()] + match[0]):
                continue
            yield Found(match.start(), match.end(), phrase.says, phrase.hint)
