"""The building blocks of a packet's set pages, and which of the ledger's facts stand on them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from modwise.appeals.ledger import Fact, Ledger
from modwise.appeals.rendering.parts import clean
from modwise.appeals.rendering.pdf import set_pages

Json = dict[str, Any]
Block = Json


def set_blocks(title: str, blocks: Iterable[Block], *, when: Any) -> bytes:
    """The blocks as PDF pages."""
    return set_pages("pages.typ", {"sheet": {"title": clean(title), "blocks": list(blocks)}}, when=when)


def title(text: str) -> Block:
    """A page's title."""
    return {"is": "title", "text": clean(text)}


def heading(text: str) -> Block:
    """A heading within a page."""
    return {"is": "heading", "text": clean(text)}


def text(words: str, *, small: bool = False) -> Block:
    """A paragraph."""
    return {"is": "small" if small else "text", "text": clean(words)}


def framed(words: str) -> Block:
    """A paragraph in a frame."""
    return {"is": "framed", "text": clean(words)}


def pairs(rows: Iterable[tuple[str, str | None]], *, ruled: bool = False) -> Block:
    """Labels and values side by side; rows without a value are left out. A value may have several lines."""
    kept = [(clean(label), _lines(value)) for label, value in rows if value]
    return {"is": "pairs", "rows": kept, "ruled": ruled}


def table(head: Sequence[str], rows: Iterable[Sequence[str]], *, widths: Sequence[float] = (), right: Sequence[int] = ()) -> Block:
    """A ruled table; a width of 0 is as wide as its words, others share the rest; `right` names columns of figures."""
    cells = [[clean(cell) for cell in row] for row in rows]
    return {
        "is": "table",
        "head": [clean(h) for h in head],
        "rows": cells,
        "widths": list(widths or [1] * len(head)),
        "right": list(right),
    }


def items(texts: Iterable[str]) -> Block:
    """A list."""
    return {"is": "list", "items": [clean(one) for one in texts]}


def letterhead(lines: Sequence[str]) -> Block:
    """The practice's letterhead."""
    return {"is": "letterhead", "lines": [clean(line) for line in lines] or [""]}


def signing(left: str, right: str) -> Block:
    """Two lines to write on, with what belongs there."""
    return {"is": "signing", "left": clean(left), "right": clean(right)}


def page() -> Block:
    """What follows begins a new page."""
    return {"is": "page"}


def _lines(value: str) -> str:
    return "\n".join(clean(line) for line in value.split("\n"))


# ---- facts -------------------------------------------------------------------------------------------------------------------


def value(ledger: Ledger, *names: str) -> str | None:
    """The first fact of the first name that has one, as a letter writes it."""
    from modwise.appeals.wording import shown

    found = next((facts[0] for name in names if (facts := ledger.find(name))), None)
    return shown(found) if found else None


def used(ledger: Ledger) -> list[Fact]:
    """The facts that the letter's sentences rest on, with those they were computed from."""
    named = _named(ledger.letter)
    by_id = {fact.id: fact for fact in ledger.facts}
    wanted: dict[str, None] = {}
    queue = list(named)
    while queue:
        fact = by_id.get(queue.pop(0))
        if fact is not None and fact.id not in wanted:
            wanted[fact.id] = None
            queue += fact.of
    return [fact for fact in ledger.facts if fact.id in wanted]


def _named(value_: Any) -> list[str]:
    if isinstance(value_, dict):
        own = list(value_.get("facts", ())) if "text" in value_ else []
        return own + [name for inner in value_.values() for name in _named(inner)]
    if isinstance(value_, (list, tuple)):
        return [name for inner in value_ for name in _named(inner)]
    return []
