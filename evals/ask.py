"""How often `ask` answers right: `python -m evals.ask [FILE…]` (default: all of evals/cases/ask-*.toml).

A file holds `case = [{ q, … }, …]`: `q` the question; `found = false` where nothing may be answered; `has` what the answer must say (one of
several with `|`), `lacks` what it must not, `payer` keys of payers that must speak, `fact` places that must be cited, `source` keys.
"""

from __future__ import annotations

import sys
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import modwise as mw

Case = Mapping[str, Any]
CASES = Path(__file__).parent / "cases"
KEYS = frozenset({"q", "found", "has", "lacks", "payer", "fact", "source"})


def faults(case: Case) -> Iterator[str]:
    """What is wrong with the answer to the case's question; nothing where it is right."""
    told = mw.ask(case["q"])
    wanted = bool(case.get("found", True))
    if told["found"] != wanted:
        yield f"found is {told['found']}"
        return
    said = told["answer"].lower()
    for text in case.get("has", ()):
        if not any(one.lower() in said for one in text.split("|")):
            yield f"does not say {text}"
    for text in case.get("lacks", ()):
        if text.lower() in said:
            yield f"says {text}"
    spoken = {
        "payer": {s["payer"] for s in told["statements"]},
        "fact": {s["fact"] for s in told["statements"]},
        "source": {key for s in told["statements"] for key in s["source"]},
    }
    for kind, held in spoken.items():
        yield from (f"{kind} {key} is missing" for key in case.get(kind, ()) if key not in held)


def read(files: Sequence[Path]) -> Iterator[tuple[Path, Case]]:
    """Every case with its file. Raises ValueError for an unknown key."""
    for path in files:
        for case in tomllib.loads(path.read_text(encoding="utf-8"))["case"]:
            if unknown := case.keys() - KEYS:
                raise ValueError(f"{path.name}: {case.get('q', '?')}: unknown {', '.join(sorted(unknown))}")
            yield path, case


def main(arguments: Sequence[str]) -> int:
    """Prints each wrong answer and the accuracy of each file; 0 when all are right."""
    files = [Path(a) for a in arguments] or sorted(CASES.glob("ask-*.toml"))
    counts: dict[Path, list[int]] = {path: [0, 0] for path in files}
    for path, case in read(files):
        wrong = list(faults(case))
        counts[path][0] += not wrong
        counts[path][1] += 1
        if wrong:
            print(f"{path.name}: {case['q']}\n    {'; '.join(wrong)}")
    for path, (right, asked) in counts.items():
        print(f"ask {path.stem}: {right} of {asked} right")
    right, asked = (sum(count[n] for count in counts.values()) for n in (0, 1))
    print(f"ask: {right} of {asked} right ({100 * right / max(asked, 1):.1f} %)")
    return 0 if right == asked else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
