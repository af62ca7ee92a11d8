"""What the work pages share: uploads, jobs and their progress, downloads, and who asks."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import FileResponse, RedirectResponse, Response
from starlette.concurrency import run_in_threadpool

from modwise.errors import ModwiseError, UsageError
from modwise.http import uploads
from modwise.http.answers import same
from modwise.http.bodies import allow_upload
from modwise.http.jobs import MEDIA, Job, Jobs
from modwise.http.records import recorded
from modwise.http.uploads import Limits, Received
from modwise.http.workroom import NotThere
from modwise.web import hints, rendering

Json = dict[str, Any]
router = APIRouter(include_in_schema=False)
# Where the page of each kind of job is.
PAGES = {"check": "/check", "intake": "/denials/read", "letter": "/appeal/work", "answer": "/denials/answer"}
STARTS = {"check": "/check", "intake": "/denials", "letter": "/appeals", "answer": "/denials"}
# The form's field that names the files it sent before.
BEFORE = "before"
_NEVER = 0


def jobs_of(request: Request) -> Jobs:
    """The jobs of this server."""
    state = request.app.state
    if not hasattr(state, "jobs"):
        state.jobs = Jobs(state.settings.folder)
    found: Jobs = state.jobs
    return found


def who(request: Request) -> str:
    """Who asks."""
    return str(getattr(request.state, "user", None) or "local")


async def received(request: Request) -> Received:
    """What the form sent: files in a folder of their own, with those it sent before; fields in memory."""
    most = allow_upload(request)
    form = await uploads.receive(request, request.app.state.settings.folder, Limits(total=2 * most))
    if number := form.text(BEFORE):
        await run_in_threadpool(_with_those_before, request, form, number)
    return form


def whole(form: Received) -> None:
    """Raises UsageError for a file with nothing in it."""
    if form.empty:
        raise UsageError("a file is empty", where=form.empty[0], hint="Export it again, then send it.", code="empty-file")


def _with_those_before(request: Request, form: Received, number: str) -> None:
    """Adds the files of an earlier sending of the form, for the boxes into which none was put now."""
    try:
        earlier = jobs_of(request).claim(number, who(request))
    except NotThere:
        # They were kept for a day; the form says what is missing.
        return
    sent = {one.field for one in form.files}
    for one in earlier.files:
        if one.field not in sent:
            path = form.folder.path / f"file-{len(form.files) + 1}"
            one.path.rename(path)
            form.files.append(replace(one, path=path))
    earlier.clear()


def failed(request: Request, form: Received, error: ModwiseError) -> Json:
    """What a form shows that was refused: what was wrong, what was typed, and the files, which need not be sent again."""
    shown: Json = {"error": told(error), "asked": {name: values[0] for name, values in form.fields.items() if values}}
    if form.files:
        by_box: dict[str, list[str]] = {}
        for one in form.files:
            by_box.setdefault(one.field, []).append(one.label)
        return {**shown, "before": {"number": jobs_of(request).hold(form, who(request)), "files": by_box}}
    form.clear()
    return {**shown, "before": None}


NOTHING_SENT: Json = {"error": None, "asked": {}, "before": None, "says": [], "ways": []}


async def started(request: Request, kind: str, form: Received, terms: Json) -> Response:
    """Begins the job and leads to its page."""
    job = await run_in_threadpool(jobs_of(request).start, kind, form, terms, who(request))
    return RedirectResponse(f"{PAGES[kind]}/{job.id}", status_code=303)


def job_of(request: Request, number: str, kind: str) -> Job:
    """The job of that number and kind. Raises NotThere."""
    return jobs_of(request).get(number, who(request), kind)


def unfinished(request: Request, job: Job, title: str, back: str) -> Response | None:
    """The page of a job that is not done: how far it is, or what went wrong; None for one that is done."""
    if job.state == "done":
        return None
    error = None
    if job.error:
        # Of one shape everywhere: the first entry says what, where and what to do.
        first = job.error["errors"][0]
        error = {**first, "hint": hints.on_page(first["hint"])}
    shown = {"job": job, "title": title, "back": back, "error": error, "percent": percent(job)}
    return rendering.page(request, "job.html", status=200, **shown)


def percent(job: Job) -> int:
    """How much of the files was read, in percent."""
    return min(100, 100 * job.done // job.total) if job.total else _NEVER


def told(error: ModwiseError) -> Json:
    """An error as a page shows it beside a form: message with a capital and a stop, hint, place."""
    text = error.message[:1].upper() + error.message[1:]
    return {
        "message": text if text.endswith((".", "?", "!")) else text + ".",
        "hint": hints.on_page(error.hint),
        "where": error.where,
    }


# ---- addresses of jobs


@router.get("/jobs/{id}")
def state(id: str, request: Request) -> Response:
    """How far a job is: {state, done, total}."""
    job = jobs_of(request).get(id, who(request))
    return same({"state": job.state, "done": job.done, "total": job.total, "percent": percent(job)})


@router.post("/jobs/{id}/stop", dependencies=[recorded("stop work")])
def stop(id: str, request: Request) -> Response:
    """Stops a job; its page says so."""
    job = jobs_of(request).cancel(id, who(request))
    return RedirectResponse(f"{PAGES[job.kind]}/{id}", status_code=303)


@router.post("/jobs/{id}/remove", dependencies=[recorded("remove work")])
def remove(id: str, request: Request) -> Response:
    """Removes a job with its files."""
    kind = jobs_of(request).get(id, who(request)).kind
    jobs_of(request).remove(id, who(request))
    return RedirectResponse(STARTS[kind], status_code=303)


@router.get("/jobs/{id}/file/{name}", dependencies=[recorded("download")])
def download(id: str, name: str, request: Request) -> Response:
    """A result file, to be kept; never shown inside the site."""
    job = jobs_of(request).get(id, who(request))
    path = job.path(name)
    return FileResponse(path, media_type=MEDIA[path.suffix], filename=name, content_disposition_type="attachment")
