"""Check claims: drop files, see how far it is, findings by edit, a finding in its claim, downloads."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from fastapi import APIRouter, Request
from fastapi.responses import Response

from modwise import api
from modwise.errors import UsageError
from modwise.http.found import FILTERS, Found, Wanted
from modwise.http.jobs import Job
from modwise.http.records import recorded
from modwise.http.uploads import Received
from modwise.http.workroom import not_there
from modwise.knowledge.corpus import corpus
from modwise.web import choices, rendering, sorting, words, work_words, working

Json = dict[str, Any]
router = APIRouter(include_in_schema=False)
KIND = "check"
PAGE = 50
MOST_OF_CLAIM = 100
ASIDE_SHOWN = 25
NOTES_SHOWN = 100
RECENT = 8
DOWNLOADS = (
    ("findings.csv", "CSV", "for a spreadsheet"),
    ("findings.html", "HTML", "one page to print"),
    ("findings.json", "JSON", "everything"),
    ("findings.jsonl", "JSON lines", "a finding a line"),
    ("findings.sarif", "SARIF", "for review tools"),
)


@router.get("/check")
def start(request: Request) -> Response:
    """Where files are dropped; what was checked lately."""
    return _start(request, working.NOTHING_SENT)


@router.post("/check", dependencies=[recorded("check claims")])
async def begin(request: Request) -> Response:
    """Takes the files and begins to check them."""
    return await sorting.begin(request, KIND, _terms, _start)


async def begun(request: Request, form: Received) -> Response:
    """Begins to check what was received, or shows the form again with what is wrong."""
    return await sorting.begun(request, form, KIND, _terms, _start)


def _terms(_: Request, form: Received) -> Json:
    """What the form gave beside the files. Raises UsageError where there is no claim file, Misplaced for files of another page."""
    working.whole(form)
    sorting.held_against(sorting.CHECK, form)
    if not form.of("file"):
        raise UsageError("no file was chosen", hint="Choose a claim file, or drop one, and send again.", code="no-file")
    return {
        "payer": choices.known_payer(form.text("payer")),
        "keep_going": True,
        "strict_dates": form.text("strict_dates") == "yes",
    }


def _start(request: Request, shown: Json, status: int = 200) -> Response:
    recent = working.jobs_of(request).mine(working.who(request), KIND)[:RECENT]
    return rendering.page(request, "check.html", status=status, payers=choices.payers(), recent=recent, **shown)


@router.get("/check/columns")
def columns(request: Request) -> Response:
    """Which columns a table of claim lines needs, and how else they may be called."""
    from modwise.claims import schema, tabular

    made = {*tabular.MADE, "file", "interchange", "member"}
    others = {name: sorted(alias for alias, ours in tabular.ALIASES.items() if ours == name) for name in schema.COLUMNS}
    rows = [
        {"name": name, "says": says, "others": others[name], "needed": name in tabular.NEEDED}
        for name, (_, says) in schema.COLUMNS.items()
        if name not in made
    ]
    return rendering.page(request, "check_columns.html", rows=sorted(rows, key=lambda row: not row["needed"]))


@router.get("/check/{id}", dependencies=[recorded("see findings")])
def result(id: str, request: Request) -> Response:
    """The findings by edit; before that how far the check is."""
    job = working.job_of(request, id, KIND)
    if (waiting := working.unfinished(request, job, "Checking claims", "/check")) is not None:
        return waiting
    found, wanted = _found(job), _wanted(request)
    groups = found.groups(wanted)
    shown = {
        **_around(job, found, wanted),
        "groups": groups,
        "count": sum(group["findings"] for group in groups),
        "titles": _titles(),
        "aside": job.summary["read"]["set_aside"][:ASIDE_SHOWN],
        "downloads": DOWNLOADS,
        "notes": _notes(job),
    }
    return rendering.page(request, "check_result.html", **shown)


@router.get("/check/{id}/list", dependencies=[recorded("see findings")])
def listed(id: str, request: Request) -> Response:
    """The findings one below the other, by pages."""
    job = _done(request, id)
    found, wanted = _found(job), _wanted(request)
    count = found.count(wanted)
    pages = max(1, -(-count // PAGE))
    number = min(max(_number(request.query_params.get("page")), 1), pages)
    rows = found.page(wanted, (number - 1) * PAGE, PAGE)
    shown = {**_around(job, found, wanted), "rows": rows, "count": count, "page": number, "pages": pages, "titles": _titles()}
    return rendering.page(request, "check_list.html", searched="", **shown)


@router.post("/check/{id}/claim", dependencies=[recorded("see findings")])
async def of_claim(id: str, request: Request) -> Response:
    """The findings of a claim by its number; asked by a form, so that the number stands in no address."""
    form = await working.received(request)
    form.clear()
    job = _done(request, id)
    found, text = _found(job), form.text("claim")
    if not text:
        raise UsageError("no claim number was given", hint="Write the claim’s number, or a part of it.", code="no-claim")
    rows = found.page(Wanted(claim=text), 0, MOST_OF_CLAIM)
    around = _around(job, found, Wanted())
    shown = {**around, "rows": rows, "count": len(rows), "page": 1, "pages": 1, "titles": _titles(), "searched": text}
    return rendering.page(request, "check_list.html", **shown)


@router.get("/check/{id}/finding/{n}", dependencies=[recorded("see a finding")])
def one(id: str, n: int, request: Request) -> Response:
    """A finding between the lines of its claim."""
    job = _done(request, id)
    found, wanted = _found(job), _wanted(request)
    here = found.one(n) if n < 2**62 else None
    if here is None:
        raise not_there()
    finding, claim, others = here
    before, after = found.beside(n, wanted)
    keys = [key for fact in finding["facts"] for key in fact["source"].split(", ")]
    shown = {
        **_around(job, found, wanted),
        "finding": finding,
        "claim": claim,
        "others": others,
        "before": before,
        "after": after,
        "edit": api.edit(finding["edit"]),
        "related": {one["line"] for one in finding["related_lines"] if one["claim"] == finding["claim"]},
        "also": {other["line"] for other in others},
        "documented": finding.get("documentation"),
        "rests": [_rest(fact) for fact in finding["facts"]],
        "sources": work_words.sources(keys),
        "unverified": "untraced" in keys,
        "status_means": work_words.STATUS_MEANS,
        "outcome_means": work_words.OUTCOME_MEANS,
        "claim_types": work_words.CLAIM_TYPES,
        "frequencies": work_words.FREQUENCIES,
    }
    return rendering.page(request, "check_finding.html", **shown)


def _notes(job: Job) -> Json | None:
    """What the notes beside the claims say, the lines that they speak against first; None for a check without notes."""
    told = job.summary
    if "notes" not in told:
        return None
    lines = sorted(told["notes"], key=lambda one: (one["agrees"] is not False, one["claim"], one["line"]))
    return {
        "lines": [_line(one) for one in lines[:NOTES_SHOWN]],
        "count": len(lines),
        "against": sum(one["agrees"] is False for one in lines),
        "unread": told["notes_unread"],
        "unused": told["notes_unused"],
    }


def _line(one: Json) -> Json:
    counted = [item for item in one["checklist"] if item["readable"]]
    return {**one, "met": sum(item["status"] == "met" for item in counted), "of": len(counted)}


def _done(request: Request, number: str) -> Job:
    job = working.job_of(request, number, KIND)
    if job.state != "done":
        raise not_there()
    return job


def _found(job: Job) -> Found:
    job.inside("findings.sqlite")
    return Found.of(job.folder)


def _wanted(request: Request) -> Wanted:
    return Wanted(**{name: request.query_params.get(name, "")[:80] for name in FILTERS})


def _around(job: Job, found: Found, wanted: Wanted) -> Json:
    """What every page of a check shows: the job, the filters with what they let choose, and how links keep them."""
    chosen = {name: getattr(wanted, name) for name in FILTERS if getattr(wanted, name)}

    def address(place: str, **changed: str) -> str:
        kept = {name: value for name, value in {**chosen, **changed}.items() if value}
        return f"/check/{job.id}{place}" + (f"?{urlencode(kept)}" if kept else "")

    return {"job": job, "wanted": wanted, "chosen": chosen, "choices": found.choices(), "address": address}


def _rest(fact: Json) -> Json:
    """A fact that a finding rests on, in words: {says, value, since, note}."""
    known = corpus()
    table = fact["id"].partition(".")[0]
    says = known.facts(fact["id"])[0].says if known.has_fact(fact["id"]) else f"CMS {words.table_name(table)}"
    # The engine puts its own remark behind the fact's note.
    note = (fact["note"] or "").replace(".; ", "; ")
    return {"says": says.rstrip("."), "value": fact["value"], "since": fact["from"], "note": note.rstrip(".")}


def _titles() -> dict[str, str]:
    return {row["edit"]: row["title"] for row in api.list_edits()}


def _number(text: str | None) -> int:
    return int(text) if text and text.isdecimal() and len(text) < 9 else 1
