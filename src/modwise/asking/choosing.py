"""Which of the ranked statements answer: what was named must be there, and what was asked, or the very words."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from modwise.asking.question import Question
from modwise.asking.ranking import Ranked, Scored

MOST = 7
MOST_PAYERS = 24
# How much worse than the best a further statement may answer and still be given.
NEAR = 0.62
ENOUGH, ENOUGH_ALONE, SURE = 0.3, 0.55, 0.85
# What must be known as such: a statement on something else is no answer to these.
STRICT = ("payment", "cut", "deadline", "in-force", "order", "documentation", "mue", "ncci", "denial", "remedy")
# Rules that belong to no modifier.
RULES = ("ncci", "mue", "mpfs", "order")
# Topics of statements that a payer's name alone leads to.
PROCESS = ("deadline", "rule")
NEAREST = ("meaning", "applies_to", "on-non-lab", "on-non-visit")
# Topics that need no more than one word beside them.
LONE = ("which", "deadline", "ncci", "mue", "order", "payment", "cut")


def choose(q: Question, ranked: Ranked) -> list[Scored]:
    """The statements that answer, best first; empty where none does."""
    best = _newest(q, [one for one in ranked.best if _answers(q, one)])
    if not best:
        return _nearest(q, ranked)
    cover = best[0].cover
    if any(one.own for one in best):
        # What was named or described speaks for itself; others join it only where they say the very same words.
        best = [one for one in best if one.own or _joins(q, one)]
    clear = bool(set(q.topics) & set(STRICT))
    near = [one for one in best if one.score >= NEAR * best[0].score and (one.cover >= cover / 2 or (clear and one.on_topic))]
    return _limited(q, near)


def _joins(q: Question, one: Scored) -> bool:
    if q.carc or q.rarc:
        return not q.modifiers
    return bool(q.modifiers) or not q.implied or (one.cover >= SURE and len(one.matched) > 1)


def _nearest(q: Question, ranked: Ranked) -> list[Scored]:
    """What a modifier is and where it belongs, for a question on its use that no statement answers in words of its own."""
    if not q.modifiers or q.procedures or set(q.topics) & set(STRICT) or ranked.unknown_words:
        return []
    asked = [t for t in q.terms if not t.optional]
    if asked and not q.yes_no and not q.topics:
        return []
    own = [one for one in ranked.best if one.statement.owner in q.modifiers and one.statement.topic in NEAREST]
    titles = [one for one in ranked.best if one.statement.owner in q.modifiers and one.statement.topic == "title"]
    return _limited(q, own or titles)


def _answers(q: Question, one: Scored) -> bool:
    """Whether the statement alone is an answer: it is about what was named, and on what was asked or in the words asked."""
    s = one.statement
    if q.carc or q.rarc:
        return any(f"CARC {c}" in s.about for c in q.carc) or any(f"RARC {c}" in s.about for c in q.rarc)
    if q.edits:
        return s.owner in q.edits
    if q.subjects:
        return _answers_on_modifier(q, one)
    if q.procedures:
        return bool(set(q.procedures) & set(s.about)) or (one.cover >= ENOUGH and any(m.startswith("family ") for m in one.matched))
    return _answers_alone(q, one)


def _answers_on_modifier(q: Question, one: Scored) -> bool:
    s = one.statement
    wanted = [t for t in q.topics if t in STRICT]
    asked = [t for t in q.terms if not t.optional]
    if s.topic == "payment":
        # What another modifier pays is no answer, whatever else fits.
        return one.own and (bool({"payment", "cut"} & set(wanted)) or (bool(asked) and one.cover >= ENOUGH_ALONE))
    if "edits" in q.topics:
        return s.topic == "edit" and s.place.endswith(" title") and bool(set(q.subjects) & set(s.about))
    if one.by_payer and s.payer and (one.own or set(q.modifiers) & set(s.about)) and (one.on_topic or not (wanted or asked)):
        return True
    if (
        one.on_topic
        and not s.owner
        and not q.implied
        and s.place.partition(".")[0] in RULES
        and not {"payment", "cut"} & set(wanted)
    ):
        return not asked or one.cover >= ENOUGH
    if not one.own and not set(q.modifiers) & set(s.about):
        # The page of a modifier that was not asked about answers nothing, even in the same words.
        return _answers_alone(q, one) and not wanted and not (q.modifiers and s.owner)
    together = {s.owner, *s.about} & set(q.subjects)
    if (
        {"combine", "difference"} & set(q.topics)
        and len(q.modifiers) > 1
        and len(together) < 2
        and s.topic not in ("meaning", "title")
    ):
        return False
    if {"payment", "cut"} & set(wanted) and q.payers and not asked:
        return False
    if asked and one.cover >= ENOUGH:
        return True
    if one.on_topic and not (asked and s.topic == "in-force"):
        return one.own or bool(one.matched)
    if one.own and not asked and one.matched and s.start:
        return True
    return not asked and not q.topics and s.topic in ("title", "meaning")


def _answers_alone(q: Question, one: Scored) -> bool:
    """Without a code to hold on to, the words must carry the answer."""
    wanted = [t for t in q.topics if t in STRICT]
    if one.statement.topic == "edit" and wanted:
        return False
    asked = [t for t in q.terms if not t.optional]
    if q.payers and one.on_topic and one.statement.topic in PROCESS and (not asked or one.cover >= ENOUGH):
        return True
    if one.cover < ENOUGH_ALONE or (wanted and not one.on_topic):
        return False
    # One word in common is chance, unless the topic itself is narrow.
    return len(one.matched & {t.said for t in asked}) > 1 or (one.on_topic and bool(set(q.topics) & set(LONE)))


def _newest(q: Question, best: list[Scored]) -> list[Scored]:
    """Of a rule that is no price, only its last value unless a day was asked; the same rule of several payers once."""
    kept: list[Scored] = []
    last: dict[tuple[str, str], str] = {}
    for one in best:
        s = one.statement
        last[s.place, s.payer] = max(last.get((s.place, s.payer), ""), s.start)
    told: set[tuple[str, object, str]] = set()
    for one in best:
        s = one.statement
        dated = s.topic in ("payment", "in-force") or not s.start
        if not dated and not q.periods and s.start != last[s.place, s.payer]:
            continue
        rule = (s.place, s.value, s.text.partition(" (")[0])
        if not dated and isinstance(s.value, tuple) and rule in told:
            continue
        told.add(rule)
        kept.append(one)
    return kept


def _limited(q: Question, chosen: Sequence[Scored]) -> list[Scored]:
    """A payer's table whole, else the best few; a disagreement is told once."""
    kept: list[Scored] = []
    told: set[str] = set()
    sections: Counter[str] = Counter()
    several = len(q.topics) > 1
    payers = 0
    for one in chosen:
        s = one.statement
        if s.topic == "disagreements" and s.place in told:
            continue
        if s.topic == "payment":
            payers += 1
            if payers > MOST_PAYERS:
                continue
        elif len(kept) - payers >= MOST or (several and sections[s.topic] >= MOST // 2):
            continue
        sections[s.topic] += 1
        told.add(s.place)
        kept.append(one)
    return kept
