"""Runs the checks over a finished letter: what is wrong, by place."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from modwise.appeals.ledger import Ledger
from modwise.appeals.verifying.base import BLOCK, Check, Place, Problem
from modwise.appeals.verifying.known import Known
from modwise.appeals.verifying.reading import Finished, finished
from modwise.appeals.verifying.registry import every_check

Json = dict[str, Any]
# What a message shows of a long sentence.
MOST_SHOWN = 240


@dataclass(frozen=True)
class Report:
    """What the checks found, blocks first within a place."""

    problems: tuple[Problem, ...]
    read: Json

    @property
    def ok(self) -> bool:
        """Whether nothing blocks the letter."""
        return not self.blocks

    @property
    def blocks(self) -> tuple[Problem, ...]:
        """The problems with which the letter must not go out."""
        return tuple(problem for problem in self.problems if problem.severity == BLOCK)

    def as_dict(self) -> Json:
        """{ok, problems, read}, as every front shows it."""
        return {"ok": self.ok, "problems": [problem.as_dict() for problem in self.problems], "read": self.read}


def verify_text(pages: Sequence[str], ledger: Ledger, *, today: date, remarks: Sequence[str] = ()) -> Report:
    """The checks over a letter's pages against its ledger. `remarks` are what its file shows besides the text.

    `read` of the report is {pages, words, checks, sentences: {as_drafted, changed}}.
    """
    letter = finished(pages, Known(ledger), today, remarks)
    problems = [problem for check in every_check() for problem in _problems(check, letter)]
    problems.sort(key=lambda p: (p.place.page, p.place.line, p.severity != BLOCK, p.check))
    changed = len(letter.changed)
    return Report(
        tuple(dict.fromkeys(problems)),
        {
            "pages": letter.pages,
            "words": len(letter.text.split()),
            "checks": len(every_check()),
            "sentences": {"as_drafted": len(letter.pieces) - changed, "changed": changed},
        },
    )


def _problems(check: Check, letter: Finished) -> Iterator[Problem]:
    for found in check.look(letter):
        whole = found.start == found.end
        words = " ".join(letter.text[found.start : found.end].split())
        yield Problem(
            check=check.code,
            severity=found.severity or check.severity,
            place=Place() if whole else letter.place(found.start),
            text=words if len(words) <= MOST_SHOWN else f"{words[:MOST_SHOWN]} …",
            message=found.message,
            hint=found.hint,
        )
