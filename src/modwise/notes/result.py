"""What a reading looks like to every front: the JSON of `note`, as DESIGN fixes it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from modwise.notes import builds, checklist
from modwise.notes.hits import Hit
from modwise.notes.quoting import Json, all_evidence, evidence
from modwise.notes.reading import EXTENTS, UNCLEAR, Reading
from modwise.notes.rules import RuleSet
from modwise.notes.text import Note

SILENCED = 12
UNTOLD = "The note names the service, but no words are found that tell its own act as done."


def as_json(note: Note, reading: Reading, items: list[tuple[Mapping[str, Any], checklist.Checked]], warnings: list[str]) -> Json:
    """The reading, the checklist, what was seen and not counted, and warnings; offsets index the text as read."""
    return {
        "reading": _reading(note, reading),
        "checklist": [_item(note, entry, checked) for entry, checked in items],
        "seen_not_counted": [_silenced(note, hit) for hit in silenced(reading)][:SILENCED],
        "warnings": warnings,
    }


def _reading(note: Note, reading: Reading) -> Json:
    return {
        "extent": reading.extent,
        "reason": reading.reason,
        "anesthesia": reading.anesthesia,
        "laterality": reading.laterality,
        "increased_work": reading.increased_work,
        "figures": [
            {"what": m.what.removeprefix("measure-"), "value": m.value, **evidence(note, m.span)} for m in reading.measures
        ],
        "evidence": {
            "extent": _spans(note, reading.decided_by),
            "reason": _spans(note, reading.because),
            **{name: _spans(note, hits) for name, hits in reading.said.items()},
        },
        "rules": sorted({hit.rule.id for hit in reading.decided_by}),
    }


def _spans(note: Note, hits: Iterable[Hit]) -> list[Json]:
    return all_evidence(note, (hit.span for hit in hits))


def _item(note: Note, entry: Mapping[str, Any], checked: checklist.Checked) -> Json:
    shown: Json = {
        "modifier": entry["modifier"],
        "item": checked.item,
        "says": entry["says"],
        "status": checked.status,
        "evidence": all_evidence(note, checked.spans),
        "readable": not checked.why,
        "source": list(entry["source"]),
    }
    return {**shown, "why": checked.why} if checked.why else shown


def silenced(reading: Reading) -> list[Hit]:
    """What was seen and not counted, of what could have changed the extent."""
    return [h for h in reading.hits if not h.counts and (h.rule.sign in EXTENTS or h.rule.sign == "closing")]


def _silenced(note: Note, hit: Hit) -> Json:
    assert hit.silence is not None
    by = hit.by or hit.span
    return {
        **evidence(note, hit.span),
        "rule": hit.rule.id,
        "why": hit.silence.why,
        "because_of": evidence(note, by),
    }


def warnings_of(reading: Reading, rules: RuleSet) -> list[str]:
    """What a reader should know before relying on it."""
    found = []
    for hit in reading.hits:
        if builds.is_untold(hit.rule):
            says = next((act.says for act in rules.acts if act.id == builds.untold_act(hit.rule)), "")
            found.append(f"{says} The note does not say so." if says else UNTOLD)
        elif hit.rule.id.endswith(".silent"):
            landmark = next(entry for entry in rules.landmarks if entry.silent is hit.rule)
            found.append(f"{landmark.says} The note does not say so.")
    below = {entry.short.id: entry for entry in rules.amounts}
    found.extend(
        f"{below[hit.rule.id].says} The note tells less ({below[hit.rule.id].confidence} confidence)."
        for hit in reading.hits
        if hit.rule.id in below
    )
    if reading.extent == UNCLEAR:
        found.append("The note does not say plainly how far the service was carried; ask the clinician.")
    if reading.decided_by and reading.reason == UNCLEAR:
        found.append("Why it was not carried further is not stated plainly.")
    return found
