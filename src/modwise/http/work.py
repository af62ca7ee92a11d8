"""Long work as the API gives it: the result at once where it is had quickly, else a job to ask after."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Mapping
from typing import Any

from fastapi import Request
from fastapi.responses import FileResponse, JSONResponse, Response
from starlette.background import BackgroundTask
from starlette.concurrency import run_in_threadpool

from modwise.http import kept
from modwise.http.answers import same
from modwise.http.jobs import DONE, MEDIA, Job, Jobs
from modwise.http.uploads import Received

Json = dict[str, Any]
# Seconds between two looks at a job that somebody waits for.
LOOK = 0.05
JOBS = "/v1/jobs"


def jobs_of(request: Request) -> Jobs:
    """The jobs of this server."""
    found: Jobs = request.app.state.jobs
    return found


def owner(request: Request) -> str:
    """Who asks."""
    return str(request.state.user or "local")


async def done(request: Request, kind: str, form: Received, terms: Mapping[str, Any], *, wait: float, result: str) -> Response:
    """Begins the work and answers with its result file, or with the job after `wait` seconds. What is answered at once is not kept."""
    jobs, who = jobs_of(request), owner(request)
    job = await run_in_threadpool(jobs.start, kind, form, terms, who)
    until = time.monotonic() + wait
    while not job.ended and time.monotonic() < until:
        await asyncio.sleep(LOOK)
        if await request.is_disconnected():
            await run_in_threadpool(jobs.remove, job.id, who)
            return Response(status_code=204)
    if not job.ended:
        return JSONResponse(shown(job), 202, headers={"location": f"{JOBS}/{job.id}"})
    away = BackgroundTask(jobs.remove, job.id, who)
    if job.state != DONE:
        error = job.error or {}
        return JSONResponse(error, error.get("status", 500), background=away)
    return await run_in_threadpool(file_of, job, result, away)


def file_of(job: Job, name: str, after: BackgroundTask | None = None) -> Response:
    """A result file of a job, streamed."""
    path = job.path(name)
    if job.kind == "check":
        path = kept.made(job.folder, name, job.summary)
    # A page made of a batch is taken along, never shown as one of the server's own.
    along = path.name if path.suffix == ".html" else None
    return FileResponse(path, media_type=MEDIA[path.suffix], background=after, filename=along)


def shown(job: Job) -> Json:
    """A job as the API shows it; the names of its results are addresses below it."""
    return {name: value for name, value in job.as_dict().items() if name != "terms"}


def answered(job: Job) -> Response:
    """The job as JSON."""
    return same(shown(job))
