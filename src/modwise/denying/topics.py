"""What the codes of a line are about, and which adjustment decides. No frame library."""

from __future__ import annotations

from collections.abc import Sequence

from modwise.denying.item import Adjustment, Item
from modwise.denying.tables import DecisionTables, Row


def topic_of(item: Item, tables: DecisionTables, *, state: str) -> Row:
    """The first topic that fits the line's reasons, remarks and state."""
    carcs = {a.carc for a in adverse(item, tables)}
    # All that `_fits` looks at; a year of remits has few of them.
    key = (
        *(frozenset(carcs), item.remarks, item.modifiers, item.recoded, taken_back(item), state),
        bool(item.paid or allowed_amount(item, tables)),
    )
    if key not in tables.topic_of:
        tables.topic_of[key] = next(topic for topic in tables.topics if _fits(topic, item, carcs, state, tables))
    return tables.topic_of[key]


def _fits(topic: Row, item: Item, carcs: set[str], state: str, tables: DecisionTables) -> bool:
    if "modifiers" in topic and set(topic["modifiers"]).isdisjoint(item.modifiers):
        return False
    if "without" in topic and not set(topic["without"]).isdisjoint(item.modifiers):
        return False
    if topic.get("recoded"):
        return item.recoded or taken_back(item)
    if topic.get("priced"):
        return not carcs - set(topic["carc"])
    if topic.get("any") or state in topic.get("states", ()):
        return True
    by_reason = not carcs.isdisjoint(topic.get("carc", ()))
    by_remark = _remark_counts(topic, item, carcs, tables) and not set(item.remarks).isdisjoint(topic.get("rarc", ()))
    return by_reason and by_remark if topic.get("both") else by_reason or by_remark


def _remark_counts(topic: Row, item: Item, carcs: set[str], tables: DecisionTables) -> bool:
    """A remark speaks of a denial only where something was denied; on a paid line it often only informs."""
    return bool(carcs - set(tables.priced)) or bool(topic.get("on_paid")) or not (item.paid or allowed_amount(item, tables))


def allowed_amount(item: Item, tables: DecisionTables) -> int:
    """The allowed amount in cents: as the payer states it, else paid, the patient's share and what was held back."""
    if item.allowed is not None:
        return item.allowed
    inside = (a for a in item.adjustments if a.carc in tables.held_back or (a.group == "PR" and a.carc in tables.shares))
    return item.paid + sum(a.amount for a in inside)


def adverse(item: Item, tables: DecisionTables) -> list[Adjustment]:
    """The adjustments that are neither the patient's share, nor held-back amounts, nor in the line's favour."""
    return [
        a
        for a in item.adjustments
        if a.amount > 0 and a.carc not in tables.neutral and not (a.group == "PR" and a.carc in tables.shares)
    ]


def deciding(item: Item, topic: Row, tables: DecisionTables) -> Adjustment | None:
    """The adjustment that the topic is about: the largest with one of its reasons, else the largest that is not only a price."""
    found = adverse(item, tables)
    own = [a for a in found if a.carc in topic.get("carc", ())]
    return _largest(own) or _largest([a for a in found if a.carc not in tables.priced]) or _largest(found)


def money(item: Item, topic: Row, tables: DecisionTables) -> str:
    """denied, cut, patient, priced or nothing."""
    found = adverse(item, tables)
    if topic.get("priced") and found and not (item.paid == 0 and allowed_amount(item, tables) == 0):
        return "priced"
    if found or not (topic.get("priced") or topic.get("any")):
        return "cut" if item.paid or allowed_amount(item, tables) else "denied"
    return "patient" if any(a.group == "PR" for a in item.adjustments) else "nothing"


def taken_back(item: Item) -> bool:
    """Whether a correction pays less than the payment it follows."""
    return item.prior_paid is not None and item.paid < item.prior_paid


def answers(topic: Row, kind: str) -> Sequence[str]:
    """The modifiers that answer a denial of the topic on a code of that kind, the likeliest first."""
    listed = topic.get("answers", {})
    found: Sequence[str] = listed.get(kind) or listed.get("any") or ()
    return found


def _largest(adjustments: Sequence[Adjustment]) -> Adjustment | None:
    return max(adjustments, key=lambda a: a.amount, default=None)
