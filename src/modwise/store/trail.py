"""The audit trail: entries chained by their hashes. An entry holds ids, states and amounts, never what a note says or who a patient is."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from modwise.store.models import ChainRow, EventRow

START = "0" * 64


def add(session: Session, who: str, action: str, item_id: int | None, fields: Mapping[str, Any], at: datetime) -> EventRow:
    """Appends an entry, within the session's transaction."""
    chain = session.execute(select(ChainRow).where(ChainRow.id == 1).with_for_update()).scalar_one()
    moment = at.astimezone(UTC).isoformat()
    text = json.dumps(fields, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    number = chain.last + 1
    mark = _hash(chain.hash, number, moment, who, action, item_id, text)
    entry = EventRow(id=number, at=moment, who=who, action=action, item_id=item_id, fields=text, previous=chain.hash, hash=mark)
    session.add(entry)
    chain.last, chain.hash = number, mark
    session.flush()
    return entry


def verify(session: Session) -> list[str]:
    """What is wrong with the trail, each in a sentence; empty when every entry is as it was written and none is missing."""
    problems = []
    before, number = START, 0
    for entry in session.scalars(select(EventRow).order_by(EventRow.id)):
        number += 1
        if entry.id != number:
            problems.append(f"entry {number} is missing")
            number = entry.id
        if entry.previous != before:
            problems.append(f"entry {entry.id} does not follow the one before it")
        if entry.hash != _hash(entry.previous, entry.id, entry.at, entry.who, entry.action, entry.item_id, entry.fields):
            problems.append(f"entry {entry.id} was changed")
        before = entry.hash
    chain = session.execute(select(ChainRow).where(ChainRow.id == 1)).scalar_one()
    if (chain.last, chain.hash) != (number, before):
        problems.append(f"the trail ends at entry {number}, and {chain.last} were written")
    return problems


def _hash(previous: str, *parts: object) -> str:
    return hashlib.sha256(json.dumps([previous, *parts], separators=(",", ":"), ensure_ascii=False).encode()).hexdigest()
