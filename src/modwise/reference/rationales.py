"""Why a pair is in the NCCI table, as a number in the store and a short word of ours in answers."""

from __future__ import annotations

OTHER = 0

# Number → our words, and what CMS's text contains. The numbers are stored: never renumber, only add.
_KNOWN = (
    ("not stated", ""),
    ("coding instruction", "CODING INSTRUCTION"),
    ("column 2 misused with column 1", "MISUSE"),
    ("standard of practice", "STANDARDS OF MEDICAL"),
    ("part of anesthesia care", "STANDARD PREPARATION"),
    ("definition of the code", "CODE DEFINITION"),
    ("mutually exclusive", "MUTUALLY EXCLUSIVE"),
    ("more extensive procedure", "MORE EXTENSIVE"),
    ("separate-procedure rule", "SEPARATE PROCEDURE"),
    ("anesthesia by the operator", "ANESTHESIA SERVICE INCLUDED"),
    ("sequential procedure", "SEQUENTIAL"),
    ("laboratory panel", "LABORATORY PANEL"),
    ("sex-specific procedures", "GENDER"),
)
WORDS = tuple(words for words, _ in _KNOWN)


def number(text: str) -> int:
    """The rationale's number; OTHER for one CMS has added since."""
    wanted = text.upper()
    return next((i for i, (_, mark) in enumerate(_KNOWN) if mark and mark in wanted), OTHER)
