"""Files of cases, TOML or JSON: a list `cases` (in JSON the list may stand alone)."""

from __future__ import annotations

import json
import tomllib
from collections.abc import Iterable
from pathlib import Path
from typing import Any

Case = dict[str, Any]


def read(path: Path) -> list[Case]:
    """The cases of a file. Raises SystemExit when it holds none."""
    text = path.read_text(encoding="utf-8")
    body = tomllib.loads(text) if path.suffix == ".toml" else json.loads(text)
    cases = body if isinstance(body, list) else body.get("cases")
    if not isinstance(cases, list) or not cases:
        raise SystemExit(f"{path}: no list `cases`")
    return cases


def files(paths: Iterable[str], default: Path) -> list[Path]:
    """The named files, folders opened; the default folder when none is named."""
    named = [Path(path) for path in paths] or [default]
    return [one for path in named for one in (sorted((*path.glob("*.toml"), *path.glob("*.json"))) if path.is_dir() else [path])]


def report(title: str, outcomes: list[tuple[str, str]], verbose: bool = True) -> None:
    """Prints the share that is right, and each wrong one with why (`outcomes`: name and what is wrong, empty when right)."""
    wrong = [(name, why) for name, why in outcomes if why]
    right = len(outcomes) - len(wrong)
    if verbose:
        for name, why in wrong:
            print(f"  {name}: {why}")
    print(f"{title}: {right} of {len(outcomes)} right ({100 * right / len(outcomes):.1f} %)")
