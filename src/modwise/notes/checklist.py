"""A modifier's checklist against a reading: each item met, not found or contradicted, with the words."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from modwise.notes.hits import Hit, Span
from modwise.notes.reading import COMPLETE, CONVERTED, DISCONTINUED, UNCLEAR, Reading
from modwise.notes.rules import MISSED, RuleSet

MET, NOT_FOUND, CONTRADICTED = "met", "not_found", "contradicted"
ONE_SIDE = frozenset({"limited.only", "left-out.part-not-done", "left-out.chosen-part"})


@dataclass(frozen=True)
class Checked:
    """An item with its status, the words that show it, and for one that no note can show, why."""

    item: str
    status: str
    spans: tuple[Span, ...] = ()
    why: str = ""


def checked(modifier: str, items: Iterable[str], reading: Reading, rules: RuleSet) -> list[Checked]:
    """The items of a modifier's page in their order."""
    signs = signs_of(reading)
    return [_checked(modifier, item, signs, rules) for item in items]


def _checked(modifier: str, name: str, signs: Mapping[str, tuple[Span, ...]], rules: RuleSet) -> Checked:
    item = rules.items.get((modifier, name))
    if item is None:
        return Checked(name, NOT_FOUND, why=rules.unreadable.get((modifier, name), "No rule reads this item from a note."))
    against = _spans(item.contradicted, signs)
    if against:
        return Checked(name, CONTRADICTED, against)
    met = _spans(item.met, signs)
    return Checked(name, MET if met else NOT_FOUND, met)


def _spans(names: Iterable[str], signs: Mapping[str, tuple[Span, ...]]) -> tuple[Span, ...]:
    return tuple(span for name in names for span in signs.get(name, ()))


def signs_of(reading: Reading) -> dict[str, tuple[Span, ...]]:
    """Sign → the words that show it: every sign that counts, figures, and what the reading as a whole says."""
    found: dict[str, list[Span]] = {}
    for hit in reading.hits:
        if hit.counts or hit.rule.sign == "closing":
            found.setdefault("finished" if hit.rule.sign == "closing" else hit.rule.sign, []).append(hit.span)
    for measure in reading.measures:
        found.setdefault(measure.what, []).append(measure.span)
    if reading.extent not in (COMPLETE, UNCLEAR, CONVERTED):
        decided = _spoken(reading.decided_by)
        found["deviation"] = decided
        found["why"] = [hit.span for hit in reading.because] or [h.span for h in reading.decided_by if h.rule.reason]
        found["stop" if reading.extent == DISCONTINUED else "reduced"] = decided
    one_side = [h.span for h in reading.decided_by if h.rule.id in ONE_SIDE or h.rule.sign == MISSED]
    found["one-side"] = one_side if reading.extent not in (COMPLETE, UNCLEAR) else []
    return {sign: tuple(spans) for sign, spans in found.items() if spans}


def _spoken(hits: Iterable[Hit]) -> list[Span]:
    return [hit.span for hit in hits if hit.rule.weight > 1]
