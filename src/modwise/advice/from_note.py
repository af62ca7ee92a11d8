"""From the reading of a note to facts of the case, each with the note's words, and through the decision tables to a modifier."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import Any

from modwise.advice import Advice
from modwise.advice.advising import decide_known
from modwise.advice.deciding import checked
from modwise.advice.derive import Known
from modwise.notes.hits import Span
from modwise.notes.landmarks import applies
from modwise.notes.noting import Noted
from modwise.notes.quoting import widened
from modwise.notes.reading import COMPLETE, CONVERTED, DISCONTINUED, REDUCED, UNCLEAR
from modwise.notes.rules import MISSED

Json = dict[str, Any]
Found = tuple[str, str, tuple[Span, ...]]
FROM_NOTE = "note"
COLONOSCOPY, EGD = "family.colonoscopy", "family.egd"
# What a modifier on the claim says about who bills it, where no setting is given.
SETTING_OF = {"53": "professional", "73": "hopd", "74": "hopd"}
# Of these a note can say whether they fit; of the others only what is documented.
TOLD_BY_NOTE = frozenset({"22", "50", "52", "53", "73", "74"})
_NUMBERS = {"one": "1", "two": "2", "three": "3", "four": "4", "five": "5"}


def facts(noted: Noted) -> dict[str, Known]:
    """The facts of the case that the note tells, each with the words it stands in."""
    return {
        name: Known(value, FROM_NOTE, _words(noted, spans), spans[0].start if spans else -1) for name, value, spans in _facts(noted)
    }


def _words(noted: Noted, spans: Sequence[Span]) -> str:
    if not spans:
        return ""
    wide = widened(noted.note, spans[0])
    return noted.note.text[wide.start : wide.end]


def _facts(noted: Noted) -> Iterator[Found]:
    yield from _extent(noted)
    yield from _anesthesia(noted)
    yield from _reached(noted)
    yield from _sides(noted)
    yield from _work(noted)
    yield from _recorded(noted)


def _spans(noted: Noted, sign: str) -> tuple[Span, ...]:
    return tuple(hit.span for hit in noted.reading.counted(sign))


def _extent(noted: Noted) -> Iterator[Found]:
    reading = noted.reading
    decided = tuple(hit.span for hit in reading.decided_by)
    if reading.extent == UNCLEAR:
        return
    never = _spans(noted, "never-in-room")
    stage = _stage(noted) if reading.extent in (DISCONTINUED, REDUCED) or never else None
    called_off = reading.extent == DISCONTINUED and stage is not None and stage[1] in ("not-in-room", "prepared")
    yield "extent", "cancelled" if called_off else reading.extent, decided
    if reading.extent in (REDUCED, DISCONTINUED) and reading.reason != UNCLEAR:
        yield "reason", reading.reason, tuple(hit.span for hit in reading.because) or decided
    if stage is not None:
        yield stage
    again, not_again = _spans(noted, "repeat-planned"), _spans(noted, "no-repeat-planned")
    if reading.extent != COMPLETE and (again or not_again):
        yield "repeat_planned", "no" if not_again else "yes", not_again or again


def _stage(noted: Noted) -> Found | None:
    never = _spans(noted, "never-in-room")
    if never:
        return "stage", "not-in-room", never
    before, given = _spans(noted, "anesthesia-not-begun"), _spans(noted, "anesthesia-given")
    if before:
        return "stage", "prepared", before
    not_begun = _spans(noted, "not-begun")
    if not_begun:
        return ("stage", "anesthetized", given) if given else ("stage", "prepared", not_begun)
    # What is told as stopped, without a word that it had not begun, had begun.
    begun = _spans(noted, "procedure-begun") or tuple(hit.span for hit in noted.reading.decided_by)
    return ("stage", "started", begun) if begun else None


def _anesthesia(noted: Noted) -> Iterator[Found]:
    said = tuple(hit.span for hit in noted.reading.said["anesthesia"])
    state = noted.reading.anesthesia
    if state == "given" or (state == "planned" and _spans(noted, "procedure-begun") and noted.reading.extent != COMPLETE):
        # What was begun under an anesthesia that the note names was begun after it was given.
        yield "anesthesia_given", "yes", said
    elif state == "not_begun":
        yield "anesthesia_given", "no", said
        yield "anesthesia", "planned", said
    elif state in ("none", "planned"):
        yield "anesthesia", state, said


def _reached(noted: Noted) -> Iterator[Found]:
    if applies(noted.note, noted.rules, COLONOSCOPY, noted.service):
        for sign, value in (
            ("reach-cecum", "cecum"),
            ("reach-past-flexure", "past-splenic-flexure"),
            ("reach-before-flexure", "before-splenic-flexure"),
        ):
            if _spans(noted, sign):
                yield "scope_reach", value, _spans(noted, sign)
                break
    if applies(noted.note, noted.rules, EGD, noted.service):
        missed = tuple(h.span for h in noted.reading.hits if h.rule.sign == MISSED and h.rule.id.startswith("egd."))
        silent = any(h.rule.id.endswith(".silent") for h in noted.reading.hits if h.rule.sign == MISSED)
        if not silent:
            yield "duodenum", "not-entered" if missed else "entered", missed
    if _spans(noted, "duct-not-entered") and noted.reading.extent in (REDUCED, DISCONTINUED):
        yield "duct", "not-entered", _spans(noted, "duct-not-entered")


def _sides(noted: Noted) -> Iterator[Found]:
    side = noted.reading.laterality
    said = tuple(hit.span for hit in noted.reading.said["laterality"])
    # What was not carried out, or took more work, is asked first; the side matters there only for what is defined for both.
    halved = any(hit.rule.sign == MISSED for hit in noted.reading.decided_by)
    if noted.reading.increased_work or (noted.reading.extent != COMPLETE and not halved):
        return
    if side == "both" and not halved:
        yield "sides", "both", said
    elif side in ("left", "right"):
        yield "sides", "one", said
        yield "side", side, said


def _work(noted: Noted) -> Iterator[Found]:
    if not noted.reading.increased_work or noted.reading.extent not in (COMPLETE, CONVERTED):
        return
    said, cause, figures = (_spans(noted, sign) for sign in ("harder", "harder-cause", "figures"))
    yield "increased_work", "yes", said
    yield "increase_from", "finding" if cause else "generic", cause or said
    yield "increase_shown", "yes" if figures else "no", figures or said


def _recorded(noted: Noted) -> Iterator[Found]:
    for measure in noted.reading.measures:
        if measure.what == "measure-recorded-hours":
            yield "recorded_hours", hours(measure.value), (measure.span,)
        elif measure.what == "measure-naps":
            yield "naps", _NUMBERS.get(measure.value.lower(), measure.value), (measure.span,)
        elif measure.what == "measure-service-minutes":
            yield "minutes", f"{float(measure.value.removesuffix(' min')):g}", (measure.span,)


def hours(written: str) -> str:
    """Hours as a decimal figure of "4 hours 50 minutes", "4.8 h" or "290 min"; minutes are cut, never rounded up."""
    numbers = [float(n) for n in re.findall(r"\d+(?:\.\d+)?", written)]
    in_minutes = re.search(r"h", written, re.IGNORECASE) is None
    minutes = numbers[0] if in_minutes else numbers[0] * 60 + (numbers[1] if len(numbers) > 1 else 0)
    return f"{int(minutes / 60 * 100) / 100:g}"


def setting_for(setting: str | None, modifiers: Sequence[str]) -> tuple[str, bool]:
    """The setting, and whether it was presumed: what the claim's modifier says, else a clinician's own claim. Raises UsageError for one not known."""
    if setting:
        return checked("setting", setting), False
    return next((SETTING_OF[m] for m in modifiers if m in SETTING_OF), "professional"), True


def advise(noted: Noted, given: Mapping[str, str], *, payer: str | None, on: date | None) -> Advice:
    """What the decision tables say of the note with what is given besides; what is given outweighs what the note says."""
    known = {**facts(noted), **{name: Known(value, "given") for name, value in given.items()}}
    return decide_known(known, payer=payer, on=on)


def suggested(noted: Noted, advice: Advice, code: str | None) -> Json:
    """The modifiers that the note supports, with certainty, other payers' answers and what is missing."""
    body = advice.as_dict()
    answer = body["answer"]
    plain = noted.reading.extent == COMPLETE and not advice.results
    return {
        "modifiers": [] if plain else answer["modifiers"],
        "certainty": _certainty(noted, "settled" if plain and code else "needs_facts" if plain else body["certainty"]),
        "code": answer["code"],
        "code_note": answer.get("code_note", ""),
        "billable": True if plain else answer["billable"],
        "alternatives": body["alternatives"],
        "missing": [] if plain else body["missing"],
        "path": body["path"],
        "facts": [row for row in body["understood"] if row["from"] == FROM_NOTE],
    }


def _certainty(noted: Noted, answered: str) -> str:
    """What a reading can settle: an extent that is not plain leaves every answer open."""
    return "needs_facts" if noted.reading.extent == UNCLEAR and answered == "settled" else answered


# What a claim says of a service that was not carried to its end.
SHORTENED = frozenset({"52", "53", "73", "74"})
SILENT = (
    "No words were found that say the service was stopped or reduced, and none that show it was completed. That the note does not say it "
    "is not certain: read it before the modifier is taken away."
)


def silent(noted: Noted) -> bool:
    """Whether the note was read as complete only because nothing in it says otherwise: its wording may be one that no rule knows."""
    reading = noted.reading
    shown = bool(reading.counted("completed")) or any(measure.what.endswith("extent") for measure in reading.measures)
    return reading.extent == COMPLETE and not shown


def agrees(modifiers: Sequence[str], proposal: Json, *, is_silent: bool) -> bool | None:
    """Whether the claim's modifiers are those that the note supports; None where that cannot be told."""
    told = [m for m in modifiers if m in TOLD_BY_NOTE]
    if proposal["certainty"] != "settled" or proposal["modifiers"] is None or not told:
        return None
    if is_silent and not SHORTENED.isdisjoint(told):
        return None
    return set(told) == {m for m in proposal["modifiers"] if m in TOLD_BY_NOTE} and proposal["billable"] is not False


def note_json(
    noted: Noted, *, code: str | None, modifiers: Sequence[str], setting: str | None, payer: str | None, on: date | None
) -> Json:
    """The JSON of `note`: the reading, what it suggests, whether the claim agrees, the checklist."""
    chosen, presumed = setting_for(setting, modifiers)
    given = {"setting": chosen, **({"code": code} if code else {})}
    proposal = suggested(noted, advise(noted, given, payer=payer, on=on), code)
    body = noted.as_json()
    warnings = [*body.pop("warnings")]
    if presumed:
        warnings.append(f"No setting was given: read as {chosen}.")
    if not code:
        warnings.append("No procedure code was given: what the service must hold is taken from the note's own title.")
    if silent(noted) and not SHORTENED.isdisjoint(modifiers):
        warnings.append(SILENT)
    claim = {"code": code, "modifiers": list(modifiers), "setting": chosen, "payer": payer}
    return {
        "reading": {**body.pop("reading"), "shown": noted.reading.extent != UNCLEAR and not silent(noted)},
        "claim": {**claim, "agrees": agrees(modifiers, proposal, is_silent=silent(noted))},
        "suggested": proposal,
        **body,
        "warnings": warnings,
    }
