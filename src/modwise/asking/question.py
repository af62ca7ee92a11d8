"""What a question speaks of: codes, modifiers, payers, dates, settings, what is asked, and the words that are left."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from modwise.asking.aliases import Aliases, Found, words
from modwise.asking.codes import codes_in
from modwise.asking.dates import Period, periods
from modwise.knowledge.corpus import Corpus

_DASHES = str.maketrans(
    {
        "\u2010": "-",
        "\u2011": "-",
        "\u2012": "-",
        "\u2013": "-",
        "\u2014": " - ",
        "\u2018": "'",
        "\u2019": "'",
        "\u201c": '"',
        "\u201d": '"',
        "\u00a0": " ",
    }
)
_YES_NO = re.compile(
    r"^\W*(?:(?:so|and|but|hi|hello)\W+)*(?:is|are|can|may|do|does|did|will|would|should|must|could|was|were|has|have|am)\b",
    re.IGNORECASE,
)
_NAME = r"((?:[A-Z][\w&.'-]*)(?:\s+(?:of\s+)?[A-Z][\w&.'-]*)*)"
_SLOT = re.compile(
    rf"\b(?:does|do|did|will|would|can|is|for|at|under|with|by|from|of|per)\s+{_NAME}"
    rf"(?=\s+(?:pay|pays|paid|cover|covers|allow|allows|reimburse|reimburses|want|wants|require|requires|accept|accepts|policy|plan|insurance|health|take|takes|deny|denies)\b|'s\b)"
    rf"|^\s*{_NAME}(?='s|\s+(?:policy|rate|payment|plan|insurance)\b)"
    rf"|\b(?:at|from|by|under|for)\s+{_NAME}\s*\??\s*$"
)
GENERIC = 3


@dataclass(frozen=True)
class Term:
    """A word or phrase of content; any of `words` counts for it. An `optional` one helps to find, and is not missed."""

    said: str
    words: tuple[str, ...]
    optional: bool = False


@dataclass(frozen=True)
class Question:
    """A question, understood. `implied` are modifiers by what they are called; `strangers` are things named that are not held."""

    text: str
    modifiers: tuple[str, ...] = ()
    implied: tuple[str, ...] = ()
    procedures: tuple[str, ...] = ()
    tied: tuple[tuple[str, tuple[str, ...]], ...] = ()
    carc: tuple[str, ...] = ()
    rarc: tuple[str, ...] = ()
    edits: tuple[str, ...] = ()
    payers: tuple[tuple[str, ...], ...] = ()
    strangers: tuple[str, ...] = ()
    periods: tuple[Period, ...] = ()
    settings: tuple[str, ...] = ()
    topics: tuple[str, ...] = ()
    lookups: tuple[str, ...] = ()
    terms: tuple[Term, ...] = ()
    yes_no: bool = False

    @property
    def payer_keys(self) -> tuple[str, ...]:
        """All payers spoken of."""
        return tuple(dict.fromkeys(key for keys in self.payers for key in keys))

    @property
    def subjects(self) -> tuple[str, ...]:
        """The modifiers the question is about: those named, else those implied."""
        return self.modifiers or self.implied


def understand(text: str, corpus: Corpus, aliases: Aliases, held: Callable[[str], bool]) -> Question:
    """The question in parts. `held(word)` says whether any statement has the word."""
    clean = " ".join(text.translate(_DASHES).split())
    days, day_spans = periods(clean)
    masked = _mask(clean, day_spans)
    codes = codes_in(masked, corpus, aliases)
    rest = _mask(masked, codes.spans)
    spoken = words(rest)
    payers = aliases.payers.find(spoken)
    taken = _places(payers)
    strangers = [*codes.unknown, *_strange_payers(spoken, payers, taken, aliases)]
    implied = aliases.modifiers.find(spoken, overlapping=True)
    topics = aliases.topic_words.find(spoken, overlapping=True)
    settings = [f for f in aliases.settings.find(spoken) if not set(range(f.start, f.end)) <= taken]
    strangers += _strange_names(_mask(rest, ()), corpus, aliases, held, spoken, taken)
    yes_no = bool(_YES_NO.match(clean))
    return Question(
        text=clean,
        modifiers=tuple(codes.modifiers),
        implied=_meanings(_narrowest(implied)),
        procedures=tuple(codes.procedures),
        tied=tuple(codes.tied),
        carc=tuple(codes.carc),
        rarc=tuple(codes.rarc),
        edits=tuple(codes.edits),
        payers=tuple(f.meaning for f in payers),
        strangers=tuple(dict.fromkeys(strangers)),
        periods=days,
        settings=_meanings(settings),
        topics=_asked(_meanings(topics), codes.modifiers or _meanings(implied), aliases, yes_no=yes_no),
        lookups=_meanings(aliases.lookup_words.find(spoken, overlapping=True)),
        terms=tuple(_terms(spoken, taken, _places(topics) | _places(settings), _places(implied), aliases)),
        yes_no=yes_no,
    )


def _asked(topics: tuple[str, ...], subjects: Sequence[str], aliases: Aliases, *, yes_no: bool) -> tuple[str, ...]:
    """The topics without those that need two modifiers where there are not two, and without vague ones beside others.

    "May I bill 50 with LT" asks whether they go together.
    """
    kept = [t for t in topics if t not in ("combine", "difference") or len(subjects) > 1]
    clear = [t for t in kept if not aliases.topics[t].vague]
    if yes_no and len(subjects) > 1 and not clear and "combine" in aliases.topics:
        return (*kept, "combine")
    return tuple(clear or kept)


def _mask(text: str, spans: Iterable[tuple[int, int]]) -> str:
    letters = list(text)
    for start, end in spans:
        letters[start:end] = " " * (end - start)
    return "".join(letters)


def _places(found: Iterable[Found]) -> set[int]:
    return {place for f in found for place in range(f.start, f.end)}


def _meanings(found: Iterable[Found]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(meaning for f in found for meaning in f.meaning))


def _narrowest(found: list[Found]) -> list[Found]:
    """Without phrases that stand within a longer one."""
    return [
        f
        for f in found
        if not any(o is not f and o.start <= f.start and f.end <= o.end and o.end - o.start > f.end - f.start for o in found)
    ]


def _strange_payers(spoken: list[str], payers: list[Found], taken: set[int], aliases: Aliases) -> list[str]:
    """Names of payers that are not held: listed ones, and a state beside a name that stands for many plans."""
    named = [f for f in aliases.strangers.find(spoken) if not set(range(f.start, f.end)) & taken]
    strange = [" ".join(spoken[f.start : f.end]) for f in named]
    taken |= _places(named)
    many = [f for f in payers if len(f.meaning) > GENERIC and f.meaning[0] not in {p["payer"] for p in aliases.programmes}]
    for state in aliases.states.find(spoken):
        near = [f for f in many if -2 <= state.start - f.end <= 1 or 0 <= f.start - state.end <= 1]
        if near and not set(range(state.start, state.end)) & taken:
            strange.append(f"{' '.join(spoken[near[0].start : near[0].end])} {' '.join(spoken[state.start : state.end])}")
            taken |= set(range(state.start, state.end))
    return strange


def _strange_names(
    rest: str, corpus: Corpus, aliases: Aliases, held: Callable[[str], bool], spoken: list[str], taken: set[int]
) -> list[str]:
    """Capitalised names where a payer would stand, of which nothing is held."""
    if rest.isupper():
        return []
    known = {spoken[place] for place in taken} | aliases.quiet
    strange = []
    for match in _SLOT.finditer(rest):
        name = next(part for part in match.groups() if part)
        parts = [w for w in words(name) if w not in known and w not in aliases.states]
        if any(not (held(w) or w in aliases.same or w in aliases.topic_words or w in aliases.settings) for w in parts):
            strange.append(name.strip())
    return strange


def _terms(spoken: list[str], taken: set[int], named: set[int], implied: set[int], aliases: Aliases) -> Iterable[Term]:
    """The words of content, those of one phrase together, with all that mean the same."""
    covered = set(taken)
    for found in aliases.same_phrases.find(spoken):
        places = set(range(found.start, found.end))
        if not places & covered:
            covered |= places
            said = " ".join(spoken[found.start : found.end])
            yield Term(said, aliases.same[said], optional=places <= named | implied)
    for place, word in enumerate(spoken):
        if place in covered or word in aliases.quiet or (len(word) == 1 and not word.isdigit()):
            continue
        yield Term(word, aliases.same.get(word, (word,)), optional=place in named or place in implied)
