"""What must hold of the decision tables of denials as a whole: known answers, no open case, no row out of reach, a source a row."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from modwise.knowledge import coverage, schema
from modwise.knowledge.shapes import shape_problems

Table = dict[str, Any]
DEFINITIONS = frozenset({"signals", "topics", "orders", "coding", "priority", "questions"})
FIRST, LAST = "standing", "route"
FALLBACK = "others"
PLACEHOLDERS = frozenset({"have", "want", "conflict", "coding_cause", "coding_says", "topic", "candidates"})
ROUTE_IDS = frozenset({"new-claim", "corrected-claim", "reopening", "documents", "appeal", "dispute"})


def problems(corpus: Table) -> Iterator[str]:
    """What is wrong with the files in remedies/, each a sentence that begins with its place."""
    files = corpus["kinds"].get("remedies", {})
    if not files:
        return
    missing = (DEFINITIONS | {FIRST, LAST, FALLBACK}) - files.keys()
    if missing:
        yield f"remedies/: {', '.join(sorted(missing))} missing"
        return
    domains = {signal["name"]: signal["values"] for signal in files["signals"].get("signal", []) if "name" in signal}
    yield from _signals(files["signals"].get("signal", []))
    yield from _questions(files["questions"].get("question", []), domains)
    yield from _topics(files, domains)
    for order in files["orders"].get("order", []):
        where = f"remedies/orders.toml: {order.get('order')}"
        yield from shape_problems(order, schema.ORDER, where)
        if order.get("order") not in domains["order"]:
            yield f"{where}: no such answer of the signal order"
    for test in files["coding"].get("test", []):
        where = f"remedies/coding.toml: test {test.get('id')}"
        yield from shape_problems(test, schema.TEST, where)
        yield from _when(test.get("when", {}), domains, where)
        yield from _source_and_words(test, where)
    yield from _chances(files["priority"].get("chance", []))
    for name, table in files.items():
        if name not in DEFINITIONS:
            yield from _table(name, table.get("row", []), domains)


def _chances(chances: list[Table]) -> Iterator[str]:
    for chance in chances:
        where = f"remedies/priority.toml: {chance.get('id')}"
        yield from shape_problems(chance, schema.CHANCE, where)
        if not re.fullmatch(r"0(\.\d+)?|1", str(chance.get("chance"))) or not chance.get("source"):
            yield f"{where}: a chance is a share from 0 to 1, with a source"
    if not chances or chances[-1].get("when") != {}:
        yield "remedies/priority.toml: the last chance must take any item"


def _signals(signals: list[Table]) -> Iterator[str]:
    names = [signal.get("name") for signal in signals]
    for signal in signals:
        where = f"remedies/signals.toml: {signal.get('name')}"
        yield from shape_problems(signal, schema.SIGNAL, where)
        if names.count(signal.get("name")) > 1:
            yield f"{where}: stands twice"
        for answer in {*signal.get("open", {}), *signal.get("codes", {})} - set(signal.get("values", [])):
            yield f"{where}: open or codes names {answer!r}, which is no answer"


def _questions(questions: list[Table], domains: Mapping[str, list[str]]) -> Iterator[str]:
    names = [question.get("question") for question in questions]
    for question in questions:
        where = f"remedies/questions.toml: {question.get('question')}"
        yield from shape_problems(question, schema.OPEN_QUESTION, where)
        if names.count(question.get("question")) > 1:
            yield f"{where}: stands twice"
        for name in set(question.get("signals", [])) - domains.keys():
            yield f"{where}: no signal {name}"
        if (question.get("kind") == "choice") != ("answers" in question):
            yield f"{where}: a choice has answers, and nothing else has"


def _topics(files: Mapping[str, Table], domains: Mapping[str, list[str]]) -> Iterator[str]:
    topics = files["topics"].get("topic", [])
    for topic in topics:
        where = f"remedies/topics.toml: {topic.get('topic')}"
        yield from shape_problems(topic, schema.TOPIC, where)
        if topic.get("topic") not in domains["topic"]:
            yield f"{where}: no such answer of the signal topic"
        if not topic.get("source"):
            yield f"{where}: no source"
    for name in set(domains["topic"]) - {topic.get("topic") for topic in topics}:
        yield f"remedies/topics.toml: no entry leads to {name}"
    for topic, table in files["topics"].get("tables", {}).items():
        if topic not in domains["topic"] or table not in files:
            yield f"remedies/topics.toml: tables sends {topic} to {table}, one of which is not known"
    if not topics or not topics[-1].get("any"):
        yield "remedies/topics.toml: the last entry must take any line"


def _table(name: str, rows: list[Table], domains: Mapping[str, list[str]]) -> Iterator[str]:
    place = f"remedies/{name}.toml"
    ids = [row.get("id") for row in rows]
    sound = bool(rows)
    for row in rows:
        where = f"{place}: row {row.get('id')}"
        found = [*shape_problems(row, schema.ROW, where), *_when(row.get("when", {}), domains, where)]
        sound = sound and not found
        yield from found
        yield from _source_and_words(row, where)
        yield from _ends(name, row, domains, where)
        if ids.count(row.get("id")) > 1:
            yield f"{where}: stands twice"
    if sound:
        patterns = [{key: frozenset(answers) for key, answers in row["when"].items()} for row in rows]
        for number in coverage.unreachable(patterns, domains):
            yield f"{place}: row {ids[number]}: never reached"
        left = coverage.open_case(patterns, domains)
        if left is not None:
            yield f"{place}: no row for {left}"


def _ends(name: str, row: Table, domains: Mapping[str, list[str]], where: str) -> Iterator[str]:
    """Every row ends in a remedy, in an action that the route table takes, or (in the first table) goes on."""
    if name == LAST:
        if "remedy" not in row or row.keys() & {"action", "cause", "go_on"}:
            yield f"{where}: a row of the last table names a remedy and nothing else"
        if row.get("route", "appeal") not in ROUTE_IDS:
            yield f"{where}: no such route"
    elif row.get("go_on"):
        if name != FIRST:
            yield f"{where}: only the first table goes on"
    elif row.get("action") not in domains["action"] or not row.get("cause"):
        yield f"{where}: a cause and a known action are missing"


def _when(when: Mapping[str, Any], domains: Mapping[str, list[str]], where: str) -> Iterator[str]:
    for name, answers in when.items():
        if name not in domains:
            yield f"{where}: no signal {name!r}"
        elif not isinstance(answers, list) or set(answers) - set(domains[name]):
            yield f"{where}: {name} = {answers!r} is not a list of its answers"


def _source_and_words(row: Table, where: str) -> Iterator[str]:
    if not row.get("source"):
        yield f"{where}: no source"
    for word in re.findall(r"\{(\w+)\}", f"{row.get('cause', '')}{row.get('says', '')}"):
        if word not in PLACEHOLDERS:
            yield f"{where}: no placeholder {word!r}"
