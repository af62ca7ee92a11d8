"""The practice: letterhead, numbers, who signs, whom to ask, where each payer wants its appeals. One form over practice.toml."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import RedirectResponse, Response
from starlette.concurrency import run_in_threadpool

from modwise import api
from modwise.http.records import recorded
from modwise.http.uploads import Received
from modwise.web import choices, rendering, working

Json = dict[str, Any]
router = APIRouter(include_in_schema=False)
LINES = frozenset({"address", "remit_address", "addressee"})
# Part → (title, what it is for, its fields): key, label, hint, input's kind, autocomplete.
Field = tuple[str, str, str, str, str]
_TELEPHONE: Field = ("telephone", "Telephone", "", "tel", "tel")
_EMAIL: Field = ("email", "E-mail", "", "email", "email")
PARTS: tuple[tuple[str, str, str, tuple[Field, ...]], ...] = (
    (
        "practice",
        "Letterhead",
        "As it stands at the head of every letter. Where nothing is said, the letter takes name and address from the claim.",
        (
            ("name", "Name of the practice", "", "text", "organization"),
            ("address", "Address", "A line each: street, then town, state and ZIP.", "lines", "street-address"),
            ("remit_address", "Where payments go", "Only if it is another address: letters then say “Pay to”.", "lines", "off"),
            _TELEPHONE,
            ("fax", "Fax", "", "tel", "off"),
            _EMAIL,
            ("npi", "NPI", "Ten digits. Used where claim and remittance give none.", "digits", "off"),
            ("tin_last4", "Tax ID, last four digits", "No more of it is kept or written.", "digits", "off"),
        ),
    ),
    (
        "signer",
        "Who signs",
        "A named person signs every letter; without one it stays incomplete.",
        (
            ("name", "Name", "", "text", "name"),
            ("credentials", "Credentials", "Such as CPC, RHIT, MD.", "text", "off"),
            ("title", "Title", "Such as Appeals Specialist.", "text", "organization-title"),
            _TELEPHONE,
            _EMAIL,
        ),
    ),
    (
        "contact",
        "Whom the payer may ask",
        "Only if it is somebody else than the signer. They are named below the signature.",
        (("name", "Name", "", "text", "name"), _TELEPHONE, _EMAIL),
    ),
)
METHODS = (("mail", "Mail"), ("fax", "Fax"), ("portal", "The payer’s portal"), ("email", "E-mail"))
MOST_PAYERS = 60


@router.get("/practice", dependencies=[recorded("see the practice")])
def show(request: Request, saved: str = "") -> Response:
    """The form, as practice.toml has it."""
    held = api.practice(home=request.app.state.settings.folder)
    return _page(request, held, held, {}, saved=saved == "yes")


@router.post("/practice", dependencies=[recorded("change the practice")])
async def change(request: Request) -> Response:
    """Writes practice.toml, or shows beside each field what is wrong with it."""
    form = await working.received(request)
    form.clear()
    return await run_in_threadpool(_change, request, form)


def _change(request: Request, form: Received) -> Response:
    home = request.app.state.settings.folder
    said = read(form)
    wrong = api.set_practice(said, home=home)
    if wrong:
        errors = {field_name(one["part"], one["key"], said["places"][one["number"]]): one["says"] for one in wrong}
        return _page(request, api.practice(home=home), {**said, "payers": said["shown"]}, errors)
    return RedirectResponse("/practice?saved=yes", status_code=303)


def field_name(part: str, key: str, number: int = 0) -> str:
    """The name of a field in the form."""
    return f"payer-{number}-{key}" if part == "payers" else f"{part}-{key}"


def read(form: Received) -> Json:
    """What the form says, by part; `shown` are all entries of payers as they stood in it, `places` which of them each kept one was."""
    shown = [entry for number in range(MOST_PAYERS) if (entry := _payer(form, number)) is not None]
    kept = [
        (place, entry) for place, entry in enumerate(shown) if any(entry[key] for key in entry if key not in ("level", "method"))
    ]
    parts = {part: {key: _value(form, field_name(part, key), key) for key, *_ in fields} for part, _, _, fields in PARTS}
    return {**parts, "payers": [entry for _, entry in kept], "places": [place for place, _ in kept] or [0], "shown": shown}


def _payer(form: Received, number: int) -> Json | None:
    if field_name("payers", "payer", number) not in form.fields:
        return None
    keys = ("payer", "name", "addressee", "method", "fax", "portal")
    entry = {key: _value(form, field_name("payers", key, number), key) for key in keys}
    level = form.text(field_name("payers", "level", number))
    # The first level is what an entry is for that names none.
    return {**entry, **({"level": int(level) if level.isdecimal() and len(level) < 3 else level} if level not in ("", "1") else {})}


def _value(form: Received, name: str, key: str) -> str | list[str]:
    text = (form.fields.get(name) or [""])[0]
    return [line.strip() for line in text.splitlines() if line.strip()] if key in LINES else text.strip()


def _page(request: Request, held: Json, shown: Json, errors: Mapping[str, str], *, saved: bool = False) -> Response:
    around = {
        "held": held,
        "parts_of": [{"part": p, "title": t, "says": s, "fields": list(_fields(p, fs, shown, errors))} for p, t, s, fs in PARTS],
        "payers_of": [_entry(number, entry, errors) for number, entry in enumerate([*shown["payers"], {}])],
        "errors": errors,
        "saved": saved,
        "payers": choices.payers(),
        "methods": METHODS,
    }
    return rendering.page(request, "practice.html", status=400 if errors else 200, **around)


def _fields(part: str, fields: tuple[Field, ...], shown: Json, errors: Mapping[str, str]) -> Iterator[Json]:
    for key, label, hint, kind, autocomplete in fields:
        name, value = field_name(part, key), shown[part].get(key, "")
        text = "\n".join(value) if isinstance(value, list) else value
        yield {
            "name": name,
            "label": label,
            "hint": hint,
            "kind": kind,
            "autocomplete": autocomplete,
            "text": text,
            "error": errors.get(name),
        }


def _entry(number: int, entry: Mapping[str, Any], errors: Mapping[str, str]) -> Json:
    """An entry for a payer; the last one is empty, for another."""
    texts = {key: entry.get(key, "") for key in ("payer", "name", "method", "fax", "portal")}
    names = ("payer", "name", "level", "addressee", "method", "fax", "portal")
    return {
        **texts,
        "number": number,
        "new": not entry,
        "level": entry.get("level", 1),
        "addressee": "\n".join(entry.get("addressee", ())),
        "errors": {key: errors[name] for key in names if (name := field_name("payers", key, number)) in errors},
    }
