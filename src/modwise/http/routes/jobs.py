"""Work that takes longer: how far it is, its results, and its end."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Path, Request
from fastapi.responses import Response
from starlette.concurrency import run_in_threadpool

from modwise.http import work
from modwise.http.models import MISSING, JobShown
from modwise.http.records import recorded

router = APIRouter(tags=["jobs"], prefix="/jobs", responses=MISSING)
Id = Annotated[str, Path(pattern="^[0-9a-f]{32}$", description="As the answer 202 gave it.")]
Name = Annotated[str, Path(max_length=40, description="One of the job's results.")]


@router.get("/{id}", responses={200: {"model": JobShown}})
def job(id: Id, request: Request) -> Response:
    """How far the work is: `done` of `total` bytes; once it has ended its summary and the names of its results, or the error."""
    return work.answered(work.jobs_of(request).get(id, work.owner(request)))


@router.get("/{id}/results/{name}", dependencies=[recorded("download")], response_class=Response)
async def result(id: Id, name: Name, request: Request) -> Response:
    """A result as a file: findings.json, findings.jsonl, findings.csv, denials.json … as the job names them."""
    found = await run_in_threadpool(work.jobs_of(request).get, id, work.owner(request))
    return await run_in_threadpool(work.file_of, found, name)


@router.delete("/{id}", status_code=204, dependencies=[recorded("remove work")])
def remove(id: Id, request: Request) -> Response:
    """Stops the work and removes its files."""
    work.jobs_of(request).remove(id, work.owner(request))
    return Response(status_code=204)
