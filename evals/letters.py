"""How well letters are checked: `make eval-letters`, or `python -m evals.letters [--every N] [--passed]`.

Every letter of the invented cases (tests/letter_files.py) that is complete must pass as text, Markdown, Word and PDF. Then each is made
wrong in hundreds of small ways (evals/mutations.py), and each of these must be blocked: at least 99 of 100, and every single one that
changes an amount, a date, an identifier or a citation. Letters are counted by the modifier argued for.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from datetime import date
from pathlib import Path

from evals.mutations import STRICT, mutants
from modwise.appeals.appeal import Appeal
from modwise.appeals.rendering import pdf, word
from modwise.appeals.verifying.pages import read_pages
from modwise.appeals.verifying.running import verify_text
from tests import letter_files

LEAST = 0.99


def letters(folder: Path, every: int = 1) -> Iterator[tuple[str, Appeal, date]]:
    """The complete letters of the invented cases, or of every so-manieth: id, appeal, day."""
    for case in letter_files.letter_cases()[::every]:
        place = folder / str(case["id"])
        place.mkdir()
        appeal = letter_files.drafted(case, place)
        if appeal.letter is not None and appeal.complete:
            yield str(case["id"]), appeal, date.fromisoformat(str(case["today"]))


def alarms(name: str, appeal: Appeal, day: date, folder: Path) -> list[str]:
    """What blocks a letter that is right, in any of its forms."""
    assert appeal.letter is not None
    forms = {
        "txt": appeal.text.encode(),
        "md": appeal.markdown.encode(),
        "docx": word.word(appeal.letter),
        "pdf": pdf.pdf(appeal.letter),
    }
    found = []
    for ending, data in forms.items():
        path = folder / f"{name}.{ending}"
        path.write_bytes(data)
        report = verify_text(read_pages(path).pages, appeal.ledger, today=day)
        found += [f"{name}.{ending}: {p.check} {p.message}: {p.text}" for p in report.blocks]
    return found


class Tally:
    """Mutants by kind, and which passed."""

    def __init__(self) -> None:
        self.made: Counter[str] = Counter()
        self.passed: Counter[str] = Counter()
        self.names: list[str] = []
        self.checks: Counter[str] = Counter()

    def take(self, name: str, appeal: Appeal, day: date, every: int, first: int) -> None:
        """Every so-manieth mutant of a letter."""
        for mutant in list(mutants(appeal.text, appeal.ledger, day))[first % every :: every]:
            report = verify_text([mutant.text], mutant.ledger, today=mutant.today)
            self.made[mutant.kind] += 1
            self.checks.update({problem.check for problem in report.blocks})
            if report.ok:
                self.passed[mutant.kind] += 1
                self.names.append(f"{name}: {mutant.kind}: {mutant.what}")

    @property
    def blocked(self) -> float:
        """The share that was blocked."""
        return 1 - self.passed.total() / max(self.made.total(), 1)

    @property
    def holds(self) -> bool:
        """Whether the aims are met."""
        return self.blocked >= LEAST and not any(self.passed[kind] for kind in STRICT)


def main() -> int:
    """Prints the report; 0 when the aims are met."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        "--every", type=int, default=3, help="take every so-manieth mutant (default 3; 1 takes a quarter of an hour)"
    )
    parser.add_argument("--passed", action="store_true", help="name the mutants that passed")
    options = parser.parse_args()
    tally, wrong, count, spent = Tally(), [], 0, 0.0
    with tempfile.TemporaryDirectory() as place:
        for number, (name, appeal, day) in enumerate(letters(Path(place))):
            count += 1
            wrong += alarms(name, appeal, day, Path(place))
            begun = time.process_time()
            verify_text([appeal.text], appeal.ledger, today=day)
            spent += time.process_time() - begun
            tally.take(name, appeal, day, options.every, number)
    print(f"{count} complete letters, each as txt, md, docx and pdf: {len(wrong)} false alarm(s)")
    print("\n".join(f"  {line}" for line in wrong))
    print(f"a text letter is checked in {1000 * spent / max(count, 1):.0f} ms of processor time")
    print(f"{tally.made.total()} mutants, {tally.passed.total()} passed: {100 * tally.blocked:.2f} % blocked")
    for kind, made in sorted(tally.made.items()):
        print(f"  {kind:14} {made:6} made {tally.passed[kind]:4} passed{'   (none may)' if kind in STRICT else ''}")
    print("checks that spoke: " + ", ".join(f"{code} {n}" for code, n in sorted(tally.checks.items())))
    if options.passed:
        print("\n".join(tally.names))
    return 0 if tally.holds and not wrong else 1


if __name__ == "__main__":
    sys.exit(main())
