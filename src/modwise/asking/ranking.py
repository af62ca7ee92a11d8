"""Which statements answer a question, and how well: codes first, then payer and date, what is asked, and the words left."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass, field

from modwise.asking.aliases import Aliases, Topic, words
from modwise.asking.index import Index
from modwise.asking.question import Question, Term
from modwise.asking.statements import Statement
from modwise.knowledge.corpus import ANY, Corpus

# What one feature is worth. A word that every statement has is worth nothing, a rare one as much as a code.
OWNER, NAMED, BOTH, APART, CODE, DENIAL = 2.0, 0.7, 1.6, 3.0, 2.0, 2.5
TOPIC, CLEAR, PAYER, PARENT, CHILD, GENERAL, DATE, SETTING = 1.3, 1.2, 1.6, 1.1, 0.7, 0.3, 0.6, 0.7
# An edit's page speaks of claims that are wrong; it answers when it is asked for, or nothing else does.
EDIT = 1.0
WORDS = 3.0
# Of the sections on a topic the first says it best.
FIRST = 0.4
# What is said of a denial code itself, before what pages of modifiers say of it.
DENIAL_CODES = ("carc/", "rarc/")
CONTEXT = 0.45
OPTIONAL = 0.45


@dataclass(frozen=True)
class Scored:
    """A statement with how well it answers: the share of the question's words it has, whether it is on what was asked."""

    statement: Statement
    score: float
    cover: float
    on_topic: bool
    matched: frozenset[str]
    own: bool
    by_payer: bool = False


@dataclass
class Ranked:
    """Statements best first; `elsewhere` are those of other payers or days, which do not answer but lie near."""

    best: list[Scored] = field(default_factory=list)
    elsewhere: list[Scored] = field(default_factory=list)
    unknown_words: tuple[str, ...] = ()


def rank(question: Question, corpus: Corpus, aliases: Aliases, index: Index) -> Ranked:
    """The statements that bear on the question, best first."""
    return _Ranking(question, corpus, aliases, index).ranked()


class _Ranking:
    def __init__(self, question: Question, corpus: Corpus, aliases: Aliases, index: Index) -> None:
        self.question, self.corpus, self.aliases, self.index = question, corpus, aliases, index
        self.families = families_of(corpus, question.procedures)
        self.terms = [*question.terms, *self._family_terms()]
        self.in_text = {t.said: index.containing(t.words, "text") for t in self.terms}
        self.in_context = {t.said: index.containing(t.words, "context") for t in self.terms}
        self.weight = {t.said: self._idf(t) for t in self.terms}
        self.topics = [aliases.topics[name] for name in question.topics if name in aliases.topics]
        self.sources = self._sources_of_payers()
        self.line = {key: place for keys in question.payers for place, key in enumerate(self._line(keys))}

    def ranked(self) -> Ranked:
        """All candidates scored, those of other payers and days set apart."""
        ranked = Ranked(unknown_words=tuple(t.said for t in self.terms if not t.optional and not self._df(t)))
        for number, statement in self.index.read(self._candidates()).items():
            scored = self._score(number, statement)
            if scored.score > 0:
                (ranked.best if self._holds(statement) else ranked.elsewhere).append(scored)
        ranked.best.sort(key=self._order)
        ranked.elsewhere.sort(key=self._order)
        return ranked

    def _order(self, scored: Scored) -> tuple[float, int, int, str, str, str]:
        """Best first; of equal ones the longest list, then what holds for all, then the programmes, then by name; the newest value of a fact first."""
        s = scored.statement
        programmes = ["", ANY, *(p["payer"] for p in self.aliases.programmes)]
        rank = programmes.index(s.payer) if s.payer in programmes else len(programmes)
        newest = "".join(chr(126 - ord(c)) if c.isdigit() else c for c in s.start)
        members = len(s.value) if isinstance(s.value, tuple) else 0
        return (-round(scored.score, 6), -members, rank, s.place, s.payer, newest)

    def _candidates(self) -> set[int]:
        q = self.question
        found = self.index.owned_by([*q.modifiers, *q.implied, *q.edits])
        found |= self.index.naming([*q.procedures, *(f"CARC {c}" for c in q.carc), *(f"RARC {c}" for c in q.rarc)])
        found |= self.index.at(f"family.{name}" for name in self.families)
        found |= self.index.under(place for topic in self.topics for place in topic.places)
        found |= self.index.under(f"{kind}/" for topic in self.topics for kind in topic.kinds)
        if q.modifiers:
            found |= self.index.naming(q.modifiers)
        for term in self.terms:
            if not term.optional or not (q.subjects or q.carc or q.rarc):
                found |= self.in_text[term.said] | self.in_context[term.said]
        return found

    def _score(self, number: int, s: Statement) -> Scored:
        q = self.question
        matched = {t.said: self._match(number, t) for t in self.terms}
        asked = [t for t in self.terms if not t.optional]
        total = sum(self.weight[t.said] for t in asked)
        cover = sum(self.weight[t.said] * matched[t.said] for t in asked) / total if total else 0.0
        whole = sum(self._worth(t) for t in self.terms)
        score = WORDS * sum(self._worth(t) * matched[t.said] for t in self.terms) / whole if whole else 0.0
        own, points = self._subject(s)
        topics = [topic for topic in self.topics if on_topic_of(topic, s)]
        on_topic = bool(topics)
        score += points + self._payer(s) + self._setting(s) - EDIT * (s.topic == "edit" and not q.edits and "edits" not in q.topics)
        score += TOPIC * on_topic * (1.5 if s.start else 1.0) + CLEAR * sum(not t.vague for t in topics)
        score += FIRST * any(s.topic == topic.sections[0] for topic in topics if topic.sections)
        score += FIRST * (s.topic == "edit" and s.place.endswith((" title", " What it does")))
        score += FIRST * (2 * s.place.startswith(DENIAL_CODES) + (s.topic == "meaning")) * bool(q.carc or q.rarc)
        score += CODE * sum(code in s.about for code in q.procedures)
        score += DENIAL * (sum(f"CARC {c}" in s.about for c in q.carc) + sum(f"RARC {c}" in s.about for c in q.rarc))
        begins = any(p.start.isoformat() <= s.start <= p.end.isoformat() for p in q.periods)
        score += DATE * (bool(q.periods and s.start) + begins) - 0.3 * (s.confidence == "low")
        names = frozenset(said for said, share in matched.items() if share)
        return Scored(s, score, cover, on_topic, names, own, s.payer in q.payer_keys or bool(self.sources & set(s.source)))

    def _subject(self, s: Statement) -> tuple[bool, float]:
        q = self.question
        named = set(q.modifiers)
        if s.owner and s.owner in q.edits:
            return True, OWNER
        if named:
            points = OWNER * (s.owner in named) + NAMED * (s.owner not in named and bool(named & set(s.about)))
            both = len(named) > 1 and s.owner in named and bool((named - {s.owner}) & set(s.about))
            # Whether the two go together is said by what the one excludes, before all else.
            apart = both and "combine" in q.topics and s.topic.startswith(("excludes", "with-"))
            return s.owner in named, points + BOTH * both + APART * apart + 0.5 * (s.owner in q.implied)
        implied = set(q.implied)
        both = "difference" in q.topics and s.owner in implied and bool((implied - {s.owner}) & set(s.about))
        return s.owner in implied, 1.8 * (s.owner in implied) + BOTH * both

    def _payer(self, s: Statement) -> float:
        if not self.question.payers:
            return 0.0
        if s.payer in self.question.payer_keys:
            return PAYER
        if not s.payer and self.sources & set(s.source):
            return CHILD
        if s.payer in self.line and s.payer != ANY:
            return PARENT
        return CHILD if self._is_child(s.payer) else GENERAL

    def _setting(self, s: Statement) -> float:
        wanted = self.question.settings
        if not wanted:
            return 0.0
        programme = next((p["setting"] for p in self.aliases.programmes if p["payer"] == s.payer), "")
        own = s.setting or programme
        return 0.0 if not own else SETTING if own in wanted else -SETTING

    def _holds(self, s: Statement) -> bool:
        """Whether the statement holds for the payers and on the days asked about."""
        q = self.question
        if q.payers and s.payer not in ("", ANY) and s.payer not in self.line and not self._is_child(s.payer):
            return False
        if q.periods and s.start:
            return any(period.overlaps(s.start, s.until) for period in q.periods)
        return True

    def _sources_of_payers(self) -> set[str]:
        """The sources that a payer asked about published itself."""
        asked = set(self.question.payer_keys)
        if not asked:
            return set()
        found = set()
        for key, source in self.corpus.sources.items():
            named = [f.meaning for f in self.aliases.payers.find(words(source["publisher"])) if len(f.meaning) == 1]
            if any(asked & set(meaning) for meaning in named):
                found.add(key)
        return found

    def _is_child(self, payer: str) -> bool:
        return self.corpus.payers.get(payer, {}).get("parent") in self.question.payer_keys

    def _line(self, keys: Iterable[str]) -> list[str]:
        return [key for payer in keys for key in self.corpus.line_of(payer)]

    def _match(self, number: int, term: Term) -> float:
        return 1.0 if number in self.in_text[term.said] else CONTEXT if number in self.in_context[term.said] else 0.0

    def _worth(self, term: Term) -> float:
        return self.weight[term.said] * (OPTIONAL if term.optional else 1.0)

    def _df(self, term: Term) -> int:
        return len(self.in_text[term.said] | self.in_context[term.said])

    def _idf(self, term: Term) -> float:
        return math.log(1 + self.index.size / (1 + self._df(term)))

    def _family_terms(self) -> list[Term]:
        """What the families of the procedure codes are called: a question about 99213 is one about visits."""
        terms = []
        for name in self.families:
            title = str(self.corpus.families[name]["title"]) if name in self.corpus.families else name
            spoken = name.replace("-", " ")
            terms.append(
                Term(f"family {name}", tuple(dict.fromkeys((spoken, title, *self.aliases.same.get(spoken, ())))), optional=True)
            )
        return terms


def on_topic_of(topic: Topic, s: Statement) -> bool:
    """Whether the statement speaks of the topic."""
    if s.ended and "in-force" in topic.facts:
        return True
    if s.topic in topic.sections or any(s.place.startswith(place) for place in topic.places):
        return True
    if any(s.place.startswith(f"{kind}/") for kind in topic.kinds):
        return True
    return any(s.topic.startswith(end[:-1]) if end.endswith("*") else s.topic == end for end in topic.facts)


def families_of(corpus: Corpus, procedures: Iterable[str]) -> list[str]:
    """The families that hold one of the procedure codes, on whatever day."""
    asked = list(procedures)
    if not asked:
        return []
    names = [identity for identity in corpus.fact_ids() if identity.startswith("family.")]
    return [
        name.removeprefix("family.")
        for name in names
        if any(holds(value.value, code) for fact in corpus.facts(name) for value in fact.values for code in asked)
    ]


def holds(listed: object, code: str) -> bool:
    """Whether a list of codes and ranges ("99202-99215") holds the code."""
    if not isinstance(listed, tuple):
        return False
    return any(first <= code <= (last or first) for first, _, last in (str(item).partition("-") for item in listed))
