"""A note with the words marked that carry what was read from it; marks may overlap, and each can be jumped to."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from markupsafe import Markup, escape


@dataclass(frozen=True)
class Mark:
    """Words from `start` to `end`: the id to jump to, the classes, what they stand for, and where a click leads (the item)."""

    start: int
    end: int
    id: str
    kind: str
    title: str
    back: str


def marked(text: str, marks: Sequence[Mark]) -> Markup:
    """The text, escaped, in pieces: each carries every mark that covers it; a mark's id stands at its first piece."""
    valid = [mark for mark in marks if 0 <= mark.start < mark.end <= len(text)]
    edges = sorted({0, len(text), *(mark.start for mark in valid), *(mark.end for mark in valid)})
    return Markup("").join(_pieces(text, valid, pairwise(edges)))


def _pieces(text: str, marks: Sequence[Mark], spans: Iterable[tuple[int, int]]) -> Iterator[Markup]:
    for start, end in spans:
        over = [mark for mark in marks if mark.start <= start and end <= mark.end]
        words = escape(text[start:end])
        if not over:
            yield words
            continue
        # What begins here and is covered by another too still needs a place to jump to.
        anchors = Markup("").join(
            Markup('<span id="{}" class="anchor"></span>').format(one.id) for one in over if one.start == start
        )
        kinds = " ".join(dict.fromkeys(one.kind for one in over))
        title = "; ".join(dict.fromkeys(one.title for one in over))
        yield Markup('{}<mark class="evidence {}" title="{}"><a href="#{}">{}</a></mark>').format(
            anchors, kinds, title, over[0].back, words
        )
