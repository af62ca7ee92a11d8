"""What follows from the code, the payer and the date without asking: families, fee-schedule indicators, kinds of payer."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from modwise.knowledge.corpus import ANY, Corpus
from modwise.knowledge.decisions import CaseFact

Indicators = Callable[[str], Mapping[str, str]]


@dataclass(frozen=True)
class Known:
    """A fact of the case with where it comes from: `given`, `words`, `code`, `payer`, `follows` or `presumed`."""

    value: str
    origin: str
    words: str = ""
    start: int = -1


@dataclass(frozen=True)
class Source:
    """What facts may be derived from."""

    corpus: Corpus
    day: date
    payer: str | None
    codes: Mapping[str, str]
    indicators: Indicators


def derived(fact: CaseFact, source: Source) -> Known | None:
    """The fact as it follows from the code or payer; None when nothing follows."""
    for rule in fact.derive:
        if value := _value(rule, source):
            return Known(value, "payer" if "payer_kind" in rule else "code", source.codes.get(rule.get("of", "code"), ""))
    if fact.otherwise and source.codes.get("code"):
        return Known(fact.otherwise, "presumed")
    return None


def _value(rule: Mapping[str, str], source: Source) -> str | None:
    if "payer_kind" in rule:
        return str(source.corpus.payer(source.payer)["kind"]) if source.payer else None
    code = source.codes.get(rule.get("of", "code"))
    if not code:
        return None
    if "family" in rule:
        return rule["value"] if in_family(source.corpus, rule["family"], code, source.day) else None
    if "pairs" in rule:
        return rule["value"] if partner(source.corpus, rule["pairs"], code, source.day) else None
    found = source.indicators(code).get(rule["indicator"]) or None
    if "equals" in rule and found:
        return rule["value"] if found == rule["equals"] else rule["otherwise"]
    return found


def in_family(corpus: Corpus, family: str, code: str, day: date) -> bool:
    """Whether the code is in the family on that day."""
    return any(_covers(item, code) for item in _listed(corpus, family, day))


def partner(corpus: Corpus, family: str, code: str, day: date) -> str | None:
    """What stands behind the code in a family of pairs "code>other"."""
    return next((other for one, _, other in (item.partition(">") for item in _listed(corpus, family, day)) if one == code), None)


def _listed(corpus: Corpus, family: str, day: date) -> Iterator[str]:
    fact = corpus.fact_for(f"family.{family}", ANY)
    value = fact.on(day) if fact else None
    if value is not None and isinstance(value.value, tuple):
        yield from value.value


def _covers(item: str, code: str) -> bool:
    first, dash, last = item.partition("-")
    return first <= code <= last if dash else item == code


def payer_line(corpus: Corpus, payer: str, becomes: Mapping[str, str]) -> tuple[str, ...]:
    """The payer and its parents, with the programme that a setting puts in place of another."""
    line = corpus.line_of(payer)[:-1]
    return tuple(becomes.get(key, key) for key in line)
