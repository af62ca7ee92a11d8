"""The answer to a question: found statements in the order of how well they answer, said in their own words."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path
from typing import Any

from modwise.asking import lookups
from modwise.asking.aliases import Aliases
from modwise.asking.dates import Period
from modwise.asking.index import Index, open_index
from modwise.asking.question import Question, understand
from modwise.asking.ranking import Scored, rank
from modwise.asking.statements import Statement, payer_title, share
from modwise.knowledge.corpus import ANY, Corpus
from modwise.knowledge.schema import SECTIONS

Json = dict[str, Any]
MOST = 7
MOST_PAYERS = 24
MOST_TITLES = 10
# How much worse than the best a further statement may answer and still be given.
NEAR = 0.62
ENOUGH, ENOUGH_ALONE, SURE = 0.3, 0.55, 0.85
# What must be known as such: a statement on something else is no answer to these.
STRICT = ("payment", "cut", "deadline", "in-force", "order", "documentation", "mue", "ncci", "denial", "remedy")
# Topics of statements that a payer's name alone leads to.
# Rules that belong to no modifier.
RULES = ("ncci", "mue", "mpfs", "order")
PROCESS = ("deadline", "rule")
NEAREST = ("meaning", "applies_to", "on-non-lab", "on-non-visit")
# Topics that need no more than one word beside them.
LONE = ("which", "deadline", "ncci", "mue", "order", "payment", "cut")
NO = ("invalid", "no", "not paid", "not used", "not wanted", "none", "0.00")
YES = ("valid", "yes", "required", "allowed", "reported")
DEPENDS = ("payer dependent", "contractors differ")


@dataclass
class Answer:
    """Statements in order, and what lies near; `lead` is a fixed phrase before them."""

    statements: list[Statement] = field(default_factory=list)
    found: bool = False
    lead: str = ""
    related: list[Json] = field(default_factory=list)


def ask(text: str, corpus: Corpus, home: Path | None = None, *, payer: str | None = None, as_of: date | None = None) -> Answer:
    """The statements that answer the question; `found` is false where none does. `payer` and `as_of` hold beside what it names."""
    aliases = Aliases(corpus)
    index = open_index(corpus)
    question = understand(text, corpus, aliases, lambda word: bool(index.containing([word])))
    if payer is not None:
        question = replace(question, payers=(*question.payers, (payer,)))
    if as_of is not None:
        question = replace(question, periods=(*question.periods, Period(as_of, as_of)))
    return _Asking(question, corpus, aliases, index, home).answer()


class _Asking:
    def __init__(self, question: Question, corpus: Corpus, aliases: Aliases, index: Index, home: Path | None) -> None:
        self.question, self.corpus, self.aliases, self.index, self.home = question, corpus, aliases, index, home
        self.ranked = rank(question, corpus, aliases, index)

    def answer(self) -> Answer:
        q = self.question
        if q.strangers:
            return self._not_found(f"Nothing is held about {_and(q.strangers)}.")
        looked_up = self._looked_up()
        chosen = self._chosen()
        if q.procedures and self._asks_a_table() and not looked_up:
            return self._not_found(
                f"No table at hand has {_and(q.procedures)}: that is not known, which is neither a yes nor a no."
            )
        if looked_up:
            # The table has answered; what else speaks of these very codes follows.
            chosen = [one for one in chosen if set(q.procedures) & set(one.statement.about)][:3]
        statements = list(dict.fromkeys([*self._called(chosen), *looked_up, *(one.statement for one in chosen)]))
        if not statements:
            return self._not_found(self._why_not())
        statements = [*self._retired(statements), *(self._extended(s) for s in statements)]
        return Answer(statements, found=True, lead=self._lead(statements, chosen), related=self._related(statements))

    # ---- what is given ---------------------------------------------------------------------------------------------------

    def _looked_up(self) -> list[Statement]:
        names = lookups.wanted(self.question, self.aliases)
        return lookups.answer(self.question, names, self.aliases, self.corpus, self.home) if names else []

    def _asks_a_table(self) -> bool:
        q = self.question
        return bool(lookups.wanted(q, self.aliases)) and not any(
            set(q.procedures) & set(one.statement.about) for one in self.ranked.best[:MOST]
        )

    def _chosen(self) -> list[Scored]:
        best = self._newest([one for one in self.ranked.best if self._answers(one)])
        if not best:
            return self._nearest()
        cover = best[0].cover
        if any(one.own for one in best):
            # What was named or described speaks for itself; others join it only where they say the very same words.
            best = [one for one in best if one.own or self._joins(one)]
        clear = bool(set(self.question.topics) & set(STRICT))
        near = [one for one in best if one.score >= NEAR * best[0].score and (one.cover >= cover / 2 or (clear and one.on_topic))]
        return self._limited(near)

    def _joins(self, one: Scored) -> bool:
        q = self.question
        if q.carc or q.rarc:
            return not q.modifiers
        return bool(q.modifiers) or not q.implied or (one.cover >= SURE and len(one.matched) > 1)

    def _nearest(self) -> list[Scored]:
        """What a modifier is and where it belongs, for a question on its use that no statement answers in words of its own."""
        q = self.question
        if not q.modifiers or q.payers or q.procedures or set(q.topics) & set(STRICT) or self.ranked.unknown_words:
            return []
        asked = [t for t in q.terms if not t.optional]
        if asked and not q.yes_no and not q.topics:
            return []
        own = [one for one in self.ranked.best if one.statement.owner in q.modifiers and one.statement.topic in NEAREST]
        titles = [one for one in self.ranked.best if one.statement.owner in q.modifiers and one.statement.topic == "title"]
        return self._limited(own or titles)

    def _answers(self, one: Scored) -> bool:
        """Whether the statement alone is an answer: it is about what was named, and on what was asked or in the words asked."""
        q = self.question
        s = one.statement
        if q.carc or q.rarc:
            return any(f"CARC {c}" in s.about for c in q.carc) or any(f"RARC {c}" in s.about for c in q.rarc)
        if q.edits:
            return s.owner in q.edits
        if q.subjects:
            return self._answers_on_modifier(one)
        if q.procedures:
            return bool(set(q.procedures) & set(s.about)) or (
                one.cover >= ENOUGH and any(m.startswith("family ") for m in one.matched)
            )
        return self._answers_alone(one)

    def _answers_on_modifier(self, one: Scored) -> bool:
        q, s = self.question, one.statement
        wanted = [t for t in q.topics if t in STRICT]
        asked = [t for t in q.terms if not t.optional]
        if s.topic == "payment":
            # What another modifier pays is no answer, whatever else fits.
            return one.own and (bool({"payment", "cut"} & set(wanted)) or (bool(asked) and one.cover >= ENOUGH_ALONE))
        if (
            one.on_topic
            and not s.owner
            and not q.implied
            and s.place.partition(".")[0] in RULES
            and (not asked or one.cover >= ENOUGH)
        ):
            return True
        if not one.own and not set(q.modifiers) & set(s.about):
            # The page of a modifier that was not asked about answers nothing, even in the same words.
            return self._answers_alone(one) and not wanted and not (q.modifiers and s.owner)
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

    def _answers_alone(self, one: Scored) -> bool:
        """Without a code to hold on to, the words must carry the answer."""
        wanted = [t for t in self.question.topics if t in STRICT]
        if one.statement.topic == "edit" and wanted:
            return False
        asked = [t for t in self.question.terms if not t.optional]
        if self.question.payers and one.on_topic and one.statement.topic in PROCESS and (not asked or one.cover >= ENOUGH):
            return True
        if one.cover < ENOUGH_ALONE or (wanted and not one.on_topic):
            return False
        return len(one.matched) > 1 or (one.on_topic and bool(set(self.question.topics) & set(LONE)))

    def _newest(self, best: list[Scored]) -> list[Scored]:
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
            if not dated and not self.question.periods and s.start != last[s.place, s.payer]:
                continue
            rule = (s.place, s.value, s.text.partition(" (")[0])
            if not dated and isinstance(s.value, tuple) and rule in told:
                continue
            told.add(rule)
            kept.append(one)
        return kept

    def _limited(self, chosen: Sequence[Scored]) -> list[Scored]:
        """A payer's table whole, else the best few; a disagreement is told once."""
        kept: list[Scored] = []
        told: set[str] = set()
        sections: Counter[str] = Counter()
        several = len(self.question.topics) > 1
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

    def _called(self, chosen: Sequence[Scored]) -> list[Statement]:
        """The titles of modifiers that were not named but described, when it is asked which one that is."""
        q = self.question
        if (
            not self._described(chosen)
            or not ({"which", "meaning", "when"} & set(q.topics) or not q.topics)
            or len(q.implied) > MOST_TITLES
        ):
            return []
        return [one.statement for one in self.ranked.best if one.statement.topic == "title" and one.statement.owner in q.implied]

    def _described(self, chosen: Sequence[Scored]) -> bool:
        """Whether the question describes modifiers without naming one, and nothing else answers it better."""
        q = self.question
        if q.modifiers or not q.implied or lookups.wanted(q, self.aliases):
            return False
        asked = [t for t in q.terms if not t.optional]
        return any(one.own for one in chosen) if chosen else not asked

    def _retired(self, statements: Iterable[Statement]) -> list[Statement]:
        """That a modifier asked about has ended, where that is not said already."""
        said = {(s.place, s.start) for s in statements}
        found = []
        for code in self.question.modifiers:
            for one in [*self.ranked.best, *self.ranked.elsewhere]:
                s = one.statement
                if s.place == f"{code}.in-force" and s.ended and (s.place, s.start) not in said and self._matters(s):
                    found.append(s)
        return found

    def _matters(self, ended: Statement) -> bool:
        return not self.question.periods or any(p.overlaps(ended.start, ended.until) for p in self.question.periods)

    def _extended(self, s: Statement) -> Statement:
        """The statement with what follows for the modifiers and codes asked about: whether they are in its list, how large a cut is."""
        text = s.text
        if isinstance(s.value, tuple) and s.owner not in self.question.modifiers:
            asked = [*self.question.modifiers, *self.question.procedures]
            inside = [code for code in asked if code in s.value]
            outside = [code for code in asked if code not in s.value and len(code) == 2 and all(len(v) == 2 for v in s.value)]
            text += f" {_and(inside)} {'is' if len(inside) == 1 else 'are'} among them." if inside else ""
            text += f" {_and(outside)} {'is' if len(outside) == 1 else 'are'} not among them." if outside else ""
        if "cut" in self.question.topics and s.topic == "payment" and isinstance(s.value, str):
            first = s.value.split()[0] if s.value else ""
            if first.startswith("0.") and first.replace(".", "").isdigit():
                text += f" That is a cut of {share(f'{1 - float(first):.4f}')}%."
        return s if text == s.text else replace(s, text=text)

    # ---- phrases ---------------------------------------------------------------------------------------------------------

    def _lead(self, statements: Sequence[Statement], chosen: Sequence[Scored]) -> str:
        q = self.question
        if q.payers and not any(one.by_payer for one in chosen) and not any(s.payer in q.payer_keys for s in statements):
            names = _and([payer_title(self.corpus, keys[0]) for keys in q.payers])
            own = any(s.payer and s.payer != ANY for s in statements)
            return f"Nothing of its own is known of {names} on this; {'its programme says' if own else 'in general'}:"
        if q.yes_no and not any(s.ended for s in statements):
            verdicts = {_verdict(s) for s in statements if s.place == statements[0].place}
            return {"yes": "Yes.", "no": "No."}.get(verdicts.pop(), "") if len(verdicts) == 1 else "Payers differ."
        values = {(s.value, s.start) for s in statements if s.place == statements[0].place and s.topic == "payment"}
        return "Payers differ." if len({v for v, _ in values}) > 1 and len(q.payer_keys) != 1 else ""

    def _why_not(self) -> str:
        q = self.question
        day = f" for {_and([p.words() for p in q.periods])}" if q.periods else ""
        who = f" of {_and([payer_title(self.corpus, keys[0]) for keys in q.payers])}" if q.payers else ""
        what = f" on modifier {_and(q.subjects)}" if q.subjects else ""
        return f"Nothing is known here{who}{what}{day} that answers this." if who or what or day else "Nothing here answers this."

    # ---- what lies near --------------------------------------------------------------------------------------------------

    def _not_found(self, lead: str) -> Answer:
        near = [*self.ranked.elsewhere, *self.ranked.best] if self.question.subjects or self.question.payers else self.ranked.best
        near = [one for one in near if one.score > 1.0]
        related = [{"text": one.statement.text, "see": see(one.statement)} for one in near[:5]]
        return Answer(found=False, lead=lead, related=[*related, *self._pages(())])

    def _related(self, statements: Sequence[Statement]) -> list[Json]:
        return self._pages(statements)

    def _pages(self, statements: Iterable[Statement]) -> list[Json]:
        """The pages on which more stands."""
        codes = [*self.question.subjects, *(s.owner for s in statements)]
        pages = [code for code in dict.fromkeys(codes) if code in self.corpus.modifiers or code in self.corpus.edits][:4]
        return [
            {"text": self._title(code), "see": f"modwise {'show' if code in self.corpus.modifiers else 'edit'} {code}"}
            for code in pages
        ]

    def _title(self, code: str) -> str:
        page = self.corpus.modifiers.get(code) or self.corpus.edits[code]
        return f"{code}: {page['title']}"


def see(s: Statement) -> str:
    """The command that shows where the statement stands."""
    if s.topic in SECTIONS:
        return f"modwise show {s.owner} --section {s.topic}"
    if s.topic == "edit":
        return f"modwise edit {s.owner}"
    if s.owner:
        return f"modwise show {s.owner}"
    return f"modwise coverage --payer {s.payer}" if s.payer and s.payer != ANY else "modwise coverage"


def _verdict(s: Statement) -> str:
    if s.topic == "excludes":
        return "no"
    if not isinstance(s.value, str) or s.topic == "payment":
        return ""
    return "no" if s.value in NO else "yes" if s.value in YES else "depends" if s.value in DEPENDS else ""


def _and(items: Sequence[str]) -> str:
    return ", ".join(items[:-1]) + f" and {items[-1]}" if len(items) > 1 else "".join(items)


def as_json(answer: Answer, corpus: Corpus) -> Json:
    """The answer as every front returns it: answer, statements, found, related, and the sources that are cited."""
    cited = dict.fromkeys(key for s in answer.statements for key in s.source)
    lines = [f"{s.text} [{number}]" for number, s in enumerate(answer.statements, 1)]
    return {
        "answer": "\n".join([*([answer.lead] if answer.lead else []), *lines]),
        "statements": [statement_json(s) for s in answer.statements],
        "found": answer.found,
        "related": answer.related,
        "sources": [{"key": key, **corpus.sources.get(key, {"title": key, "kind": "data file"})} for key in cited],
    }


def statement_json(s: Statement) -> Json:
    """A statement with its fact or place, payer, first day, sources, and how sure it is."""
    return {
        "text": s.text,
        "fact": s.place,
        "payer": s.payer or ANY,
        "from": s.start or None,
        "until": s.until or None,
        "at_latest": s.at_latest,
        "source": list(s.source),
        "confidence": s.confidence,
        "unverified": s.unverified,
    }
