"""`advise`: a case in words and options put together into facts, and decided."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from modwise.advice import advising, deciding, derive, reading
from modwise.advice.advising import Advice
from modwise.advice.derive import Known
from modwise.knowledge.corpus import Corpus, corpus
from modwise.knowledge.decisions import holds

VISIT = "visit"


def advise(
    case_text: str | None = None,
    *,
    code: str | None = None,
    setting: str | None = None,
    payer: str | None = None,
    on: date | None = None,
    facts: Mapping[str, str] | None = None,
    note: str | None = None,
) -> Advice:
    """The advice for a case in plain English, or in facts, or both. What is given outweighs what is read; a clash is said.

    `note` is the text of a procedure note: its facts count where neither words nor what was given speak of them. Raises UsageError for
    an unknown fact, value or payer.
    """
    given = {name: Known(deciding.checked(name, value), "given") for name, value in (facts or {}).items() if name != "payer"}
    if code:
        given["code"] = Known(code.strip().upper(), "given")
    if setting:
        given["setting"] = Known(deciding.checked("setting", setting), "given")
    payer = _payer(payer or (facts or {}).get("payer"))
    told = _of_note(note, code, on) if note else {}
    if not case_text:
        return advising.decide_known({**told, **given}, payer=payer, on=on)
    return _with_words(case_text, given, payer, on or date.today(), told)


def _of_note(text: str, code: str | None, on: date | None) -> dict[str, Known]:
    from modwise.advice import from_note
    from modwise.notes.noting import noted

    return from_note.facts(noted(text, code=code, on=on))


def _with_words(text: str, given: dict[str, Known], payer: str | None, day: date, noted: Mapping[str, Known]) -> Advice:
    book = corpus()
    known = {**given, **_codes(text, given, book, day)}
    service = _service(known["code"].value, book, day) if "code" in known else None
    read = reading.read(text, {name: one for name, one in known.items() if name != "other_code"}, service)
    told = {**noted, **read.known, **known}
    if "payer" in told:
        named = told["payer"]
        payer = payer or named.value
    problems = [*read.problems, *_clashes(text, given, service)]
    return advising.decide_known(told, payer=payer, on=day, problems=problems)


def _payer(name: str | None) -> str | None:
    """The payer's key, given as such or by a name that the words know ("Medicare", "UHC")."""
    if not name or name in corpus().payers:
        return name or None
    named = reading.read(name, {}).known.get("payer")
    return named.value if named and named.words.lower() == name.strip().lower() else name


def _codes(text: str, given: Mapping[str, Known], book: Corpus, day: date) -> dict[str, Known]:
    """The code asked about and the one beside it: a visit before a procedure, else in the order they are named."""
    named = [code for code in reading.codes(text) if "code" not in given or code != given["code"].value]
    found = [given["code"].value] if "code" in given else []
    found += named
    if len(found) > 1 and "code" not in given:
        found.sort(key=lambda code: _service(code, book, day) != VISIT)
    return {name: given.get(name, Known(code, "words", code)) for name, code in zip(("code", "other_code"), found, strict=False)}


def _service(code: str, book: Corpus, day: date) -> str | None:
    fact = deciding.decisions().facts["service"]
    found = derive.derived(fact, derive.Source(book, day, None, {"code": code}, lambda _: {}))
    return found.value if found else None


def _clashes(text: str, given: Mapping[str, Known], service: str | None) -> list[str]:
    """Facts that were given and that the words contradict."""
    facts = {name: one for name, one in given.items() if name not in ("code", "other_code", "setting", "topic")}
    problems = []
    for name, one in facts.items():
        read = reading.read(text, {n: k for n, k in given.items() if n != name}, service).known.get(name)
        if read is not None and not holds(read.value, one.value):
            fact = deciding.decisions().facts[name]
            problems.append(
                f"{fact.short}: you gave {fact.says(one.value)!r}, but “{read.words}” was read as {fact.says(read.value)!r}"
            )
    return problems
