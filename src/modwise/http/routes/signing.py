"""Signing in with a browser, and out again."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, Request, Response
from fastapi.responses import JSONResponse
from pydantic import BaseModel, ConfigDict, Field
from starlette.concurrency import run_in_threadpool

from modwise.http import identity, records
from modwise.http.failures import Refusal
from modwise.http.identity import Accounts
from modwise.http.keys import Key

router = APIRouter(tags=["sessions"])


class Secret(BaseModel):
    """An API key."""

    model_config = ConfigDict(extra="forbid")

    key: str = Field(max_length=200)


class Who(BaseModel):
    """Who sends the request; `user` is null where nobody is signed in."""

    user: str | None
    idle_minutes: int


@router.get("/session", response_model=Who)
def session(request: Request) -> Who:
    """Who sends this request."""
    return who(request, request.state.user)


@router.post("/session", status_code=201, response_model=Who)
async def begin(secret: Secret, request: Request) -> Response:
    """Signs a browser in with an API key; the session ends by itself when it is left alone."""
    key = await run_in_threadpool(signed, request, secret.key)
    answer = JSONResponse(who(request, key.user).model_dump(), 201)
    admit(request, answer, key.user, key)
    return answer


def who(request: Request, user: str | None) -> Who:
    """The answer to who is signed in."""
    return Who(user=user, idle_minutes=request.app.state.settings.idle_minutes)


@router.delete("/session", status_code=204)
def end(request: Request) -> Response:
    """Signs the browser out."""
    answer = Response(status_code=204)
    leave(request, answer)
    return answer


def signed(request: Request, text: str) -> Key:
    """The key of the text; wrong ones are entered in the trail. Raises Refusal."""
    accounts: Accounts = request.app.state.accounts
    try:
        key = accounts.by_key(text, identity.address(request.scope))
    except Refusal as refused:
        note(request, "nobody", "sign-in refused", status=refused.status)
        raise
    note(request, key.user, "signed in", key=key.id)
    return key


def note(request: Request, who: str, action: str, **fields: Any) -> None:
    """Enters a sign-in, or a wrong one, in the trail."""
    records.enter(request.app.state.settings, who, action, {**fields, "from": identity.address(request.scope)})


def admit(request: Request, answer: Response, user: str, key: Key | None) -> None:
    """Begins the browser's session and sets its cookie."""
    accounts: Accounts = request.app.state.accounts
    name = accounts.sessions.begin(user, key)
    answer.set_cookie(accounts.cookie, name, path="/", secure=accounts.settings.secure, httponly=True, samesite="strict")


def leave(request: Request, answer: Response) -> None:
    """Ends the browser's session."""
    accounts: Accounts = request.app.state.accounts
    if name := request.state.session:
        accounts.sessions.end(name)
        note(request, request.state.user, "signed out")
    answer.delete_cookie(accounts.cookie, path="/", secure=accounts.settings.secure, httponly=True, samesite="strict")
