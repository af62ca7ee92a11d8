"""What a file is, told by its first bytes: a remittance, claims, a table, a document. For boxes of a form that were swapped."""

from __future__ import annotations

import re
from pathlib import Path

HEAD = 1 << 16
# The head of an interchange has a fixed width: the sign after ISA parts elements, the one at this place ends segments.
_ELEMENT, _SEGMENT = 3, 105
REMIT, CLAIMS, TABLE, JSON, DOCUMENT, OTHER_X12, UNKNOWN = "remit", "claims", "table", "json", "document", "x12", "unknown"
SETS = {b"835": REMIT, b"837": CLAIMS}
NAMES = {
    REMIT: "a remittance (835)",
    CLAIMS: "a claim file (837)",
    TABLE: "a table of lines",
    JSON: "a JSON file",
    DOCUMENT: "a document",
    OTHER_X12: "an X12 file that is neither 835 nor 837",
    UNKNOWN: "a file of an unknown kind",
}
_BINARY = {b"PAR1": TABLE, b"%PDF": DOCUMENT, b"PK\x03\x04": DOCUMENT, b"{\\rtf": DOCUMENT}
_MARK = b"\xef\xbb\xbf"
# A CSV's first line names columns; the first words of a note do not.
_COLUMNS = re.compile(rb"[\w \"'/.-]+(?:[,;\t|][\w \"'/.-]*){2,}")
_LEAST_PRINTED = 0.9


def kind_of(path: Path) -> str:
    """One of the kinds above."""
    with path.open("rb") as file:
        head = file.read(HEAD).removeprefix(_MARK).lstrip()
    if head.startswith(b"ISA"):
        return _of_x12(head)
    for begin, kind in _BINARY.items():
        if head.startswith(begin):
            return kind
    if head.startswith((b"{", b"[")):
        # Claim lines, an object each, are a table; a file of facts is one object.
        return TABLE if re.match(rb'\{[^\n]*"(?:claim_id|code)"[^\n]*\}\s*(?:\n|\Z)', head) else JSON
    first = head.split(b"\n", 1)[0].strip()
    if _COLUMNS.fullmatch(first):
        return TABLE
    printed = sum(byte >= 0x20 or byte in b"\r\n\t\f" for byte in head)
    return DOCUMENT if head and printed >= _LEAST_PRINTED * len(head) and b"\0" not in head else UNKNOWN


def _of_x12(head: bytes) -> str:
    """By the first transaction set that says what it is."""
    if len(head) <= _SEGMENT:
        return OTHER_X12
    element, segment = head[_ELEMENT : _ELEMENT + 1], head[_SEGMENT : _SEGMENT + 1]
    found = re.search(re.escape(segment) + rb"\s*ST" + re.escape(element) + rb"(\d{3})", head)
    return SETS.get(found[1], OTHER_X12) if found else OTHER_X12
