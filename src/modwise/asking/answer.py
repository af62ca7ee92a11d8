"""The answer to a question: found statements in the order of how well they answer, said in their own words."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

from modwise.asking import choosing, lookups, routes
from modwise.asking.aliases import Aliases, words
from modwise.asking.dates import Period
from modwise.asking.index import Index, open_index
from modwise.asking.question import Question, understand
from modwise.asking.ranking import Scored, rank
from modwise.asking.statements import Statement, payer_title, share
from modwise.knowledge.corpus import ANY, Corpus
from modwise.knowledge.schema import SECTIONS

Json = dict[str, Any]
MOST = 7
MOST_TITLES = 10
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
        chosen = choosing.choose(q, self.ranked)
        if q.procedures and self._asks_a_table() and not looked_up:
            return self._not_found(
                f"No table at hand has {_and(q.procedures)}: that is not known, which is neither a yes nor a no."
            )
        if looked_up:
            # The table has answered; what else speaks of these very codes follows.
            chosen = [one for one in chosen if set(q.procedures) & set(one.statement.about)][:3]
        advice = routes.advised(q, self.corpus, self.index)
        called = routes.shown(advice, self._called(chosen, advised=bool(advice.statements)))
        statements = list(dict.fromkeys([*advice.statements, *called, *looked_up, *(one.statement for one in chosen)]))
        if not statements:
            return self._not_found(self._why_not(), advice.asks)
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

    def _called(self, chosen: Sequence[Scored], *, advised: bool = False) -> list[Statement]:
        """The titles of modifiers that were not named but described, when it is asked which one that is."""
        q = self.question
        asked = bool({"which", "meaning", "when"} & set(q.topics)) or not q.topics
        if not (advised or self._described(chosen)) or not asked or len(q.implied) > MOST_TITLES:
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
                text += f" That is a cut of {share(str(1 - Decimal(first)))}%."
        return s if text == s.text else replace(s, text=text)

    # ---- phrases ---------------------------------------------------------------------------------------------------------

    def _lead(self, statements: Sequence[Statement], chosen: Sequence[Scored]) -> str:
        q = self.question
        first = [s for s in statements if s.place == statements[0].place]
        if q.payers and not any(one.by_payer for one in chosen) and not any(self._speaks_of_payer(s) for s in statements):
            names = _and([payer_title(self.corpus, keys[0]) for keys in q.payers])
            own = any(s.payer and s.payer != ANY for s in statements)
            return f"Nothing of its own is known of {names} on this; {'its programme says' if own else 'in general'}:"
        if q.yes_no and not any(s.ended for s in statements):
            return self._listed(statements) or _verdict_of([_verdict(s) for s in first])
        newest: dict[str, object] = {}
        for s in sorted(first, key=lambda s: s.start):
            newest[s.payer] = s.value
        return "Payers differ." if first[0].topic == "payment" and len(set(newest.values())) > 1 else ""

    def _speaks_of_payer(self, s: Statement) -> bool:
        asked = set(self.question.payer_keys)
        return s.payer in asked or any(asked & set(f.meaning) for f in self.aliases.payers.find(words(s.text)))

    def _listed(self, statements: Sequence[Statement]) -> str:
        """Whether the modifiers asked about stand in a list that is on what was asked; "No." only where the whole list is at hand."""
        asked = set(self.question.modifiers)
        lists = [
            set(s.value) for s in statements if isinstance(s.value, tuple) and not s.owner and all(len(v) == 2 for v in s.value)
        ]
        if not asked or not lists or isinstance(statements[0].value, str):
            return ""
        if any(asked <= held for held in lists):
            return "Yes."
        whole = max(lists, key=len)
        return "No." if not any(asked & held for held in lists) and all(held <= whole for held in lists) else ""

    def _why_not(self) -> str:
        q = self.question
        day = f" for {_and([p.words() for p in q.periods])}" if q.periods else ""
        who = f" of {_and([payer_title(self.corpus, keys[0]) for keys in q.payers])}" if q.payers else ""
        what = f" on modifier {_and(q.subjects)}" if q.subjects else ""
        return f"Nothing is known here{who}{what}{day} that answers this." if who or what or day else "Nothing here answers this."

    # ---- what lies near --------------------------------------------------------------------------------------------------

    def _not_found(self, lead: str, asks: Sequence[str] = ()) -> Answer:
        near = [*self.ranked.elsewhere, *self.ranked.best] if self.question.subjects or self.question.payers else self.ranked.best
        near = [one for one in near if one.score > 1.0]
        related = [{"text": f"To know which modifier fits: {ask}", "see": "modwise advise --interactive"} for ask in asks]
        related += [{"text": one.statement.text, "see": see(one.statement)} for one in near[:5]]
        held = {"text": "What is held, for whom and since when", "see": "modwise coverage"}
        return Answer(found=False, lead=lead, related=[*related, *self._pages(()), held])

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


def _verdict_of(verdicts: Sequence[str]) -> str:
    said = set(verdicts)
    if "" in said:
        return ""
    return {"yes": "Yes.", "no": "No."}.get(said.pop(), "Payers differ.") if len(said) == 1 else "Payers differ."


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
