"""Writes the golden texts again: `python -m tests.letters.golden [ID…]`. Read every one that changed before it is kept."""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

from tests.letter_files import drafted, golden, letter_cases


def main(wanted: list[str]) -> None:
    """Writes the texts of the cases asked for, or of all."""
    for case in letter_cases():
        if "refused" in case or (wanted and case["id"] not in wanted):
            continue
        with tempfile.TemporaryDirectory() as folder:
            found = drafted(case, Path(folder))
        if found.letter is None:
            print(f"{case['id']}: no letter: {found.refused}", file=sys.stderr)
            continue
        golden(case).parent.mkdir(parents=True, exist_ok=True)
        golden(case).write_text(found.text, encoding="utf-8")


if __name__ == "__main__":
    main(sys.argv[1:])
