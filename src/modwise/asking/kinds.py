"""What the further kinds of fact files say: denial codes, processes with their clocks, decision tables, and whatever else has words."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from modwise.asking.statements import Statement, about, joined, payer_title, unverified
from modwise.knowledge.corpus import Corpus

Table = Mapping[str, Any]
# Questions, words to read with, days off: they ask or serve, they state nothing a biller would look up.
SILENT = frozenset({"aliases", "case-facts", "case-words", "calendars", "reading"})
CODES = {"carc": "CARC", "rarc": "RARC"}
DETAILS = ("days", "level", "remedy", "form", "modifiers", "within", "instead")


def statements(corpus: Corpus) -> Iterator[Statement]:
    """Every statement of the further kinds."""
    for folder, files in corpus.kinds.items():
        if folder in SILENT:
            continue
        read = READERS.get(folder, _of_any)
        for stem, table in files.items():
            yield from read(corpus, folder, stem, table)


# ---- denial codes --------------------------------------------------------------------------------------------------------


def _of_denial_codes(corpus: Corpus, folder: str, stem: str, table: Table) -> Iterator[Statement]:
    kind = CODES[folder]
    for code, entry in table.get("codes", {}).items():
        yield _in_force(corpus, f"{folder}/{stem} {code}", f"{kind} {code}", {**entry, "source": table.get("source", ())})
    for entry in table.get("meaning", ()):
        yield from _meaning(corpus, f"{folder}/{stem} {entry['code']}", f"{kind} {entry['code']}", entry)
    for number, case in enumerate(table.get("case", ()), 1):
        yield _case(corpus, f"{folder}/{stem} case {number}", case)
    for group, entry in table.get("groups", {}).items():
        billed = f" Bill the patient: {entry['bill_patient']}." if "bill_patient" in entry else ""
        text = f"Group code {group}: {entry['says'].rstrip('.')}.{billed}"
        yield _statement(corpus, text, f"{folder}/{stem} {group}", "denial-code", {**table, **entry}, context=f"group code {group}")


def _in_force(corpus: Corpus, place: str, name: str, entry: Table) -> Statement:
    ended = f", retired from {entry['ended']}" if "ended" in entry else ""
    alert = " It informs only (alert)." if entry.get("alert") else ""
    changed = f", last changed {entry['changed']}" if "changed" in entry else ""
    text = f"{name}: in the code list from {entry['from']}{changed}{ended}.{alert}"
    return _statement(corpus, text, place, "in-force", entry, named=(name,))


def _meaning(corpus: Corpus, place: str, name: str, entry: Table) -> Iterator[Statement]:
    yield _statement(corpus, f"{name}, meaning: {entry['says'].rstrip('.')}.", place, "meaning", entry, named=(name,))
    for key, lead in (("causes", "likely causes"), ("evidence", "what confirms them"), ("tells", "what it tells")):
        if entry.get(key):
            text = f"{name}, {lead}: {_words(entry[key])}."
            yield _statement(corpus, text, f"{place} {key}", "denials", entry, named=(name,))
    if entry.get("remedies"):
        text = f"{name}, what to do: {_words(entry['remedies'])}."
        yield _statement(corpus, text, f"{place} remedies", "remedies", entry, named=(name,))


def _case(corpus: Corpus, place: str, case: Table) -> Statement:
    codes = [f"CARC {c}" for c in case.get("carc", ())] + [f"RARC {c}" for c in case.get("rarc", ())]
    modifiers = [str(m) for m in case.get("modifiers", ())]
    beside = f" with modifier {joined(modifiers)}" if modifiers else ""
    fix = f" What to do: {_words(case['fix'])}." if case.get("fix") else ""
    text = f"{joined(codes)}{beside}: {case['title'].rstrip('.')}: {_words(case['cause'])}.{fix}"
    return _statement(corpus, text, place, "denials", case, named=(*codes, *modifiers))


# ---- processes -----------------------------------------------------------------------------------------------------------


def _of_process(corpus: Corpus, folder: str, stem: str, table: Table) -> Iterator[Statement]:
    """Each route with its clock, each rule of the payer."""
    title = payer_title(corpus, stem) if stem in corpus.payers else table["title"]
    for number, rule in enumerate(table.get("rule", ()), 1):
        text = f"{title}: {rule['says'].rstrip('.')}."
        yield _statement(corpus, text, f"{folder}/{stem} rule {number}", "rule", {**rule, "payer": stem}, context=f"appeal {title}")
    for route in table.get("route", ()):
        yield from _of_route(corpus, f"{folder}/{stem} {route['id']}", title, {**route, "payer": stem})


def _of_route(corpus: Corpus, place: str, title: str, route: Table) -> Iterator[Statement]:
    level = f", level {route['level']}" if "level" in route else ""
    purpose = "timely filing" if route["remedy"] == "new_claim" else route["remedy"].replace("_", " ")
    head = f"{title}, {route['name']} ({purpose}{level})"
    filed = f" File with {route['to']}, form: {_words(route['form'])}." if route.get("form") else ""
    needs = f" It needs {_words(route['needs'])}." if route.get("needs") else ""
    filing = "timely filing limit" if route["remedy"] == "new_claim" else "deadline time limit window"
    context = f"{filing} {route['remedy'].replace('_', ' ')} {title}"
    for window in route.get("window", ()):
        reference = f" {window['reference']}." if window.get("reference") else ""
        note = f" {str(window['note']).rstrip('.')}." if window.get("note") else ""
        text = f"{head}: {window['says'].rstrip('.')}.{filed}{needs}{reference}{note}"
        yield _statement(corpus, text, place, "deadline", {**window, "payer": route["payer"]}, context=context)
    if route.get("unknown"):
        text = f"{head}: the window is not known: {route['unknown'].rstrip('.')}.{filed}"
        yield _statement(corpus, text, place, "deadline", route, context=context)


# ---- decision tables -----------------------------------------------------------------------------------------------------


def _of_decision(corpus: Corpus, folder: str, stem: str, table: Table) -> Iterator[Statement]:
    """What each row of the table comes to. The rows' conditions are not words; `advise` walks them."""
    for row in table.get("row", ()):
        if row.get("says") and row.get("source"):
            given = _given(row)
            text = f"{table['title']}: {row['says'].rstrip('.')}.{given}"
            yield _statement(
                corpus, text, f"{folder}/{stem} {row['id']}", "decision", row, named=_modifiers(row), context=table["question"]
            )
        for payer in row.get("payers", ()):
            if payer.get("payer") and payer.get("says"):
                title = payer_title(corpus, payer["payer"])
                text = f"{table['title']}, {title}: {payer['says'].rstrip('.')}.{_given(payer)}"
                confidence = {"confidence": row.get("confidence", "high")}
                place = f"{folder}/{stem} {row['id']}"
                yield _statement(
                    corpus, text, place, "decision", {**confidence, **payer}, named=_modifiers(payer), context=table["question"]
                )


def _given(row: Table) -> str:
    if row.get("billable") is False:
        return " Nothing is reported."
    if "modifiers" not in row:
        return ""
    return f" → modifier {joined(row['modifiers'])}." if row["modifiers"] else " → no modifier."


def _modifiers(row: Table) -> tuple[str, ...]:
    return tuple(str(m) for m in row.get("modifiers", ()))


# ---- anything else -------------------------------------------------------------------------------------------------------


def _of_any(corpus: Corpus, folder: str, stem: str, table: Table) -> Iterator[Statement]:
    """Every table of the file that has words under `says`, its source and payer beside or above them."""
    head = str(table.get("title") or stem.replace("-", " ")).rstrip(".")
    yield from _within(corpus, table, (folder, stem), head, {})


def _within(corpus: Corpus, table: Table, path: tuple[str, ...], head: str, above: Table) -> Iterator[Statement]:
    here = {**above, **{key: table[key] for key in ("source", "confidence", "payer", "from") if key in table}}
    if isinstance(table.get("says"), str) and here.get("source"):
        details = "; ".join(f"{key.replace('_', ' ')}: {_words(table[key])}" for key in DETAILS if key in table)
        text = f"{head}: {table['says'].rstrip('.')}.{f' {details}.' if details else ''}"
        topic = path[2] if len(path) > 2 else path[0]
        yield _statement(corpus, text, f"{path[0]}/{' '.join(path[1:])}", topic, here, context=head)
    for key, item in table.items():
        if isinstance(item, Mapping):
            yield from _within(corpus, item, (*path, key), head, here)
        elif isinstance(item, list):
            for number, entry in enumerate(item, 1):
                if isinstance(entry, Mapping):
                    yield from _within(corpus, entry, (*path, key, str(number)), head, here)


# ---- parts ---------------------------------------------------------------------------------------------------------------


def _statement(
    corpus: Corpus, text: str, place: str, topic: str, table: Table, *, named: tuple[str, ...] = (), context: str = ""
) -> Statement:
    source = tuple(table.get("source") or ())
    return Statement(
        text=" ".join(text.split()),
        place=place,
        topic=topic,
        payer=str(table.get("payer") or ""),
        start=str(table.get("from") or ""),
        until=str(table.get("ended") or ""),
        at_latest=bool(table.get("at_latest")),
        source=source,
        confidence=str(table.get("confidence") or "high"),
        unverified=unverified(corpus, source),
        about=about(text, named),
        context=context,
    )


def _words(value: object) -> str:
    if isinstance(value, list):
        return "; ".join(str(item).rstrip(".").replace("_", " ") for item in value)
    return str(value).rstrip(".").replace("_", " ")


READERS: dict[str, Callable[[Corpus, str, str, Table], Iterator[Statement]]] = {
    "carc": _of_denial_codes,
    "rarc": _of_denial_codes,
    "processes": _of_process,
    "decisions": _of_decision,
}
