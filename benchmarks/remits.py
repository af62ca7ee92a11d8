"""Measures reading remits beside other readers, and a year of remits matched with its claims.

python -m benchmarks.remits               ours and the peers by turns on a file of 20,000 claims
python -m benchmarks.remits --year        a million lines: read, matched with the 837 they answer, and decided
"""

from __future__ import annotations

import argparse
from pathlib import Path
from statistics import median

from benchmarks import make_remits
from benchmarks.__main__ import BUILD, Cost, claims, cost, environment

# name -> (environment, what it needs, claims in its file)
PEERS: dict[str, tuple[str, list[str], int]] = {
    "oxedi tables": ("oxedi", ["oxedi==0.6.0"], 20_000),
    "linuxforhealth-x12 segments": ("lfh", ["linuxforhealth-x12==0.57.0", "pydantic<2", "setuptools"], 20_000),
    "pyx12 segments": ("pyx12", ["pyx12==4.0.0", "setuptools"], 2_000),
    "x12sdk models": ("sdk", ["x12sdk==2.2.0"], 1_000),
    "edi-835-parser": ("edi835", ["edi-835-parser==1.8.0"], 400),
}
OURS = {"modwise remits": "off", "modwise remits compiled": "on"}
YEAR = 456_000


def main() -> None:
    """Measures and prints."""
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.remits", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--rounds", type=int, default=3, help="rounds by turns (default 3)")
    parser.add_argument("--year", action="store_true", help="a million lines, read, matched and decided")
    asked = parser.parse_args()
    BUILD.mkdir(parents=True, exist_ok=True)
    remits(20)  # read first in every process, so that loading modules is not counted
    if asked.year:
        year()
    else:
        peers(asked.rounds)


def remits(count: int) -> tuple[Path, Path]:
    """The 835 of so many claims, made once, and the 837 it answers."""
    sent, _ = claims(count)
    path = BUILD / f"remits-{count}.835"
    if not path.exists():
        make_remits.write(sent, path)
    return path, sent


def peers(rounds: int) -> None:
    """Ours and each peer by turns, in megabytes a CPU second."""
    names = [*OURS, *PEERS]
    pythons = {name: environment(*PEERS[name][:2]) if name in PEERS else None for name in names}
    files = {name: remits(PEERS[name][2] if name in PEERS else 20_000)[0] for name in names}
    runs: dict[str, list[Cost]] = {name: [] for name in names}
    for _ in range(rounds):
        for name in names:
            runs[name].append(
                cost("modwise remits" if name in OURS else name, files[name], pythons[name], compiled=OURS.get(name, ""))
            )
    speeds = {name: files[name].stat().st_size / 1e6 / median(run["cpu"] for run in runs[name]) for name in names}
    print(f"{'reader':<30}{'MB a CPU second':>18}{'ours to it':>12}{'compiled':>12}")
    for name in names:
        ratios = [speeds[ours] / speeds[name] for ours in OURS]
        print(f"{name:<30}{speeds[name]:>18.2f}{ratios[0]:>12.1f}{ratios[1]:>12.1f}")


def year() -> None:
    """A year's remits against a year's claims."""
    path, sent = remits(YEAR)
    for name, counted in (("modwise remits", "lines"), ("modwise match", "lines"), ("modwise denials", "items")):
        found = cost(name, path, also=None if name == "modwise remits" else sent)
        print(
            f"{name}: {found['count']:,} {counted}, {path.stat().st_size / 1e6:.0f} MB, {found['cpu']:.1f} CPU s, peak memory {found['rss']:.0f} MB"
        )


if __name__ == "__main__":
    main()
