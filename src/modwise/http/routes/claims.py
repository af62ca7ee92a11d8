"""Claims before they go out: checked."""

from __future__ import annotations

from typing import Literal

from fastapi import APIRouter, Request
from fastapi.responses import Response
from pydantic import Field

from modwise.http import forms, work
from modwise.http.models import Checked, JobShown
from modwise.http.records import recorded

router = APIRouter(tags=["claims"])
FILES = {
    "files": "837P, 837I, CSV, Parquet or JSON lines; plain or gzipped.",
    "notes": "Procedure notes of these claims (text, Word, RTF, PDF), each called by its claim or line: 1001.txt, 1001-2.docx.",
}
BODIES = {
    "application/octet-stream": "One claim file.",
    "text/csv": "Claim lines, docs/lines-frame.md has the names.",
    "application/x-ndjson": "Claim lines, an object a line.",
}


class CheckTerms(forms.Said):
    """How to check."""

    select: list[str] = Field(default=[], max_length=200, description="Only these edits: a code, a prefix or a glob.")
    ignore: list[str] = Field(default=[], max_length=200, description="Not these.")
    payer: str | None = Field(default=None, max_length=80, description="Every line is this payer's.")
    keep_going: bool = Field(default=False, description="Set broken claims aside and check the others.")
    strict_dates: bool = Field(default=False, description="No nearest edition where none covers the date.")
    format: Literal["json", "jsonl", "csv", "sarif", "html"] = "json"
    wait: float = Field(default=20, ge=0, le=60, description="Seconds to wait for the result before a job is answered instead.")


@router.post(
    "/check",
    dependencies=[recorded("check claims")],
    responses={
        200: {"model": Checked, "content": {"application/x-ndjson": {}, "text/csv": {}}, "description": "The result."},
        202: {"model": JobShown, "description": "It takes longer: a job; `Location` is where to ask."},
    },
    openapi_extra=forms.described(CheckTerms, FILES, bodies=BODIES),
)
async def check(request: Request) -> Response:
    """Checks claim files: findings, what was not assessed, dollars.

    Notes beside the claims say which documentation a line's modifiers have: `documentation` of its findings, quoted, and `notes` of the lines.

    Files come as a form, or one file as the body with what else there is to say in the address. `format=jsonl` streams a finding a line
    and everything else in a last line.
    """
    form = await forms.received(request)
    try:
        terms = forms.said(CheckTerms, request, form)
        forms.need(form, "files", "claim file")
    except BaseException:
        form.clear()
        raise
    plain = terms.model_dump(exclude={"format", "wait"})
    return await work.done(request, "check", form, plain, wait=terms.wait, result=f"findings.{terms.format}")
