"""A question that tells a case ("sedation given, then the surgeon stopped: which modifier?") goes to the decision tables."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from modwise.asking.index import Index
from modwise.asking.question import Question
from modwise.asking.statements import Statement
from modwise.errors import ModwiseError
from modwise.knowledge.corpus import ANY, Corpus

# What tells a case may ask for more than its modifier; what asks for one of these does not ask which modifier fits.
OTHER_TOPICS = frozenset(
    {"payment", "cut", "documentation", "denial", "deadline", "in-force", "order", "mue", "remedy", "difference"}
)
LEAST_UNDERSTOOD = 2


@dataclass(frozen=True)
class Advised:
    """What the tables come to: the rows that decided, the modifiers, and what they would still ask."""

    statements: tuple[Statement, ...] = ()
    modifiers: tuple[str, ...] = ()
    asks: tuple[str, ...] = ()


def advised(question: Question, corpus: Corpus, index: Index) -> Advised:
    """The decision of the tables for a case told in words; empty where the question tells none or they do not come to an end."""
    if not _tells_a_case(question):
        return Advised()
    advice = _advice(question)
    if advice is None or _understood(advice) < (1 if "which" in question.topics else LEAST_UNDERSTOOD):
        return Advised()
    if advice["certainty"] == "needs_facts":
        return Advised(asks=tuple(m["question"] for m in advice["missing"] if m.get("question"))[:3])
    lines = {key for payer in question.payer_keys for key in corpus.line_of(payer)}
    found = [s for step in advice["path"] for s in _row(step, index) if not lines or s.payer in ("", ANY) or s.payer in lines]
    return Advised(tuple(found), tuple(advice["answer"]["modifiers"] or ()))


def _tells_a_case(q: Question) -> bool:
    named = q.modifiers or q.carc or q.rarc or q.edits or q.strangers
    return not named and not OTHER_TOPICS & set(q.topics) and bool(q.terms or q.implied)


def _advice(q: Question) -> dict[str, Any] | None:
    from modwise.advice import cases

    on = next((p.start for p in q.periods if p.start.year > 1), None)
    payer = q.payer_keys[0] if len(q.payer_keys) == 1 else None
    setting = q.settings[0] if len(q.settings) == 1 else None
    try:
        told = cases.advise(q.text, code=q.procedures[0] if q.procedures else None, setting=setting, payer=payer, on=on).as_dict()
    except ModwiseError:
        # What the tables cannot take as a case is answered, or not, by what is written.
        return None
    return dict(told)


def _understood(advice: dict[str, Any]) -> int:
    return sum(1 for u in advice["understood"] if u["used"] and u["from"] == "words")


def _row(step: dict[str, Any], index: Index) -> Iterable[Statement]:
    """The statements of the row that decided, as the index has them."""
    if not step.get("says"):
        return []
    found = index.read(index.at([f"decisions/{step['table']} {step['row']}"]))
    return [s for _, s in sorted(found.items())]


def shown(advice: Advised, titles: Sequence[Statement]) -> list[Statement]:
    """The titles of the modifiers that were advised, or all where none was."""
    return [s for s in titles if not advice.modifiers or s.owner in advice.modifiers]
