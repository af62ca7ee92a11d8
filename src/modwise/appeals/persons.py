"""Whether two papers speak of the same person: a claim and its remittance, a record and its claim. When in doubt they do."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from functools import lru_cache

from modwise.appeals import cards
from modwise.appeals.claimfiles import Paid, Segment, Sent, first
from modwise.appeals.identities import full_name

_ALIKE = 4  # letters at the front by which a cut or corrected name is known again


def of_claim(sent: Sent) -> tuple[str, str]:
    """Name and member number of the patient of a claim as it was sent; empty where it has none."""
    insured = first(sent.subscriber, "NM1", "IL")
    return _name(first(sent.patient, "NM1", "QC") or insured), _number(insured)


def of_remit(paid: Paid) -> tuple[str, str]:
    """Name and member number of the patient as the payer's answer has them; a corrected name beside the first."""
    patient, insured = first(paid.claim, "NM1", "QC"), first(paid.claim, "NM1", "IL")
    name = " ".join(filter(None, (_name(patient), _name(first(paid.claim, "NM1", "74")))))
    return name, _number(insured) or _number(patient)


def agreement(one: tuple[str, str], other: tuple[str, str]) -> int:
    """How well two persons (name, member number) agree: a word of the name and the number count for them; below zero, they differ."""
    names = 0 if not one[0] or not other[0] else (_shared(one[0], other[0]) or -1)
    numbers = 0 if not one[1] or not other[1] else 1 if _plain(one[1]) == _plain(other[1]) else -1
    return names + numbers


def others(text: str, pages: Sequence[int], known: Sequence[str]) -> bool:
    """Whether a record names another patient than those known in the head of one of its pages."""
    return bool(known) and any(all(not _shared(name, one) for one in known) for name in _headed(text, pages))


def _headed(text: str, pages: Sequence[int]) -> Iterator[str]:
    """The names behind "Patient:" and the like in the head of each page."""
    pattern, lines = _heads()
    for start, end in zip(pages, [*pages[1:], len(text)], strict=True):
        for line in text[start:end].splitlines()[:lines]:
            found = pattern.match(line)
            if found and len(_words(found["name"])) > 1:
                yield found["name"]


@lru_cache(maxsize=1)
def _heads() -> tuple[re.Pattern[str], int]:
    """How a record names its patient, and in how many lines at the front of a page."""
    told = cards.common("record")
    return re.compile(told["patient"]), int(told["lines"])


def _shared(one: str, other: str) -> int:
    """How many words two names share; a word that begins as the other does counts."""
    mine, theirs = _words(one), _words(other)
    return sum(any(_alike(word, held) for held in theirs) for word in mine)


def _alike(one: str, other: str) -> bool:
    return one == other or (min(len(one), len(other)) >= _ALIKE and (one.startswith(other) or other.startswith(one)))


def _words(name: str) -> list[str]:
    bare = "".join(sign for sign in unicodedata.normalize("NFKD", name.casefold()) if not unicodedata.combining(sign))
    return [word for word in re.findall(r"[^\W\d_]+", bare) if len(word) > 1]


def _plain(number: str) -> str:
    return re.sub(r"\W", "", number).casefold().lstrip("0")


def _name(segment: Segment | None) -> str:
    return full_name(segment) if segment is not None else ""


def _number(segment: Segment | None) -> str:
    return segment.at(9) if segment is not None else ""
