"""*Ask*: a question in plain words, a cited answer, or none."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any

from fastapi import APIRouter, Form, Request
from fastapi.responses import HTMLResponse

from modwise import api
from modwise.web import choices, rendering, shaping

router = APIRouter(include_in_schema=False)
Json = dict[str, Any]
Words = Annotated[str, Form(max_length=2000)]
EXAMPLES = (
    "What does Medicare pay for 52?",
    "What did BCBS of North Dakota pay for 52 in 2018?",
    "May 92250 take 50?",
    "Difference between 58 and 78",
    "CO 226 on a 52 line",
    "How many units of 97110 may stand on a day?",
    "Scope reached the splenic flexure, poor prep, sedated: which modifier?",
)


@router.get("/ask")
def ask(request: Request) -> HTMLResponse:
    """The empty form, with questions to try."""
    return _page(request, "", None, None, None)


@router.post("/ask")
def answer(request: Request, question: Words = "", payer: Words = "", as_of: Words = "") -> HTMLResponse:
    """The answer to a question."""
    chosen, day = choices.known_payer(payer), choices.day(as_of)
    told = answered(request, question, chosen, day) if question.strip() else None
    return _page(request, question, chosen, day, told)


def answered(request: Request, question: str, payer: str | None, as_of: date | None) -> Json:
    """The answer, ready to be shown: found, lead, statements with numbered sources, what lies near."""
    told = api.ask(question, payer=payer, as_of=as_of, home=request.app.state.settings.home)
    numbers = shaping.numbers(told["sources"])
    return {**told, "numbers": numbers, "lead": lead(told), "related": [_near(one) for one in told["related"]]}


def lead(told: Json) -> str:
    """The words before the statements: what the answer says that no statement carries."""
    first = str(told["answer"]).split("\n", 1)[0]
    return "" if first.endswith(" [1]") else first


def _near(one: Json) -> Json:
    """A related page with its address in place of the command that shows it."""
    kind, *rest = str(one.get("see", "")).removeprefix("modwise ").split()
    named = rest[0] if rest and not rest[0].startswith("-") else ""
    option = rest[rest.index("--section") + 1] if "--section" in rest else ""
    href = {"show": f"/modifier/{named}", "edit": f"/edit/{named}", "advise": "/which", "coverage": "/data"}[kind]
    if kind == "coverage" and "--payer" in rest:
        href = f"/coverage/{rest[-1]}"
    return {"text": one["text"], "href": f"{href}#{option}" if option else href}


def _page(request: Request, question: str, payer: str | None, as_of: date | None, told: Json | None) -> HTMLResponse:
    return rendering.page(
        request,
        "ask.html",
        question=question,
        payer=payer,
        as_of=as_of,
        answer=told,
        payers=choices.payers(),
        examples=EXAMPLES,
    )
