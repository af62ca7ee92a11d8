"""Runs the measurements and prints them as ratios.

    python -m benchmarks                      the reader's memory, the whole check, NCCI pairs
    python -m benchmarks --peers              also other readers, each installed into an environment of its own under build/
    python -m benchmarks --claims 430000      a file of about a million lines

Set MODWISE_HOME to a folder with imported tables to measure with them; else the starter set counts.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
from pathlib import Path
from statistics import median
from typing import Any

from benchmarks import make_claims, pairs

ROOT = Path(__file__).parent.parent
BUILD = ROOT / "build" / "benchmarks"
PEERS = {
    "linuxforhealth-x12 segments": ("lfh", ["linuxforhealth-x12==0.57.0", "pydantic<2", "setuptools"]),
    "x12sdk segments": ("sdk", ["x12sdk==2.2.0"]),
    "pyx12 segments": ("pyx12", ["pyx12==4.0.0", "setuptools"]),
    "linuxforhealth-x12 models": ("lfh", ["linuxforhealth-x12==0.57.0", "pydantic<2", "setuptools"]),
    "x12sdk models": ("sdk", ["x12sdk==2.2.0"]),
}
OURS = {"modwise read": "off", "modwise read, compiled": "on"}
Cost = dict[str, float]


def main() -> None:
    """Measures and prints."""
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--claims", type=int, default=50_000, help="claims in the file (default 50000, about 110,000 lines)")
    parser.add_argument("--rounds", type=int, default=3, help="rounds by turns (default 3)")
    parser.add_argument("--peers", action="store_true", help="measure other readers too; installs them")
    asked = parser.parse_args()
    BUILD.mkdir(parents=True, exist_ok=True)
    path, lines = claims(asked.claims)
    print(
        f"{path.name}: {asked.claims:,} claims, {lines:,} lines, {path.stat().st_size / 1e6:.0f} MB; {asked.rounds} rounds by turns, medians"
    )
    memory(asked.claims)
    readers(asked, path)
    whole(path, asked.rounds)
    ncci(path, asked.rounds)


def claims(count: int) -> tuple[Path, int]:
    """A file of so many claims, made once, and its lines."""
    path = BUILD / f"claims-{count}.837"
    if not path.exists():
        make_claims.write(path, count)
    return path, path.read_bytes().count(b"~SV1*")


def cost(name: str, path: Path, python: Path | None = None, *, also: Path | None = None, compiled: str = "") -> Cost:
    """One run in a process of its own; `also` is a second file, `compiled` (on, off) overrides the choice of loops."""
    command = [str(python or sys.executable), str(ROOT / "benchmarks" / "work.py"), name, str(path), *([str(also)] if also else [])]
    chosen = {"PYTHONPATH": str(ROOT), **({"MODWISE_COMPILED": compiled or OURS[name]} if compiled or name in OURS else {})}
    done = subprocess.run(command, capture_output=True, text=True, check=True, env={**os.environ, **chosen})
    answer: Cost = json.loads(done.stdout.strip().splitlines()[-1])
    return answer


def memory(count: int) -> None:
    """The reader's peak memory on a file and on one a fifth as large."""
    small, large = (cost("modwise read", claims(n)[0])["rss"] for n in (count // 5, count))
    print(f"\nreader, peak memory: {small:.0f} MB on a fifth of the file, {large:.0f} MB on all of it ({large / small:.2f} times)")


def readers(asked: argparse.Namespace, path: Path) -> None:
    """The reader, and the peers by turns with it."""
    names = [*OURS, *(PEERS if asked.peers else {})]
    # What builds records is slow: a smaller file, and its speed is compared in bytes.
    files = {name: path if not name.endswith("models") else claims(1_000)[0] for name in names}
    pythons = {name: environment(*PEERS[name]) if name in PEERS else None for name in names}
    runs: dict[str, list[Cost]] = {name: [] for name in names}
    for _ in range(asked.rounds):
        for name in names:
            runs[name].append(cost(name, files[name], pythons[name]))
    plain, compiled = (speed(runs[name], path) for name in OURS)
    print(f"\n{'reader':<30}{'MB a CPU second':>18}{'plain to it':>14}{'compiled to it':>16}")
    for name in names:
        theirs = speed(runs[name], files[name])
        print(f"{name:<30}{theirs:>18.2f}{plain / theirs:>14.1f}{compiled / theirs:>16.1f}")


def speed(runs: list[Cost], path: Path) -> float:
    """Megabytes a CPU second."""
    return path.stat().st_size / 1e6 / median(run["cpu"] for run in runs)


def environment(name: str, needs: list[str]) -> Path:
    """A Python of its own with those packages, made once."""
    folder = BUILD / "peers" / name
    python = folder / "bin" / "python"
    if not python.exists():
        tool = ROOT / ".tools" / "bin" / "uv"
        subprocess.run([tool, "venv", "-q", folder, "-p", sys.executable], check=True)
        subprocess.run([tool, "pip", "install", "-q", "-p", folder, *needs], check=True)
    return python


def whole(path: Path, rounds: int) -> None:
    """The whole check against reading alone."""
    runs: dict[str, list[Cost]] = {"modwise read": [], "modwise check": []}
    for _ in range(rounds):
        for name in runs:
            runs[name].append(cost(name, path))
    read, check = (median(run["cpu"] for run in runs[name]) for name in runs)
    lines = runs["modwise check"][0]["count"]
    rss = max(run["rss"] for run in runs["modwise check"])
    print(
        f"\nwhole check: {lines / check:,.0f} lines a CPU second, {check / read:.1f} times reading alone, peak memory {rss:.0f} MB"
    )


def ncci(path: Path, rounds: int) -> None:
    """NCCI pairs against a dictionary loop."""
    found: dict[str, Any] = pairs.measure(path, rounds)
    print(
        f"\nNCCI pairs: {found['lines']:,} lines against {found['pairs']:,} pairs, {found['hits']:,} hits in both;"
        f" {found['ours']:.2f} CPU s, dictionary loop {found['loop']:.2f} CPU s, ratio {found['ratio']:.1f}"
    )


if __name__ == "__main__":
    main()
