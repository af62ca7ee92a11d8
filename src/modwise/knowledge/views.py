"""What the fronts show of the knowledge, as plain values. No frame library, so that a look-up is instant."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from modwise.errors import UsageError
from modwise.knowledge.corpus import ANY, UNVERIFIED, Corpus, Fact, Value
from modwise.knowledge.schema import CLASSES, SECTIONS

Json = dict[str, Any]


def modifier_page(corpus: Corpus, code: str, payer: str | None = None, as_of: date | None = None) -> Json:
    """A modifier's page: code, title, code_set, class, page, reviewed, in_force, sections, named_by, facts by topic, edits, sources.

    `named_by` holds what other pages say to tell this modifier from theirs, where this page does not speak of them itself. `facts` is topic → list of {payer, confidence, reference, reference_verified, values}. `payer` keeps what holds for that payer, its
    parents included; `as_of` the value in force on the day. Raises UsageError for an unknown modifier or payer.
    """
    if payer is not None:
        corpus.payer(payer)
    key = code.strip().upper().lstrip("-")
    table = corpus.modifier(key)
    facts = _facts_of(corpus, key, payer, as_of)
    sections = {name: table["sections"][name] for name in SECTIONS if name in table["sections"]}
    page: Json = {
        "modifier": key,
        "title": table["title"],
        "code_set": table["code_set"],
        "class": table["class"],
        "page": table["page"],
        "reviewed": table["reviewed"],
        "in_force": in_force(corpus, key, as_of),
        "sections": sections,
        "named_by": _named_by(table),
        "facts": facts,
        "edits": [edit_line(e) for e in corpus.edits.values() if key in e.get("modifiers", ())],
    }
    page["sources"] = _sources(corpus, _keys(page))
    return page


def in_force(corpus: Corpus, code: str, as_of: date | None) -> Json:
    """{from, at_latest, ended}: since when the modifier stands in its code set and, where it ended, from which day it does not.

    With `as_of` also `on` ("yes", "no" or "unknown") for that day.
    """
    fact = corpus.fact_for(f"{code}.in-force", None)
    values = fact.values if fact else ()
    answer: Json = {
        "from": values[0].start.isoformat() if values else None,
        "at_latest": bool(values and values[0].at_latest),
        "ended": next((v.start.isoformat() for v in values if v.ended), None),
    }
    if as_of is not None:
        value = fact.on(as_of) if fact else None
        answer["on"] = "unknown" if value is None else "no" if value.ended else "yes"
    return answer


def modifier_list(
    corpus: Corpus, klass: str | None = None, code_set: str | None = None, as_of: date | None = None, payer: str | None = None
) -> list[Json]:
    """Every modifier in a line, filtered; `payer` keeps those of which that payer or its parents have a fact of their own.

    Raises UsageError for an unknown class or payer.
    """
    if klass is not None and klass not in CLASSES:
        raise UsageError(f"no class {klass!r}", hint=f"Classes: {', '.join(sorted(CLASSES))}.", code="unknown-class")
    spoken = _spoken_of(corpus, payer) if payer is not None else None
    rows = []
    for code in sorted(corpus.modifiers):
        table = corpus.modifiers[code]
        if spoken is not None and code not in spoken:
            continue
        if (klass and klass not in table["class"]) or (code_set and table["code_set"] != code_set.upper()):
            continue
        state = in_force(corpus, code, as_of)
        if as_of is not None and state["on"] == "no":
            continue
        kept = {name: table[name] for name in ("title", "code_set", "class", "page")}
        rows.append({"modifier": code, **kept, "in_force": state})
    return rows


def edit_line(page: Mapping[str, Any]) -> Json:
    """An edit in a line."""
    return {"edit": page["code"], "name": page["name"], "title": page["title"], "outcome": page.get("outcome", "deny")}


def edit_list(corpus: Corpus) -> list[Json]:
    """Every edit in a line, by code."""
    return [{**edit_line(page), "group": page["group"]} for _, page in sorted(corpus.edits.items())]


def edit_page(corpus: Corpus, code: str) -> Json:
    """An edit's page with the facts it uses and their sources. Raises UsageError for an unknown one."""
    page = corpus.edit(code)
    facts = [
        {"id": identity, "says": block.says, "payer": block.payer, "values": [_value(corpus, value) for value in block.values]}
        for identity in page.get("facts", ())
        if corpus.has_fact(identity)
        for block in corpus.facts(identity)
    ]
    answer: Json = {
        **edit_line(page),
        "group": page["group"],
        "status": page.get("status", "stable"),
        "sections": page["sections"],
        "modifiers": list(page.get("modifiers", ())),
        "tables": list(page.get("tables", ())),
        "carc": list(page.get("carc", ())),
        "facts": facts,
    }
    answer["sources"] = _sources(corpus, (k for fact in facts for value in fact["values"] for k in value["source"]))
    return answer


# ---- parts ---------------------------------------------------------------------------------------------------------------


def _facts_of(corpus: Corpus, code: str, payer: str | None, as_of: date | None) -> Json:
    line = corpus.line_of(payer) if payer else None
    found: Json = {}
    for identity in corpus.fact_ids():
        owner, _, topic = identity.partition(".")
        if owner != code:
            continue
        facts = [f for f in corpus.facts(identity) if line is None or f.payer in line]
        if line is not None:
            # The nearest in the line of payers speaks; the others are overruled.
            facts = sorted(facts, key=lambda f: line.index(f.payer))[:1]
        rows = [_fact(corpus, fact, as_of) for fact in facts]
        rows = [row for row in rows if row["values"]]
        if rows:
            found[topic] = {"says": facts[0].says, "payers": rows}
    return found


def _spoken_of(corpus: Corpus, payer: str) -> set[str]:
    """What the payer's own facts and its parents' are about; the code sets' rules for everybody do not count."""
    corpus.payer(payer)
    line = [key for key in corpus.line_of(payer) if key != ANY]
    owners = (identity for identity in corpus.fact_ids() if any(f.payer in line for f in corpus.facts(identity)))
    return {identity.partition(".")[0] for identity in owners}


def _named_by(table: Json) -> list[Json]:
    own = {entry["modifier"] for entry in table["sections"].get("neighbours", ())}
    return [entry for entry in table.get("named_by", ()) if entry["modifier"] not in own]


def _fact(corpus: Corpus, fact: Fact, as_of: date | None) -> Json:
    value = fact.on(as_of) if as_of else None
    values = fact.values if as_of is None else (value,) if value else ()
    return {
        "payer": fact.payer,
        "setting": fact.setting,
        "confidence": fact.confidence,
        "reference": fact.reference or None,
        "reference_verified": fact.reference_verified,
        "values": [_value(corpus, v) for v in values],
    }


def _value(corpus: Corpus, value: Value) -> Json:
    return {
        "from": value.start.isoformat(),
        "at_latest": value.at_latest,
        "value": "ended" if value.ended else list(value.value) if isinstance(value.value, tuple) else value.value,
        "source": list(value.source),
        "unverified": UNVERIFIED in _kinds(corpus, value.source),
        "note": value.note or None,
    }


def _kinds(corpus: Corpus, keys: Iterable[str]) -> set[str]:
    return {corpus.sources[key]["kind"] for key in keys}


def _keys(page: Json) -> list[str]:
    keys = [k for entries in page["sections"].values() for entry in entries for k in entry["source"]]
    keys += [k for entry in page["named_by"] for k in entry["source"]]
    keys += [k for e in page["sections"].get("disagreements", ()) for a in e["answers"] for k in a["source"]]
    keys += [k for topic in page["facts"].values() for row in topic["payers"] for value in row["values"] for k in value["source"]]
    return keys


def _sources(corpus: Corpus, keys: Iterable[str]) -> list[Json]:
    return [{"key": key, **corpus.sources[key]} for key in dict.fromkeys(keys)]
