"""A hash per fact file, so that no fact changes unseen: `python -m modwise.knowledge.lock` writes it after a review.

A changed file needs a changed `reviewed` date; the lock refuses to take it otherwise.
"""

from __future__ import annotations

import hashlib
import sys
import tomllib
from pathlib import Path

from modwise.knowledge.load import FACTS

LOCK = FACTS / "facts.lock"


def entries(folder: Path = FACTS) -> dict[str, tuple[str, str]]:
    """File (relative) → (reviewed date, hash of its bytes)."""
    found = {}
    for path in sorted(folder.rglob("*.toml")):
        content = path.read_bytes()
        reviewed = tomllib.loads(content.decode("utf-8")).get("reviewed", "-")
        name = path.relative_to(folder).as_posix()
        found[name] = (str(reviewed), hashlib.sha256(content).hexdigest()[:16])
    return found


def read(path: Path = LOCK) -> dict[str, tuple[str, str]]:
    """The lock as it stands; empty when there is none."""
    if not path.exists():
        return {}
    rows = (line.split() for line in path.read_text(encoding="utf-8").splitlines() if line and not line.startswith("#"))
    return {name: (reviewed, digest) for name, reviewed, digest in rows}


def digest(path: Path = LOCK) -> str:
    """One hash of all fact files as locked: which knowledge a paper was made with; empty where there is no lock."""
    return hashlib.sha256(path.read_bytes()).hexdigest()[:16] if path.exists() else ""


def problems(locked: dict[str, tuple[str, str]], current: dict[str, tuple[str, str]]) -> list[str]:
    """What stands between the lock and the files: files that are new, gone or changed, each in a sentence."""
    found = [f"{name}: not in the lock" for name in current.keys() - locked.keys()]
    found += [f"{name}: in the lock, but gone" for name in locked.keys() - current.keys()]
    for name in current.keys() & locked.keys():
        if current[name][1] != locked[name][1]:
            same = current[name][0] == locked[name][0] and current[name][0] != "-"
            found.append(f"{name}: changed" + (", but its reviewed date did not" if same else ""))
    return sorted(found)


def main(argv: list[str]) -> int:
    """Writes the lock; refuses files that changed without a new `reviewed` date, unless `--same-day` is given."""
    current, locked = entries(), read()
    stale = [p for p in problems(locked, current) if p.endswith("did not")]
    if stale and "--same-day" not in argv:
        print("\n".join(stale))
        return 1
    lines = [f"{name} {reviewed} {digest}" for name, (reviewed, digest) in current.items()]
    LOCK.write_text("# file, reviewed, sha256 (first 16 digits)\n" + "\n".join(lines) + "\n", encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
