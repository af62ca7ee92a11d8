"""The search box of every page: straight to what is named, else suggestions and an answer."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Form, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from modwise.web import asking, find, rendering

router = APIRouter(include_in_schema=False)
Words = Annotated[str, Form(max_length=2000)]
FEW_WORDS = 3


@router.post("/search")
def search(request: Request, q: Words = "") -> Response:
    """The page that is named; several where the words may mean several; else pages that fit, and an answer.

    What is typed stands in the body and never in an address: it may hold what only this machine may know.
    """
    words = q.strip()
    if not words:
        return RedirectResponse("/", status_code=303)
    named = find.exact(words)
    if len(named) == 1:
        return RedirectResponse(named[0].href, status_code=303)
    hits = named or (find.suggestions(words, 12) if len(words.split()) <= FEW_WORDS else [])
    answer = None if named else asking.answered(request, words, None, None)
    return rendering.page(request, "search.html", q=words, hits=hits, answer=answer)


@router.post("/suggest")
def suggest(request: Request, q: Words = "") -> HTMLResponse:
    """Pages that fit what is typed so far."""
    return rendering.part(request, "suggestions.html", hits=find.suggestions(q))
