"""Files that were put into the wrong box, sent on to where they belong."""

from __future__ import annotations

from fastapi import APIRouter, Request
from fastapi.responses import Response
from starlette.concurrency import run_in_threadpool

from modwise.http import workroom
from modwise.http.records import recorded
from modwise.web import checking, denials, sorting, working

router = APIRouter(include_in_schema=False)
BEGIN = {sorting.CHECK: checking.begun, sorting.DENIALS: denials.begun}


@router.post("/files/{id}/to/{page}", dependencies=[recorded("send files on")])
async def send_on(id: str, page: str, request: Request) -> Response:
    """Puts the files of an earlier form into the boxes for them, on this page, and begins."""
    if page not in BEGIN:
        raise workroom.not_there()
    form = await run_in_threadpool(working.jobs_of(request).claim, id, working.who(request))
    return await BEGIN[page](request, await run_in_threadpool(sorting.sorted_for, page, form))
