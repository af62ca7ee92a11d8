"""What a form was answered with, at an address of its own: every page that answers a POST becomes a redirect to the page kept in memory.

Going back to the answer of a POST makes a browser ask to send the form again, or fail; going back to a page it was led to does not. The
address holds a random mark and nothing of what was typed. A page is kept for whoever sent the form, for a while, and for nobody else.
"""

from __future__ import annotations

import secrets
import threading
import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs

from starlette.datastructures import Headers
from starlette.responses import RedirectResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from modwise.http.safety import API

MARK = "told"
SECONDS = 15 * 60.0
MOST_PAGES = 400
MOST_BYTES = 64 << 20
# A page of a very long note is answered at once: it would push out everybody else's.
MOST_OF_ONE = 8 << 20
Record = tuple[str, dict[str, Any]]
ONWARD = {"/search": "/", "/denials/find": "/denials"}


@dataclass(frozen=True)
class Page:
    """A page as it was answered; `record` is what its request was entered in the trail as."""

    owner: tuple[str, str]
    path: str
    status: int
    headers: tuple[tuple[bytes, bytes], ...]
    body: bytes
    record: Record | None
    until: float


@dataclass
class Pages:
    """The pages of one server, the oldest first."""

    clock: Callable[[], float] = time.monotonic
    _kept: OrderedDict[str, Page] = field(default_factory=OrderedDict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def put(self, page: Page) -> str:
        """Keeps a page; its mark."""
        mark = secrets.token_urlsafe(16)
        with self._lock:
            self._kept[mark] = page
            while len(self._kept) > MOST_PAGES or sum(len(one.body) for one in self._kept.values()) > MOST_BYTES:
                self._kept.popitem(last=False)
        return mark

    def get(self, mark: str, owner: tuple[str, str], path: str) -> Page | None:
        """The page of that mark, where it is this owner's and was answered at this path; None for any other."""
        now = self.clock()
        with self._lock:
            for old in [name for name, one in self._kept.items() if one.until <= now]:
                del self._kept[old]
            page = self._kept.get(mark)
        return page if page is not None and (page.owner, page.path) == (owner, path) else None


def owner_of(scope: Scope) -> tuple[str, str]:
    """Who sends a request, and by which session."""
    state = scope.get("state", {})
    return str(state.get("user") or ""), str(state.get("session") or "")


class Kept:
    """Keeps the page that answers a POST, and leads to it. Stands outside: refusals are answers too."""

    def __init__(self, app: ASGIApp, *, pages: Pages) -> None:
        self.app = app
        self.pages = pages

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["method"] != "POST" or not _page_asked(scope):
            await self.app(scope, receive, send)
            return
        held: list[Message] = []
        size = 0

        async def watched(message: Message) -> None:
            nonlocal size
            if message["type"] == "http.response.start" and not _is_page(message):
                await send(message)
            elif message["type"] == "http.response.start" or held:
                held.append(message)
                size += len(message.get("body", b""))
                if size > MOST_OF_ONE:
                    for one in held:
                        await send(one)
                    held.clear()
                elif message["type"] == "http.response.body" and not message.get("more_body", False):
                    await self._lead(scope, held, send)
                    held.clear()
            else:
                await send(message)

        await self.app(scope, receive, watched)

    async def _lead(self, scope: Scope, held: list[Message], send: Send) -> None:
        start, *rest = held
        body = b"".join(message.get("body", b"") for message in rest)
        # Cookies go with the redirect; the page itself sets none again.
        kept = tuple((name, value) for name, value in start["headers"] if name.lower() != b"set-cookie")
        record = scope.get("state", {}).get("record")
        page = Page(owner_of(scope), scope["path"], start["status"], kept, body, record, self.pages.clock() + SECONDS)
        passed = [(name, value) for name, value in start["headers"] if name.lower() not in (b"content-length", b"content-type")]
        where = f"{scope['path']}?{MARK}={self.pages.put(page)}".encode("latin-1", "replace")
        headers = [*passed, (b"location", where), (b"content-length", b"0")]
        await send({"type": "http.response.start", "status": 303, "headers": headers})
        await send({"type": "http.response.body", "body": b""})


class Shown:
    """Answers with a page that was kept. Stands inside: it must be known who asks, and the trail tells that it was seen."""

    def __init__(self, app: ASGIApp, *, pages: Pages) -> None:
        self.app = app
        self.pages = pages

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        marks = parse_qs(scope["query_string"].decode("latin-1")).get(MARK, []) if scope["type"] == "http" else []
        page = self.pages.get(marks[-1], owner_of(scope), scope["path"]) if marks and scope["method"] in ("GET", "HEAD") else None
        if page is None and marks and (onward := beside(scope["path"])):
            await RedirectResponse(onward, 303)(scope, receive, send)
            return
        if page is None:
            await self.app(scope, receive, send)
            return
        if page.record is not None:
            scope.setdefault("state", {})["record"] = page.record
        await send({"type": "http.response.start", "status": page.status, "headers": list(page.headers)})
        await send({"type": "http.response.body", "body": b"" if scope["method"] == "HEAD" else page.body})


def beside(path: str) -> str:
    """Where a page leads that is kept no longer, where its address answers forms only; empty where the address has a page of its own."""
    first, *rest = path.strip("/").split("/")
    if path in ONWARD:
        return ONWARD[path]
    return f"/check/{rest[0]}/list" if first == "check" and rest[1:] == ["claim"] else ""


def _page_asked(scope: Scope) -> bool:
    return not scope["path"].startswith(API) and "text/html" in Headers(scope=scope).get("accept", "")


def _is_page(start: Message) -> bool:
    headers = Headers(raw=start["headers"])
    attached = headers.get("content-disposition", "").startswith("attachment")
    return headers.get("content-type", "").startswith("text/html") and not attached
