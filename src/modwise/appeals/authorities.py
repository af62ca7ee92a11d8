"""Which authorities a letter may cite: traced ones, for that payer, on that day of service. The library is facts/citable/."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any

from modwise.appeals.ledger import Authority
from modwise.knowledge.corpus import ANY, UNVERIFIED, Corpus

Entry = Mapping[str, Any]
MOST = 3


def library(known: Corpus) -> dict[str, Entry]:
    """Every authority by its id."""
    return {entry["id"]: entry for table in known.kinds["citable"].values() for entry in table["authority"]}


def citable(entry: Entry, payer: str | None, day: date | None, adopted: Iterable[str], known: Corpus) -> bool:
    """Whether it may be cited: its source is traced, it holds for the payer (or the payer adopts it) and on the day."""
    if not verified(entry, known):
        return False
    if day is not None and not _from(entry) <= day <= _until(entry):
        return False
    return own(entry, payer, known) or entry.get("adopted_as") in set(adopted)


def own(entry: Entry, payer: str | None, known: Corpus) -> bool:
    """Whether it holds for the payer by itself, whatever the payer's policies adopt."""
    line = set(known.line_of(payer)) - {ANY}
    return bool(line & set(entry["payers"])) or ANY in entry["payers"]


def verified(entry: Entry, known: Corpus) -> bool:
    """Whether a source that says it was read, and not by hearsay only."""
    kinds = {known.sources[key]["kind"] for key in entry["source"] if key in known.sources}
    return bool(kinds - {UNVERIFIED, "secondhand"})


def _from(entry: Entry) -> date:
    return date.fromisoformat(str(entry["since"])) if entry.get("since") else date.min


def _until(entry: Entry) -> date:
    return date.fromisoformat(str(entry["until"])) if entry.get("until") else date.max


def cited(
    wanted: Sequence[str], payer: str | None, day: date | None, adopted: Iterable[str], known: Corpus
) -> list[tuple[Authority, str, str | None]]:
    """The authorities of `wanted` (id, or id#proposition) that may be cited, at most three: each with what is said of it, and with what
    a policy of the payer adopts it as where only that makes it hold."""
    books = library(known)
    found: list[tuple[Authority, str, str | None]] = []
    for name in wanted:
        identity, _, number = name.partition("#")
        entry = books[identity]
        if len(found) < MOST and citable(entry, payer, day, adopted, known) and identity not in [a.id for a, *_ in found]:
            adoption = None if own(entry, payer, known) else str(entry["adopted_as"])
            held = {p["id"]: str(p["says"]) for p in entry["holds"]}
            said = held[number] if number else next(iter(held.values()))
            found.append((_authority(entry, tuple(held.values()), payer if adoption else None), said, adoption))
    return found


def _authority(entry: Entry, holds: tuple[str, ...], adopter: str | None) -> Authority:
    return Authority(
        id=entry["id"],
        citation=entry["citation"],
        holds=holds,
        edition=entry.get("edition"),
        payers=() if ANY in entry["payers"] else (*entry["payers"], *([adopter] if adopter else [])),
        since=str(entry["since"]) if entry.get("since") else None,
        until=str(entry["until"]) if entry.get("until") else None,
        url=entry.get("url"),
    )
