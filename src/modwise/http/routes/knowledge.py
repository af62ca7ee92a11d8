"""What is known: modifiers, denial codes, edits, coverage, the facts of a case, CMS's tables."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Path, Query, Request
from fastapi.responses import Response

from modwise import api
from modwise.http.answers import AsOf, Payer, same
from modwise.http.models import (
    CaseFact,
    Coverage,
    DenialCodePage,
    Edition,
    EditLine,
    EditPage,
    ModifierLine,
    ModifierPage,
    Procedure,
)

router = APIRouter(tags=["knowledge"])
Code = Annotated[str, Path(max_length=40, description="As billers write it.")]


@router.get("/show/{code}", responses={200: {"model": ModifierPage | DenialCodePage}})
def show(code: Code, payer: Payer = None, as_of: AsOf = None) -> Response:
    """A modifier's whole page: meaning, when, when not, facts by payer with dates and sources; or a denial code's (CO-97, N822)."""
    return same(api.show(code, payer=payer, as_of=as_of))


@router.get("/list", responses={200: {"model": list[ModifierLine]}})
def list_modifiers(
    klass: Annotated[str | None, Query(alias="class", max_length=40)] = None,
    code_set: Annotated[str | None, Query(max_length=10, description="CPT or HCPCS.")] = None,
    payer: Payer = None,
    as_of: AsOf = None,
) -> Response:
    """All modifiers: title, code set, classes, whether in force on the day."""
    return same(api.list_modifiers(klass=klass, code_set=code_set, payer=payer, as_of=as_of))


@router.get("/denial-codes/{code}", responses={200: {"model": DenialCodePage}})
def denial_code(code: Code, as_of: AsOf = None) -> Response:
    """A CARC's or RARC's page: what it means, likely causes by the line's modifier, what can be done."""
    return same(api.denial_code(code, as_of=as_of))


@router.get("/edits", responses={200: {"model": list[EditLine]}})
def edits() -> Response:
    """Every edit in a line."""
    return same(api.list_edits())


@router.get("/edits/{code}", responses={200: {"model": EditPage}})
def edit(code: Code) -> Response:
    """An edit's page, by code or name."""
    return same(api.edit(code))


@router.get("/procedures/{code}", responses={200: {"model": Procedure}})
def procedure(
    code: Code,
    request: Request,
    other: Annotated[str | None, Query(max_length=20, description="A second code, held against the NCCI pairs.")] = None,
    as_of: AsOf = None,
) -> Response:
    """What is known of a procedure code on a day: families, indicators with their meaning, unit limits, where it is named."""
    return same(api.procedure(code, other=other, as_of=as_of, home=request.app.state.settings.home))


@router.get("/coverage", responses={200: {"model": Coverage}})
def coverage(
    payer: Payer = None, topic: Annotated[str | None, Query(max_length=80, description="As 52.payment.")] = None, as_of: AsOf = None
) -> Response:
    """What is known for which payer and since when, and what is not."""
    return same(api.coverage(payer, topic=topic, as_of=as_of))


@router.get("/case-facts", responses={200: {"model": list[CaseFact]}})
def case_facts() -> Response:
    """The facts a case can have, with their questions and values."""
    return same(api.case_facts())


@router.get("/data", responses={200: {"model": list[Edition]}})
def data(request: Request) -> Response:
    """The editions of CMS's tables in use: rows, dates, source, notes."""
    return same(api.data_status(home=request.app.state.settings.home))
