"""What only the user can say of a line: which questions are open, what was answered, and the facts that an answer is. No frame library."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from copy import deepcopy
from functools import lru_cache
from typing import Any

from modwise.denying import given, signals, topics
from modwise.denying.tables import decision_tables
from modwise.errors import UsageError
from modwise.knowledge.corpus import Corpus, corpus

Json = dict[str, Any]
Facts = Mapping[str, Any]
YES, NO, NONE = "yes", "no", "none"
CONTRACTOR = "contractor"
_UNSURE = frozenset({"unknown", "published", "unpublished"})
_FLAGS = {YES: True, NO: False}
_MOST_SIGNS = 40
_MOST_LISTED = 6


@lru_cache(maxsize=4)
def questions(known: Corpus) -> tuple[Mapping[str, Any], ...]:
    """The questions in their order."""
    return tuple(known.kinds["remedies"]["questions"]["question"])


def asked(read: Mapping[str, str], names: Sequence[str], facts: Facts, known: Corpus) -> list[str]:
    """The questions that the tables asked on their way and whose answer is not known, can be otherwise, or was given by the user."""
    tables = decision_tables(known)
    wanted = set(names)
    return [
        row["question"]
        for row in questions(known)
        if any(_open(tables.signals[name], read.get(name, "")) for name in row["signals"] if name in wanted)
        or (wanted & {*row["signals"]} and at(facts, row["fact"]) is not None)
    ]


def _open(signal: Mapping[str, Any], current: str) -> bool:
    return current in _UNSURE or ("open" in signal and not signal.get("firm"))


def shown(item: Mapping[str, Any], known: Corpus | None = None) -> list[Json]:
    """The questions of a decided item as a page asks them: {question, kind, asks, hint, choices, said}.

    `choices` are (answer, in words); `said` is the answer given before, in the form that `facts_of` takes, empty where none was.
    """
    book = known or corpus()
    names = item.get("asks") or ["record", "requested", "sent"]
    facts = item.get("answers") or {}
    return [
        {
            "question": row["question"],
            "kind": row["kind"],
            "asks": row["asks"],
            "hint": row.get("hint", ""),
            "choices": list(_choices(row, item, book)),
            "said": _said(row, facts),
        }
        for row in questions(book)
        if row["question"] in names
    ]


def _choices(row: Mapping[str, Any], item: Mapping[str, Any], known: Corpus) -> Iterator[tuple[str, str]]:
    if row["kind"] == "modifiers":
        topic = next((one for one in decision_tables(known).topics if one["topic"] == item.get("topic")), {})
        listed = topics.answers(topic, signals.kind_of(item.get("code"), given.day(item.get("service")), known))[:_MOST_LISTED]
        supported = (item.get("answers") or {}).get("chart_supports") or []
        for code in dict.fromkeys([*item.get("modifiers", ()), *listed, *supported]):
            yield code, str(known.modifiers[code]["title"]) if known.has_modifier(code) else ""
    elif row["kind"] == CONTRACTOR:
        yield from ((key, str(table["title"])) for key, table in known.payers.items() if table.get("kind") == CONTRACTOR)
    elif row["kind"] in ("yes-no", "open-appeal"):
        yield from ((YES, "Yes"), (NO, "No"))
    else:
        yield from row.get("answers", {}).items()


def _said(row: Mapping[str, Any], facts: Facts) -> Any:
    value = at(facts, row["fact"])
    if row["kind"] == "modifiers":
        return {"read": value is not None, "supports": list(value or ())}
    if row["kind"] == "open-appeal":
        return "" if value is None else YES if any(not one.get("decided") for one in value) else NO
    if value is None:
        return ""
    return {True: YES, False: NO}.get(value, str(value)) if isinstance(value, bool) else str(value)


def at(facts: Facts, path: str) -> Any:
    """What the facts hold at a path; None where they hold nothing."""
    for name in path.split("."):
        if not isinstance(facts, Mapping):
            return None
        facts = facts.get(name)  # type: ignore[assignment]
    return facts


# ---- answers ---------------------------------------------------------------------------------------------------------------


def facts_of(answers: Mapping[str, Any], before: Facts, known: Corpus | None = None) -> Json:
    """The facts with these answers by question; an empty one takes back what was said. Raises UsageError for one that is none.

    Modifiers come as a list, or null where the record was not read; everything else as text.
    """
    book = known or corpus()
    rows = {row["question"]: row for row in questions(book)}
    facts: Json = deepcopy(dict(before))
    for name, answer in answers.items():
        if name not in rows:
            raise UsageError("there is no such question", hint="Answer those of the page.", code="unknown-question")
        _put(facts, rows[name]["fact"].split("."), _value(rows[name], answer, facts, book))
    given.checked({"claim": {"*": facts}})
    return facts


def _value(row: Mapping[str, Any], answer: Any, facts: Facts, known: Corpus) -> Any:
    if answer is None or answer == "":
        return None
    kind = row["kind"]
    if kind == "modifiers":
        return _modifiers(answer)
    text = str(answer).strip()[:_MOST_SIGNS]
    if kind in ("yes-no", "open-appeal"):
        if text not in _FLAGS:
            raise _wrong(row, "Answer yes or no.")
        return _FLAGS[text] if kind == "yes-no" else _appeals(at(facts, "appeals") or (), opened=_FLAGS[text])
    if kind == "number":
        if not text.isascii() or not text.replace(".", "", 1).isdigit():
            raise _wrong(row, "Write a number, as 2.")
        return float(text) if "." in text else int(text)
    if kind == "amount":
        amount = text.lstrip("$").replace(",", "")
        if given.cents(amount) is None or given.cents(amount) <= 0:  # type: ignore[operator]
            raise _wrong(row, "Write an amount, as 120.00.")
        return amount
    allowed = (
        [key for key, table in known.payers.items() if table.get("kind") == CONTRACTOR] if kind == CONTRACTOR else row["answers"]
    )
    if text not in allowed:
        raise _wrong(row, "Choose one of the answers.")
    return text


def _modifiers(answer: Any) -> list[str]:
    found = [str(one).strip().upper() for one in answer]
    if any(len(one) != 2 or not one.isascii() or not one.isalnum() for one in found):
        raise UsageError("a modifier has two letters or digits", hint="Write them as 25 59.", code="bad-answer")
    return list(dict.fromkeys(found))


def _appeals(before: Sequence[Mapping[str, Any]], *, opened: bool) -> list[Json]:
    decided = [dict(one) for one in before if one.get("decided")]
    level = 1 + max((int(one["level"]) for one in decided), default=0)
    return [*decided, {"level": level}] if opened else decided


def _wrong(row: Mapping[str, Any], hint: str) -> UsageError:
    return UsageError(f"this answers nothing: {row['asks']}", hint=hint, code="bad-answer")


def _put(facts: Json, path: Sequence[str], value: Any) -> None:
    """Puts a value at the path; none removes it, and the tables round it that hold nothing then."""
    first, *rest = path
    if rest:
        inner = dict(facts.get(first) or {})
        _put(inner, rest, value)
        value = inner or None
    if value is None:
        facts.pop(first, None)
    else:
        facts[first] = value


def merged(base: given.CaseFacts, over: given.CaseFacts) -> given.CaseFacts:
    """Facts by claim and line, with others laid over them: a table's own keys are laid over one by one."""
    found: Json = {claim: dict(lines) for claim, lines in base.items()}
    for claim, lines in over.items():
        for line, facts in lines.items():
            found.setdefault(claim, {})[line] = _laid(found.get(claim, {}).get(line) or {}, facts)
    return found


def _laid(base: Facts, over: Facts) -> Json:
    return {
        **base,
        **{
            name: _laid(base[name], value) if isinstance(value, Mapping) and isinstance(base.get(name), Mapping) else value
            for name, value in over.items()
        },
    }
