"""Files in the wrong box: told plainly, kept, and put into the right one with a click."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from fastapi import Request
from fastapi.responses import Response
from starlette.concurrency import run_in_threadpool

from modwise.errors import InputError, ModwiseError
from modwise.http import kinds
from modwise.http.uploads import Received, Stored
from modwise.web import working

Json = dict[str, Any]
# What a page asks of its form beside the files, raising what is wrong with it; and the page that shows the form, with a status.
Terms = Callable[[Request, Received], Json]
Start = Callable[[Request, Json, int], Response]
CHECK, DENIALS, NOTE = "check", "denials", "note"
# Page → box → the kinds that belong into it, and page → kind → the box for it.
BOXES: Mapping[str, Mapping[str, Sequence[str]]] = {
    CHECK: {"file": (kinds.CLAIMS, kinds.TABLE), "notes": (kinds.DOCUMENT, kinds.TABLE)},
    DENIALS: {"remits": (kinds.REMIT,), "claims": (kinds.CLAIMS, kinds.TABLE), "facts": (kinds.JSON,)},
    NOTE: {"file": (kinds.DOCUMENT, kinds.TABLE, kinds.JSON)},
}
# A kind that is not told for sure is left to whoever reads the file: it says what is wrong.
TOLD = {
    CHECK: (kinds.REMIT, kinds.CLAIMS),
    DENIALS: (kinds.REMIT, kinds.CLAIMS, kinds.TABLE),
    NOTE: (kinds.REMIT, kinds.CLAIMS),
}
READ_AT = {kinds.REMIT: "remittances are read under Denials", kinds.CLAIMS: "claims are checked under Check claims"}
TITLES = {DENIALS: "Read the remittance under Denials", CHECK: "Check the claims"}


class Misplaced(InputError):
    """Files that stand in a box for others; `ways` are where they can go: [(page, what the button says)]."""

    def __init__(self, says: Sequence[str], ways: Sequence[tuple[str, str]]) -> None:
        super().__init__(says[0], hint=" ".join(says[1:]), code="wrong-box")
        self.says = list(says)
        self.ways = list(ways)


def held_against(page: str, form: Received) -> None:
    """Raises Misplaced where a file stands in a box for others."""
    found = [(one, kinds.kind_of(one.path)) for one in form.files]
    wrong = [(one, kind) for one, kind in found if kind in TOLD[page] and kind not in BOXES[page].get(one.field, (kind,))]
    if wrong:
        raise Misplaced([_says(page, one, kind) for one, kind in wrong], list(_ways(page, [kind for _, kind in found])))


def _says(page: str, one: Stored, kind: str) -> str:
    if kind in (kind for allowed in BOXES[page].values() for kind in allowed):
        return f"{one.label} is {kinds.NAMES[kind]}; it belongs into the other box."
    return f"{one.label} is {kinds.NAMES[kind]}; {READ_AT[kind]}."


def _ways(page: str, there: Sequence[str]) -> list[tuple[str, str]]:
    ways = []
    if kinds.REMIT in there:
        ways.append((DENIALS, "Put each file into its box, and read" if page == DENIALS else TITLES[DENIALS]))
    if kinds.CLAIMS in there or (page == CHECK and kinds.TABLE in there):
        ways.append((CHECK, "Put each file into its box, and check" if page == CHECK else TITLES[CHECK]))
    return ways


def sorted_for(page: str, form: Received) -> Received:
    """The form with each file in the box for its kind; what belongs into none is removed."""
    kept = []
    for one in form.files:
        kind = kinds.kind_of(one.path)
        box = next((box for box, allowed in BOXES[page].items() if kind in allowed), None)
        if box is None:
            one.path.unlink(missing_ok=True)
        else:
            kept.append(replace(one, field=box))
    form.files = kept
    return form


async def begin(request: Request, kind: str, terms: Terms, start: Start) -> Response:
    """Takes what a form sent and begins the job, or shows the form again with what is wrong."""
    try:
        form = await working.received(request)
    except InputError as error:
        return await run_in_threadpool(start, request, {**working.NOTHING_SENT, "error": working.told(error)}, error.status)
    return await begun(request, form, kind, terms, start)


async def begun(request: Request, form: Received, kind: str, terms: Terms, start: Start) -> Response:
    """Begins the job with what was received, or shows the form again with what is wrong."""
    try:
        told = await run_in_threadpool(terms, request, form)
    except ModwiseError as error:
        return await run_in_threadpool(start, request, await run_in_threadpool(failed, request, form, error), error.status)
    return await working.started(request, kind, form, told)


def failed(request: Request, form: Received, error: ModwiseError) -> Json:
    """What the page shows of a form with files in the wrong box, or with anything else that was wrong."""
    shown = working.failed(request, form, error)
    return {**shown, "ways": error.ways, "says": error.says} if isinstance(error, Misplaced) else {**shown, "ways": [], "says": []}
