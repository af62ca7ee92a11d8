"""Everything the knowledge says, one cited statement at a time, in its own words and a few connecting ones."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from modwise.knowledge.corpus import ANY, UNVERIFIED, Corpus, Fact, Value

Table = Mapping[str, Any]

# How a section of a modifier's page is introduced.
LEADS = {
    "meaning": "meaning",
    "use_when": "use it when",
    "do_not_use": "do not use it for",
    "who": "who may use it",
    "applies_to": "on which codes",
    "units": "units and place on the line",
    "documentation": "the record must show",
    "denials": "why it is denied",
    "remedies": "what to do about a denial",
    "appeal": "an appeal must show",
    "where_used": "where it is used",
    "disagreements": "where sources disagree",
}
SHARE = re.compile(r"(?<![\d.])([0-9]\.\d{1,4})(?![\d.])")
_MODIFIER = re.compile(r"(?<![\w.$§])(?<!CARC )([0-9A-Z]{2})(?![\w%]|\.\d| days| percent)")
_PROCEDURE = re.compile(r"\b(?:\d{5}|[A-Z]\d{4}|\d{4}[A-Z])\b")
_REMARK = re.compile(r"\b(?:MA|M|N)\d{1,3}\b")
MANY = 12


@dataclass(frozen=True)
class Statement:
    """A statement, where it stands, and what it holds for.

    `place` is a fact id ("52.payment") or a place on a page ("52 use_when 3", "RED201 Known limits"); `owner` the modifier or edit whose
    page it is; `start` and `until` the first and last day it holds ("" = not dated); `about` every code it names.
    """

    text: str
    place: str
    owner: str = ""
    topic: str = ""
    payer: str = ""
    setting: str = ""
    start: str = ""
    until: str = ""
    at_latest: bool = False
    ended: bool = False
    value: str | tuple[str, ...] = ""
    source: tuple[str, ...] = ()
    confidence: str = "high"
    unverified: bool = False
    about: tuple[str, ...] = ()
    context: str = ""


def core_statements(corpus: Corpus) -> Iterator[Statement]:
    """Every statement of the core: facts a value at a time, pages a sentence at a time, edits, payers."""
    for identity in corpus.fact_ids():
        for fact in corpus.facts(identity):
            yield from of_fact(corpus, fact)
    for code in corpus.modifiers:
        yield from of_page(corpus, code)
    for code, page in corpus.edits.items():
        yield from of_edit(code, page)
    for key, payer in corpus.payers.items():
        yield from _of_payer(corpus, key, payer)


# ---- facts ---------------------------------------------------------------------------------------------------------------


def of_fact(corpus: Corpus, fact: Fact) -> Iterator[Statement]:
    """The fact as this payer has it, a statement for each dated value."""
    owner, _, topic = fact.id.partition(".")
    for number, value in enumerate(fact.values):
        following = fact.values[number + 1].start - timedelta(days=1) if number + 1 < len(fact.values) else None
        text = _fact_text(corpus, fact, value, following)
        listed = value.value if isinstance(value.value, tuple) else ()
        yield Statement(
            text=text,
            place=fact.id,
            owner=owner if owner in corpus.modifiers else "",
            topic=topic,
            payer=fact.payer,
            setting="" if fact.setting == ANY else fact.setting,
            start=value.start.isoformat(),
            until=following.isoformat() if following else "",
            at_latest=value.at_latest,
            ended=value.ended,
            value=listed or _plain(value.value),
            source=value.source,
            confidence=fact.confidence,
            unverified=unverified(corpus, value.source),
            about=about(text, [owner, *listed]),
            context=_context(corpus, owner, fact.payer) + f" {topic.replace('-', ' ').replace('.', ' ')}",
        )


def _fact_text(corpus: Corpus, fact: Fact, value: Value, following: date | None) -> str:
    owner, _, topic = fact.id.partition(".")
    payer = "" if fact.payer == ANY else f" ({payer_title(corpus, fact.payer)})"
    name = f"Modifier {owner}" if owner in corpus.modifiers else ""
    if topic == "in-force" and name:
        return f"{name}, {corpus.modifiers[owner]['title'].lower()}: {_in_force(value, following)}.{_note(value)}"
    if topic == "excludes" and name and isinstance(value.value, tuple):
        return f"{name} may not stand on one line with {joined(value.value)}.{_note(value)}"
    if topic == "payment" and name and not value.ended:
        paid = percent(_plain(value.value))
        verb = " pays" if paid[:1].isdigit() or paid.startswith(("fee", "intra", "pre", "post")) else ":"
        return f"{name}{payer}{verb} {paid}{_span(value, following)}.{_note(value)}"
    head = fact.says.rstrip(".")
    if owner in corpus.modifiers and owner not in head:
        head = f"{name}: {head[:1].lower()}{head[1:]}" if head.startswith(("Whether", "What", "How")) else f"{name}: {head}"
    said = "no longer" if value.ended else _said(value.value)
    if value.value is True and fact.says.startswith("Whether"):
        said = "yes"
    return f"{head}{payer}{': ' + said if said else ''}{_span(value, following)}.{_note(value)}"


def _in_force(value: Value, following: date | None) -> str:
    if value.ended:
        return f"retired, not valid for services from {value.start.isoformat()}"
    return f"in force{_span(value, following, always=True)}"


def _span(value: Value, following: date | None, *, always: bool = False) -> str:
    since = f"by {value.start.isoformat()} at the latest" if value.at_latest else f"from {value.start.isoformat()}"
    until = f" until {following.isoformat()}" if following else ""
    return f", {since}{until}" if until or not value.at_latest or always else ""


def _note(value: Value) -> str:
    return f" {value.note.rstrip('.')}." if value.note else ""


def _said(value: str | bool | tuple[str, ...] | None) -> str:
    if value is True:
        return ""
    if isinstance(value, tuple):
        return joined(value) if len(value) <= MANY else f"{joined(value[: MANY - 2])} and {len(value) - MANY + 2} more"
    return _plain(value)


def _plain(value: str | bool | tuple[str, ...] | None) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, tuple):
        return joined(value)
    text = value or ""
    if re.fullmatch(r"\d{2,}\.\d\d", text):
        return f"${Decimal(text):,.2f}".removesuffix(".00")
    # Keys like "by-report" read as words; codes and shares stay as they are.
    return text.replace("-", " ") if re.fullmatch(r"[a-z]+(-[a-z]+)+", text) else text


def joined(values: Sequence[str]) -> str:
    """The values with commas; "none" for no value."""
    return ", ".join(values) if values else "none"


def percent(text: str) -> str:
    """The text with its shares as percentages beside them: `0.80` → `80% (0.80)`."""
    return SHARE.sub(lambda found: f"{share(found[1])}% ({found[1]})", text)


def share(text: str) -> str:
    """`0.136` → `13.6`."""
    return f"{Decimal(text) * 100:.2f}".rstrip("0").rstrip(".") or "0"


# ---- pages ---------------------------------------------------------------------------------------------------------------


def of_page(corpus: Corpus, code: str) -> Iterator[Statement]:
    """The modifier's title and every statement of its page."""
    page = corpus.modifiers[code]
    in_force = corpus.fact_for(f"{code}.in-force", None)
    context = _context(corpus, code, "")
    yield Statement(
        text=f"Modifier {code}: {page['title']}.",
        place=f"{code} title",
        owner=code,
        topic="title",
        source=in_force.values[0].source if in_force else (),
        unverified=unverified(corpus, in_force.values[0].source) if in_force else True,
        about=(code,),
        context=f"{context} {' '.join(page['class'])} {page['code_set']}",
    )
    for section, entries in page["sections"].items():
        for number, entry in enumerate(entries, 1):
            text = _entry_text(corpus, code, section, entry)
            base = Statement(
                text=text,
                place=f"{code} {section} {number}",
                owner=code,
                topic=section,
                setting=entry.get("setting", "") if entry.get("setting") != ANY else "",
                source=tuple(entry["source"]),
                confidence=entry["confidence"],
                unverified=unverified(corpus, entry["source"]),
                about=about(text, [code, *_codes_of(entry)]),
                context=context,
            )
            yield base
            for answer in entry.get("answers", ()):
                title = "in general" if answer["payer"] == ANY else payer_title(corpus, answer["payer"])
                yield replace(
                    base,
                    text=f"Modifier {code}, {entry['says'].rstrip('.')}: {title}: {answer['answer']}",
                    payer=answer["payer"],
                    source=tuple(answer["source"]),
                    unverified=unverified(corpus, answer["source"]),
                    context=_context(corpus, code, answer["payer"]),
                )


def _entry_text(corpus: Corpus, code: str, section: str, entry: Table) -> str:
    says = entry["says"].rstrip(".")
    if section == "examples":
        return f"Modifier {code}, example: {entry['situation']} → {entry['answer']}. {says}."
    if section == "neighbours":
        return f"Modifier {code} and {entry['modifier']}: {entry['question']} {says}."
    if section == "disagreements":
        answers = "; ".join(
            f"{'in general' if a['payer'] == ANY else payer_title(corpus, a['payer'])}: {a['answer'].rstrip('.')}"
            for a in entry["answers"]
        )
        return f"Modifier {code}, sources disagree ({entry['id']}): {says}. {answers}."
    lead = f"Modifier {code}, {LEADS.get(section, section.replace('_', ' '))}: "
    if section == "remedies":
        lead += f"{entry['remedy'].replace('_', ' ')}: "
    if section == "where_used":
        lead += f"{SETTING_WORDS.get(entry['setting'], entry['setting'])}: "
    codes = [f"CARC {joined(entry['carc'])}"] if entry.get("carc") else []
    codes += [f"RARC {joined(entry['rarc'])}"] if entry.get("rarc") else []
    tail = f" ({'; '.join(codes)})" if codes else ""
    instead = f". Instead: {entry['instead']}" if entry.get("instead") else ""
    return f"{lead}{says}{tail}{instead}."


SETTING_WORDS = {"hopd": "hospital outpatient", "asc": "surgery center", "cah": "critical access hospital"}


def _codes_of(entry: Table) -> list[str]:
    named = [f"CARC {code}" for code in entry.get("carc", ())] + [f"RARC {code}" for code in entry.get("rarc", ())]
    return [*named, entry["modifier"]] if entry.get("modifier") else named


def of_edit(code: str, page: Table) -> Iterator[Statement]:
    """What an edit does, a statement for each section of its page. Its source is the edit itself."""
    named = [code, *(f"CARC {c}" for c in page.get("carc", ())), *page.get("modifiers", ())]
    carc = f" It answers to CARC {joined(page['carc'])}." if page.get("carc") else ""
    context = f"edit {page['name'].replace('-', ' ')} {page['title']}"
    yield Statement(f"Edit {code}: {page['title']}{carc}", f"{code} title", code, "edit", about=tuple(named), context=context)
    for section, text in page["sections"].items():
        yield Statement(
            f"Edit {code}, {section.lower()}: {text}", f"{code} {section}", code, "edit", about=about(text, named), context=context
        )


def _of_payer(corpus: Corpus, key: str, payer: Table) -> Iterator[Statement]:
    ids = f" Payer ids: {joined(payer['payer_ids'])}." if payer.get("payer_ids") else ""
    parent = f" What is not its own comes from {payer_title(corpus, payer['parent'])}." if payer.get("parent") else ""
    yield Statement(
        text=f"{payer['title']}: {payer['kind']}.{parent}{ids} {payer.get('note', '')}".strip(),
        place=f"payer {key}",
        topic="payer",
        payer=key,
        source=tuple(payer["source"]),
        unverified=unverified(corpus, payer["source"]),
        context=f"payer {key} {payer['title']}",
    )


# ---- parts ---------------------------------------------------------------------------------------------------------------


def payer_title(corpus: Corpus, key: str) -> str:
    """What the payer is called; "every payer" for the rules of the code sets."""
    return "every payer" if key == ANY else str(corpus.payers.get(key, {}).get("title", key))


def _context(corpus: Corpus, owner: str, payer: str) -> str:
    title = corpus.modifiers[owner]["title"] if owner in corpus.modifiers else owner
    return f"{title} {'' if payer in ('', ANY) else payer_title(corpus, payer)}"


def unverified(corpus: Corpus, keys: Sequence[str]) -> bool:
    """Whether one of the sources is practice that was not traced to a text, or there is none."""
    return not keys or any(corpus.sources.get(key, {}).get("kind") == UNVERIFIED for key in keys)


def about(text: str, more: Sequence[str]) -> tuple[str, ...]:
    """The codes of every kind that the text names, behind those given."""
    found = [*more, *_PROCEDURE.findall(text), *_MODIFIER.findall(text), *(f"RARC {code}" for code in _REMARK.findall(text))]
    return tuple(dict.fromkeys(code for code in found if code))
