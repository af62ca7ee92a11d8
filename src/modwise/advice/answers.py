"""What a row says to a payer: an answer, or the answers of several payers side by side."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from modwise.knowledge.corpus import ANY, Corpus
from modwise.knowledge.decisions import Facts, Row

SETTLED, PAYER_DEPENDENT, NEEDS_FACTS = "settled", "payer_dependent", "needs_facts"
CODE_SET = "code set"


@dataclass(frozen=True)
class Answer:
    """A code with its modifiers; `modifiers` None: not known; `billable` False: nothing is reported."""

    code: str | None
    modifiers: tuple[str, ...] | None
    billable: bool | None
    code_note: str = ""

    def as_dict(self) -> dict[str, Any]:
        """As the fronts show it."""
        listed = None if self.modifiers is None else list(self.modifiers)
        shown = {"code": self.code, "modifiers": listed, "billable": self.billable}
        return {**shown, "code_note": self.code_note} if self.code_note else shown


@dataclass(frozen=True)
class Alternative:
    """A payer's answer."""

    payer: str
    answer: Answer
    source: tuple[str, ...]
    says: str = ""

    def as_dict(self) -> dict[str, Any]:
        """As the fronts show it."""
        return {"payer": self.payer, **self.answer.as_dict(), "source": list(self.source), "says": self.says or None}


@dataclass(frozen=True)
class Verdict:
    """What a row comes to for the payer of the case."""

    row: Row | None
    certainty: str
    answer: Answer
    alternatives: tuple[Alternative, ...] = ()
    source: tuple[str, ...] = ()


@dataclass(frozen=True)
class Asked:
    """For whom an answer is sought, and where codes are found."""

    corpus: Corpus
    line: tuple[str, ...]
    kind: str
    codes: Mapping[str, str]
    pair: Any


def verdict(row: Row | None, facts: Facts, asked: Asked) -> Verdict:
    """The row's answer for the payer. Without a payer, or for one of whom nothing is known, differing answers stay side by side."""
    if row is None:
        return Verdict(None, NEEDS_FACTS, Answer(None, None, None))
    body = row.body
    own = answer_of(body, facts, asked)
    entries = body.get("payers", ())
    source = tuple(body["source"])
    if not entries:
        return Verdict(row, SETTLED, own, (), source)
    everyone = _alternatives(body, own, entries, facts, asked)
    chosen = None if body.get("open") else _of_payer(entries, asked)
    if chosen is None and (not asked.line or not body.get("others_same")):
        return Verdict(row, PAYER_DEPENDENT, own, everyone, source)
    if chosen is None:
        return Verdict(row, SETTLED, own, everyone, source)
    mine = answer_of({**body, **chosen}, facts, asked)
    certainty = PAYER_DEPENDENT if _divided(entries, asked, mine, facts, body) else SETTLED
    return Verdict(row, certainty, mine, everyone, tuple(chosen["source"]))


def answer_of(body: Mapping[str, Any], facts: Facts, asked: Asked) -> Answer:
    """The answer that a row, or a payer's entry, writes."""
    billable = body.get("billable", True)
    code, note = _code(body.get("code", "given"), facts, asked), body.get("code_note", "")
    if not billable:
        return Answer(code, (), False, note)
    if "modifiers" not in body:
        return Answer(code, None, None, note)
    filled = tuple(facts[m[1:]] if m.startswith("@") else m for m in body["modifiers"])
    return Answer(code, filled, True, note)


def _code(spec: str, facts: Facts, asked: Asked) -> str | None:
    given = asked.codes.get("code")
    if spec == "given":
        return given
    if spec == "other":
        return asked.codes.get("other_code")
    if spec.startswith("pair "):
        return asked.pair(spec.removeprefix("pair "), given) if given else None
    return None if spec == "none" else spec


def _alternatives(
    body: Mapping[str, Any], own: Answer, entries: Sequence[Mapping[str, Any]], facts: Facts, asked: Asked
) -> tuple[Alternative, ...]:
    rows = [Alternative(ANY, own, tuple(body["source"]), body["says"])] if own.modifiers is not None else []
    rows += [
        Alternative(_name(entry), answer_of({**body, **entry}, facts, asked), tuple(entry["source"]), entry.get("says", ""))
        for entry in entries
    ]
    return tuple(rows)


def _name(entry: Mapping[str, Any]) -> str:
    return str(entry.get("payer") or entry.get("payer_kind"))


def _of_payer(entries: Sequence[Mapping[str, Any]], asked: Asked) -> Mapping[str, Any] | None:
    for key in asked.line:
        for entry in entries:
            if entry.get("payer") == key:
                return entry
    return next((entry for entry in entries if asked.kind and entry.get("payer_kind") == asked.kind), None)


def _divided(entries: Sequence[Mapping[str, Any]], asked: Asked, mine: Answer, facts: Facts, body: Mapping[str, Any]) -> bool:
    """Whether contractors of the payer itself differ from its answer, so that naming the payer settles nothing."""
    for entry in entries:
        parents = asked.corpus.line_of(entry.get("payer"))[1:-1]
        if asked.line[:1] and asked.line[0] in parents and answer_of({**body, **entry}, facts, asked) != mine:
            return True
    return False
