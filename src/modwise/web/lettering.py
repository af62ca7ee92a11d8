"""A letter made ready for its page: fields to edit, the preview with what is not traced marked, the ledger in words."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from markupsafe import Markup, escape

from modwise.appeals.letter import Letter, Paragraph, Table
from modwise.appeals.rendering.parts import marked as placeholders
from modwise.appeals.rendering.parts import numbered
from modwise.http.letters import LINES, Draft
from modwise.knowledge.corpus import corpus
from modwise.web import dating, hints, words

if TYPE_CHECKING:
    from modwise.appeals.ledger import Fact, Ledger

Json = dict[str, Any]
_ISO = re.compile(r"\d{4}-\d{2}-\d{2}")
TITLES = {"letterhead": "Letterhead", "addressee": "To", "signature": "Signed by"}
SOURCES = {
    "claim": "The claim",
    "remit": "The remittance",
    "note": "The record",
    "facts": "The facts file",
    "typed": "Typed here",
    "table": "CMS tables",
    "process": "The payer’s rules",
    "practice": "The practice",
    "computed": "Worked out",
    "clock": "The day",
}
PLACEHOLDER = "TO BE COMPLETED"
HERE = "Take it out, or draft the letter anew with the record that says it."
# Parts of a fact's name that are no words.
SHORT = {"npi": "NPI", "id": "number", "carc": "CARC", "rarc": "RARC", "icn": "ICN", "cpt": "CPT", "tin": "TIN"}
SECTIONS = {"ask": "The request"}


def fields(letter: Letter) -> Json:
    """What can be edited: {lines: [{key, title, text}], sections: [{title, blocks: [{key, text, number} or {table}]}]}."""
    lines = [{"key": name, "title": TITLES[name], "text": "\n".join(getattr(letter, name))} for name in LINES]
    sections = []
    for place, (section, blocks) in enumerate(numbered(letter)):
        shown = [_field(f"{place}.{at}", block, number) for at, (block, number) in enumerate(blocks)]
        sections.append({"title": section.title or SECTIONS.get(section.key, "The letter"), "blocks": shown})
    return {"lines": lines, "sections": sections}


def _field(key: str, block: Paragraph | Table, number: int | None) -> Json:
    if isinstance(block, Table):
        return {"key": "", "table": {"head": block.head, "rows": [[cell.text for cell in row] for row in block.rows]}}
    return {"key": key, "table": None, "number": number, "text": " ".join(sentence.text for sentence in block.sentences)}


# ---- the preview


def problems(found: Sequence[Json]) -> list[Json]:
    """What the checks found, what blocks first; said for whoever edits here instead of at a command line."""
    whole = any(PLACEHOLDER in one["text"] and one["text"] != PLACEHOLDER for one in found)
    kept = [one for one in found if not (whole and one["text"] == PLACEHOLDER)]
    told = [{**one, "hint": _hint(one)} for one in kept]
    return sorted(told, key=lambda one: one["severity"] != "block")


def _hint(problem: Json) -> str | Markup:
    if PLACEHOLDER in problem["text"]:
        return "Say it above, under Still to be said."
    return HERE if "--" in problem["hint"] and "practice" not in problem["hint"] else hints.on_page(problem["hint"])


def preview(letter: Letter, problems: Sequence[Json]) -> Json:
    """The letter as it will read, each text with the words of the problems marked."""
    marks = [(_loose(problem["text"]), number, problem) for number, problem in enumerate(problems, 1) if problem["text"]]

    def shown(text: str) -> Markup:
        return Markup("").join(_marked(text, marks))

    return {
        "letterhead": [shown(line) for line in letter.letterhead],
        "date": shown(letter.date.text),
        "method": shown(letter.method.text) if letter.method else None,
        "addressee": [shown(line) for line in letter.addressee],
        "subject": shown(letter.subject.text),
        "reference": [(row.label, shown(row.value.text)) for row in letter.reference],
        "sections": [
            {"title": section.title, "blocks": [_block(block, number, shown) for block, number in blocks]}
            for section, blocks in numbered(letter)
        ],
        "exhibits": [shown(one.text) for one in letter.exhibits],
        "signature": [shown(line) for line in letter.signature],
    }


def _block(block: Paragraph | Table, number: int | None, shown: Any) -> Json:
    if isinstance(block, Table):
        return {"head": block.head, "rows": [[shown(cell.text) for cell in row] for row in block.rows]}
    return {"head": None, "number": number, "text": shown(" ".join(sentence.text for sentence in block.sentences))}


def _loose(text: str) -> re.Pattern[str]:
    """The words of a problem, however they are broken into lines; a long sentence was cut."""
    cut = text.removesuffix(" …").split()
    return re.compile(r"\s+".join(map(re.escape, cut)))


def _marked(text: str, marks: Sequence[tuple[re.Pattern[str], int, Json]]) -> Iterator[Markup]:
    """The text, escaped, in pieces; where several problems name the same words the first one's mark stands."""
    taken: list[tuple[int, int, int, Json]] = []
    for pattern, number, problem in marks:
        for found in pattern.finditer(text):
            if not any(found.start() < end and start < found.end() for start, end, _, _ in taken):
                taken.append((found.start(), found.end(), number, problem))
    at = 0
    for start, end, number, problem in sorted(taken, key=lambda one: one[0]):
        yield from _plain(text[at:start])
        kind = "untraced" if problem["severity"] == "block" else "doubtful"
        yield Markup('<mark class="{}" title="{}">{}<a href="#problem-{}" class="mark-number">{}</a></mark>').format(
            kind, problem["message"], text[start:end], number, number
        )
        at = end
    yield from _plain(text[at:])


def _plain(text: str) -> Iterator[Markup]:
    for piece, open_ in placeholders(text):
        yield Markup('<mark class="gap">{}</mark>').format(piece) if open_ else escape(piece)


# ---- the ledger


def ledger(held: Ledger, draft: Draft) -> list[Json]:
    """What the letter may say, by where it was read: [{title, facts: [{name, value, where}]}]."""
    groups: dict[str, list[Json]] = {}
    for fact in held.facts:
        groups.setdefault(fact.source.kind, []).append(_fact(fact, draft))
    return [{"title": SOURCES.get(kind, words.sentence(kind)), "facts": facts} for kind, facts in groups.items()]


def _fact(fact: Fact, draft: Draft) -> Json:
    source = fact.source
    if (source.file or "").endswith(".toml"):
        return {"name": _named(fact), "value": _value(fact), "where": _of_ours(source.file or "")}
    where = [draft.label(source.file)] if source.file else []
    if source.page:
        where.append(f"page {source.page}")
    if source.line:
        where.append(f"line {source.line}")
    if source.place and not source.page:
        where.append(draft.named(source.place))
    if fact.formula:
        where.append(fact.formula)
    return {"name": _named(fact), "value": _value(fact), "where": ", ".join(where)}


def _named(fact: Fact) -> str:
    name = " ".join(SHORT.get(part, part) for part in words.plain(fact.name.rpartition(".")[2]).split())
    return name[:1].upper() + name[1:]


def _of_ours(file: str) -> str:
    """Where a fact of a fact file is told: the payer's rules, the practice, or what is written here of a code."""
    stem = Path(file).stem
    if stem == "practice":
        return "your practice"
    return f"{corpus().payers[stem]['title']}, its rules" if stem in corpus().payers else "what is written here of the code"


def _value(fact: Fact) -> str:
    if fact.kind == "amount":
        return words.money(fact.value)
    if fact.kind == "date" and _ISO.fullmatch(fact.value):
        return dating.day(fact.value)
    return f"“{fact.value}”" if fact.kind == "quote" else fact.value


def exhibits(held: Ledger, draft: Draft) -> Iterable[Json]:
    """What is enclosed: {label, title, file, pages}."""
    listed = {str(one["text"])[:1]: str(one["text"])[3:] for one in held.letter.get("exhibits", ())}
    for one in held.exhibits:
        yield {"label": one.label, "title": listed.get(one.label, one.title), "file": draft.label(one.file) if one.file else ""}
