"""The answers of one item to the questions of the decision tables. No frame library."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from modwise.denying import given, processes, topics
from modwise.denying.deadlines import Dates
from modwise.denying.item import Item
from modwise.denying.tables import DecisionTables, Listed, Row, decision_tables, fits
from modwise.knowledge.corpus import Corpus

UNKNOWN = "unknown"
TIMELY = "timely"
# Kind of code → families that tell it, the first that holds the code speaks.
KINDS = {
    "visit": ("evaluation-and-management", "eye-visits"),
    "anesthesia": ("anesthesia",),
    "laboratory": ("laboratory",),
    "timed": ("timed-therapy",),
    "surgery": ("surgery-section",),
}
_LONGEST_LAST = ("unknown", "MMM", "YYY", "XXX", "ZZZ", "000", "010", "090")


@dataclass(frozen=True)
class Read:
    """What was read out of an item: the signals, and the words that causes and sentences name."""

    signals: Mapping[str, str]
    words: Mapping[str, str]
    topic: Row
    have: str | None
    want: str | None


def read(item: Item, known: Corpus) -> Read:
    """The signals of an item and the words for its causes."""
    tables = decision_tables(known)
    state = tables.by_code("state", [item.status], "processed")
    topic = topics.topic_of(item, tables, state=state)
    kind = kind_of(item.code, item.service, known)
    candidates = topics.answers(topic, kind)
    have = _first(candidates, item.modifiers)
    want, record = _record(item, have, candidates, tables)
    deciding = topics.deciding(item, topic, tables)
    signals = {
        "topic": topic["topic"],
        "state": state,
        "bundle": item.bundle,
        "money": topics.money(item, topic, tables),
        "price": price(item, tables),
        "small": small(item, tables),
        "replaced": _yes(item.replaced),
        "takeback": _yes(topics.taken_back(item)),
        "group": tables.kept("group", deciding.group if deciding else "none", "none"),
        "order": order(item, tables),
        "programme": processes.programme(item.payer, known),
        "have": _yes(have is not None),
        "modifier": tables.kept("modifier", have or "none", "other"),
        "kind": kind,
        **record,
        **_claim(item, tables),
        **_indicators(item, known, tables),
        **_given(item, topic, known, tables),
    }
    fix = {want} | ({have} if record["record_have"] == "no" or want is None else set()) - {None}
    signals["reopening"] = reopening(fix - {None}, item, known)
    coding, test_words = _coding(item, have, signals, tables, known)
    signals["coding"] = coding
    words = {
        "have": _label(have, tables),
        "want": _label(want, tables),
        "topic": str(topic["topic"]).replace("-", "_"),
        "candidates": ", ".join(candidates[:4]) or "any",
        **test_words,
    }
    return Read(signals, words, topic, have, want)


@lru_cache(maxsize=65536)
def kind_of(code: str | None, day: date | None, known: Corpus) -> str:
    """visit, anesthesia, laboratory, timed, surgery or other; unknown without a code."""
    if code is None:
        return UNKNOWN
    for kind, families in KINDS.items():
        if any(in_family(code, family, day, known) for family in families):
            return kind
    return "other"


def in_family(code: str, family: str, day: date | None, known: Corpus) -> bool:
    """Whether the family holds the code on the day (the newest list where the day is not known)."""
    return code in _family(f"family.{family}", day, known)


@lru_cache(maxsize=65536)
def _family(identity: str, day: date | None, known: Corpus) -> Listed:
    return _compiled(_listed(identity, None, day, known))


@lru_cache(maxsize=1024)
def _compiled(entries: tuple[str, ...]) -> Listed:
    return Listed(entries)


def price(item: Item, tables: DecisionTables) -> str:
    """short, right, over or unknown: the allowed amount against the expected one; a cent apart is right."""
    if item.expected is None or not item.exact:
        return UNKNOWN
    difference = topics.allowed_amount(item, tables) - item.expected
    return "right" if abs(difference) <= 1 else "short" if difference < 0 else "over"


def small(item: Item, tables: DecisionTables) -> str:
    """Whether what is at stake is below the amount from which the user pursues a line."""
    if item.least is None or item.expected is None:
        return UNKNOWN
    return _yes(max(0, item.expected - topics.allowed_amount(item, tables)) < item.least)


def order(item: Item, tables: DecisionTables) -> str:
    """What the remarks order; none where they order nothing."""
    return next((str(o["order"]) for o in tables.orders if not set(o["rarc"]).isdisjoint(item.remarks)), "none")


def reopening(modifiers: set[str | None], item: Item, known: Corpus) -> str:
    """Whether the contractor changes these modifiers in a clerical error reopening."""
    named = {m for m in modifiers if m}
    if not named:
        return "clerical"
    own = _listed("reopening.modifiers", contractor(item, known), item.notice, known)
    if own:
        return "listed" if named <= set(own) else "not_listed"
    published = _listed("reopening.modifiers-published", item.payer, item.notice, known)
    return "published" if named <= set(published) else "unpublished"


def contractor(item: Item, known: Corpus) -> str | None:
    """The contractor's key: of the facts, else the payer where it is one."""
    said = str(item.facts.get("mac") or "").strip().lower()
    if said.isdecimal():
        number = said.zfill(5)
        return next((key for key, table in known.payers.items() if number in table.get("payer_ids", ())), None)
    if said:
        return said if said in known.payers else f"mac-{said.split()[0]}"
    return item.payer if known.payers.get(item.payer or "", {}).get("kind") == "contractor" else None


# ---- the record ------------------------------------------------------------------------------------------------------------


def _record(item: Item, have: str | None, candidates: Sequence[str], tables: DecisionTables) -> tuple[str | None, dict[str, str]]:
    """The modifier that the record supports and the line lacks, and the two signals on the record."""
    supports = item.facts.get("chart_supports")
    if supports is None:
        return None, {"record_have": UNKNOWN, "record_want": UNKNOWN}
    held = [m.strip().upper() for m in supports]
    ours = set(item.modifiers)
    if not ours.isdisjoint(tables.alike):
        ours |= set(tables.alike)
    missing = [m for m in held if m not in ours]
    want = _first(candidates, missing) or (missing[0] if missing else None)
    supported = have is not None and any(m == have or {m, have} <= set(tables.alike) for m in held)
    return want, {"record_have": _yes(supported), "record_want": _yes(want is not None)}


def _first(candidates: Sequence[str], among: Iterable[str]) -> str | None:
    there = set(among)
    return next((modifier for modifier in candidates if modifier in there), None)


# ---- claim and facts -------------------------------------------------------------------------------------------------------


def _claim(item: Item, tables: DecisionTables) -> dict[str, str]:
    reasons = [*(a.carc for a in item.adjustments), *item.remarks]
    kind = item.facts.get("claim_type") or item.claim_type
    return {
        "claim_type": tables.kept("claim_type", kind),
        "place": tables.by_code("place", [item.place or ""], "other" if item.place else UNKNOWN),
        "papers": tables.by_code("papers", reasons, "no"),
        "crossover": tables.by_code("crossover", item.remarks, "no"),
        "statute": tables.by_code("statute", item.remarks, "no"),
        "notice": tables.by_code("notice", item.modifiers, "none"),
    }


def _given(item: Item, topic: Row, known: Corpus, tables: DecisionTables) -> dict[str, str]:
    facts = item.facts
    documents = facts.get("documents") or {}
    sent = documents.get("sent")
    told = _maybe(item.narrative) if item.narrative else _maybe(item.attachment)
    return {
        "requested": _maybe(_said(documents.get("requested"))),
        "sent": _maybe(_said(sent)) if sent is not None else told,
        "proof": _proof(item, known) if topic["topic"] == TIMELY else UNKNOWN,
        "abn": _maybe(_said((facts.get("abn") or {}).get("signed"))),
        "appeal_open": _yes(any(not a.get("decided") for a in facts.get("appeals") or ())),
        "contracted": _maybe((facts.get("contract") or {}).get("contracted")),
        "units": _units(item),
        "double_cut": _double_cut(item, tables),
    }


def _proof(item: Item, known: Corpus) -> str:
    """Proof of filing in time: the acknowledgment the user has (acceptance, documents.sent), else the payer's own received date within its limit."""
    acceptance = item.facts.get("acceptance")
    sent = (item.facts.get("documents") or {}).get("sent")
    if acceptance is None and sent is not None:
        return _yes(bool(sent))
    if acceptance is None:
        setting = processes.Setting(item.payer, item.facts.get("contract") or {})
        limit = processes.deadline("new-claim", setting, Dates(service=item.service), known)["legal"]
        in_time = item.received is not None and limit is not None and item.received.isoformat() <= limit
        return "yes" if in_time else UNKNOWN
    if acceptance.get("in_time") is not None:
        return _yes(acceptance["in_time"])
    return _yes(bool(acceptance.get("date")))


def _units(item: Item) -> str:
    supported, billed, limit = item.facts.get("units_supported"), item.units, item.indicators.mue
    if supported is None or billed is None:
        return UNKNOWN
    if supported <= 0:
        return "unsupported"
    if supported >= billed:
        return "supported"
    return "typo" if limit is None or supported <= limit else "over_limit"


def _double_cut(item: Item, tables: DecisionTables) -> str:
    """Whether the allowed amount lies below both the lowered charge and what was expected."""
    usual = given.cents((item.facts.get("contract") or {}).get("usual_charge"))
    if usual is None or item.expected is None:
        return UNKNOWN
    return _yes(item.charge < usual and topics.allowed_amount(item, tables) < min(item.charge, item.expected))


def _indicators(item: Item, known: Corpus, tables: DecisionTables) -> dict[str, str]:
    said = item.indicators
    named = ("pc_tc", "bilateral", "assistant", "co_surgeon", "team", "multiple", "global_days", "pair", "mai")
    found = {name: tables.kept(name, getattr(said, name)) for name in named}
    days = [s.global_days or UNKNOWN for s in item.others if s.date in (None, item.service)]
    found["other_global"] = max((d for d in days if d in _LONGEST_LAST), key=_LONGEST_LAST.index, default=UNKNOWN)
    bundled = [*_listed("mpfs.status.bundled", item.payer, item.service, known)]
    bundled += _listed("mpfs.status.bundled-supply", item.payer, item.service, known)
    found["bundled_code"] = UNKNOWN if said.status is None or not bundled else _yes(said.status in bundled)
    return found


# ---- tests of the modifiers --------------------------------------------------------------------------------------------------


def _coding(
    item: Item, have: str | None, signals: Mapping[str, str], tables: DecisionTables, known: Corpus
) -> tuple[str, dict[str, str]]:
    """The result of the first test that fits, with the words it gives to causes and sentences."""
    pair = _conflict(item, known)
    if pair:
        named = "_".join(_label(one, tables) for one in pair)
        return "conflict", {"conflict": named, "coding_cause": f"modifier_conflict_{named}", "coding_says": ""}
    for test in tables.tests if item.modifiers else ():
        tested = _first(test["modifiers"], item.modifiers)
        if tested is not None and fits(test["when"], signals):
            cause = str(test["cause"]).format(have=_label(tested, tables))
            return test["result"], {"conflict": "", "coding_cause": cause, "coding_says": test["says"]}
    return ("passes" if have is not None else UNKNOWN), {"conflict": "", "coding_cause": "", "coding_says": ""}


def _conflict(item: Item, known: Corpus) -> tuple[str, str] | None:
    """Two modifiers of the line that exclude each other, in the line's order."""
    for place, first in enumerate(item.modifiers):
        for second in item.modifiers[place + 1 :]:
            for one, other in ((first, second), (second, first)):
                identity = f"{one}.excludes"
                if known.has_fact(identity) and other in _listed(identity, item.payer, item.service, known):
                    return first, second
    return None


@lru_cache(maxsize=65536)
def _listed(identity: str, payer: str | None, day: date | None, known: Corpus) -> tuple[str, ...]:
    """The list a fact holds for the payer on the day; empty where nothing is known."""
    if identity in _FOLLOWED and payer is not None:
        payer = _medicare(payer, known)
    fact = known.fact_for(identity, payer) if known.has_fact(identity) else None
    if fact is None:
        return ()
    value = fact.on(day) if day else fact.values[-1]
    return value.value if value is not None and isinstance(value.value, tuple) else ()


# The process file of a programme may follow that of another: its lists hold there too.
_FOLLOWED = frozenset({"reopening.modifiers-published"})


def _medicare(payer: str, known: Corpus) -> str:
    for key in known.line_of(payer):
        followed = known.kinds["processes"].get(key, {}).get("as")
        if followed:
            return str(followed)
    return payer


def _label(modifier: str | None, tables: DecisionTables) -> str:
    return tables.labels.get(modifier, modifier.lower()) if modifier else "modifier"


def _yes(value: bool) -> str:
    return "yes" if value else "no"


def _maybe(value: bool | None) -> str:
    return UNKNOWN if value is None else _yes(value)


def _said(value: object) -> bool | None:
    """A flag, or a date or list that says yes by being there."""
    return None if value is None else bool(value)
