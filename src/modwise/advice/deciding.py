"""The decision: facts of a case in, the modifier out, or what is missing, or what each payer says."""

from __future__ import annotations

import difflib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache
from typing import Any

from modwise.advice import answers, derive
from modwise.advice.answers import NEEDS_FACTS, Answer, Asked, Verdict
from modwise.advice.derive import Known
from modwise.errors import UsageError
from modwise.knowledge.corpus import Corpus, corpus
from modwise.knowledge.decisions import NUMBER, OPEN, Decision, Decisions, differing

TOPIC = "topic"
CODES = ("code", "other_code")


@dataclass(frozen=True)
class Case:
    """What is known of a case: the facts with their origin, what contradicts, and how to answer for its payer."""

    known: Mapping[str, Known]
    contradictions: tuple[str, ...]
    day: date
    payer: str | None
    asked: Asked

    @property
    def facts(self) -> dict[str, str]:
        """Name → value."""
        return {name: known.value for name, known in self.known.items()}


@dataclass(frozen=True)
class TableResult:
    """What one table says: a verdict, or the facts it still needs (the first is the one to ask)."""

    table: Decision
    verdict: Verdict
    way: tuple[Any, ...]
    missing: tuple[str, ...] = ()
    possible: tuple[Verdict, ...] = field(default=())


@lru_cache(maxsize=1)
def decisions() -> Decisions:
    """The vocabulary of case facts and the decision tables of this installation."""
    kinds = corpus().kinds
    return Decisions.of(kinds["case-facts"], kinds["decisions"])


def checked(name: str, value: str) -> str:
    """The value as the vocabulary writes it. Raises UsageError for an unknown fact or value."""
    facts = decisions().facts
    fact = facts.get(name)
    if fact is None:
        near = difflib.get_close_matches(name, facts, 3)
        hint = f"Did you mean {', '.join(near)}?" if near else "`modwise advise --list-facts` shows all."
        raise UsageError(f"no case fact {name!r} is known", hint=hint, code="unknown-fact")
    text = str(value).strip()
    if fact.kind == NUMBER:
        if not text.replace(".", "", 1).isdigit():
            raise UsageError(f"{name} is a number ({fact.unit}), not {text!r}", hint="Write it in digits.", code="bad-fact")
        return text
    if fact.kind == OPEN or name == TOPIC:
        return text
    lowered = {v.lower(): v for v in fact.domain}
    if text.lower() not in lowered:
        raise UsageError(f"{name} cannot be {text!r}", hint=f"It is one of {', '.join(fact.domain)}.", code="bad-fact")
    return lowered[text.lower()]


def gather(facts: Mapping[str, Known], *, payer: str | None, day: date, indicators: derive.Indicators) -> Case:
    """The case with all that follows from what is given; what contradicts is kept and said."""
    rules, book = decisions(), corpus()
    known = dict(facts)
    problems: list[str] = []
    codes = {name: one.value for name, one in known.items() if name in CODES}
    source = derive.Source(book, day, payer, codes, indicators)
    for name, fact in rules.facts.items():
        found = derive.derived(fact, source)
        if found is not None:
            _add(known, name, found, problems, rules)
    for name in list(known):
        _imply(known, name, problems, rules)
    for name in list(known):
        for other, value in rules.grow({}, name, known[name].value).items():
            known.setdefault(other, Known(value, "follows", name))
    setting = known["setting"].value if "setting" in known else ""
    entry = next((e for e in rules.facts["setting"].values if e["value"] == setting), {})
    line = derive.payer_line(book, payer, entry.get("payer_becomes", {})) if payer else ()
    known["date"] = Known(day.isoformat(), "given")
    if line:
        said = known.get("payer", Known("", "given"))
        known["payer"] = Known(" ".join(line), said.origin, said.words, said.start)
    for name, fact in rules.facts.items():
        # Of a code that was named nothing is presumed: what no table says of it has to be asked.
        if fact.presume and name not in known and not (codes and any("indicator" in one for one in fact.derive)):
            known[name] = Known(fact.presume, "presumed")
    kind = known["payer_kind"].value if "payer_kind" in known else ""
    asked = Asked(book, line, kind, codes, lambda family, code: derive.partner(book, family, code, day))
    return Case(known, tuple(problems), day, payer, asked)


def _add(known: dict[str, Known], name: str, found: Known, problems: list[str], rules: Decisions) -> None:
    before = known.get(name)
    if before is None:
        known[name] = found
    elif found.origin == "presumed":
        return
    elif rules.entry(name, found.value).get("kind_of") == before.value:
        known[name] = found
    elif before.value != found.value:
        fact = rules.facts[name]
        whence = {"code": f"code {found.words}", "payer": "the payer"}.get(found.origin, found.words)
        problems.append(
            f"{fact.short}: {_said(before)} {fact.says(before.value)!r}, but by {whence} it is {fact.says(found.value)!r}"
        )


def _said(known: Known) -> str:
    return f"“{known.words}” was read as" if known.origin == "words" else "you gave"


def _imply(known: dict[str, Known], name: str, problems: list[str], rules: Decisions) -> None:
    for other, value in rules.implied(name, known[name].value).items():
        before = known.get(other)
        if before is None:
            known[other] = Known(value, "follows", name)
            _imply(known, other, problems, rules)
        elif before.value != value:
            fact, from_ = rules.facts[other], rules.facts[name]
            problems.append(f"{from_.says(known[name].value)!r} ({name}) does not go with {fact.says(before.value)!r} ({other})")


def open_tables(case: Case) -> list[Decision]:
    """The tables that the facts open, one of each group, in their order."""
    rules, facts = decisions(), case.facts
    found: dict[str, Decision] = {}
    for table in rules.tables.values():
        if table.about and table.group not in found and (rules.opens(table, facts) or facts.get(TOPIC) == table.name):
            found[table.group] = table
    return list(found.values())


def asks_for(table: Decision) -> set[str]:
    """The facts that the table, and those it goes on to, speak of."""
    rules = decisions()
    names = {name for about in table.about for name in about}
    for row in table.rows:
        names |= set(row.when) | (asks_for(rules.tables[row.then]) if row.then else set())
    return names


def ask(table: Decision, case: Case) -> TableResult:
    """What the table says of the case."""
    rules = decisions()
    ends = rules.walk(table.name, case.facts)
    verdicts = [answers.verdict(end.row, rules.grown(case.facts, end.supposed), case.asked) for end in ends]
    told = {id(end): _told(verdict) for end, verdict in zip(ends, verdicts, strict=True)}
    missing = differing(ends, lambda end: told[id(end)])
    if missing:
        nothing = Verdict(None, NEEDS_FACTS, Answer(case.asked.codes.get("code"), None, None))
        return TableResult(table, nothing, ends[0].way[:-1], tuple(missing), tuple(verdicts))
    return TableResult(table, verdicts[0], ends[0].way)


def _told(verdict: Verdict) -> Any:
    """What makes two ends the same to a biller: the answer and each payer's answer."""
    if verdict.row is None:
        return None
    return (verdict.certainty, verdict.answer, tuple((a.payer, a.answer) for a in verdict.alternatives))


def would_change(result: TableResult, case: Case) -> list[dict[str, Any]]:
    """For each fact the way rests on: the other values that lead to another answer."""
    rules = decisions()
    rests_on = dict.fromkeys(name for row in result.way for name in row.when)
    rows = []
    for name in rests_on:
        if name not in case.facts or rules.facts[name].kind == OPEN or rules.facts[name].derive:
            # What follows from the code is not a circumstance of the case.
            continue
        for value in rules.domain(name):
            if value == case.facts[name]:
                continue
            facts = rules.grow({k: v for k, v in case.facts.items() if k not in rules.implied(name, case.facts[name])}, name, value)
            other = {
                _told(answers.verdict(end.row, {**facts, **end.supposed}, case.asked)): end
                for end in rules.walk(result.table.name, facts)
            }
            if len(other) == 1 and (told := next(iter(other))) is not None and told != _told(result.verdict):
                rows.append({"fact": name, "value": value, "says": rules.facts[name].says(value), "answer": told[1].as_dict()})
    return rows


def vocabulary() -> list[dict[str, Any]]:
    """Every case fact: fact, question, kind, unit, values with their meaning."""
    return [
        {
            "fact": fact.name,
            "question": fact.question,
            "kind": fact.kind,
            "unit": fact.unit or None,
            "values": [{"value": value["value"], "says": value["says"]} for value in fact.values],
        }
        for fact in decisions().facts.values()
        if fact.name != TOPIC
    ]


def as_corpus() -> Corpus:
    """The knowledge that decides."""
    return corpus()
