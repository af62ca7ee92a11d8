"""To whom the paper goes, as what, by when: the process of that payer on that day, and what the practice has set for it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from modwise.appeals.book import Book
from modwise.appeals.ledger import Gap, Source
from modwise.appeals.practice import Practice
from modwise.appeals.wording import payer_named
from modwise.denying import processes
from modwise.denying.processes import Setting
from modwise.knowledge.corpus import Corpus

Json = dict[str, Any]
ORDINALS = ("first", "second", "third", "fourth", "fifth")
KINDS = {"appeal": "appeal", "send_documents": "documents", "dispute_underpayment": "underpayment"}
_MAC_DIGITS = 5
_ROUTES = {"documents": "documents", "underpayment": "dispute"}


@dataclass(frozen=True)
class Routed:
    """The route as the ledger holds it, and what it lacks."""

    route: Json
    gaps: tuple[Gap, ...]


def route(item: Mapping[str, Any], facts: Mapping[str, Any], practice: Practice, book: Book, known: Corpus) -> Routed:
    """The route of a denial's letter; adds its facts (level, deadline, addressee) to the book."""
    kind = KINDS[str(item["remedy"])]
    setting = Setting(item["payer"], facts.get("contract") or {}, tuple(facts.get("appeals") or ()))
    identity = _ROUTES.get(kind, f"appeal-{setting.next_level}")
    found = processes.route(identity, setting, known) or {}
    step = setting.next_level if kind == "appeal" else 1
    own = practice.payer(known.line_of(item["payer"]), book.value("payer_name"), step)
    source = Source("process", _file(item["payer"], known), f"route {identity}")
    level = found.get("level")
    request = str(found.get("request") or _plain_request(kind, found))
    book.add("statement", "request", request, source)
    if kind == "appeal":
        book.add("statement", "level", _level_words(step), source)
    decided = [str(appeal["decided"]) for appeal in setting.appeals if appeal.get("decided")]
    book.add("date", "decision_date", max(decided, default=None), Source("facts", place="appeals"))
    deadline = item.get("deadline") or {}
    for name in ("legal", "work_by"):
        if deadline.get(name):
            book.computed("date", f"deadline_{name}", deadline[name], [book.get("notice_date")], str(deadline.get("rule") or ""))
    lines, gaps = _addressee(found, own, practice, book)
    method = _method(own)
    return Routed(
        {
            "kind": kind,
            "payer": contractor(facts.get("mac"), known) or item["payer"],
            "contractor": contractor(facts.get("mac"), known),
            "process": _file(item["payer"], known),
            "programme": processes.programme(item["payer"], known),
            "id": identity,
            "level": level,
            "level_title": _level_words(setting.next_level) if kind == "appeal" else None,
            "request": request,
            "addressee": lines,
            "form": list(found.get("form", ())),
            "needs": list(found.get("needs", ())),
            "method": method,
            "deadline": deadline or None,
            "elements": list(found.get("elements", ())),
            "source": list(found.get("source", ())) or list(deadline.get("source", ())),
        },
        gaps,
    )


def contractor(said: Any, known: Corpus) -> str | None:
    """Our key of the Medicare contractor that the facts name by number, key or name; null where they name none we know."""
    text = str(said or "").strip().lower()
    if not text:
        return None
    if text.isdecimal():
        number = text.zfill(_MAC_DIGITS)
        held = (
            key for key, table in known.payers.items() if table["kind"] == "contractor" and number in table.get("payer_ids", ())
        )
        return next(held, None)
    return next((key for key in (text, f"mac-{text.split()[0]}") if key in known.payers), None)


def _level_words(level: int) -> str:
    return f"{ORDINALS[level - 1]} level of appeal" if 0 < level <= len(ORDINALS) else f"level {level}"


def _plain_request(kind: str, found: Mapping[str, Any]) -> str:
    if kind == "documents":
        return "Records in answer to your request"
    if kind == "underpayment":
        return "Payment dispute: request to reprice a line"
    name = str(found.get("name", "appeal"))
    words = name.split(" ", 1)[1] if name[:1] == "L" and name[1:2].isdigit() else name
    return f"Request for {'an ' if words[0] in 'aeiou' else ''}{words}" if words == "appeal" else f"Request for {words}"


def _addressee(
    found: Mapping[str, Any], own: Mapping[str, Any], practice: Practice, book: Book
) -> tuple[list[str], tuple[Gap, ...]]:
    """The lines of the address; a gap where the practice has set none and the paper goes by mail or fax."""
    if own.get("addressee"):
        book.add("address", "addressee", "\n".join(own["addressee"]), Source("practice", practice.file))
        return list(own["addressee"]), ()
    payer = book.value("payer_name") if not found.get("addressee") else None
    unit = found.get("addressee") or found.get("unit")
    lines = [*([payer_named(payer)] if payer else []), *([str(unit)] if unit else [])]
    if own.get("method") == "portal" or own.get("portal"):
        return lines, ()
    gap = Gap(
        "addressee",
        "[TO BE COMPLETED: address, fax number or portal for appeals, as the remittance or the payer's page states it]",
        "No address for appeals is set for this payer. Put it under [[payer]] in practice.toml.",
    )
    return [*lines, gap.placeholder], (gap,)


def _method(own: Mapping[str, Any]) -> str | None:
    method = own.get("method") or ("portal" if own.get("portal") else "fax" if own.get("fax") else None)
    if method == "fax" and own.get("fax"):
        return f"By fax to {own['fax']}"
    if method == "portal":
        return f"By portal: {own['portal']}" if own.get("portal") else "By the payer's portal"
    return {"mail": "By mail", "fax": "By fax", "email": "By email"}.get(str(method))


def _file(payer: str | None, known: Corpus) -> str:
    """The process file that speaks first for the payer."""
    files = known.kinds["processes"]
    return f"processes/{next((key for key in known.line_of(payer) if key in files), 'any')}.toml"


def too_small(item: Mapping[str, Any]) -> Json | None:
    """{least, on, source} where the amount in dispute is surely below what the level asks; None else.

    Where nobody knows what is at risk, no more can be than what was charged and not paid.
    """
    asked = (item.get("deadline") or {}).get("amount_in_controversy")
    if not asked or asked.get("least") is None:
        return None
    least, held = processes.money(asked["least"]), processes.money(item.get("at_risk"))
    if held is None:
        charged, paid = processes.money(item.get("charge")), processes.money(item.get("paid"))
        held = charged - paid if charged is not None and paid is not None else None
    return dict(asked) if least is not None and held is not None and held < least else None


def won(facts: Mapping[str, Any], known: Corpus) -> bool:
    """Whether the last decision that the facts tell of was wholly in the practice's favour."""
    decided = [entry for entry in facts.get("appeals") or () if entry.get("outcome")]
    last = max(decided, key=lambda entry: int(entry["level"]), default=None)
    words = known.kinds["letters"]["common"]["record"]["won"]
    return last is not None and re.match(words, str(last["outcome"])) is not None


def late(item: Mapping[str, Any], today: date) -> bool:
    """Whether the last lawful day is past."""
    legal = (item.get("deadline") or {}).get("legal")
    return legal is not None and date.fromisoformat(legal) < today
