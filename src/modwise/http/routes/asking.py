"""Questions: which modifier fits a case, and questions in plain words. What is asked stands in the body, never in an address."""

from __future__ import annotations

import datetime
from typing import Annotated, Literal

from fastapi import APIRouter, Request
from fastapi.responses import Response
from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from modwise import api
from modwise.http.answers import same
from modwise.http.models import Advised, Answered

router = APIRouter(tags=["questions"])
Setting = Literal["professional", "hopd", "asc", "cah", "inpatient"]
Value = Annotated[str, StringConstraints(max_length=200)]


class Case(BaseModel):
    """A case in words, as facts, or both. What is given outweighs what is read."""

    model_config = ConfigDict(extra="forbid")

    case: str | None = Field(default=None, max_length=20_000, description="The case in plain English.")
    code: str | None = Field(default=None, max_length=20, description="The procedure code.")
    setting: Setting | None = None
    payer: str | None = Field(default=None, max_length=80)
    date: datetime.date | None = Field(default=None, description="The date of service; default today.")
    facts: dict[str, Value] = Field(default_factory=dict, description="As GET /v1/case-facts lists them.")


class Question(BaseModel):
    """A question in plain words."""

    model_config = ConfigDict(extra="forbid")

    question: str = Field(max_length=2_000)
    payer: str | None = Field(default=None, max_length=80)
    as_of: datetime.date | None = None
    phrase: bool = Field(default=False, description="Let the language model of MODWISE_LLM_URL reword the answer.")


@router.post("/advise", responses={200: {"model": Advised}})
def advise(case: Case) -> Response:
    """Which modifier fits a case, and why; or which facts are missing."""
    return same(api.advise(case.case, code=case.code, setting=case.setting, payer=case.payer, on=case.date, facts=case.facts))


@router.post("/ask", responses={200: {"model": Answered}})
def ask(question: Question, request: Request) -> Response:
    """A cited answer; `found` is false where none is known."""
    home = request.app.state.settings.home
    return same(api.ask(question.question, payer=question.payer, as_of=question.as_of, phrase=question.phrase, home=home))
