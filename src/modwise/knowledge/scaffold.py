"""A payer's file to fill in: who it is, where its rules stand, and every topic that matters, ready to be taken in."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from modwise.errors import UsageError
from modwise.knowledge.corpus import Corpus
from modwise.knowledge.own_payers import KEY
from modwise.knowledge.schema import KINDS_OF_PAYER

_HEAD = """\
# A payer or contract of yours. It is read from the folder `payers` of the data folder (MODWISE_HOME), with the payers of the package.
# Take the # off what you know; leave out what you do not: what is not here is "not known", never guessed. A value holds from its day
# until the next one of its list; an end is written {{ from = 2027-01-01, ended = true, source = ["{source}"] }}.
# `modwise payer check` says what is wrong, `modwise coverage --payer {key}` what is known.

payer    = "{key}"
title    = {title}
kind     = "{kind}"
{parent}
{payer_ids}
reviewed = {today}

[source.{source}]
title     = "Contract or policy of {key}"
publisher = {title}
kind      = "unverified"                 # contract, payer policy or contractor notice, once you have it before you
# published = {today}
"""
_FACT = """\
{says}# [[fact]]
# id     = "{fact}"
# values = [{{ from = {today}, value = "", source = ["{source}"] }}]{example}
"""
_ROUTE = """\
# [[route]]
# id     = "appeal-1"
# remedy = "appeal"
# level  = 1
# name   = "L1 appeal"
# to     = {title}
# form   = ["letter or portal"]
# window = [{{ from = {today}, count = 90, unit = "days", after = "notice", filed = "received", roll = "unknown", says = "90 days after \
the notice", source = ["{source}"] }}]
"""

_NO_PARENT = '# parent = "medicare-part-b"             # whose rules hold where these say nothing'
_NO_NUMBERS = '# payer_ids = ["12345"]                  # its numbers in NM109 of the claim'
# Whose sentences and values serve as examples where it has any.
MODEL = "medicare-part-b"


@dataclass(frozen=True)
class NewPayer:
    """Who the payer is: key, title, kind, the payer whose rules hold where its own say nothing, its numbers on claims."""

    key: str
    title: str
    kind: str = "commercial"
    parent: str | None = None
    payer_ids: Sequence[str] = ()


def payer_file(new: NewPayer, known: Corpus, today: date) -> str:
    """The text of the file. Raises UsageError for a key that is taken or cannot be one, and for an unknown kind or parent."""
    _check(new, known)
    source = f"{new.key}-rules"
    values = {"key": new.key, "title": _text(new.title), "kind": new.kind, "today": today.isoformat(), "source": source}
    parent = f"parent   = {_text(new.parent)}" if new.parent else _NO_PARENT
    listed = ", ".join(_text(number) for number in new.payer_ids)
    payer_ids = f"payer_ids = [{listed}]" if listed else _NO_NUMBERS
    parts = [_HEAD.format(parent=parent, payer_ids=payer_ids, **values)]
    for group, topics in _topics(known):
        parts += [f"# ---- {group} ----", *(_FACT.format(**values, **topic) for topic in topics)]
    return "\n".join([*parts, "# ---- deadlines ----", _ROUTE.format(**values)])


def _check(new: NewPayer, known: Corpus) -> None:
    if not KEY.fullmatch(new.key) or new.key == "any":
        raise UsageError(
            f"{new.key!r} cannot be a key", hint="Small letters, digits and hyphens, as acme-ppo.", code="bad-payer-key"
        )
    if new.key in known.payers:
        raise UsageError(f"{new.key!r} is a payer already", hint="Take another key, or open its file.", code="payer-exists")
    if new.kind not in KINDS_OF_PAYER:
        raise UsageError(f"no kind {new.kind!r}", hint=f"Kinds: {', '.join(sorted(KINDS_OF_PAYER))}.", code="unknown-kind")
    if new.parent is not None:
        known.payer(new.parent)


def _topics(known: Corpus) -> Iterator[tuple[str, list[dict[str, str]]]]:
    """Group by group each fact that matters, once: its id, its sentence where it is another than before, what a value looks like."""
    groups: dict[str, dict[str, None]] = {}
    seen: set[str] = set()
    for group in known.kinds["coverage"]["topics"]["group"]:
        fresh = [fact for fact in group.get("facts", ()) if fact not in seen]
        seen.update(fresh)
        groups.setdefault(group["group"], {}).update(dict.fromkeys(fresh))
    for name, facts in groups.items():
        if facts:
            yield name, list(_described(facts, known))


def _described(names: Iterable[str], known: Corpus) -> Iterator[dict[str, str]]:
    before = ""
    for name in names:
        facts = known.facts(name)
        fact = next((f for f in facts if f.payer == MODEL), facts[0])
        value = next((f.values[-1].value for f in (fact, *facts) if isinstance(f.values[-1].value, str)), None)
        yield {
            "fact": name,
            "says": f"# {fact.says}\n" if fact.says != before else "",
            "example": f"  # as {_text(value)}" if isinstance(value, str) else "",
        }
        before = fact.says


def _text(value: str) -> str:
    """A TOML string; JSON's escapes are a part of TOML's."""
    return json.dumps(value, ensure_ascii=False)
