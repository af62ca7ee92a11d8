"""Writes docs/remit-frames.md from the schema, so that the two cannot differ."""

from __future__ import annotations

import sys
from pathlib import Path

from modwise.remits import schema

TARGET = Path(__file__).resolve().parent.parent / "docs" / "remit-frames.md"
HEAD = """# The remit frames

An 835 becomes eight frames. `payment_key`, `claim_key` and `line_key` join them; they are running numbers over all files of one reading. Money is
integer cents; unknown is null. Made by `python tools/remit_frames_doc.py`.

- A claim that cannot be read is set aside with `--keep-going`; one whose amounts do not add up is quarantined. Neither is in any frame.
- Line: SVC02 less the line's adjustments is SVC03. Claim: CLP03 less all adjustments is CLP04, and the lines' charges add up to CLP03.
  Payment: BPR02 is the sum of CLP04 less the sum of PLB. All to the cent.
- A reversal (status 22) is paired with what it takes back and with the correction that follows; it is never a denial by itself.
- Status 4 means that the patient was not recognised. A denied claim comes as 1, 2 or 3 with nothing paid.
- A line whose money moved to a panel line (CO-97 here, OA-94 with the opposite amount there) names that line in `bundled_into`.
"""
TITLES = {
    "payments": "one row a payment (ST to SE)",
    "claims": "one row a claim (CLP)",
    "lines": "one row a service line (SVC)",
    "adjustments": "one row for each reason and amount of every CAS",
    "remarks": "one row a remark code (LQ, MOA, MIA)",
    "references": "one row for each REF of a claim or line",
    "amounts": "one row for each AMT of a claim or line",
    "provider_adjustments": "one row for each reason and amount of every PLB",
}


def text() -> str:
    """The whole page."""
    parts = [HEAD]
    for name, columns in schema.FRAMES.items():
        parts.append(f"\n## {name}: {TITLES[name]}\n\n| Column | Type | What it holds |\n|---|---|---|\n")
        parts += [f"| `{column}` | {kind} | {what} |\n" for column, (kind, what) in columns.items()]
    return "".join(parts)


if __name__ == "__main__":
    if "--check" in sys.argv:
        sys.exit(TARGET.read_text(encoding="utf-8") != text())
    TARGET.write_text(text(), encoding="utf-8")
