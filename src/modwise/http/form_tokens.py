"""Finds the first field of a form in its first bytes, and gives those bytes back to whoever reads the form."""

from __future__ import annotations

import re
from collections.abc import Callable
from urllib.parse import unquote_plus

from starlette.datastructures import Headers
from starlette.types import Message, Receive

# The head of a multipart form with one short field is a few hundred bytes.
MOST_HEAD = 4_096
_PART = re.compile(
    rb'\A(?:\r\n)?--[^\r\n]{1,200}\r\nContent-Disposition: form-data; name="([A-Za-z_]{1,40})"\r\n\r\n([^\r\n]{0,200})\r\n--',
    re.IGNORECASE,
)
_PAIR = re.compile(rb"\A([A-Za-z_]{1,40})=([^&]{0,200})(?:&|\Z)")


async def first_field(headers: Headers, receive: Receive, name: str, check: Callable[[], None]) -> tuple[str, Receive]:
    """The value of the form's first field if it has that name, else ""; and a `receive` that gives the whole body.

    `check` is called whenever that `receive` is: it raises for a body that is too large.
    """
    kind = headers.get("content-type", "").partition(";")[0].strip().lower()
    pattern = {"multipart/form-data": _PART, "application/x-www-form-urlencoded": _PAIR}.get(kind)
    if pattern is None:
        return "", receive
    taken: list[Message] = []
    head = b""
    while len(head) < MOST_HEAD:
        message = await receive()
        taken.append(message)
        head += message.get("body", b"")
        if not message.get("more_body", False) or (pattern is _PART and pattern.match(head)):
            break
    found = pattern.match(head)
    value = unquote_plus(found[2].decode("latin-1")) if found and found[1].decode() == name else ""
    return value, _again(taken, receive, check)


def _again(taken: list[Message], receive: Receive, check: Callable[[], None]) -> Receive:
    async def replayed() -> Message:
        check()
        return taken.pop(0) if taken else await receive()

    return replayed
