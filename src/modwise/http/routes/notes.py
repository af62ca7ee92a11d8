"""Procedure notes: what they document."""

from __future__ import annotations

import datetime
from typing import Any, Literal

from fastapi import APIRouter, Request
from fastapi.responses import Response
from pydantic import Field
from starlette.concurrency import run_in_threadpool

from modwise import api
from modwise.errors import UsageError
from modwise.http import forms, work
from modwise.http.answers import same
from modwise.http.models import JobShown, Noted
from modwise.http.records import recorded

router = APIRouter(tags=["notes"])
FILES = {"file": "A note: txt, docx, rtf, or pdf with a text layer."}


class NoteTerms(forms.Said):
    """The line that the note is about."""

    text: str | None = Field(default=None, max_length=2_000_000, description="The note's words, instead of a file.")
    code: str | None = Field(default=None, max_length=20)
    modifiers: list[str] = Field(default=[], max_length=8, description="Modifiers whose checklists are asked.")
    setting: Literal["professional", "hopd", "asc", "cah", "inpatient"] | None = None
    payer: str | None = Field(default=None, max_length=80)
    date: datetime.date | None = Field(default=None, description="The date of service.")
    wait: float = Field(
        default=20, ge=0, le=60, description="Seconds to wait for the reading of a file before a job is answered instead."
    )
    propose: bool = Field(default=False, description="Ask the language model of MODWISE_LLM_URL for quotes on items not found.")


@router.post(
    "/note",
    dependencies=[recorded("read a note")],
    responses={
        200: {"model": Noted},
        202: {"model": JobShown, "description": "It takes longer: a job; `Location` is where to ask."},
    },
    openapi_extra=forms.described(NoteTerms, FILES, required=False),
)
async def note(request: Request) -> Response:
    """How far the service was carried and why, what the checklists find with quotes, which modifier the note supports.

    Nothing of the note is kept.
    """
    form = await forms.received(request)
    try:
        terms = forms.said(NoteTerms, request, form)
        if bool(form.files) == bool(terms.text) or len(form.files) > 1:
            raise UsageError("one note is read at a time", hint="Send a file, or its text in the field text.", code="no-note")
    except BaseException:
        form.clear()
        raise
    if terms.text is None:
        plain = terms.model_dump(mode="json", exclude={"text", "wait"})
        return await work.done(request, "note", form, plain, wait=terms.wait, result="note.json")
    form.clear()
    return same(await run_in_threadpool(_read, terms.text, terms))


def _read(text: str, terms: NoteTerms) -> dict[str, Any]:
    return api.read_note_text(
        text,
        code=terms.code,
        modifiers=terms.modifiers,
        setting=terms.setting,
        payer=terms.payer,
        on=terms.date,
        propose=terms.propose,
    )
