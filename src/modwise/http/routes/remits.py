"""Remits: what was denied or cut, what was allowed less than it should be, the letter that answers a denial."""

from __future__ import annotations

import datetime
from typing import Any, Literal

from fastapi import APIRouter, Request
from fastapi.responses import Response
from pydantic import Field
from pydantic import Json as JsonText

from modwise import api
from modwise.http import forms, work
from modwise.http.answers import same
from modwise.http.jobs import MEDIA
from modwise.http.models import Appealed, Denied, JobShown, LetterCheck, Taken, Underpaid, Verified
from modwise.http.records import recorded
from modwise.http.uploads import Received

router = APIRouter(tags=["remits"])
JOB: dict[int | str, dict[str, Any]] = {
    202: {"model": JobShown, "description": "It takes longer: a job; `Location` is where to ask."}
}
LETTERS = [MEDIA[f".{form}"].partition(";")[0] for form in ("txt", "docx", "pdf")] + ["text/markdown"]
REMITS = {"remits": "835 files, plain or gzipped.", "claims": "The 837 files they answer."}


class RemitTerms(forms.Said):
    """How to read remits."""

    payer: str | None = Field(default=None, max_length=80, description="Every claim is this payer's.")
    keep_going: bool = Field(default=False, description="Set broken claims aside and read the others.")
    wait: float = Field(default=20, ge=0, le=60, description="Seconds to wait for the result before a job is answered instead.")


class DenialTerms(RemitTerms):
    """How to read denials."""

    facts: JsonText[dict[str, Any]] | None = Field(default=None, description="JSON: what no claim or remit says.")
    today: datetime.date | None = Field(default=None, description="Count days from then.")
    learn: bool = Field(default=False, description="Keep what the payers are seen to allow.")
    small_balance: str | None = Field(default=None, max_length=20, description="Write off what is at stake below, as 25.00.")


class UnderpaidTerms(forms.Said):
    """How to compare."""

    mac: str | None = Field(default=None, max_length=10)
    locality: str | None = Field(default=None, max_length=4)
    rates: Literal["exact", "any"] = "exact"
    learn: bool = False
    keep_going: bool = False
    wait: float = Field(default=20, ge=0, le=60)


class AppealTerms(RemitTerms):
    """Which line, and what is known of it."""

    claim: str | None = Field(default=None, max_length=80, description="The claim number, yours or the payer's.")
    line: int | None = Field(default=None, ge=0, le=9_999)
    facts: JsonText[dict[str, Any]] | None = Field(default=None, description="JSON: what no claim or remit says.")
    today: datetime.date | None = None
    format: Literal["json", "txt", "md", "docx", "pdf"] = Field(
        default="json", description="The answer, or the letter alone as a file."
    )


class VerifyTerms(forms.Said):
    """When the letter goes out."""

    today: datetime.date | None = Field(default=None, description="Count the deadline from then.")
    wait: float = Field(default=20, ge=0, le=60)


@router.post(
    "/denials",
    dependencies=[recorded("read denials")],
    responses={200: {"model": Denied}, **JOB},
    openapi_extra=forms.described(DenialTerms, REMITS),
)
async def denials(request: Request) -> Response:
    """What was denied or cut: cause, remedy, deadline, dollars at risk, and what decided it."""
    form, terms = await _taken(request, DenialTerms)
    return await work.done(request, "denials", form, _plain(terms, request), wait=terms.wait, result="denials.json")


@router.post(
    "/underpaid",
    dependencies=[recorded("compare payments")],
    responses={200: {"model": Underpaid}, **JOB},
    openapi_extra=forms.described(UnderpaidTerms, {"remits": REMITS["remits"], "contracts": "Contract terms, TOML or CSV."}),
)
async def underpaid(request: Request) -> Response:
    """Lines that were allowed less than expected, and what the difference looks like."""
    form, terms = await _taken(request, UnderpaidTerms)
    return await work.done(request, "underpaid", form, _plain(terms, request), wait=terms.wait, result="underpaid.json")


@router.post(
    "/appeal",
    dependencies=[recorded("draft a letter")],
    responses={200: {"model": Appealed, "content": {media: {} for media in LETTERS}}, **JOB},
    openapi_extra=forms.described(
        AppealTerms, {**REMITS, "notes": "Records to quote and enclose.", "practice": "Letterhead and signer, as practice.toml."}
    ),
)
async def appeal(request: Request) -> Response:
    """The letter for a denied line with the ledger of what it rests on; or why there is none and what to send instead."""
    form, terms = await _taken(request, AppealTerms)
    result = "appeal.json" if terms.format == "json" else f"letter.{terms.format}"
    return await work.done(request, "appeal", form, _plain(terms, request), wait=terms.wait, result=result)


@router.post(
    "/verify",
    dependencies=[recorded("check a letter")],
    responses={200: {"model": Verified}, **JOB},
    openapi_extra=forms.described(
        VerifyTerms, {"letter": "A finished letter: txt, md, docx, pdf.", "ledger": "The ledger it was drafted with."}
    ),
)
async def verify(request: Request) -> Response:
    """The checks on a finished letter, also one changed by hand: every date, amount, code, name and quotation must trace to the ledger."""
    form, terms = await _taken(request, VerifyTerms, letter="letter", ledger="ledger")
    return await work.done(request, "verify", form, _plain(terms, request), wait=terms.wait, result="verify.json")


@router.get("/letter-checks", responses={200: {"model": list[LetterCheck]}})
def letter_checks() -> Response:
    """The checks on letters: what each looks at, and where it is blind."""
    return same(api.letter_checks())


@router.post(
    "/worklist",
    dependencies=[recorded("take denials in")],
    responses={200: {"model": Taken}, **JOB},
    openapi_extra=forms.described(DenialTerms, REMITS),
)
async def take(request: Request) -> Response:
    """Takes the open denials of remits into the worklist; the same files again change nothing."""
    form, terms = await _taken(request, DenialTerms)
    plain = {**_plain(terms, request), "database": request.app.state.settings.database}
    return await work.done(request, "worklist", form, plain, wait=terms.wait, result="worklist.json")


async def _taken(request: Request, model: type[forms.T], **needed: str) -> tuple[Received, forms.T]:
    form = await forms.received(request)
    try:
        terms = forms.said(model, request, form)
        for field, what in (needed or {"remits": "835 file"}).items():
            forms.need(form, field, what)
    except BaseException:
        form.clear()
        raise
    return form, terms


def _plain(terms: forms.Said, request: Request) -> dict[str, Any]:
    """The terms as a job's record holds them."""
    told = terms.model_dump(mode="json", exclude={"wait"})
    if "today" in told and told["today"] is None and (fixed := request.app.state.settings.today):
        told["today"] = fixed.isoformat()
    return told
