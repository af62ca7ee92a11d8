"""What a check is: a class with a documented page and one pure function over the letter as read and what its ledger holds."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar, Literal

if TYPE_CHECKING:
    from modwise.appeals.verifying.reading import Finished

Json = dict[str, Any]
Severity = Literal["block", "warn"]
BLOCK: Severity = "block"
WARN: Severity = "warn"


@dataclass(frozen=True)
class Found:
    """One thing a check found: its words as offsets of the letter's text; the letter as a whole where start equals end."""

    start: int
    end: int
    message: str
    hint: str = ""
    severity: Severity | None = None  # where it differs from the check's own


@dataclass(frozen=True)
class Place:
    """Where in the finished letter, counted from 1; zero for the letter as a whole."""

    page: int = 0
    line: int = 0
    paragraph: int = 0


@dataclass(frozen=True)
class Problem:
    """What is wrong, where, and what to do."""

    check: str
    severity: Severity
    place: Place
    text: str
    message: str
    hint: str

    def as_dict(self) -> Json:
        """As every front shows it."""
        return {
            "check": self.check,
            "severity": self.severity,
            "place": {"page": self.place.page, "line": self.place.line, "paragraph": self.place.paragraph},
            "text": self.text,
            "message": self.message,
            "hint": self.hint,
        }


PLACEHOLDER = "[TO BE COMPLETED"


def put_back(drafted: str) -> str:
    """What to do about a line of the draft that is missing: put it back, or give what it lacked."""
    if PLACEHOLDER in drafted:
        return "The draft lacked it: give it with --facts or --claims, or put it into practice.toml, and draft the letter again."
    return f"Put it back as drafted: {drafted}"


class Check:
    """A check of a finished letter. The subclass's docstring is its page."""

    code: ClassVar[str]
    title: ClassVar[str]
    severity: ClassVar[Severity] = BLOCK

    def look(self, letter: Finished) -> Iterator[Found]:
        """What is wrong, in any order."""
        raise TypeError(f"{type(self).__name__} defines no look")
