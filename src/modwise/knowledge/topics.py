"""What is known of whom: for every payer the topics that matter, since when each is known, and which are not."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from modwise.errors import UsageError
from modwise.knowledge.corpus import ANY, UNVERIFIED, Corpus, Fact, Value
from modwise.knowledge.schema import PAYER_SETTINGS

Json = dict[str, Any]
_NOT_TOPICS = (".in-force", ".excludes")


@dataclass(frozen=True)
class Topic:
    """Something to know of a payer: a fact, or a route of its processes."""

    name: str
    group: str
    settings: frozenset[str]
    route: bool


def coverage(corpus: Corpus, payer: str | None = None, topic: str | None = None, as_of: date | None = None) -> Json:
    """Payers with what is known of them and what is not, pages by fullness, counts of facts and sources.

    Of each payer: `topics` its own facts with the last value; of the topics that matter for it `known` (the value on the day, default the
    last one, since when, and the payer it comes from: itself, its parent, any) and `not_known`. `payer` keeps one ("any" for the code sets' own rules), `topic` one
    fact. Raises UsageError for an unknown one.
    """
    if payer not in (None, ANY):
        corpus.payer(payer)
    every = [fact for identity in corpus.fact_ids() for fact in corpus.facts(identity)]
    facts: dict[str, dict[str, Fact]] = {}
    for fact in every:
        facts.setdefault(fact.id, {})[fact.payer] = fact
    asked = _asked(corpus, facts, topic)
    keys = [ANY, *sorted(corpus.payers)] if payer is None else [payer]
    spoken: dict[str, list[Fact]] = {}
    for fact in every:
        spoken.setdefault(fact.payer, []).append(fact)
    pages = Counter(table["page"] for table in corpus.modifiers.values())
    return {
        "modifiers": len(corpus.modifiers),
        "pages": dict(pages),
        "edits": len(corpus.edits),
        "sources": len(corpus.sources),
        "unverified_values": sum(_unverified(corpus, v.source) for fact in every for v in fact.values),
        "payers": [{**_own(corpus, key, spoken.get(key, [])), **_asked_of(corpus, key, asked, facts, as_of)} for key in keys],
        "payment_not_known": sorted(
            code for code, table in corpus.modifiers.items() if "pricing" in table["class"] and f"{code}.payment" not in facts
        ),
    }


def _asked(corpus: Corpus, facts: Mapping[str, Any], topic: str | None) -> list[Topic]:
    """The topics, each once, with every setting in which it matters."""
    found: dict[str, Topic] = {}
    for group in corpus.kinds["coverage"]["topics"]["group"]:
        for name in (*group.get("facts", ()), *group.get("routes", ())):
            settings = frozenset(group["settings"]) | (found[name].settings if name in found else frozenset())
            found[name] = Topic(name, group["group"], settings, "routes" in group)
    if topic is None:
        return list(found.values())
    if topic not in found and topic not in facts:
        raise UsageError(f"no topic {topic!r} is known", hint=f"Topics: {', '.join(found)}.", code="unknown-topic")
    return [found.get(topic, Topic(topic, "", frozenset(PAYER_SETTINGS), route=False))]


def settings_of(corpus: Corpus, payer: str) -> frozenset[str]:
    """The settings in which a payer pays: its own, its parents', else both."""
    for key in corpus.line_of(payer):
        if listed := corpus.payers.get(key, {}).get("settings"):
            return frozenset(listed)
    return frozenset(PAYER_SETTINGS)


def _own(corpus: Corpus, key: str, facts: Iterable[Fact]) -> Json:
    table = corpus.payers.get(key, {})
    kept = [f for f in facts if not f.id.endswith(_NOT_TOPICS) and not f.id.startswith("family.")]
    return {
        "payer": key,
        "title": table.get("title", "Every payer (code set)"),
        "kind": table.get("kind"),
        "parent": table.get("parent"),
        "own": bool(table.get("own", False)),
        "reviewed": table.get("reviewed"),
        "topics": [_topic(f) for f in kept],
    }


def _topic(fact: Fact) -> Json:
    first, last = fact.values[0], fact.values[-1]
    return {"fact": fact.id, "since": first.start.isoformat(), "at_latest": first.at_latest, "value": _shown(last)}


def _shown(value: Value) -> str | bool | list[str] | None:
    return "ended" if value.ended else list(value.value) if isinstance(value.value, tuple) else value.value


def _asked_of(
    corpus: Corpus, key: str, asked: Iterable[Topic], facts: Mapping[str, Mapping[str, Fact]], as_of: date | None
) -> Json:
    settings = settings_of(corpus, key)
    known: list[Json] = []
    not_known: list[Json] = []
    for topic in asked:
        if not topic.settings & settings:
            continue
        found = _route(corpus, key, topic.name) if topic.route else _fact(corpus, key, facts.get(topic.name, {}), as_of)
        head = {"fact": topic.name, "group": topic.group}
        (not_known if found is None else known).append({**head, **(found or {})})
    return {"known": known, "not_known": not_known}


def _fact(corpus: Corpus, key: str, by_payer: Mapping[str, Fact], as_of: date | None) -> Json | None:
    fact = next((by_payer[step] for step in corpus.line_of(key) if step in by_payer), None)
    value = None if fact is None else fact.on(as_of) if as_of else fact.values[-1]
    if fact is None or value is None:
        return None
    return {
        "since": value.start.isoformat(),
        "at_latest": value.at_latest,
        "known_from": fact.values[0].start.isoformat(),
        "value": _shown(value),
        "payer": fact.payer,
        "confidence": fact.confidence,
        "unverified": _unverified(corpus, value.source),
        "source": list(value.source),
    }


def _route(corpus: Corpus, key: str, name: str) -> Json | None:
    for table in _processes(corpus, key):
        for route in table.get("route", ()):
            if route["id"] == name:
                return _window(corpus, route, table) if route.get("window") else None
    return None


def _window(corpus: Corpus, route: Mapping[str, Any], table: Mapping[str, Any]) -> Json:
    first, last = route["window"][0], route["window"][-1]
    return {
        "since": last["from"],
        "at_latest": bool(last.get("at_latest", False)),
        "known_from": first["from"],
        "value": last["says"],
        "payer": table["payer"],
        "confidence": last.get("confidence", "high"),
        "unverified": _unverified(corpus, last["source"]),
        "source": list(last["source"]),
    }


def _processes(corpus: Corpus, payer: str) -> Iterator[Mapping[str, Any]]:
    """The payer's processes, then those they stand for, then its parents'. What holds for any payer is no knowledge of this one."""
    processes = corpus.kinds["processes"]
    for key in corpus.line_of(payer)[:-1]:
        table = processes.get(key)
        while table is not None:
            yield table
            table = processes.get(table.get("as", ""))


def _unverified(corpus: Corpus, keys: Iterable[str]) -> bool:
    return any(corpus.sources[key]["kind"] == UNVERIFIED for key in keys)
