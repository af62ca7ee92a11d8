"""*Which modifier?*: a question at a time. The case so far stands in the address, so that "back" works and a step can be linked."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated, Any
from urllib.parse import urlencode

from fastapi import APIRouter, Form, Request
from fastapi.responses import HTMLResponse

from modwise import api
from modwise.advice import deciding
from modwise.errors import UsageError
from modwise.report.advising import answer_words
from modwise.web import choices, dating, rendering, shaping, words

router = APIRouter(include_in_schema=False)
Json = dict[str, Any]
HERE = "/which"
TOPIC, SKIP = deciding.TOPIC, "skip"
# Facts that the first form asks for, and that the API takes apart from the others.
FIRST = ("code", "setting", "payer", "date")
EXAMPLES = (
    "Screening colonoscopy, poor prep, scope reached only the splenic flexure, sedated, hospital outpatient",
    "Knee arthroscopy stopped after anesthesia, patient unstable, surgery center",
    "Carpal tunnel release on both hands, professional claim",
    "Office visit and a joint injection on the same day, the visit for another problem",
)
Text = Annotated[str, Form(max_length=20_000)]


@dataclass(frozen=True)
class Case:
    """The facts given so far, in the order they were given, and the questions that were passed over."""

    given: tuple[tuple[str, str], ...] = ()
    skipped: tuple[str, ...] = ()

    @property
    def facts(self) -> dict[str, str]:
        """Name → value."""
        return dict(self.given)

    def with_fact(self, name: str, value: str) -> Case:
        """The case with one more fact, or another value of one."""
        kept = tuple((n, v) for n, v in self.given if n != name)
        return Case((*kept, (name, value)), tuple(s for s in self.skipped if s != name))

    def before(self, name: str) -> Case:
        """The case as it stood when the question was asked."""
        names = [n for n, _ in self.given]
        return Case(self.given[: names.index(name)], self.skipped)

    def skipping(self, name: str) -> Case:
        """The case with a question passed over."""
        return Case(self.given, (*self.skipped, name))

    @property
    def href(self) -> str:
        """The address of the case."""
        query = urlencode([*self.given, *((SKIP, name) for name in self.skipped)])
        return f"{HERE}?{query}" if query else HERE


@router.get(HERE)
def which(request: Request) -> HTMLResponse:
    """The next question, or the answer."""
    case = read(request.query_params.multi_items())
    told = _advise(case, None) if case.given else None
    return _page(request, case, told, "")


@router.post(HERE)
def told_in_words(request: Request, words: Text = "") -> HTMLResponse:
    """A case in words: what was understood of it, then the answer or the next question. The words go into no address."""
    text = words.strip()
    if not text:
        return _page(request, Case(), None, "")
    told = _advise(Case(), text)
    return _page(request, understood(told), told, text)


def read(items: Iterable[tuple[str, str]]) -> Case:
    """The case in an address. What is empty or no fact of a case is left out; a wrong value is told by the one who decides."""
    known = {*deciding.decisions().facts}
    given: dict[str, str] = {}
    skipped: dict[str, None] = {}
    for name, value in items:
        if name == SKIP and value in known:
            skipped[value] = None
        elif name in known and value.strip():
            given[name] = value.strip()[:200]
    return Case(tuple(given.items()), tuple(name for name in skipped if name not in given))


def understood(told: Json) -> Case:
    """The case as the words gave it: the facts read from them, without the words."""
    facts = deciding.decisions().facts
    return Case(tuple((one["fact"], one["value"]) for one in told["understood"] if one["from"] == "words" and one["fact"] in facts))


def _advise(case: Case, text: str | None) -> Json:
    facts = case.facts
    first = {name: facts.pop(name, None) for name in FIRST}
    day = choices.day(first["date"])
    if first["date"] and day is None:
        raise UsageError("the date of service is no date", hint="Write it as 2026-07-15.", code="bad-date")
    return api.advise(text, code=first["code"], setting=first["setting"], payer=first["payer"], on=day, facts=facts)


def _page(request: Request, case: Case, told: Json | None, text: str) -> HTMLResponse:
    question = _question(case, told) if told else None
    return rendering.page(
        request,
        "which.html",
        case=case,
        told=told,
        text=text,
        steps=[_step(case, name, value) for name, value in case.given],
        question=question,
        answer=None if told is None or question else _answer(case, told),
        numbers=shaping.numbers(told["sources"]) if told else {},
        quoted=[one for one in (told or {"understood": ()})["understood"] if one["from"] == "words" and one["fact"] != "date"],
        taken=[one for one in (told or {"understood": ()})["understood"] if one["from"] in ("code", "payer") and one["used"]],
        payers=choices.payers(),
        settings={key: words.SETTINGS[key] for key in ("professional", "hopd", "asc", "cah", "inpatient")},
        topics=[] if told else _choices(Case(), _first_question()),
        examples=EXAMPLES,
    )


def _first_question() -> Json:
    missing: list[Json] = api.advise(None, facts={})["missing"]
    return missing[0]


def _step(case: Case, name: str, value: str) -> Json:
    return {"question": _asked(name), "answer": said(name, value), "change": case.before(name).href, "fact": name}


def _asked(name: str) -> str:
    return str(deciding.decisions().facts[name].question)


def said(name: str, value: str) -> str:
    """A fact's value in words."""
    if name == "payer":
        return words.payer(value)
    if name == "date":
        return dating.day(value)
    if name == TOPIC:
        table = deciding.decisions().tables.get(value)
        return str(table.question) if table else words.sentence(value)
    text = str(deciding.decisions().facts[name].says(value))
    return text[:1].upper() + text[1:]


def _question(case: Case, told: Json) -> Json | None:
    """The question to ask next: the first that was not passed over; None when none is left."""
    if told["certainty"] != "needs_facts" or told["contradictions"]:
        return None
    for one in told["missing"]:
        if one["fact"] not in case.skipped:
            fact = deciding.decisions().facts[one["fact"]]
            return {
                "fact": one["fact"],
                "question": one["question"],
                "choices": _choices(case, one),
                "unit": fact.unit,
                "skip": case.skipping(one["fact"]).href if len(told["missing"]) > 1 else None,
            }
    return None


def _choices(case: Case, one: Mapping[str, Any]) -> list[Json]:
    return [
        {"says": value["says"][:1].upper() + value["says"][1:], "href": case.with_fact(one["fact"], value["value"]).href}
        for value in one["values"]
    ]


def _answer(case: Case, told: Json) -> Json:
    """The answer, ready to be read: its words, alternatives by payer, what would change it as links."""
    depends = told["certainty"] == "payer_dependent" and told["answer"]["modifiers"] is None
    text = "It depends on the payer" if depends else answer_words(told["answer"])
    return {
        "words": text[:1].upper() + text[1:],
        "open": told["certainty"] == "needs_facts",
        "alternatives": [{**one, "words": _cased(answer_words(one))} for one in told["alternatives"]],
        "changes": [_change(case, one) for one in _changes(told["would_change"])],
        "payment": [{**one, "shown": shaping.value(one["value"]), "since": shaping.since(one)} for one in told["payment"]],
        "missing": [{"question": one["question"], "href": Case(case.given).href} for one in told["missing"]],
    }


def _changes(rows: Sequence[Json]) -> list[Json]:
    """Without those that a fact of the first form decides by itself."""
    return [one for one in rows if one["fact"] not in ("date", "code")]


def _change(case: Case, one: Json) -> Json:
    text = said(one["fact"], one["value"])
    return {
        "question": _asked(one["fact"]),
        "says": text,
        "words": _cased(answer_words(one["answer"])),
        "href": case.with_fact(one["fact"], one["value"]).href,
    }


def _cased(text: str) -> str:
    return text[:1].upper() + text[1:]
