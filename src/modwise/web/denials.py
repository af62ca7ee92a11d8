"""Denials: remittances taken in, the worklist, a denial with what decided it and what can be done."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from fastapi import APIRouter, Request
from fastapi.responses import RedirectResponse, Response
from starlette.concurrency import run_in_threadpool

from modwise import api
from modwise.errors import ModwiseError, UsageError
from modwise.http import workroom
from modwise.http.records import recorded
from modwise.http.uploads import Received
from modwise.store import states
from modwise.web import choices, dating, rendering, sorting, words, work_words, working

Json = dict[str, Any]
router = APIRouter(include_in_schema=False)
KIND, ANSWERING = "intake", "answer"
# Most remittances are decided in a second or two: the page that was asked for is shown at once then.
PATIENCE = 8.0
PAGE = 50
SOON = timedelta(days=7)
DUE = (("late", "Past"), ("7", "Within 7 days"), ("30", "Within 30 days"), ("90", "Within 90 days"))
ORDERS = (
    ("due", "Work by"),
    ("risk", "Dollars"),
    ("payer", "Payer"),
    ("remedy", "Remedy"),
    ("claim", "Claim"),
    ("changed", "Changed"),
)
FILTERS = ("state", "payer", "cause", "remedy", "assignee")
CHANGED = ("state", "assignee", "note", "amount", "reason", "approver")
DOWNLOADS = (("denials.xlsx", "Workbook"), ("denials.csv", "CSV"), ("denials.json", "JSON"))
# Requests of the server: they are in the trail, and say nothing to whoever works on the item.
LOOKED = frozenset({"see a denial", "work on a denial", "draft a letter", "see a letter", "answer"})
# What a deadline may say, and need not.
OF_DEADLINE = ("held_for", "why", "counted_from", "reference", "work_by_rule", "unverified")
ABSENT = {"state": "none", "remedy": "none", "cause": "none", "assignee": "nobody", "work_by": "no day known"}
# Remedies that a paper goes out for.
LETTERS = frozenset(
    {"appeal", "dispute_underpayment", "send_documents", "query_provider", "reopening", "corrected_claim", "new_claim"}
)


def today_of(request: Request) -> date:
    """The day that deadlines are counted from."""
    fixed: date | None = request.app.state.settings.today
    return fixed or datetime.now(UTC).date()


def where(request: Request) -> Json:
    """Where the worklist is."""
    settings = request.app.state.settings
    return {"database": settings.database, "home": settings.folder}


# ---- the worklist


@router.get("/denials", dependencies=[recorded("see the worklist")])
def listed(request: Request) -> Response:
    """The worklist by pages; without any item the page that teaches how to begin."""
    today = today_of(request)
    totals = api.worklist_totals(today=today, soon=today + SOON, **where(request))
    if not any(number for _, number in totals["choices"]["state"]):
        return rendering.page(request, "denials_start.html", payers=choices.payers())
    chosen = _chosen(request)
    return _list(request, totals, chosen, _filters(chosen, today))


@router.post("/denials/find", dependencies=[recorded("see the worklist")])
async def found(request: Request) -> Response:
    """The items of a claim; asked by a form, so that the number stands in no address."""
    form = await working.received(request)
    form.clear()
    text = form.text("claim")[:60]
    return await run_in_threadpool(_found, request, text)


def _found(request: Request, text: str) -> Response:
    today = today_of(request)
    totals = api.worklist_totals(today=today, soon=today + SOON, **where(request))
    return _list(request, totals, {}, {"claim": text or None}, searched=text)


def _list(request: Request, totals: Json, chosen: dict[str, str], wanted: Json, searched: str = "") -> Response:
    order = chosen.get("order", "due")
    asked = request.query_params.get("page", "1")
    number = max(1, int(asked)) if asked.isdecimal() and len(asked) < 8 else 1
    found = api.worklist_page(order=order, start=(number - 1) * PAGE, most=PAGE, **wanted, **where(request))

    def address(**changed: str) -> str:
        kept = {name: value for name, value in {**chosen, **changed}.items() if value}
        return "/denials" + (f"?{urlencode(kept)}" if kept else "")

    shown = {
        "totals": totals,
        "chosen": chosen,
        "filtered": any(name in chosen for name in (*FILTERS, "due")),
        "found": found,
        "order": order,
        "orders": ORDERS,
        "due": DUE,
        "address": address,
        "page": number,
        "pages": max(1, -(-found["count"] // PAGE)),
        "today": today_of(request).isoformat(),
        "soon": (today_of(request) + SOON).isoformat(),
        "searched": searched,
    }
    return rendering.page(request, "denials.html", **shown)


def _chosen(request: Request) -> dict[str, str]:
    """What the address asks for, of what can be asked."""
    given = {name: request.query_params.get(name, "")[:120] for name in (*FILTERS, "due", "order")}
    allowed = {"due": [key for key, _ in DUE], "order": [key for key, _ in ORDERS]}
    kept = {name: value for name, value in given.items() if value and value in allowed.get(name, [value])}
    return kept if "state" in request.query_params else {"state": "open", **kept}


def _filters(chosen: dict[str, str], today: date) -> Json:
    wanted: Json = {name: chosen.get(name) for name in FILTERS}
    if wanted["state"] == "all":
        wanted["state"] = None
    if due := chosen.get("due"):
        wanted["due"] = today - timedelta(days=1) if due == "late" else today + timedelta(days=int(due))
    return wanted


# ---- remittances


@router.get("/denials/read")
def start(request: Request) -> Response:
    """Where remittances are dropped."""
    return _start(request, working.NOTHING_SENT)


def _start(request: Request, shown: Json, status: int = 200) -> Response:
    recent = working.jobs_of(request).mine(working.who(request), KIND)[:8]
    return rendering.page(request, "denials_read.html", status=status, payers=choices.payers(), recent=recent, **shown)


@router.post("/denials/read", dependencies=[recorded("take denials in")])
async def begin(request: Request) -> Response:
    """Takes the files and begins to read them."""
    return await sorting.begin(request, KIND, _terms, _start)


async def begun(request: Request, form: Received) -> Response:
    """Begins to read what was received, or shows the form again with what is wrong."""
    return await sorting.begun(request, form, KIND, _terms, _start)


def _terms(request: Request, form: Received) -> Json:
    """What the form gave beside the files. Raises UsageError where there is no 835, Misplaced for files in the wrong box, as the readers do."""
    from modwise.denying import given
    from modwise.pricing.money import read_amount

    working.whole(form)
    sorting.held_against(sorting.DENIALS, form)
    if not form.of("remits"):
        raise UsageError("no 835 file was chosen", hint="The remittance is what the denials are read from.", code="no-file")
    settings = request.app.state.settings
    terms: Json = {"payer": choices.known_payer(form.text("payer")), "learn": form.text("learn") == "yes", "keep_going": True}
    if small := form.text("small_balance").lstrip("$"):
        read_amount(small, "the amount to write off below")
        terms["small_balance"] = small
    if files := form.of("facts"):
        # Held against its shape now: what is wrong in it should be said on this page, not by a job.
        given.read(files[0].path)
        terms["facts"] = str(files[0].path)
    if settings.today:
        terms["today"] = settings.today.isoformat()
    return {**terms, "database": settings.database}


@router.get("/denials/read/{id}", dependencies=[recorded("see denials")])
def read(id: str, request: Request) -> Response:
    """What was found in the remittances; before that how far the reading is."""
    job = working.job_of(request, id, KIND)
    if (waiting := working.unfinished(request, job, "Reading remittances", "/denials/read")) is not None:
        return waiting
    remedies = sorted(job.summary["summary"]["by_remedy"].items(), key=lambda pair: -pair[1]["items"])
    return rendering.page(request, "denials_result.html", job=job, told=job.summary, remedies=remedies, downloads=DOWNLOADS)


def kept_terms(request: Request, decision: Json) -> Json:
    """What an item was read from, and how: {remits, claims, labels, facts, payer, small_balance, today, database}.

    Raises UsageError where the remittance is not here any more.
    """
    remit = Path(decision["file"])
    if not remit.is_file():
        raise UsageError(
            "the remittance of this denial is not here any more",
            hint="Read its 835 file again on the page Denials; the item stays as it is.",
            code="no-remit",
        )
    record = _record(request, remit.parent)
    files = record.get("files", [])
    terms, today = record.get("terms", {}), request.app.state.settings.today
    return {
        "remits": [str(remit)],
        "claims": [str(remit.parent / one["name"]) for one in files if one["field"] == "claims"],
        "labels": {str(remit.parent / one["name"]): one["label"] for one in files} or {str(remit): remit.name},
        **{name: terms[name] for name in ("facts", "payer", "small_balance") if terms.get(name)},
        "today": today.isoformat() if today else None,
        "database": request.app.state.settings.database,
    }


def _record(request: Request, folder: Path) -> Json:
    """The record of a folder of ours; of another one nothing is read."""
    ours = folder.parent == workroom.room(request.app.state.settings.folder)
    return (workroom.Folder(folder).read_record() or {}) if ours else {}


# ---- a denial


@router.get("/denials/{number}", dependencies=[recorded("see a denial")])
def one(number: int, request: Request) -> Response:
    """A denial: what to do, why, until when, for how much, and its trail."""
    return _one(request, number)


@router.post("/denials/{number}", dependencies=[recorded("work on a denial")])
async def change(number: int, request: Request) -> Response:
    """Changes state, assignee, amounts; adds a note."""
    form = await working.received(request)
    form.clear()
    return await run_in_threadpool(_change, request, number, form)


def _change(request: Request, number: int, form: Received) -> Response:
    given = {name: form.text(name) for name in CHANGED}
    before = api.worklist_show(number, **where(request))
    said: Json = {name: value for name, value in given.items() if value}
    said.pop("state", None) if given["state"] == before["state"] else None
    if given["assignee"] != (before["assignee"] or "") and "assignee" in form.fields:
        said["assignee"] = given["assignee"]
    else:
        said.pop("assignee", None)
    if "amount" in said:
        said["amount"] = said["amount"].lstrip("$").replace(",", "")
    if on := choices.day(form.text("on")):
        said["on"] = on
    try:
        api.worklist_set(number, who=working.who(request), **said, **where(request))
    except UsageError as error:
        return _one(request, number, given={**given, "on": form.text("on")}, error=_plain(error))
    return RedirectResponse(f"/denials/{number}", status_code=303)


@router.post("/denials/{number}/answers", dependencies=[recorded("answer")])
async def answer(number: int, request: Request) -> Response:
    """Decides the denial anew with what was answered, and leads back to it."""
    form = await working.received(request)
    try:
        terms = await run_in_threadpool(_answered, request, number, form)
    except UsageError as error:
        form.clear()
        if isinstance(error, workroom.NotThere):
            raise
        return await run_in_threadpool(_one, request, number, None, None, working.told(error))
    job = await run_in_threadpool(working.jobs_of(request).start, ANSWERING, form, terms, working.who(request))
    await run_in_threadpool(working.jobs_of(request).wait, job.id, PATIENCE, working.who(request))
    return RedirectResponse(f"/denials/answer/{job.id}", status_code=303)


def _answered(request: Request, number: int, form: Received) -> Json:
    """What a job needs to decide the item anew. Raises UsageError for an answer that is none."""
    decision = _item(request, number)["decision"]
    said: Json = {}
    for one in api.worklist_questions(decision):
        name = f"answer-{one['question']}"
        if one["kind"] == "modifiers":
            supports = [*form.texts(name), *form.text(f"{name}-other").replace(",", " ").split()]
            said[one["question"]] = supports if supports or form.text(f"{name}-read") == "yes" else None
        else:
            said[one["question"]] = form.text(name)
    return {**kept_terms(request, decision), "item": number, "answers": api.worklist_answers(decision, said)}


@router.get("/denials/answer/{id}")
def answering(id: str, request: Request) -> Response:
    """How far the deciding is; then the denial."""
    job = working.job_of(request, id, ANSWERING)
    number = int(job.terms["item"])
    waiting = working.unfinished(request, job, "Deciding it anew", f"/denials/{number}")
    if waiting is None:
        working.jobs_of(request).remove(id, working.who(request))
    return waiting or RedirectResponse(f"/denials/{number}?answered=yes", status_code=303)


def _item(request: Request, number: int) -> Json:
    try:
        return api.worklist_show(number, **where(request))
    except UsageError:
        raise workroom.not_there() from None


def _plain(error: UsageError) -> Json:
    """What was wrong, without the command line's options."""
    told = working.told(error)
    hints = {
        "no-day": "Give the day.",
        "no-amount": "Give what was paid, as 120.00.",
        "no-approver": "Name who approves it.",
        "no-such-step": "Choose another state.",
    }
    words = {name: work_words.state(name).lower() for name in states.STATES}
    for name, says in words.items():
        told["message"] = told["message"].replace(name, says)
    return {**told, "hint": hints.get(error.code, told["hint"])}


def _one(
    request: Request, number: int, given: Json | None = None, error: Json | None = None, unanswered: Json | None = None
) -> Response:
    """The page; `error` is what was wrong with its work, `unanswered` what was wrong with an answer."""
    item = _item(request, number)
    told = item["decision"]
    reasons = [one for one in told["decided_by"] if not one["rule"].startswith("standing.")] or told["decided_by"]
    deadline = told["deadline"]
    keys = [key for one in (*reasons, deadline or {"source": []}) for key in one["source"]]
    traced = work_words.sources(keys)
    shown = {
        "item": {**item, "trail": [_event(event) for event in item["trail"] if event["action"] not in LOOKED]},
        "told": told,
        "reasons": reasons,
        "deadline": {**dict.fromkeys(OF_DEADLINE), "confidence": "high", **deadline} if deadline else None,
        "days_left": _days_left(request, item),
        "adjustments": [_adjustment(one) for one in told["adjustments"]],
        "remarks": [{"code": code, "says": _meaning(f"RARC {code}")} for code in told["rarc"]],
        "price": _price(request, told),
        "sources": traced,
        "numbers": {source["key"]: place for place, source in enumerate(traced, 1)},
        "file": _label(request, told["file"]),
        "matched_by": work_words.MATCHED_BY,
        "steps": [name for name in states.STATES if name == item["state"] or states.allowed(item["state"], name)],
        "letter": told["remedy"] in LETTERS,
        "given": given or {"state": item["state"], "assignee": item["assignee"] or ""},
        "error": error,
        "unanswered": unanswered,
        "answered": request.query_params.get("answered") == "yes",
        "questions": api.worklist_questions(told) if item["state"] in (states.NEW, states.IN_PROGRESS) else [],
        "today": today_of(request).isoformat(),
    }
    return rendering.page(request, "denial.html", status=400 if error or unanswered else 200, **shown)


def _event(event: Json) -> Json:
    """An entry of the trail with what differs since, in words."""
    named: dict[str, Callable[[Any], str]] = {
        "state": work_words.state,
        "remedy": work_words.remedy,
        "cause": work_words.cause,
        "assignee": str,
        "work_by": dating.day,
    }
    fields = event["fields"]
    differs = []
    for name, say in named.items():
        if isinstance(pair := fields.get(name), list):
            before, after = (say(value) if value else ABSENT[name] for value in pair)
            differs.append(f"{words.plain(name)} {before} → {after}")
        elif pair:
            differs.append(f"{words.plain(name)} {say(pair)}")
    return {**event, "differs": differs}


def _days_left(request: Request, item: Json) -> int | None:
    day = choices.day(item["work_by"])
    return (day - today_of(request)).days if day else None


def _adjustment(one: Json) -> Json:
    code = f"{one['group']}-{one['carc']}"
    return {**one, "code": code, "says": _meaning(code)}


def _meaning(code: str) -> str:
    """What a denial code means in our own words; empty where nothing of our own is written."""
    try:
        meaning = api.denial_code(code)["meaning"]
    except UsageError:
        return ""
    return str(meaning["says"]) if meaning else ""


def _price(request: Request, told: Json) -> Json | None:
    """What the line should have been allowed, step by step; None where there is nothing to show."""
    day = choices.day(told["service"])
    if not told["code"] or day is None:
        return None
    home = request.app.state.settings.folder
    try:
        return api.price(told["code"], modifiers=told["modifiers"], payer=told["payer"], day=day, charge=told["charge"], home=home)
    except ModwiseError:
        return None


def _label(request: Request, file: str) -> str:
    """What the user called the file; of a file that was read on the command line its name."""
    path = Path(file)
    names = {one["name"]: str(one["label"]) for one in _record(request, path.parent).get("files", [])}
    return names.get(path.name, path.name)
