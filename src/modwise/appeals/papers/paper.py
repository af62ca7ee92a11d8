"""A paper beside or instead of the letter."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

from modwise.appeals.ledger import Gap
from modwise.appeals.letter import Letter

Json = dict[str, Any]


@dataclass(frozen=True)
class Paper:
    """One paper: `file` is a name for it, `letter` what can be set as PDF or Word, `data` its bytes where it is no letter."""

    kind: str
    title: str
    file: str
    says: str = ""
    text: str | None = None
    letter: Letter | None = None
    data: bytes | None = None
    missing: tuple[Gap, ...] = ()

    def as_dict(self) -> Json:
        """As every front's JSON has it."""
        missing = [asdict(gap) for gap in self.missing]
        return {"kind": self.kind, "title": self.title, "file": self.file, "says": self.says, "text": self.text, "missing": missing}
