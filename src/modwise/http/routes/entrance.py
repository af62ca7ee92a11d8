"""The pages before the site: signing in with a key or through the organisation, the API's description."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Form, Request, Response
from fastapi.responses import RedirectResponse
from starlette.concurrency import run_in_threadpool

from modwise.errors import ModwiseError
from modwise.http import describing, pages
from modwise.http.failures import Refusal
from modwise.http.oidc import BACK, Provider
from modwise.http.routes.signing import admit, leave, note, signed
from modwise.http.safety import token_of

router = APIRouter(include_in_schema=False)
HOME = "/"
STATE = "modwise_state"


@router.get("/sign-in")
def sign_in(request: Request, next: str = HOME) -> Response:
    """The page to sign in."""
    return form(request, next)


@router.post("/sign-in")
async def signing_in(request: Request, key: Annotated[str, Form(max_length=200)], next: Annotated[str, Form()] = HOME) -> Response:
    """Signs in with a key."""
    try:
        known = await run_in_threadpool(signed, request, key)
    except Refusal as refused:
        return form(request, next, refused)
    answer = RedirectResponse(inside(next), 303)
    admit(request, answer, known.user, known)
    return answer


@router.get("/sign-in/oidc")
async def to_provider(request: Request, next: str = HOME) -> Response:
    """Goes to the organisation's identity provider."""
    where, browser = await run_in_threadpool(_provider(request).begin, _back(request), inside(next))
    answer = RedirectResponse(where, 303)
    # The provider sends the browser back from another site, where a strict cookie would stay behind.
    answer.set_cookie(STATE, browser, 600, path=BACK, secure=_secure(request), httponly=True, samesite="lax")
    return answer


@router.get(BACK)
async def from_provider(request: Request, state: str = "", code: str = "") -> Response:
    """Comes back from it."""
    browser = request.cookies.get(STATE, "")
    try:
        user, onward = await run_in_threadpool(_provider(request).finish, _back(request), state, browser, code)
    except ModwiseError:
        await run_in_threadpool(note, request, "nobody", "sign-in refused")
        raise
    await run_in_threadpool(note, request, user, "signed in")
    # A page, not a redirect: the strict session cookie does not travel on a redirect that began elsewhere.
    answer = pages.page(request, "onward.html", next=onward)
    admit(request, answer, user, None)
    answer.delete_cookie(STATE, path=BACK, secure=_secure(request), httponly=True, samesite="lax")
    return answer


@router.post("/sign-out")
def sign_out(request: Request) -> Response:
    """Signs out."""
    answer = RedirectResponse("/sign-in" if request.app.state.settings.signed_in else HOME, 303)
    leave(request, answer)
    return answer


@router.get("/sign-in.css")
def style() -> Response:
    """The style of these pages."""
    return pages.style()


@router.get("/v1/docs")
def docs(request: Request) -> Response:
    """The API's description as a page; nothing of it comes from elsewhere."""
    told = request.app.openapi()
    shown = {"summary": told["info"]["summary"], "version": told["info"]["version"]}
    return pages.page(request, "docs.html", topics=describing.topics(told), shapes=describing.shapes(told), **shown)


def form(request: Request, onward: str, refused: Refusal | None = None) -> Response:
    """The sign-in page, with what went wrong."""
    settings = request.app.state.settings
    status = refused.status if refused else 200
    answer = pages.page(
        request,
        "sign_in.html",
        status,
        said=_said(refused) if refused else "",
        next=inside(onward),
        token=token_of(request),
        minutes=settings.idle_minutes,
        organisation=settings.oidc is not None,
    )
    if refused:
        answer.headers.update(refused.headers)
    return answer


def _said(refused: Refusal) -> str:
    if refused.status == 429:
        return f"Too many wrong keys. Try again in {refused.headers['retry-after']} seconds."
    return f"{refused.message}."


def inside(path: str) -> str:
    """The path if it leads to a page of this site, else the home page."""
    fine = path.startswith("/") and not path.startswith(("//", "/\\")) and path.isprintable() and "\\" not in path
    return path if fine else HOME


def _provider(request: Request) -> Provider:
    provider: Provider | None = request.app.state.accounts.provider
    if provider is None:
        raise Refusal(404)
    return provider


def _back(request: Request) -> str:
    return f"{request.url.scheme}://{request.headers['host']}{BACK}"


def _secure(request: Request) -> bool:
    return bool(request.app.state.settings.secure)
