"""Writes docs/letter-checks.md from the checks themselves; --check only compares."""

from __future__ import annotations

import sys
from pathlib import Path

from modwise.appeals.verifying import registry

TARGET = Path(__file__).resolve().parents[1] / "docs" / "letter-checks.md"
HEAD = """# Checks on a finished letter

`modwise verify LETTER` runs these on a letter (txt, md, docx, pdf), also one that a hand has changed, against the ledger it was drafted with.
`block` keeps a letter from being written without `--force`; `warn` is told. This page is made from the checks: `python tools/letter_checks_doc.py`.

A sentence of the letter that stands as it was drafted is known by its words, however it is set. Any other must be a courtesy, or say no more
than one sentence of the letter, of a note or of an authority says: its own words may come from short lists only, its figures stay behind the same
words, its sides and negations at the same ones. What is left is listed as resting on nothing.

Word lists, phrases, ways of citing and the modifiers' rule cards are data (`facts/letter-checks/`).

Of a packet the letter under its bookmark is checked, and the cover: its dates and amounts (L01, L02), its pages and exhibits (L11).

Not checked here, because a letter and its ledger do not show it: whether an earlier letter was the same (L35), who released it and when (L37),
that the same inputs give the same letter (L39, held by tests).
"""


def page() -> str:
    """The whole page."""
    parts = [HEAD]
    for entry in registry.pages():
        parts.append(
            f"## {entry['code']} {entry['title']} ({entry['severity']})\n\n{entry['summary']}\n\n{entry['what_it_does']}\n\n"
            f"Known limits: {entry['known_limits']}\n"
        )
    return "\n".join(parts)


def main() -> int:
    """Writes the page, or with --check says whether it is as it would be written."""
    if "--check" in sys.argv:
        return 0 if TARGET.read_text(encoding="utf-8") == page() else 1
    TARGET.write_text(page(), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
