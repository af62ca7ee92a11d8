"""Read a note: what it supports, the checklist beside it, and the words that carry each item."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import Response
from starlette.concurrency import run_in_threadpool

from modwise import api
from modwise.errors import InputError, ModwiseError, UsageError
from modwise.http import workroom
from modwise.http.records import recorded
from modwise.http.uploads import Received
from modwise.report.note_page import REASON, extent_of
from modwise.web import choices, rendering, sorting, work_words, working
from modwise.web.marking import Mark, marked
from modwise.web.words import SETTINGS

Json = dict[str, Any]
router = APIRouter(include_in_schema=False)
FIELDS = ("code", "modifiers", "setting", "payer", "on")
STATUSES = {"met": "In the note", "not_found": "Not found", "contradicted": "Contradicted"}
ANESTHESIA = {
    "given": "Anesthesia had been given",
    "not_begun": "Anesthesia had not begun",
    "none": "No anesthesia",
    "planned": "Anesthesia is named; whether it was given is not told",
    "not_stated": "",
}
_APART = re.compile(r"[\s,;/-]+")


@router.get("/note")
def start(request: Request) -> Response:
    """The form."""
    return _page(request, {}, "", None, {})


@router.post("/note", dependencies=[recorded("read a note")])
async def read(request: Request) -> Response:
    """Reads the note that was pasted or sent; nothing of it is kept."""
    try:
        form = await working.received(request)
    except InputError as error:
        return await run_in_threadpool(_page, request, {}, "", None, {"error": working.told(error)}, error.status)
    try:
        return await run_in_threadpool(_read, request, form)
    except sorting.Misplaced as error:
        shown = await run_in_threadpool(sorting.failed, request, form, error)
        return await run_in_threadpool(_page, request, shown["asked"], _pasted(form), None, shown, error.status)
    finally:
        # What was held for another page is no longer the form's.
        if not (form.folder.path / workroom.RECORD).exists():
            form.clear()


def _pasted(form: Received) -> str:
    return (form.fields.get("note") or [""])[0].replace("\r\n", "\n")


def _read(request: Request, form: Received) -> Response:
    asked, pasted = {name: form.text(name) for name in FIELDS}, _pasted(form)
    sorting.held_against(sorting.NOTE, form)
    try:
        working.whole(form)
        text = api.note_text(form.files[0].path) if form.files else pasted
        if not text.strip():
            raise UsageError("there is no note", hint="Paste the note, or choose its file.", code="no-note")
        found = api.read_note_text(text, **terms(asked))
    except ModwiseError as error:
        told = working.told(error)
        if form.files:
            told["where"] = form.files[0].label
        return _page(request, asked, pasted, None, {"error": told}, error.status)
    return _page(request, asked, text, shown(found, text), {})


def terms(asked: Json) -> Json:
    """What the form gave, as `api.read_note_text` takes it."""
    return {
        "code": asked["code"].upper() or None,
        "modifiers": [part.upper() for part in _APART.split(asked["modifiers"]) if part],
        "setting": asked["setting"] or None,
        "payer": choices.known_payer(asked["payer"]),
        "on": choices.day(asked["on"]),
    }


def _page(request: Request, asked: Json, text: str, found: Json | None, wrong: Json, status: int = 200) -> Response:
    """The page; `wrong` says what was, where something was."""
    around = {
        "payers": choices.payers(),
        "settings": [(key, name) for key, name in SETTINGS.items() if key != "any"],
        "asked": {**dict.fromkeys(FIELDS, ""), **asked},
    }
    told = {"error": None, "says": [], "ways": [], "before": None, **{name: wrong[name] for name in wrong if name != "asked"}}
    return rendering.page(request, "note.html", status=status, text=text, found=found, **around, **told)


# ---- a reading made ready to be shown


def shown(found: Json, text: str) -> Json:
    """The reading with its evidence numbered, and the note with the words marked: {lead, suggested, items, silenced, text, …}."""
    marks: list[Mark] = []
    reading = found["reading"]
    lead = [_said(name, reading["evidence"][name], marks) for name in ("extent", "reason", "anesthesia")]
    items = [_item(number, entry, marks) for number, entry in enumerate(found["checklist"], 1)]
    silenced = [_silenced(number, entry, marks) for number, entry in enumerate(found["seen_not_counted"], 1)]
    steps = [step for step in found["suggested"].get("path", []) if step["says"]]
    return {
        **found,
        "extent": extent_of(reading),
        "because": REASON[reading["reason"]],
        "anesthesia": ANESTHESIA[reading["anesthesia"]],
        "lead": dict(zip(("extent", "reason", "anesthesia"), lead, strict=True)),
        "items": items,
        "open": [item for item in items if item["status"] != "met"],
        "silenced": silenced,
        "steps": steps,
        "sources": work_words.sources(key for step in steps for key in step["source"]),
        "text": marked(text, marks),
    }


def _said(name: str, pieces: list[Json], marks: list[Mark]) -> list[Json]:
    title = {"extent": "How far it was carried", "reason": "Why not further", "anesthesia": "Anesthesia"}[name]
    return list(_numbered(f"{name}-", pieces, name, title, f"said-{name}", marks))


def _item(number: int, entry: Json, marks: list[Mark]) -> Json:
    title = f"{entry['modifier']}: {STATUSES[entry['status']].lower()}. {entry['says']}"
    pieces = list(_numbered(f"w{number}-", entry["evidence"], entry["status"], title, f"item-{number}", marks))
    return {"why": "", **entry, "id": f"item-{number}", "status_says": STATUSES[entry["status"]], "pieces": pieces}


def _silenced(number: int, entry: Json, marks: list[Mark]) -> Json:
    pieces = list(_numbered(f"s{number}-", [entry], "silenced", f"Not counted: {entry['why']}", f"silenced-{number}", marks))
    return {**entry, "id": f"silenced-{number}", "pieces": pieces}


def _numbered(prefix: str, pieces: list[Json], kind: str, title: str, back: str, marks: list[Mark]) -> Iterator[Json]:
    for number, piece in enumerate(pieces, 1):
        mark = Mark(piece["start"], piece["end"], f"{prefix}{number}", kind, title, back)
        marks.append(mark)
        yield {"id": mark.id, "quote": " ".join(piece["quote"].split()), "section": piece["section"]}
