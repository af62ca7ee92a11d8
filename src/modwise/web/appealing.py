"""Appeals: a letter drafted for a denial, edited beside what it rests on, checked as it is typed, and taken along."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from fastapi import APIRouter, Request
from fastapi.responses import RedirectResponse, Response
from starlette.concurrency import run_in_threadpool

from modwise import api
from modwise.errors import UsageError
from modwise.http import letters, workroom
from modwise.http.jobs import MEDIA
from modwise.http.letters import Draft
from modwise.http.records import recorded
from modwise.http.uploads import Received
from modwise.store import states
from modwise.web import choices, denials, lettering, rendering, work_words, working

if TYPE_CHECKING:
    from modwise.appeals.ledger import Ledger
    from modwise.appeals.letter import Letter

Json = dict[str, Any]
router = APIRouter(include_in_schema=False)
KIND = "letter"
# What a field's name begins with: a paragraph or a part of the letter, and what is typed for a gap.
TEXT, SAID = "text-", "said-"
LISTED = 100
# What a draft can be told of a record whose head says otherwise than the claim.
STATED = ("record_day", "record_name", "record_side")
WAITING_FOR = ("appeal", "dispute_underpayment", "send_documents")


# ---- the list


@router.get("/appeals", dependencies=[recorded("see the worklist")])
def listed(request: Request) -> Response:
    """What is to be written, and what was sent and not answered yet."""
    where = denials.where(request)
    todo = [
        item
        for remedy in WAITING_FOR
        for state in (states.NEW, states.IN_PROGRESS)
        for item in api.worklist_page(remedy=remedy, state=state, most=LISTED, **where)["items"]
    ]
    sent = api.worklist_page(state=states.SENT, most=LISTED, **where)["items"]
    drafted = {item["id"] for item in (*todo, *sent) if _drafted(request, item["id"])}
    todo.sort(key=lambda item: (item["work_by"] is None, item["work_by"] or ""))
    shown = {"todo": todo[:LISTED], "sent": sent, "drafted": drafted, "today": denials.today_of(request).isoformat()}
    return rendering.page(request, "appeals.html", **shown)


def _drafted(request: Request, number: int) -> bool:
    return (letters.folder_of(number, _home(request)).path / letters.DRAFT).exists()


def _home(request: Request) -> Path:
    home: Path = request.app.state.settings.folder
    return home


# ---- drafting


@router.get("/appeal/work/{id}")
def work(id: str, request: Request) -> Response:
    """How far a draft is; then the letter."""
    job = working.job_of(request, id, KIND)
    number = int(job.terms["item"])
    waiting = working.unfinished(request, job, "Writing the letter", f"/appeal/{number}?again=yes")
    return waiting or RedirectResponse(f"/appeal/{number}", status_code=303)


@router.post("/appeal/{number}/draft", dependencies=[recorded("draft a letter")])
async def draft(number: int, request: Request) -> Response:
    """Drafts the letter, with the notes that were sent."""
    form = await working.received(request)
    try:
        terms = await run_in_threadpool(_terms, request, number, form)
    except UsageError as error:
        shown = await run_in_threadpool(working.failed, request, form, error)
        return await run_in_threadpool(_start, request, number, shown, error.status)
    job = await run_in_threadpool(working.jobs_of(request).start, KIND, form, terms, working.who(request))
    return RedirectResponse(f"/appeal/work/{job.id}", status_code=303)


def _terms(request: Request, number: int, form: Received) -> Json:
    """What the letter is drafted from. Raises UsageError where the remittance is gone, or a day is none."""
    working.whole(form)
    item = _item(request, number)
    stated = _stated(form)
    terms = {**denials.kept_terms(request, item["decision"]), "item": number, "claim": item["claim"], "line": item["line"]}
    if stated is not None:
        before = item["decision"].get("answers") or {}
        rest = {name: value for name, value in (before.get("letter") or {}).items() if name not in STATED}
        said = {name: value for name, value in {**before, "letter": {**rest, **stated}}.items() if value}
        if said != before:
            api.worklist_answer(number, said, who=working.who(request), **denials.where(request))
    return terms


def _stated(form: Received) -> Json | None:
    """What the form says of the record, by the names of a facts file; None for a form that does not ask. Raises UsageError for no day."""
    if "record_day" not in form.fields:
        return None
    said = {name: form.text(name)[:200] for name in STATED if form.text(name)}
    if "record_day" in said and choices.day(said["record_day"]) is None:
        raise UsageError("the day on the record is no day", hint="Choose it, or write it as 2026-03-09.", code="bad-day")
    return said


def _item(request: Request, number: int) -> Json:
    try:
        return api.worklist_show(number, **denials.where(request))
    except UsageError:
        raise workroom.not_there() from None


# ---- the letter


@router.get("/appeal/{number}", dependencies=[recorded("see a letter")])
def letter(number: int, request: Request) -> Response:
    """The letter with its editor; before that the page from which it is drafted; or why there is none."""
    item = _item(request, number)
    draft = letters.load(number, _home(request))
    around = {"item": item, "told": item["decision"], "today": denials.today_of(request).isoformat()}
    if draft is None or "again" in request.query_params:
        return _start(request, number, working.NOTHING_SENT)
    if not draft.written:
        return rendering.page(request, "appeal_refused.html", **around, **_refused(draft))
    return rendering.page(request, "appeal.html", **around, **_editor(request, draft))


def _start(request: Request, number: int, shown: Json, status: int = 200) -> Response:
    """The page from which a letter is drafted."""
    item = _item(request, number)
    held = api.practice(home=_home(request))
    told = (item["decision"].get("answers") or {}).get("letter") or {}
    around = {
        "item": item,
        "told": item["decision"],
        "practice": {"wrong": held["wrong"], "signer": held["signer"].get("name")},
        "record": {name: shown["asked"].get(name) or told.get(name, "") for name in STATED},
        "there": Path(item["decision"]["file"]).is_file(),
        "again": letters.load(number, _home(request)) is not None,
    }
    return rendering.page(request, "appeal_start.html", status=status, **around, **shown)


def _refused(draft: Draft) -> Json:
    refused = draft.appeal["refused"]
    return {
        "warnings": [draft.named(warning) for warning in draft.appeal["warnings"]],
        "refused": refused,
        "papers": draft.papers,
        "sources": work_words.sources(refused["source"]),
    }


def _editor(request: Request, draft: Draft) -> Json:
    made, held = letters.composed(draft, working.who(request))
    asked: list[Json] = list(draft.appeal["missing"])
    return {
        "draft": draft,
        "fields": lettering.fields(made),
        "gaps": [{**gap, "said": draft.said.get(gap["name"], ""), "label": _asks(gap)} for gap in asked],
        "warnings": [draft.named(warning) for warning in draft.appeal["warnings"]],
        "exhibits": list(lettering.exhibits(held, draft)),
        "ledger": lettering.ledger(held, draft),
        "authorities": held.authorities,
        "route": draft.appeal["ledger"]["route"],
        **_checked(request, made, held),
    }


def _asks(gap: Json) -> str:
    inner = str(gap["placeholder"]).removeprefix("[TO BE COMPLETED:").removesuffix("]").strip()
    return inner[:1].upper() + inner[1:]


def _checked(request: Request, made: Letter, held: Ledger) -> Json:
    """The preview, and what the checks find in the letter as it stands."""
    from modwise.appeals.rendering import text
    from modwise.appeals.verifying.running import verify_text

    report = verify_text([text.render(made)], held, today=denials.today_of(request)).as_dict()
    problems = lettering.problems(report["problems"])
    blocks = sum(one["severity"] == "block" for one in problems)
    return {"preview": lettering.preview(made, problems), "problems": problems, "blocks": blocks, "gaps_open": len(held.gaps)}


@router.post("/appeal/{number}/preview", dependencies=[recorded("see a letter")])
async def preview(number: int, request: Request) -> Response:
    """The preview and the checks of what stands in the form, without keeping it."""
    form = await working.received(request)
    form.clear()
    return await run_in_threadpool(_preview, request, number, form)


def _preview(request: Request, number: int, form: Received) -> Response:
    draft = _changed(_draft(request, number), form)
    made, held = letters.composed(draft, working.who(request))
    return rendering.part(request, "appeal_preview.html", **_checked(request, made, held))


@router.post("/appeal/{number}", dependencies=[recorded("change a letter")])
async def save(number: int, request: Request) -> Response:
    """Keeps the letter as it stands in the form."""
    form = await working.received(request)
    form.clear()
    await run_in_threadpool(_save, request, number, form)
    return RedirectResponse(f"/appeal/{number}", status_code=303)


def _save(request: Request, number: int, form: Received) -> None:
    _changed(_draft(request, number), form).save()


def _draft(request: Request, number: int) -> Draft:
    _item(request, number)
    draft = letters.load(number, _home(request))
    if draft is None or not draft.written:
        raise workroom.not_there()
    return draft


def _changed(draft: Draft, form: Received) -> Draft:
    """The draft with what the form holds; a paragraph that reads as it was drafted is none that was changed."""
    draft.texts = {}
    before = _texts(draft)
    draft.said = {name.removeprefix(SAID): form.text(name) for name in form.fields if name.startswith(SAID) and form.text(name)}
    drafted = _texts(draft)
    filled = letters.filling(draft)
    for name in form.fields:
        key = name.removeprefix(TEXT)
        given = (form.fields[name] or [""])[0].replace("\r\n", "\n").strip()
        # What was typed for a gap may stand in the form as it was, or not yet.
        if name.startswith(TEXT) and key in drafted and given.split() not in (before[key].split(), drafted[key].split()):
            draft.texts[key] = filled(given)
    return draft


def _texts(draft: Draft) -> dict[str, str]:
    """Everything that can be edited, by its place."""
    plain = lettering.fields(letters.composed(draft, "")[0])
    blocks = [one for section in plain["sections"] for one in section["blocks"]]
    return {one["key"]: one["text"] for one in (*plain["lines"], *blocks) if one["key"]}


# ---- the papers


@router.get("/appeal/{number}/file/{name}", dependencies=[recorded("take a letter along")])
def download(number: int, name: str, request: Request) -> Response:
    """The letter as Word, PDF or text, the packet, the ledger; marked as a draft while something stands against it."""
    draft = letters.load(number, _home(request))
    if draft is None:
        raise workroom.not_there()
    if name in {file for paper in draft.papers for file in paper["files"]}:
        return _file(name, (draft.folder.path / name).read_bytes())
    writer = WRITERS.get(name)
    if writer is None or not draft.written:
        raise workroom.not_there()
    made, held = letters.composed(draft, working.who(request))
    return _file(name, writer(made, held, _reasons(request, made, held)))


def _file(name: str, data: bytes) -> Response:
    headers = {"content-disposition": f'attachment; filename="{name}"'}
    return Response(data, media_type=MEDIA[Path(name).suffix], headers=headers)


def _reasons(request: Request, made: Letter, held: Ledger) -> tuple[str, ...]:
    """Why the letter is only a draft; empty when nothing stands against it."""
    checked = _checked(request, made, held)
    return tuple(dict.fromkeys(one["message"] for one in checked["problems"] if one["severity"] == "block"))


def _docx(made: Letter, held: Ledger, reasons: tuple[str, ...]) -> bytes:
    from modwise.appeals.rendering.parts import Draft as Mark
    from modwise.appeals.rendering.word import word

    return word(made, draft=Mark(reasons) if reasons else None)


def _pdf(made: Letter, held: Ledger, reasons: tuple[str, ...]) -> bytes:
    from modwise.appeals.rendering.parts import Draft as Mark
    from modwise.appeals.rendering.pdf import pdf

    return pdf(made, draft=Mark(reasons) if reasons else None)


def _packet(made: Letter, held: Ledger, reasons: tuple[str, ...]) -> bytes:
    from modwise.appeals.packet import packet
    from modwise.appeals.rendering.parts import Draft as Mark

    return packet(made, held, draft=Mark(reasons) if reasons else None)


def _text(made: Letter, held: Ledger, reasons: tuple[str, ...]) -> bytes:
    from modwise.appeals.rendering import text

    return text.render(made).encode()


def _ledger(made: Letter, held: Ledger, reasons: tuple[str, ...]) -> bytes:
    return json.dumps(held.as_dict(), ensure_ascii=False, indent=1).encode()


WRITERS: dict[str, Callable[[Any, Any, tuple[str, ...]], bytes]] = {
    "letter.docx": _docx,
    "letter.pdf": _pdf,
    "packet.pdf": _packet,
    "letter.txt": _text,
    "letter.ledger.json": _ledger,
}
