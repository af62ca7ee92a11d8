"""Every error Modwise raises.

ModwiseError
├─ UsageError        wrong option, unknown edit or payer             exit 2, HTTP 400
├─ InputError        a file cannot be read                           exit 2, HTTP 422
│  └─ X12Error       segment number, loop, element, the standard's own code
├─ KnowledgeError    a fact or edit file is wrong: file, key         exit 2, HTTP 500
└─ MissingExtra      an optional part is not installed               exit 2, HTTP 501

A message says what, where, why and what to do. No message holds patient data: values are quoted only for procedure codes,
modifiers, qualifiers and units.
"""

from __future__ import annotations


class ModwiseError(Exception):
    """Base of all errors; `code` is stable, `where` a place, `hint` what to do."""

    status = 500
    exit_code = 2

    def __init__(self, message: str, *, where: str = "", hint: str = "", code: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.where = where
        self.hint = hint
        self.code = code or _kebab(type(self).__name__)

    def __str__(self) -> str:
        head = f"{self.where}: {self.message}" if self.where else self.message
        if not self.hint:
            return head
        return f"{head if head.endswith(('.', '?', '!')) else head + '.'} {self.hint}"

    def as_dict(self) -> dict[str, str]:
        """The error as the JSON shape every front returns."""
        return {"code": self.code, "where": self.where, "message": self.message, "hint": self.hint}


class UsageError(ModwiseError):
    """A wrong option or an unknown name."""

    status = 400


class InputError(ModwiseError):
    """A file that cannot be read."""

    status = 422


class X12Error(InputError):
    """A broken place in an X12 file.

    `segment` counts from 1 in the file, `position` is the byte offset of the segment's first byte, `claim` counts claims from 1
    in the file (0 before the first), `element` is written as the standard does ("SV101-2"), `x12_code` is the element (IK403) or
    segment (IK304) error code of the 999 acknowledgment where one fits.
    """

    def __init__(
        self,
        message: str,
        *,
        file: str = "",
        segment: int = 0,
        segment_id: str = "",
        loop: str = "",
        element: str = "",
        claim: int = 0,
        position: int = 0,
        x12_code: str = "",
        hint: str = "",
    ) -> None:
        inside = [part for part in (segment_id, f"loop {loop}" if loop else "", f"claim {claim}" if claim else "") if part]
        here = f"segment {segment}" + (f" ({', '.join(inside)})" if inside else "")
        place = f"{file} {here}".strip()
        super().__init__(
            f"{element} {message}".strip() if element else message,
            where=place,
            hint=hint or "Correct the export, or use --keep-going to check the other claims.",
            code="x12-error",
        )
        # What is said of a claim that is set aside: its file stands beside it, and nothing has to be chosen any more.
        self.aside = f"{here}: {self.message}" if segment else self.message
        self.file = file
        self.segment = segment
        self.segment_id = segment_id
        self.loop = loop
        self.element = element
        self.claim = claim
        self.position = position
        self.x12_code = x12_code


class KnowledgeError(ModwiseError):
    """A fact or edit file is wrong; the message names the file and the key."""

    status = 500


class MissingExtra(ModwiseError):
    """An optional part of Modwise is not installed."""

    status = 501


def _kebab(name: str) -> str:
    return "".join(f"-{c.lower()}" if c.isupper() and i else c.lower() for i, c in enumerate(name))
