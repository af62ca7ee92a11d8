"""Errors as pages: what the HTTP application answers to a browser's page as JSON becomes a page that says the same."""

from __future__ import annotations

import json
from typing import Any

from fastapi import Request
from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from modwise.http.safety import API
from modwise.web import hints, rendering

TITLES = {401: "Sign in first", 403: "Refused", 404: "There is no such page", 413: "Too large", 422: "This cannot be read"}
NOT_FOUND = "Nothing is kept at this address."


class Readable:
    """Turns an error's JSON into a page where a browser asked for a page."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or not _page_asked(scope):
            await self.app(scope, receive, send)
            return
        held: list[Message] = []

        async def watched(message: Message) -> None:
            if message["type"] == "http.response.start" and _is_error(message):
                held.append(message)
            elif held:
                held.append(message)
                if not message.get("more_body", False):
                    await _as_page(held, scope, send)
            else:
                await send(message)

        await self.app(scope, receive, watched)


def _page_asked(scope: Scope) -> bool:
    return not scope["path"].startswith(API) and "text/html" in Headers(scope=scope).get("accept", "")


def _is_error(start: Message) -> bool:
    kind = Headers(raw=start["headers"]).get("content-type", "")
    return start["status"] >= 400 and kind.startswith("application/json")


async def _as_page(held: list[Message], scope: Scope, send: Send) -> None:
    start, *rest = held
    told = json.loads(b"".join(message.get("body", b"") for message in rest))
    body = rendering.page(Request(scope), "fault.html", status=start["status"], **shown(told)).body
    headers = MutableHeaders(raw=list(start["headers"]))
    headers["content-type"] = "text/html; charset=utf-8"
    headers["content-length"] = str(len(body))
    await send({**start, "headers": headers.raw})
    await send({"type": "http.response.body", "body": body})


def shown(told: dict[str, Any]) -> dict[str, Any]:
    """What the page of an error shows: title, tone, message, hint."""
    status, first = told["status"], told["errors"][0]
    title = TITLES.get(status, "This did not work" if status >= 500 else "This cannot be shown")
    if status == 404:
        return {"title": title, "tone": "warn", "message": NOT_FOUND, "where": "", "hint": "Use the search above, or the menu."}
    message = first["message"]
    message = message[:1].upper() + message[1:] + ("" if message.endswith((".", "?", "!")) else ".")
    # What the user called a file; a path on the server is nothing to a page.
    where = first["where"] if status < 500 and "/" not in first["where"] else ""
    tone = "warn" if status < 500 else "bad"
    return {"title": title, "tone": tone, "message": message, "where": where, "hint": hints.on_page(first["hint"])}
