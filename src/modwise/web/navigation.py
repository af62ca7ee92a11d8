"""The menu: the pages that this application serves, in the order of a biller's day."""

from __future__ import annotations

from dataclasses import dataclass

from fastapi import Request
from starlette.routing import Match

MENU = (
    ("Modifiers", "/modifiers"),
    ("Which modifier?", "/which"),
    ("Check claims", "/check"),
    ("Read a note", "/note"),
    ("Denials", "/denials"),
    ("Appeals", "/appeals"),
    ("Ask", "/ask"),
    ("Dashboard", "/dashboard"),
    ("Data", "/data"),
)
# Pages that belong under an entry whose address they do not begin with.
UNDER = {"/modifier": "/modifiers", "/denial": "/denials", "/appeal": "/appeals", "/coverage": "/data", "/practice": "/data"}


@dataclass(frozen=True)
class Entry:
    """A line of the menu; `current` where the page shown is that one or stands under it."""

    name: str
    href: str
    current: bool


def entries(request: Request) -> list[Entry]:
    """The menu for this page."""
    first = "/" + request.url.path.strip("/").split("/")[0]
    here = UNDER.get(first, first)
    return [Entry(name, href, href == here) for name, href in MENU if serves(request, href)]


def serves(request: Request, path: str) -> bool:
    """Whether this application has a page there."""
    known = _known(request)
    if path not in known:
        scope = {"type": "http", "method": "GET", "path": path, "root_path": "", "headers": []}
        known[path] = any(route.matches(scope)[0] is Match.FULL for route in request.app.router.routes)
    return known[path]


def _known(request: Request) -> dict[str, bool]:
    state = request.app.state
    if not hasattr(state, "pages_served"):
        state.pages_served = {}
    served: dict[str, bool] = state.pages_served
    return served
