"""`decide`: what all open tables say of a case, put together as DESIGN fixes it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from modwise.advice import deciding
from modwise.advice.answers import NEEDS_FACTS, PAYER_DEPENDENT, SETTLED, Answer, Verdict
from modwise.advice.deciding import TOPIC, Case, TableResult
from modwise.advice.derive import Known
from modwise.knowledge.corpus import ANY, UNVERIFIED, Corpus
from modwise.knowledge.decisions import OPEN

Json = dict[str, Any]
ORDER = ("order.pricing", "order.edit", "order.anatomic", "order.information")


@dataclass(frozen=True)
class Advice:
    """An answer with its certainty and all that carries it; `as_dict` is the JSON of every front."""

    answer: Answer
    certainty: str
    results: tuple[TableResult, ...]
    case: Case
    lines: tuple[Mapping[str, Any], ...] = ()

    @property
    def missing(self) -> list[str]:
        """The facts that can still change the answer, the one to ask first at the head."""
        if not self.results and not self.case.contradictions:
            return [TOPIC]
        return list(dict.fromkeys(name for result in self.results for name in result.missing))

    def as_dict(self) -> Json:
        """Answer, certainty, alternatives, missing, path, documentation, payment, sources, and what was understood."""
        book = self.case.asked.corpus
        body: Json = {
            "answer": self.answer.as_dict(),
            "certainty": self.certainty,
            "alternatives": [alternative.as_dict() for result in self.results for alternative in result.verdict.alternatives],
            "missing": _missing(self),
            "contradictions": list(self.case.contradictions),
            "understood": _understood(self),
            "path": [step for result in self.results for step in _steps(result, self.case)],
            "would_change": [c for result in self.results for c in deciding.would_change(result, self.case)],
            "documentation": _documentation(book, self.answer),
            "payment": _payment(book, self.answer, self.case),
            "lines": [dict(line) for line in self.lines],
        }
        body["sources"] = [{"key": key, **book.sources[key]} for key in dict.fromkeys(_keys(body))]
        return body


def decide(facts: Mapping[str, str], *, payer: str | None = None, on: date | None = None) -> Advice:
    """What the decision tables say of a case given as facts (see `facts/case-facts`), `code` and `setting` among them.

    `on` is the date of service (default: today). Raises UsageError for an unknown fact, value or payer.
    """
    known = {name: Known(deciding.checked(name, value), "given") for name, value in facts.items()}
    return decide_known(known, payer=payer, on=on)


def decide_known(
    known: Mapping[str, Known], *, payer: str | None = None, on: date | None = None, problems: Sequence[str] = ()
) -> Advice:
    """`decide` for facts that carry where they come from; `problems` are contradictions met before."""
    from modwise.reference.indicators import indicators

    book, day = deciding.as_corpus(), on or date.today()
    if payer is not None:
        book.payer(payer)
    case = deciding.gather(known, payer=payer, day=day, indicators=lambda code: indicators(code, day))
    case = Case(case.known, (*problems, *case.contradictions), case.day, case.payer, case.asked)
    results = tuple(deciding.ask(table, case) for table in deciding.open_tables(case))
    return _together(results, case)


def _together(results: tuple[TableResult, ...], case: Case) -> Advice:
    code = case.asked.codes.get("code")
    unknown = Answer(code, None, None)
    if not results or case.contradictions or any(r.verdict.certainty == NEEDS_FACTS for r in results):
        return Advice(unknown, NEEDS_FACTS, results, case)
    certainty = PAYER_DEPENDENT if any(r.verdict.certainty == PAYER_DEPENDENT for r in results) else SETTLED
    told = [result.verdict.answer for result in results]
    lines = tuple(line for result in results for line in _lines(result.verdict))
    return Advice(_merged(told, code, case), certainty, results, case, lines)


def _lines(verdict: Verdict) -> Iterable[Mapping[str, Any]]:
    return verdict.row.body.get("lines", ()) if verdict.row else ()


def _merged(told: Sequence[Answer], code: str | None, case: Case) -> Answer:
    """One answer of several: nothing where one says so, else all modifiers in the order of the line."""
    refused = next((answer for answer in told if answer.billable is False), None)
    if refused is not None:
        return refused
    other = next((a for a in told if a.code != code or a.code_note), None)
    shown, note = (other.code, other.code_note) if other else (code, "")
    if any(answer.modifiers is None for answer in told):
        return Answer(shown, None, None, note)
    modifiers = dict.fromkeys(m for answer in told for m in answer.modifiers or ())
    return Answer(shown, tuple(in_order(modifiers, case)), True, note)


def in_order(modifiers: Iterable[str], case: Case) -> list[str]:
    """The modifiers as they stand on a line: pricing, edits, places, information."""
    book = case.asked.corpus
    places: dict[str, tuple[int, int]] = {}
    for group, identity in enumerate(ORDER):
        fact = book.fact_for(identity, case.payer) if book.has_fact(identity) else None
        value = fact.on(case.day) if fact else None
        for number, code in enumerate(value.value if value and isinstance(value.value, tuple) else ()):
            places.setdefault(code, (group, number))
    return sorted(modifiers, key=lambda m: places.get(m, (len(ORDER), 0)))


# ---- parts of the JSON ----------------------------------------------------------------------------------------------------


def _missing(advice: Advice) -> list[Json]:
    rules = deciding.decisions()
    names = advice.missing
    if names == [TOPIC]:
        tables = [t for t in rules.tables.values() if t.about]
        values = [{"value": table.name, "says": table.question} for table in tables]
        return [{"fact": TOPIC, "question": rules.facts[TOPIC].question, "values": values}]
    return [
        {
            "fact": name,
            "question": rules.facts[name].question,
            "values": [{"value": v["value"], "says": v["says"]} for v in rules.facts[name].values],
        }
        for name in names
    ]


def _understood(advice: Advice) -> list[Json]:
    """Every fact that is known, with its words; `used`: whether an open table asks for it."""
    rules, case = deciding.decisions(), advice.case
    used = {name for result in advice.results for name in deciding.asks_for(result.table)} | {*deciding.CODES, "setting", "payer"}
    rows = []
    for name, known in case.known.items():
        if known.origin == "presumed":
            continue
        value = case.payer if name == "payer" else known.value
        rows.append(
            {
                "fact": name,
                "value": value,
                "says": value if rules.facts[name].kind == OPEN else rules.facts[name].says(known.value),
                "from": known.origin,
                "words": known.words or None,
                "used": name in used,
            }
        )
    return rows


def _steps(result: TableResult, case: Case) -> Iterable[Json]:
    rules = deciding.decisions()
    for row in result.way:
        because = [
            {
                "fact": name,
                "value": case.known[name].value,
                "says": case.known[name].value
                if rules.facts[name].kind == OPEN
                else rules.facts[name].says(case.known[name].value),
                "from": case.known[name].origin,
                "words": case.known[name].words or None,
            }
            for name in row.when
            if name in case.known
        ]
        yield {
            "table": row.table,
            "row": row.id,
            "title": rules.tables[row.table].title,
            "says": row.body.get("says"),
            "because": because,
            "confidence": row.body.get("confidence"),
            "disagreement": row.body.get("disagreement"),
            "source": list(row.body.get("source", ())),
        }
    if result.verdict.certainty == NEEDS_FACTS and not result.missing:
        yield {
            "table": result.table.name,
            "row": None,
            "title": result.table.title,
            "says": "No rule is known for this case.",
            "because": [],
            "confidence": None,
            "disagreement": None,
            "source": [],
        }


def _documentation(book: Corpus, answer: Answer) -> list[Json]:
    rows = []
    for modifier in answer.modifiers or ():
        page = book.modifiers.get(modifier, {})
        for entry in page.get("sections", {}).get("documentation", ()):
            rows.append({"modifier": modifier, **{key: entry[key] for key in ("item", "says", "source", "confidence")}})
    return rows


def _payment(book: Corpus, answer: Answer, case: Case) -> list[Json]:
    """What payers pay for each modifier on the day: the payer's own figure; without a payer those of the federal programmes."""
    rows: list[Json] = []
    for modifier in answer.modifiers or ():
        identity = f"{modifier}.payment"
        if not book.has_fact(identity):
            continue
        for fact in book.facts(identity):
            if case.payer:
                wanted = next((key for key in (*case.asked.line, ANY) if any(f.payer == key for f in book.facts(identity))), None)
            else:
                wanted = fact.payer if book.payers.get(fact.payer, {}).get("kind") == "programme" else None
            value = fact.on(case.day)
            if fact.payer == wanted and value is not None and _setting_fits(fact.setting, case):
                rows.append(
                    {
                        "modifier": modifier,
                        "payer": fact.payer,
                        "setting": fact.setting,
                        "value": "ended" if value.ended else list(value.value) if isinstance(value.value, tuple) else value.value,
                        "from": value.start.isoformat(),
                        "at_latest": value.at_latest,
                        "note": value.note or None,
                        "confidence": fact.confidence,
                        "unverified": any(book.sources[key]["kind"] == UNVERIFIED for key in value.source),
                        "source": list(value.source),
                    }
                )
    return rows


def _setting_fits(setting: str, case: Case) -> bool:
    known = case.known.get("setting")
    return setting == ANY or known is None or known.value == setting


def _keys(value: Any) -> Iterable[str]:
    if isinstance(value, dict):
        for key, inner in value.items():
            if key == "source" and isinstance(inner, list):
                yield from inner
            else:
                yield from _keys(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _keys(inner)
