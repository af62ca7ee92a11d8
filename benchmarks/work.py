"""One piece of work in a process of its own: prints what it cost as JSON. Run by `python -m benchmarks` and not by hand."""

from __future__ import annotations

import json
import resource
import sys
import time
from collections.abc import Callable
from datetime import date
from pathlib import Path

DEMO = Path(__file__).parent.parent / "examples" / "demo.837"
REMIT = Path(__file__).parent.parent / "build" / "benchmarks" / "remits-20.835"
TODAY = date(2026, 9, 10)


def read(path: str) -> int:
    """Lines of an 837 as the check reads them."""
    from modwise.claims import reading, schema

    return sum(frame.height for frame in reading.read([path], columns=schema.NEEDED))


def check(path: str) -> int:
    """The whole check with every edit."""
    import modwise

    return modwise.check(path).log.lines


def remits(path: str) -> int:
    """Lines of an 835, read into all frames and balanced."""
    from modwise.remits import reading

    return reading.read([path]).lines.height


def match(path: str) -> int:
    """Lines of an 835 that found the line they answer in the 837 beside it."""
    import polars as pl

    from modwise.claims import reading as claims
    from modwise.denying.matching import NEEDED, match
    from modwise.remits import reading

    sent = pl.concat(claims.read([sys.argv[3] if path != str(REMIT) else str(DEMO)], columns=NEEDED))
    found = match(reading.read([path]), sent).lines
    return found.height - found["by"].null_count()


def denials(path: str) -> int:
    """Items of an 835 and the 837 it answers: read, matched, priced and decided."""
    import modwise

    beside = sys.argv[3] if path != str(REMIT) else str(DEMO)
    return len(modwise.denials([path], [beside], today=TODAY).items)


def oxedi(path: str) -> int:
    """A peer's tables."""
    import oxedi as peer

    return sum(1 for _ in peer.parse_file(path).tables)


def edi835(path: str) -> int:
    """A peer's data frame."""
    from edi_835_parser import parse

    return len(parse(path).to_dataframe())


def segments(library: str) -> Callable[[str], int]:
    """A peer's bare segment iterator: it only splits, and nothing is done with what it gives."""

    def run(path: str) -> int:
        if library == "pyx12":
            import pyx12.x12file

            with pyx12.x12file.X12Reader(path) as reader:
                return sum(1 for _ in reader)
        module = __import__(f"{library}.io", fromlist=["X12SegmentReader"])
        with module.X12SegmentReader(path) as reader:
            return sum(1 for _ in reader.segments())

    return run


def models(library: str) -> Callable[[str], int]:
    """A peer's records: each transaction as an object."""

    def run(path: str) -> int:
        module = __import__(f"{library}.io", fromlist=["X12ModelReader"])
        with module.X12ModelReader(path) as reader:
            return sum(1 for _ in reader.models())

    return run


WORK: dict[str, Callable[[str], int]] = {
    "modwise read": read,
    "modwise read, compiled": read,
    "modwise check": check,
    "modwise remits": remits,
    "modwise match": match,
    "modwise denials": denials,
    "oxedi tables": oxedi,
    "edi-835-parser": edi835,
    "pyx12 segments": segments("pyx12"),
    "linuxforhealth-x12 segments": segments("linuxforhealth.x12"),
    "x12sdk segments": segments("x12sdk"),
    "linuxforhealth-x12 models": models("linuxforhealth.x12"),
    "x12sdk models": models("x12sdk"),
}


def main(name: str, path: str) -> None:
    """Does the work once; modules are loaded on a small file first, so that imports are not counted."""
    if name.startswith("modwise"):
        WORK[name](str(REMIT if name in ("modwise remits", "modwise match", "modwise denials") else DEMO))
    cpu, wall = time.process_time(), time.perf_counter()
    count = WORK[name](path)
    cost = {"cpu": time.process_time() - cpu, "wall": time.perf_counter() - wall, "count": count}
    cost["rss"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(json.dumps(cost))


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2])
