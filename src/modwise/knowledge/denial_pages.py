"""What is known of a denial code, as plain values. No frame library, so that a look-up is instant."""

from __future__ import annotations

from datetime import date
from typing import Any

from modwise.errors import UsageError
from modwise.knowledge.corpus import UNVERIFIED, Corpus
from modwise.knowledge.denial_codes import CARC, DenialCode, groups, parse, status

Json = dict[str, Any]


def page(corpus: Corpus, text: str, as_of: date | None = None) -> Json:
    """What is known of a denial code: kind, code, group, dates, alert, meaning, causes by modifier, sources.

    `meaning` is null where nothing of our own is written about the code. With `as_of` also `on`: yes, no or unknown for that day.
    Raises UsageError for what is no denial code, or is in no list.
    """
    code = parse(text, corpus)
    if code is None or not code.known:
        raise UsageError(
            f"no denial code {text!r} is known",
            hint=f"Reason codes read CO-97 or CARC 97, remark codes N130 or MA130; the lists are of {_through(corpus)}.",
            code="unknown-denial-code",
        )
    dates = status(corpus, code.kind)[code.code]
    meaning = _of(corpus, code.kind, "meanings", "meaning", code.code)
    cases = _cases(corpus, code)
    answer: Json = {
        "kind": code.kind,
        "code": code.code,
        "group": {"code": code.group, **groups(corpus)[code.group]} if code.group else None,
        "from": dates["from"],
        "changed": dates.get("changed"),
        "ended": dates.get("ended"),
        "alert": bool(dates.get("alert", False)),
        "meaning": _said(corpus, meaning[0]) if meaning else None,
        "by_modifier": [_said(corpus, case) for case in cases],
    }
    if as_of is not None:
        answer["on"] = _on(dates, as_of, _through(corpus))
    named = [*corpus.kinds[code.kind]["status"]["source"], *(key for entry in [*meaning, *cases] for key in entry["source"])]
    answer["sources"] = [{"key": key, **corpus.sources[key]} for key in dict.fromkeys(named)]
    return answer


def _through(corpus: Corpus) -> str:
    return str(corpus.kinds[CARC]["status"]["through"])


def _on(dates: Json, day: date, through: str) -> str:
    iso = day.isoformat()
    if iso < dates["from"]:
        return "no"
    if dates.get("ended") and iso >= dates["ended"]:
        return "no"
    return "yes" if iso <= through or dates.get("ended") else "unknown"


def _of(corpus: Corpus, kind: str, file: str, entries: str, code: str) -> list[Json]:
    return [entry for entry in corpus.kinds[kind][file][entries] if entry["code"] == code]


def _cases(corpus: Corpus, code: DenialCode) -> list[Json]:
    return [case for case in corpus.kinds[CARC]["by-modifier"]["case"] if code.code in case.get(code.kind, ())]


def _said(corpus: Corpus, entry: Json) -> Json:
    """The entry, with `unverified` where none of its statements beyond number and dates was traced to a text."""
    kinds = [corpus.sources[key]["kind"] for key in entry["source"]]
    return {**entry, "unverified": UNVERIFIED in kinds}
