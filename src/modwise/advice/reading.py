"""A case in plain English, read into facts: phrases as data, negation, the furthest of several, and which words said it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from modwise.advice import patterns
from modwise.advice.derive import Known
from modwise.knowledge.corpus import corpus
from modwise.knowledge.decisions import NO, YES, holds

MOST = 8_000
OTHER = "other"
# Whether a code is known: a context that readings may need, no fact of the case.
CODED = "coded"
_CODE = re.compile(r"(?<![\w.$])(?:\d{5}|\d{4}[FTUM]|[A-V]\d{4})(?![\w])")
_STOPS = re.compile(
    r"[.;!?\n](?=\s|$)|\b(?:but|however|although|though|while|whereas|when|because|since|due|secondary|owing|then|so)\b",
    re.IGNORECASE,
)
_DIGIT_POINT = re.compile(r"\d\.\d")


@dataclass(frozen=True)
class Hit:
    """A phrase found: the fact and value it says, and where."""

    fact: str
    value: str
    start: int
    end: int
    strong: bool = True

    def inside(self, other: Hit) -> bool:
        """Whether it lies within a longer one."""
        return other.start <= self.start and self.end <= other.end and other.end - other.start > self.end - self.start


@dataclass(frozen=True)
class Words:
    """The word lists of this installation."""

    lists: Mapping[str, Sequence[str]]
    readings: tuple[Mapping[str, Any], ...]
    negations: tuple[str, ...]
    takes: Mapping[str, Sequence[str]]
    combines: tuple[Mapping[str, Any], ...]


@dataclass(frozen=True)
class Reading:
    """What was read: facts with their words, what contradicts, and the codes named, in their order."""

    known: Mapping[str, Known]
    problems: tuple[str, ...]
    codes: tuple[str, ...]


@lru_cache(maxsize=1)
def words() -> Words:
    """All word files together."""
    files = corpus().kinds["case-words"].values()
    return Words(
        lists={name: phrases for file in files for name, phrases in file.get("list", {}).items()}
        | {patterns.SAME + word: others for file in files for word, others in file.get("same", {}).items()},
        readings=tuple(reading for file in files for reading in file.get("reading", ())),
        negations=tuple(word for file in files for word in file.get("negation", ())),
        takes={name: order for file in files for name, order in file.get("takes", {}).items()},
        combines=tuple(one for file in files for one in file.get("combine", ())),
    )


@lru_cache(maxsize=1)
def turns() -> tuple[tuple[Mapping[str, Any], ...], ...]:
    """The readings in the order they can be made: those that need no other fact, then those that need such ones, and so on."""
    needs: dict[str, set[str]] = {}
    for reading in words().readings:
        for name in _facts_of(reading):
            needs.setdefault(name, set()).update(reading.get("needs", ()))

    def depth(name: str, seen: tuple[str, ...] = ()) -> int:
        others = [other for other in needs.get(name, ()) if other not in (*seen, name, CODED)]
        return max((1 + depth(other, (*seen, name)) for other in others), default=0)

    by_depth: dict[int, list[Mapping[str, Any]]] = {}
    for reading in words().readings:
        by_depth.setdefault(max(depth(name) for name in _facts_of(reading)), []).append(reading)
    return tuple(tuple(by_depth[turn]) for turn in sorted(by_depth))


def _facts_of(reading: Mapping[str, Any]) -> tuple[str, ...]:
    return tuple(reading["sets"]) if "sets" in reading else (reading.get("fact") or reading["number"],)


def codes(text: str) -> tuple[str, ...]:
    """The procedure codes the text names, each once."""
    return tuple(dict.fromkeys(match[0].upper() for match in _CODE.finditer(text)))


def read(text: str, given: Mapping[str, Known], service: str | None = None) -> Reading:
    """The facts the text states, beyond those that are given. `service` is the kind of service that the code tells."""
    text = text[:MOST]
    known: dict[str, Known] = {}
    problems: list[str] = []
    context = {name: one.value for name, one in given.items()} | ({"service": service} if service else {})
    context[CODED] = YES if "code" in given else NO
    for turn in turns():
        hits = _outermost(_found(text, turn, context))
        for name in dict.fromkeys(hit.fact for hit in hits):
            if name in given or name in known or (name == "service" and service not in (None, OTHER)):
                continue
            chosen = _chosen(name, [hit for hit in hits if hit.fact == name], text, problems)
            if chosen is not None:
                known[name] = Known(chosen.value, "words", text[chosen.start : chosen.end], chosen.start)
        _combine(hits, known, given, text)
        context |= {name: one.value for name, one in known.items() if name not in context}
        context.setdefault("service", OTHER)
    return Reading(known, tuple(problems), codes(text))


def _found(text: str, readings: Iterable[Mapping[str, Any]], context: Mapping[str, str]) -> list[Hit]:
    lowered = text.lower().replace("’", "").replace("'", "")
    hits: list[Hit] = []
    for reading in readings:
        needs = reading.get("needs", {})
        if not all(name in context and holds(spec, context[name]) for name, spec in needs.items()):
            continue
        for phrase in reading["words"]:
            pieces = patterns.hints(phrase, words().lists)
            if pieces and not any(piece in lowered for piece in pieces):
                continue
            for match in patterns.compiled(phrase, words().lists).finditer(text):
                hits += _hits(reading, match, text)
    return hits


def _hits(reading: Mapping[str, Any], match: re.Match[str], text: str) -> Iterable[Hit]:
    denied = not reading.get("plain", False) and _denied(text, match.start(), reading.get("denied_by", ()))
    if denied and "negated" not in reading:
        return
    if "number" in reading:
        yield Hit(reading["number"], _amount(match, reading.get("unit", "")), match.start(), match.end())
        return
    says = {reading["fact"]: reading["negated"] if denied else reading["value"]} if "fact" in reading else reading["sets"]
    for fact, value in says.items():
        yield Hit(fact, value, match.start(), match.end(), not reading.get("weak", False))


def _amount(match: re.Match[str], unit: str) -> str:
    found = match.groupdict()
    if found.get("h") or found.get("m"):
        hours = patterns.number(found["h"]) if found.get("h") else 0.0
        minutes = patterns.number(found["m"]) if found.get("m") else 0.0
        amount = hours * 60 + minutes if unit == "minutes" else hours + minutes / 60
    else:
        amount = patterns.number(found["n"])
    return f"{amount:.4g}"


def _denied(text: str, start: int, more: Sequence[str] = ()) -> bool:
    """Whether a negation, or one of `more`, stands shortly before in the same clause."""
    before = _STOPS.split(text[max(0, start - 60) : start])[-1].split(",")[-1]
    near = re.findall(r"[\w’']+", before.lower())[-5:]
    return any(word.replace("’", "'") in words().negations or word in more for word in near)


def _outermost(hits: Sequence[Hit]) -> list[Hit]:
    kept = [hit for hit in hits if not any(other.fact == hit.fact and hit.inside(other) for other in hits)]
    return list(dict.fromkeys(kept))


def _chosen(name: str, hits: Sequence[Hit], text: str, problems: list[str]) -> Hit | None:
    strong = [hit for hit in hits if hit.strong] or list(hits)
    values = dict.fromkeys(hit.value for hit in strong)
    combined = {value for one in words().combines if one["fact"] == name for value in one["values"]}
    if len(values) > 1 and combined <= values.keys() and combined:
        return None
    order = words().takes.get(name)
    if order is not None:
        ranked = sorted(strong, key=lambda hit: order.index(hit.value) if hit.value in order else len(order))
        return ranked[0]
    if len(values) > 1:
        first, second = (next(hit for hit in strong if hit.value == value) for value in list(values)[:2])
        problems.append(
            f"{name.replace('_', ' ')}: “{text[first.start : first.end]}” says {first.value}, "
            f"“{text[second.start : second.end]}” says {second.value}"
        )
        return None
    return strong[0] if strong[0].value else None


def _combine(hits: Sequence[Hit], known: dict[str, Known], given: Mapping[str, Known], text: str) -> None:
    """Several values of one fact that say another together: the left knee and the right knee are both sides of one part."""
    for one in words().combines:
        of_fact = sorted((hit for hit in hits if hit.fact == one["fact"]), key=lambda hit: hit.end)
        found = {hit.value: hit for hit in of_fact}
        if not set(one["values"]) <= found.keys() or one["fact"] in given:
            continue
        if any(hit.strong and one["sets"].get(hit.fact, hit.value) != hit.value for hit in hits):
            # "The right ear only, deaf in the left": what is said outright counts more than two sides being named.
            continue
        parts = {text[hit.start : hit.end].lower().split()[-1].rstrip("s") for hit in found.values() if hit.value}
        if len(parts - set(one["values"])) > 1:
            # Different parts of the body: two services, not two sides of one.
            continue
        said = " … ".join(text[h.start : h.end] for h in sorted(found.values(), key=lambda h: h.start))
        for name, value in one["sets"].items():
            if name not in given:
                known[name] = Known(value, "words", said, min(h.start for h in found.values()))
