"""Pages of the knowledge as text: a modifier, an edit, the lists, the coverage."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any

from modwise.report.layout import Paper

Json = dict[str, Any]

HEADINGS = {
    "meaning": "What it means",
    "use_when": "When to use it",
    "do_not_use": "When not to",
    "who": "Who may use it",
    "applies_to": "On which codes",
    "units": "Units and place on the line",
    "documentation": "What the record must show",
    "denials": "Why it is denied",
    "remedies": "What to do about a denial",
    "appeal": "What an appeal must show",
    "neighbours": "Not to be confused with",
    "where_used": "Where it is used",
    "examples": "Examples",
    "disagreements": "Where the sources disagree",
}
WORDS = {"new_claim": "new claim", "corrected_claim": "corrected claim", "dispute_underpayment": "dispute the payment"}


def modifier_text(page: Json, paper: Paper, sections: Sequence[str] = ()) -> str:
    """A modifier's whole page, or only the named sections (with `payment`, `facts`, `edits`, `sources` besides the page's own)."""

    def wanted(name: str) -> bool:
        return not sections or name in sections

    parts = [] if sections else [_title(page, paper)]
    for name, heading in HEADINGS.items():
        entries = page["sections"].get(name)
        if entries and wanted(name):
            parts.append(_section(name, heading, entries, paper))
        if name == "neighbours" and page["named_by"] and wanted(name):
            parts.append(_named_by(page, paper))
        if name == "appeal":
            parts.extend(_facts(page, paper, wanted))
    if page["edits"] and wanted("edits"):
        checked = [(e["edit"], e["title"]) for e in page["edits"]]
        parts.append(paper.rule("Checked by") + "\n" + paper.table(checked))
    if wanted("sources"):
        parts.append(sources(page["sources"], paper))
    if not sections and page["page"] == "brief":
        parts.append(paper.wrap("This is a brief page: what is not said here is not yet known to Modwise."))
    return "\n\n".join(parts)


def _title(page: Json, paper: Paper) -> str:
    state = page["in_force"]
    since = f"in use by {state['from']} at the latest" if state["at_latest"] else f"since {state['from']}"
    ended = f"; ended: not valid from {state['ended']}" if state["ended"] else ""
    asked = f"; on the day asked: {state['on']}" if "on" in state else ""
    head = paper.paint(f"Modifier {page['modifier']}", "bold") + "  " + page["title"]
    line = f"{page['code_set']} · {', '.join(page['class'])} · {since}{ended}{asked} · reviewed {page['reviewed']}"
    return paper.wrap(head) + "\n" + paper.paint(paper.wrap(line), "dim")


def _section(name: str, heading: str, entries: Iterable[Json], paper: Paper) -> str:
    if name == "neighbours":
        entries = _together(entries)
    return paper.rule(heading) + "\n" + "\n".join(_entry(name, entry, paper) for entry in entries)


def _together(entries: Iterable[Json]) -> list[Json]:
    """Neighbours told apart by one and the same question, such as the fingers of a hand, in one entry."""
    groups: dict[tuple[str, str], list[Json]] = {}
    for entry in entries:
        groups.setdefault((entry["question"], entry["says"]), []).append(entry)
    return [{**group[0], "modifier": ", ".join(entry["modifier"] for entry in group)} for group in groups.values()]


def _named_by(page: Json, paper: Paper) -> str:
    lines = [
        paper.wrap(
            f"page {entry['modifier']} asks: {entry['question']} Then {page['modifier']}. {cite(entry['source'], entry['confidence'])}",
            first="  - ",
        )
        for entry in page["named_by"]
    ]
    return paper.rule("Told apart on other pages") + "\n" + "\n".join(lines)


def _entry(name: str, entry: Json, paper: Paper) -> str:
    cited = cite(entry["source"], entry["confidence"])
    if name == "documentation":
        return paper.wrap(f"{entry['says']} {cited}", first="  [ ] ")
    if name == "neighbours":
        named = f"  {entry['modifier']:<10}"
        question = paper.wrap(entry["question"], first=named) if len(named) == 12 else _under(named, entry["question"], paper)
        return question + "\n" + paper.wrap(f"{entry['says']} {cited}", first=" " * 12)
    if name == "examples":
        return (
            paper.wrap(entry["situation"], first="  - ")
            + "\n"
            + paper.wrap(f"→ {entry['answer']}. {entry['says']} {cited}", first="    ")
        )
    if name == "disagreements":
        answers = [paper.wrap(f"{a['payer']}: {a['answer']} {cite(a['source'])}", first="    · ") for a in entry["answers"]]
        return "\n".join([paper.wrap(f"{entry['id']} {entry['says']}", first="  - "), *answers])
    text = entry["says"]
    if name == "remedies":
        text = f"{WORDS.get(entry['remedy'], entry['remedy'].replace('_', ' '))}: {text}"
    if name == "where_used":
        text = f"{entry['setting']}: {text}"
    if entry.get("instead"):
        text += f" → {entry['instead']}"
    codes = [f"CARC {', '.join(entry['carc'])}"] if entry.get("carc") else []
    codes += [f"RARC {', '.join(entry['rarc'])}"] if entry.get("rarc") else []
    tail = f" ({'; '.join(codes)})" if codes else ""
    return paper.wrap(f"{text}{tail} {cited}", first="  - ")


def _under(head: str, text: str, paper: Paper) -> str:
    return paper.wrap(head.strip(), first="  ") + "\n" + paper.wrap(text, first=" " * 12)


def cite(keys: Sequence[str], confidence: str = "high") -> str:
    """The sources of a statement in brackets, with its confidence where that is not high."""
    sources = ", ".join("unverified" if key == "untraced" else key for key in keys)
    return f"[{sources}{'' if confidence == 'high' else f'; {confidence} confidence'}]"


def _facts(page: Json, paper: Paper, wanted: Callable[[str], bool]) -> list[str]:
    parts = []
    for topic, table in page["facts"].items():
        if topic in ("in-force",) or not (wanted("facts") or (topic == "payment" and wanted("payment"))):
            continue
        heading = "What payers pay" if topic == "payment" else topic.replace("-", " ").capitalize()
        rows = [(row["payer"], _when(value), _what(value, row)) for row in table["payers"] for value in row["values"]]
        parts.append(
            paper.rule(heading) + "\n" + paper.paint(paper.wrap(table["says"], first="  "), "dim") + "\n" + paper.table(rows)
        )
    return parts


def _when(value: Json) -> str:
    return ("by " if value["at_latest"] else "from ") + str(value["from"])


def _what(value: Json, row: Json) -> str:
    shown = value["value"]
    text = ", ".join(shown) if isinstance(shown, list) else {True: "yes", False: "no"}.get(shown, str(shown))
    notes = [value["note"] or ""]
    if row["reference"]:
        notes.append(row["reference"] + ("" if row["reference_verified"] else " (section number not verified)"))
    if row["confidence"] != "high":
        notes.append(f"{row['confidence']} confidence")
    said = "; ".join(note.removesuffix(".") for note in notes if note)
    return f"{text}{' — ' + said if said else ''} {cite(value['source'])}"


def sources(listed: Sequence[Json], paper: Paper) -> str:
    """The sources a page cites, one below the other."""
    width = max((len(source["key"]) for source in listed), default=0)
    return paper.rule("Sources") + "\n" + "\n".join(_source(source, width, paper) for source in listed)


def _source(source: Json, width: int, paper: Paper) -> str:
    dated = f", {source['published']}" if source.get("published") else ""
    read = f", read {source['read']}" if source.get("read") else ""
    text = f"{source['title']}. {source['publisher']}{dated}; {source['kind']}{read}."
    shown = paper.wrap(text, first=f"  {source['key'].ljust(width)}  ")
    # An address stands on a line of its own: a broken one does not open.
    return shown + ("\n" + paper.wrap(source["url"], first="      ") if source.get("url") else "")


def list_text(rows: Sequence[Json], paper: Paper) -> str:
    """Modifiers, one a line."""
    table = [
        (
            row["modifier"],
            ", ".join(row["class"]),
            row["title"] + (f" (ended {row['in_force']['ended']})" if row["in_force"]["ended"] else ""),
        )
        for row in rows
    ]
    return paper.table(table, indent="") + f"\n\n{len(rows)} modifiers"


def edits_text(rows: Sequence[Json], paper: Paper) -> str:
    """Edits, one a line."""
    return paper.table([(row["edit"], row["outcome"], row["title"]) for row in rows], indent="") + f"\n\n{len(rows)} edits"


def edit_text(page: Json, paper: Paper) -> str:
    """An edit's page."""
    head = paper.paint(page["edit"], "bold") + f"  {page['name']}"
    facts = [f"outcome {page['outcome']}", page["status"]]
    if page["carc"]:
        facts.append(f"CARC {', '.join(page['carc'])}")
    parts = [paper.wrap(head) + "\n" + paper.wrap(page["title"]) + "\n" + paper.paint(" · ".join(facts), "dim")]
    parts += [paper.rule(name) + "\n" + paper.wrap(text, first="  ") for name, text in page["sections"].items()]
    rows = [(f["id"], f["payer"], "; ".join(f"{_when(v)}: {_short(v)}" for v in f["values"])) for f in page["facts"]]
    if rows:
        parts.append(paper.rule("Facts it uses") + "\n" + paper.table(rows))
    if page["sources"]:
        parts.append(sources(page["sources"], paper))
    return "\n\n".join(parts)


def _short(value: Json) -> str:
    shown = value["value"]
    if isinstance(shown, list):
        return ", ".join(shown) if len(shown) <= 8 else f"a list of {len(shown)}"
    return str(shown)
