"""Remittances taken in: read once, decided, put into the worklist; the files are kept, for letters are written from them."""

from __future__ import annotations

import json
from dataclasses import fields, replace
from typing import TYPE_CHECKING, Any

from modwise import api
from modwise.http.workroom import Folder

if TYPE_CHECKING:
    from modwise.http.works import Task

Json = dict[str, Any]
RESULTS = ["denials.csv", "denials.xlsx", "denials.json"]


def answer(task: Task) -> tuple[Json, list[str]]:
    """Decides an item anew with what was said of its line (terms: item, answers, remits, claims and those of a reading)."""
    from modwise.http.works import denial_terms

    where: Json = {"database": task.terms.get("database"), "home": task.home}
    terms = {name: value for name, value in denial_terms(task).items() if name not in ("home", "keep_going", "learn")}
    read = {**terms, "remits": task.terms["remits"], "claims": task.terms["claims"], "progress": task.progress}
    item = api.worklist_answer(task.terms["item"], task.terms["answers"], who=task.owner, terms=read, **where)
    return {"remedy": item["remedy"]}, []


def intake(task: Task) -> tuple[Json, list[str]]:
    """Reads 835 files (field "remits") and the 837s they answer ("claims"), writes denials.csv, .xlsx and .json, and takes the open ones in.

    Their folder is then kept beyond its day: an item's `file` lies in it, and its letter is drafted from it.
    """
    from modwise.denying import sheets
    from modwise.http.works import denial_terms

    where: Json = {"database": task.terms.get("database"), "home": task.home}
    known = api.worklist_measures(**where)["chances"]
    chances = {(row["payer"], row["cause"]): row for row in known}
    terms = {**denial_terms(task), "chances": chances}
    terms["facts"] = api.worklist_facts(terms.get("facts"), **where)
    read = api.denials(task.paths("remits", "file"), task.paths("claims"), progress=task.progress, **terms)
    taken = api.worklist_take(read, who=task.owner, **where)
    if read.open:
        Folder(task.folder).keep()
    named = replace(read, **{one.name: task.named(getattr(read, one.name)) for one in fields(read)})
    with task.writing("denials.csv") as out:
        out.write(sheets.csv(named))
    with Folder(task.folder).create("denials.xlsx"):
        sheets.workbook(named, task.folder / "denials.xlsx")
    with task.writing("denials.json") as out:
        json.dump(named.as_dict(), out, ensure_ascii=False)
    rest = {name: value for name, value in named.as_dict().items() if name != "items"}
    return {**rest, "taken": taken, "items": len(named.items)}, RESULTS
