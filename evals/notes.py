"""How well notes are read: `make eval-notes`, or `python -m evals.notes [--labels FILE] [--unlabelled FILE] [--wrong]`.

Three sets, each reported by itself:
- invented notes with the answer known (`tests/notes/*.toml`), group by group: most were written apart and read once, at the end of a round of work on the rules; `strangers-known` and
  `strangers-sealed` are by writers who had seen no rule, free in their wording; `plain-hospital` and `plain-group` are by such writers in everyday words;
- labelled notes, where a file is given or MODWISE_NOTE_LABELS names one (JSON lines: text, completeness, label, reason, evidence);
- unlabelled notes (CSV, plain or gzipped, column `text`, or MODWISE_NOTES_UNLABELLED), for alarms; those among them that `evals/labels/` knows by
  the digest of their text are scored against its labels, which were read by two readers who knew nothing of the rules.

An alarm is the extent reduced or discontinued; `unclear` is neither an alarm nor a find. Figures only: nothing of a note is printed, but
with --wrong the ids of what was read wrongly.
"""

from __future__ import annotations

import argparse
import csv
import gzip
import hashlib
import json
import os
import sys
import time
import tomllib
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

import modwise
from modwise.notes.noting import noted

CASES = Path(__file__).resolve().parent.parent / "tests" / "notes"
LABELS = Path(__file__).resolve().parent / "labels" / "public-notes.jsonl"
# Written by others than the rules' makers, without sight of a rule.
STRANGERS = ("strangers-known", "strangers-sealed")
# By such writers too, in plain everyday words.
PLAIN = ("plain-group", "plain-hospital")
HELD = frozenset({"apart", "blind", "fresh", "held", "idiom", "last", "sealed", *STRANGERS, *PLAIN})
# Wording chosen to be strange to every rule; the rules were widened by it in part only.
STRANGE = frozenset({"blind", "last", "sealed"})
ALARM = frozenset({"reduced", "discontinued"})
NOT_CARRIED_OUT = frozenset({"incomplete", "component_incomplete"})
REASONS = {
    "elective": {"choice"},
    "patient_risk": {"risk"},
    "technical_anatomic": {"anatomy", "equipment"},
    "patient_prep": {"preparation"},
    "equipment": {"equipment"},
    "patient_choice": {"patient"},
}
Row = dict[str, Any]


def invented() -> Iterator[tuple[str, Row]]:
    """Group and note of every invented one."""
    for path in sorted(CASES.glob("*.toml")):
        for note in tomllib.loads(path.read_text(encoding="utf-8"))["note"]:
            yield path.stem, note


def ratio(part: int, whole: int) -> str:
    """Part of whole, as fraction and figure."""
    return f"{part}/{whole} = {part / whole:.3f}" if whole else "none"


class Score:
    """Counts of one set."""

    def __init__(self) -> None:
        self.counts: Counter[str] = Counter()
        self.wrong: list[str] = []

    def alarm(self, identity: str, wanted: bool, extent: str) -> None:
        got = extent in ALARM
        self.counts[
            f"{'positive' if wanted else 'negative'} {'alarm' if got else 'unclear' if extent == 'unclear' else 'silent'}"
        ] += 1
        if wanted != got:
            self.wrong.append(f"{identity} ({'missed' if wanted else 'alarm'}: {extent})")

    def answer(self, name: str, identity: str, right: bool) -> None:
        self.counts[f"{name} {'right' if right else 'wrong'}"] += 1
        if not right:
            self.wrong.append(f"{identity} ({name})")

    def lines(self) -> Iterator[str]:
        c = self.counts
        found, missed, false = c["positive alarm"], c["positive silent"] + c["positive unclear"], c["negative alarm"]
        ordinary = false + c["negative silent"] + c["negative unclear"]
        if found + missed:
            precision, recall = found / max(found + false, 1), found / (found + missed)
            both = 2 * precision * recall / max(precision + recall, 1e-9)
            yield f"not carried to its end: precision {precision:.3f}, recall {recall:.3f}, F1 {both:.3f} ({found} found, {missed} missed)"
        yield f"alarms per 100 ordinary notes: {100 * false / max(ordinary, 1):.2f} ({false} of {ordinary})"
        yield f"unclear: {c['positive unclear']} of the positive, {c['negative unclear']} of the ordinary"
        for name in ("extent", "reason", "52 or 53", "modifier", "anesthesia", "side", "increased work", "evidence"):
            right, wrong = c[f"{name} right"], c[f"{name} wrong"]
            if right + wrong:
                yield f"{name}: {ratio(right, right + wrong)}"


def score_invented(notes: Iterable[Row]) -> Score:
    """The invented notes against their answers."""
    score = Score()
    for note in notes:
        found = modwise.read_note_text(note["text"], code=note["code"], setting=note.get("setting", "professional"))
        reading, identity = found["reading"], note["id"]
        extents = _listed(note["extent"])
        score.alarm(identity, extents <= ALARM, reading["extent"])
        score.answer("extent", identity, reading["extent"] in extents)
        if "reason" in note and reading["extent"] in ALARM:
            score.answer("reason", identity, reading["reason"] in _listed(note["reason"]))
        if "modifier" in note:
            name = "52 or 53" if note["modifier"] in ("52", "53") else "modifier"
            score.answer(name, identity, note["modifier"] in (found["suggested"]["modifiers"] or []))
        if "laterality" in note:
            score.answer("side", identity, reading["laterality"] == note["laterality"])
        if not extents & ALARM and note["code"][0] != "9":
            score.answer("increased work", identity, reading["increased_work"] == bool(note.get("increased_work")))
        if "evidence" in note and reading["extent"] in ALARM:
            score.answer("evidence", identity, _holds(found, note["text"], note["evidence"]))
    return score


def _listed(value: str | list[str]) -> set[str]:
    """What counts as right: one word, or any of several where the note bears both."""
    return {value} if isinstance(value, str) else set(value)


def _holds(found: Row, text: str, words: str) -> bool:
    start = text.lower().index(words.lower())
    pieces = [*found["reading"]["evidence"]["extent"], *found["reading"]["evidence"]["reason"]]
    return any(p["start"] < start + len(words) and start < p["end"] for p in pieces)


def score_labels(rows: Iterable[Row]) -> Score:
    """Labelled notes, read without a code, against their labels."""
    score = Score()
    for row in rows:
        reading = modwise.read_note_text(row["text"])["reading"]
        if row["completeness"] in ("converted", "unclear"):
            score.answer("extent", row["id"], reading["extent"] in (row["completeness"], "unclear"))
            continue
        positive = row["completeness"] in NOT_CARRIED_OUT
        score.alarm(row["id"], positive, reading["extent"])
        if positive and reading["extent"] in ALARM:
            if row["reason"] in REASONS:
                score.answer("reason", row["id"], reading["reason"] in REASONS[row["reason"]])
            pieces = reading["evidence"]["extent"]
            score.answer(
                "evidence", row["id"], any(p["start"] < end and start < p["end"] for p in pieces for start, end in row["spans"])
            )
        if row["label"] == "bilateral_50":
            score.answer("side", row["id"], reading["laterality"] == "both")
        if row["label"] == "increased_22":
            score.answer("increased work", row["id"], reading["increased_work"])
    return score


def labelled(path: Path) -> Iterator[Row]:
    """The notes of a file of labels that holds their texts."""
    for line in path.read_text(encoding="utf-8").splitlines():
        row = json.loads(line)
        yield {**row, "spans": [(span["start"], span["end"]) for spans in row["evidence"].values() for span in spans]}


def public(texts: Iterable[str]) -> Iterator[Row]:
    """Those of the texts whose digest the labels know, with their labels."""
    known = {row["text"]: row for row in map(json.loads, LABELS.read_text(encoding="utf-8").splitlines())}
    for text in texts:
        row = known.get(digest(text))
        if row is not None:
            yield {**row, "id": row["text"], "text": text, "label": ""}


def digest(text: str) -> str:
    """By what the labels know a note: the beginning of the SHA-256 of its text without blanks around it."""
    return hashlib.sha256(text.strip().encode()).hexdigest()[:10]


def unlabelled(path: Path) -> list[str]:
    """The different texts of a CSV file."""
    csv.field_size_limit(10_000_000)
    opened = gzip.open if path.suffix == ".gz" else open
    with opened(path, "rt", encoding="utf-8", newline="") as file:
        return list(dict.fromkeys(row["text"] for row in csv.DictReader(file) if row["text"].strip()))


def alarms(texts: Sequence[str]) -> Iterator[str]:
    """Alarms on notes by themselves; among them are true ones."""
    extents: Counter[str] = Counter()
    # Time of this process, so that other work on the machine does not count.
    begun = time.process_time()
    for text in texts:
        extents[noted(text).reading.extent] += 1
    taken = time.process_time() - begun
    share = 100 * sum(extents[extent] for extent in ALARM) / len(texts)
    yield f"{len(texts)} notes: {share:.2f} alarms per 100; {dict(sorted(extents.items()))}; {len(texts) / taken:.0f} notes a second"


def main(arguments: list[str]) -> int:
    """Prints the figures of each set; 0."""
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument("--labels", type=Path, default=os.environ.get("MODWISE_NOTE_LABELS"))
    options.add_argument("--unlabelled", type=Path, default=os.environ.get("MODWISE_NOTES_UNLABELLED"))
    options.add_argument("--wrong", action="store_true", help="list the ids of what was read wrongly")
    given = options.parse_args(arguments)
    notes = list(invented())
    sets = {
        "invented, rules written beside them": score_invented(n for g, n in notes if g not in HELD),
        **{f"invented, group {h}": score_invented(n for g, n in notes if g == h) for h in sorted(HELD)},
    }
    if given.labels and Path(given.labels).exists():
        sets["labelled"] = score_labels(labelled(Path(given.labels)))
    texts = unlabelled(Path(given.unlabelled)) if given.unlabelled and Path(given.unlabelled).exists() else []
    rows = list(public(texts))
    for half in sorted({row["half"] for row in rows}):
        sets[f"public notes, group {half}"] = score_labels(row for row in rows if row["half"] == half)
    for name, score in sets.items():
        print(f"# {name}", *score.lines(), *(score.wrong if given.wrong and "group" not in name else []), "", sep="\n")
    if texts:
        print("# public notes by themselves", *alarms(texts), sep="\n")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
