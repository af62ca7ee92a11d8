"""What `modwise appeal` answers: the letter with its ledger, or why there is none."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from typing import Any, Literal

from modwise.appeals.ledger import Exhibit, Gap, Ledger
from modwise.appeals.letter import Letter
from modwise.appeals.rendering import markdown, text

Json = dict[str, Any]
Kind = Literal["appeal", "documents", "underpayment", "refused"]


@dataclass
class Appeal:
    """A drafted letter, or a refusal: then `letter` is null, `refused` says {why, remedy, source} and `papers` what to send instead."""

    kind: Kind
    ledger: Ledger
    letter: Letter | None = None
    refused: Json | None = None
    papers: list[Any] = field(default_factory=list)
    problems: list[Json] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)

    @property
    def missing(self) -> list[Gap]:
        """What the letter needs and nobody has said."""
        return list(self.ledger.gaps)

    @property
    def complete(self) -> bool:
        """Whether the letter can be signed and sent as it stands."""
        return self.letter is not None and not self.ledger.gaps

    @property
    def exhibits(self) -> list[Exhibit]:
        """What is enclosed."""
        return list(self.ledger.exhibits)

    @property
    def text(self) -> str:
        """The letter as plain text; empty where there is none."""
        return text.render(self.letter) if self.letter else ""

    @property
    def markdown(self) -> str:
        """The letter as Markdown; empty where there is none."""
        return markdown.render(self.letter) if self.letter else ""

    def as_dict(self) -> Json:
        """As every front's JSON has it."""
        return {
            "kind": self.kind,
            "complete": self.complete,
            "refused": self.refused,
            "letter": {"text": self.text, **self.letter.as_dict()} if self.letter else None,
            "ledger": self.ledger.as_dict(),
            "missing": [asdict(gap) for gap in self.missing],
            "problems": self.problems,
            "warnings": self.warnings,
            "papers": [paper.as_dict() for paper in self.papers],
            "exhibits": [asdict(exhibit) for exhibit in self.exhibits],
        }
