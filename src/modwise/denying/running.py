"""From files to items: reads, matches, decides, and puts the answer as every front shows it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import partial
from pathlib import Path
from typing import Any

import polars as pl

from modwise.claims import reading as claims_reading
from modwise.claims import schema as claims_schema
from modwise.claims.reading import ReadLog
from modwise.denying import given, joining, measures, priority
from modwise.denying.deciding import Decider
from modwise.denying.item import Adjustment
from modwise.denying.joining import Ready, Sources
from modwise.knowledge.corpus import Corpus, corpus
from modwise.pricing import learning, learnt, remitted
from modwise.pricing.fees import FeeBook
from modwise.pricing.money import cents, read_amount
from modwise.pricing.rating import Book
from modwise.reference.tables import Tables
from modwise.remits import reading
from modwise.remits.frames import Remits
from modwise.x12 import values

Json = dict[str, Any]
Paths = Sequence[str | Path]


@dataclass
class Denials:
    """What was found: items (settled ones, whose remedy is no_action, among them), what was set aside, and the measures."""

    items: list[Json]
    read: Json
    quarantined: list[Json]
    summary: Json
    warnings: list[str] = field(default_factory=list)

    @property
    def open(self) -> list[Json]:
        """The items on which something is to be done, the most pressing first."""
        return [item for item in self.items if item["remedy"] != "no_action"]

    def as_dict(self) -> Json:
        """As the JSON has it."""
        return {
            "read": self.read,
            "items": self.items,
            "quarantined": self.quarantined,
            "summary": self.summary,
            "warnings": self.warnings,
        }


def run(
    remit_files: Paths,
    claim_files: Paths = (),
    *,
    facts: str | Path | Mapping[str, Any] | None = None,
    today: date | None = None,
    payer: str | None = None,
    keep_going: bool = False,
    home: Path | None = None,
    progress: Callable[[int, int], None] | None = None,
    chances: priority.Chances | None = None,
    learn: bool = False,
    small_balance: str | None = None,
) -> Denials:
    """The items of 835 files, joined with the 837s they answer; `payer` stands in for the payer of every claim.

    `chances` are those of one's own outcomes, as the worklist tells them. With `learn` what the payers are seen to allow in these remits
    is kept in the data folder first, and stands in where no price is known.
    What is at stake below `small_balance` is written off; null = nothing is, unless the contract facts say so.
    Raises as the readers do, and UsageError for facts that are none or an unknown payer.
    """
    known = corpus()
    if payer is not None:
        known.payer(payer)
    case_facts = {} if facts is None else given.checked(facts) if isinstance(facts, Mapping) else given.read(facts)
    remits = reading.read(remit_files, keep_going=keep_going, progress=progress)
    taught = _learnt(remits, known, home) if learn else None
    log = ReadLog()
    claims = partial(_claims, claim_files, log, keep_going=keep_going) if claim_files else None
    gathered = joining.gather(remits, claims)
    read = {**_read(remits, log), "learnt": taught}
    noted = measures.noted(remits, known)
    quarantined = [q.as_dict() for q in remits.quarantined]
    # A year's frames are let go before prices and decisions need the room.
    del remits
    sources = Sources(known, Tables.open(home), case_facts, home, payer, _least(small_balance))
    lines, items = joining.ready(gathered, sources)
    del gathered
    decider = Decider(known, today)
    answers = [_answer(one, decider, today, chances) for one in items]
    answers.sort(key=priority.order)
    return Denials(
        items=answers,
        read=read,
        quarantined=quarantined,
        summary={**measures.summary(lines, answers, noted), "small_balance": _small(answers, sources.least)},
        warnings=measures.warnings(noted, lines, bool(claim_files), case_facts),
    )


def _claims(paths: Paths, log: ReadLog, *, keep_going: bool) -> pl.DataFrame:
    read = claims_reading.read(list(paths), columns=joining.NEEDED, keep_going=keep_going, log=log)
    frames = [values.owned(frame) for frame in read]
    return pl.concat(frames) if frames else claims_schema.empty(joining.NEEDED)


def _least(small_balance: str | None) -> int | None:
    """The amount in cents. Raises UsageError for what is no amount."""
    if small_balance is None:
        return None
    return cents(read_amount(small_balance, "the small balance"))


def _small(answers: Sequence[Mapping[str, Any]], least: int | None) -> Json:
    """{least, items, amount}: what was written off as small; `least` null where no amount is set."""
    gone = [a for a in answers if a["decided_by"][-1]["rule"] == "route.small"]
    lost = sum((given.cents(a["expected"]) or 0) - (given.cents(a["allowed"]) or 0) for a in gone)
    return {"least": money(least), "items": len(gone), "amount": money(lost)}


def _learnt(remits: Remits, known: Corpus, home: Path | None) -> Json:
    """Learns from payments that were not learnt from before: how many they are, and how many were known."""
    book = Book(known, FeeBook(Tables.open(home)), {}, learnt.load(home))
    fresh, before = learning.take(remits, remitted.lines_of(remits, book), book, home)
    return {"payments": fresh, "known_before": before}


def _read(remits: Remits, log: ReadLog) -> Json:
    return {
        "files": [*remits.log.files, *log.files],
        "claims": remits.claims.height,
        "lines": remits.lines.height,
        "payments": remits.payments.height,
        "sent": {"claims": log.claims, "lines": log.lines},
        "set_aside": [item.as_dict() for item in (*remits.log.set_aside, *log.set_aside)],
    }


def _answer(one: Ready, decider: Decider, today: date | None, chances: priority.Chances | None) -> Json:
    item, row = one.item, one.row
    decision = decider.decide(item)
    allowed = row["allowed_amount"]
    answer: Json = {
        "file": row["file"],
        "position": row["position"],
        "claim": item.claim,
        "line": item.line,
        "payer": item.payer,
        "payer_control": row["payer_control"],
        "status": item.status,
        "service": _iso(item.service),
        "notice": _iso(item.notice),
        "code": item.code,
        "modifiers": list(item.modifiers),
        "decided": {"code": item.decided_code, "modifiers": list(item.decided_modifiers)} if item.recoded else None,
        "charge": money(item.charge),
        "paid": money(item.paid),
        "allowed": money(allowed),
        "expected": money(item.expected),
        "expected_from": _origin(one),
        "at_risk": money(at_risk(item.expected, allowed, decision, item.adjustments)),
        "adjustments": [{"group": a.group, "carc": a.carc, "amount": money(a.amount)} for a in item.adjustments],
        "match": _match(row),
        **decision,
    }
    answer["priority"] = priority.of(answer, decider.known, today, chances)
    return answer


def _origin(one: Ready) -> Json | None:
    """What the expected amount rests on: {basis, quality, learnt_from}; null where nothing is expected."""
    if one.item.expected is None:
        return None
    if one.by_contract:
        return {"basis": "contract", "quality": "exact", "learnt_from": None}
    return {"basis": one.row["basis"], "quality": one.row["quality"], "learnt_from": one.row["learnt"]}


def at_risk(expected: int | None, allowed: int, decision: Mapping[str, Any], adjustments: Sequence[Adjustment]) -> int | None:
    """What can still be had, in cents: expected less allowed; the patient's amount where the patient is billed; 0 where nothing is.

    None where the expected amount is not known: the charge says nothing of it.
    """
    if decision["remedy"] in ("no_action", "write_off"):
        return 0
    if decision["remedy"] == "bill_patient":
        return sum(a.amount for a in adjustments if a.group == "PR" and a.carc == decision["carc"])
    return None if expected is None else max(0, expected - allowed)


def _match(row: Mapping[str, Any]) -> Json | None:
    if row["by"] is None:
        return None
    return {"claim": row["sent_claim"], "line": row["sent_line"], "by": row["by"], "confidence": row["confidence"]}


def money(cents: int | None) -> str | None:
    """An amount as the JSON has it."""
    return None if cents is None else f"{'-' if cents < 0 else ''}{abs(cents) // 100}.{abs(cents) % 100:02d}"


def _iso(day: date | None) -> str | None:
    return day.isoformat() if day else None
