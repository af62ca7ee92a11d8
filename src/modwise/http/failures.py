"""One error shape on every route: {ok: false, error, errors: [{code, where, message, hint}], status}.

No input value enters an answer or a log unless it is a code, a modifier or a unit: a fault of ours is logged by its kind and place.
"""

from __future__ import annotations

import logging
import traceback
from collections.abc import Iterator, Sequence
from http import HTTPStatus
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from modwise.errors import ModwiseError

log = logging.getLogger("modwise.http")
Json = dict[str, Any]
SAID = {
    400: ("bad-request", "The request cannot be read", "Send JSON, or a form as the API's description says."),
    401: ("not-signed-in", "This needs a key", "Send `Authorization: Bearer KEY`; `modwise key new NAME` makes one."),
    403: ("refused", "This is refused", "Send the request from this site, or with an API key."),
    404: ("not-found", "There is nothing here", "GET /v1/docs lists what there is."),
    405: ("wrong-method", "This is not asked that way", "GET /v1/docs says how."),
    408: ("too-slow", "The request did not arrive in time", "Send it again."),
    413: ("too-large", "The request is larger than this server takes", "Send less, or run `modwise check` on the file."),
    415: ("wrong-type", "This kind of content is not read", "Send JSON or a form, and say so in Content-Type."),
    429: ("too-many", "Too many attempts", "Wait, then try again."),
    500: ("fault", "Modwise made a mistake", "Run the same with the command line and report what it says, without patient data."),
}


class Refusal(ModwiseError, HTTPException):
    """A request that is answered with a status of its own, in the one error shape.

    It is one of the framework's exceptions too, because those alone pass while the framework reads a body.
    """

    headers: dict[str, str]

    def __init__(self, status: int, message: str = "", *, hint: str = "", code: str = "", headers: dict[str, str] | None = None):
        known = SAID.get(status, (f"http-{status}", HTTPStatus(status).phrase, ""))
        ModwiseError.__init__(self, message or known[1], hint=hint or known[2], code=code or known[0])
        self.status = self.status_code = status
        self.detail = self.message
        self.headers = headers or {}


def body_of(errors: Sequence[Json], status: int) -> Json:
    """The error as the JSON every front returns."""
    return {"ok": False, "error": errors[0]["message"], "errors": list(errors), "status": status}


def answer(error: ModwiseError) -> JSONResponse:
    """The answer to an error of ours."""
    return JSONResponse(body_of([error.as_dict()], error.status), error.status, headers=getattr(error, "headers", None))


def install(app: FastAPI) -> None:
    """Gives every error of the app the one shape."""

    async def ours(_: Request, error: Exception) -> JSONResponse:
        assert isinstance(error, ModwiseError)
        return answer(error)

    async def of_http(_: Request, error: Exception) -> JSONResponse:
        assert isinstance(error, HTTPException)
        return answer(Refusal(error.status_code, headers=dict(error.headers or {})))

    async def of_input(request: Request, error: Exception) -> JSONResponse:
        assert isinstance(error, RequestValidationError)
        return JSONResponse(body_of(list(_told(error, _names(request.app))), 422), 422)

    app.add_exception_handler(ModwiseError, ours)
    app.add_exception_handler(HTTPException, of_http)
    app.add_exception_handler(RequestValidationError, of_input)


def _told(error: RequestValidationError, names: frozenset[str]) -> Iterator[Json]:
    for one in error.errors():
        # A key of the caller's own making may be anything, a patient's name too.
        where = ".".join(str(part) if isinstance(part, int) or part in names else "…" for part in one["loc"])
        yield {"code": f"input-{one['type'].replace('_', '-')}", "where": where, "message": _message(one), "hint": "GET /v1/docs."}


def _message(one: Json) -> str:
    # The library's own words quote the input in some of its errors; the ones left here do not.
    if one["type"] in ("value_error", "assertion_error"):
        return "The value is not one that is allowed here"
    return str(one["msg"])


def _names(app: FastAPI) -> frozenset[str]:
    """The names that the API's description itself uses."""
    known: frozenset[str] | None = getattr(app.state, "names", None)
    if known is None:
        known = app.state.names = frozenset(_collected(app.openapi())) | {"body", "query", "path", "header"}
    return known


def _collected(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        if isinstance(properties := value.get("properties"), dict):
            yield from properties
        if "in" in value and isinstance(value.get("name"), str):
            yield value["name"]
        for inner in value.values():
            yield from _collected(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _collected(inner)


class Faults:
    """Answers what nothing else answered with 500, and logs its kind and place, never its words: they may quote a claim."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        begun = False

        async def watched(message: Message) -> None:
            nonlocal begun
            begun = begun or message["type"] == "http.response.start"
            await send(message)

        try:
            await self.app(scope, receive, watched)
        except ClientDisconnect:
            return
        except ModwiseError as error:
            if begun:
                raise Broken from None
            await answer(error)(scope, receive, send)
        except Exception as error:  # noqa: BLE001 - whatever it is, its words must not reach a log
            log.error("fault %s at %s", type(error).__name__, place(error))
            if begun:
                raise Broken from None
            await answer(Refusal(500))(scope, receive, send)


class Broken(Exception):
    """An answer broke off after it had begun; the reason is in the log before it."""


def place(error: BaseException) -> str:
    """The file and line where an error arose; no value."""
    frames = traceback.extract_tb(error.__traceback__)
    ours = [frame for frame in frames if "modwise" in frame.filename] or frames
    if not ours:
        return "an unknown place"
    return f"{ours[-1].filename.rpartition('modwise')[2].lstrip('/')}:{ours[-1].lineno}"
