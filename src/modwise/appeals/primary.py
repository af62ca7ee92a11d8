"""A claim to a secondary payer: what the payer before it paid, as claim and remittance tell it, and whether its answer is enclosed."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING, Any

from modwise.appeals import cards
from modwise.appeals.book import Book
from modwise.appeals.claimfiles import Segment, Sent, first

if TYPE_CHECKING:
    from modwise.appeals.identities import Reader

GAP = "primary_remit"


def from_claim(reader: Reader, sent: Sent) -> None:
    """Facts of the payer before: that there is one, its name, what it paid on the claim (loops 2320 and 2330B)."""
    own = first(sent.subscriber, "SBR")
    if own is None or own.at(1) in ("", "P"):
        return
    reader.add("code", "payer_order", own, own.at(1))
    for other in _others(sent.claim):
        if other[0].at(1) == "P":
            reader.person("payer_before", first(other, "NM1", "PR"))
            paid = first(other, "AMT", "D")
            reader.add("amount", "payer_before_paid", paid, _money(paid) if paid else None)


def _money(amount: Segment) -> str | None:
    try:
        return f"{Decimal(amount.at(2)):.2f}"
    except InvalidOperation:
        return None


def _others(claim: Sequence[Segment]) -> Iterable[list[Segment]]:
    """The loops of the other payers within a claim, each from its SBR."""
    found: list[list[Segment]] = []
    for segment in claim:
        if segment.tag == "SBR":
            found.append([segment])
        elif found:
            found[-1].append(segment)
    return found


def secondary(book: Book, item: Mapping[str, Any]) -> bool:
    """Whether another payer came first: by the claim's payer order, the state of the payer's answer, or its adjustments."""
    told = cards.common("primary")
    adjusted = {f"{one['group']}-{one['carc']}" for one in item.get("adjustments", ())}
    return (
        book.get("payer_order") is not None
        or str(item.get("status")) in told["statuses"]
        or bool(adjusted & set(told["adjustments"]))
    )


def lacks_answer(facts: Mapping[str, Any]) -> bool:
    """Whether none of the user's enclosures is named as the answer of the payer before."""
    titles = (str(entry["title"]) for entry in facts.get("enclosures") or ())
    return not any(re.search(cards.common("primary")["enclosure"], title) for title in titles)
