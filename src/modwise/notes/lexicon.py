"""Words by class: a sentence written down as a row of letters, one for each word, so that its build can be looked at."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

_WORD = re.compile(r"[a-z]+(?:'[a-z]+)?|\d+(?:[.,:]\d+)*|[,;:()]")
# Marks of what no class holds, by the look of the word.
NUMBER, PARTICIPLE, ADVERB, OTHER = "0", "e", "y", "w"
_LONG_ENOUGH = 5
_MOST_KNOWN = 50_000
_SHORT_VERB = 6
_DOUBLING = frozenset("bdgmnprt")
_VOWELS = frozenset("aeiou")
_HISSING = ("s", "x", "z", "sh", "ch")


class Lexicon:
    """Word → mark. A word that no class holds is marked by its ending, or as some other word."""

    def __init__(self, classes: Sequence[Mapping[str, Any]], twofold: Sequence[Mapping[str, Any]] = ()) -> None:
        self._marks: dict[str, str] = {}
        for entry in classes:
            for word in (*entry.get("words", []), *(f for noun in entry.get("nouns", []) for f in plurals(noun))):
                self._marks.setdefault(word, entry["mark"])
        for entry in classes:
            for word in (form for verb in entry.get("verbs", []) for form in inflected(verb)):
                self._marks.setdefault(word, entry["mark"])
                if entry.get("undone") and word.endswith("ed"):
                    # "ungrafted" is what was left out of "grafted".
                    self._marks.setdefault("un" + word, entry["undone"])
        self._endings: list[tuple[str, str]] = [(ending, entry["mark"]) for entry in classes for ending in entry.get("endings", [])]
        self._twofold = {entry["word"]: (re.compile(entry["build"]), entry["mark"]) for entry in twofold}
        self.telling = self._told_by(classes, {"always"}) | self._twofold.keys()
        self.telling_untold = self.telling | self._told_by(classes, {"untold"})

    def _told_by(self, classes: Sequence[Mapping[str, Any]], when: set[str]) -> frozenset[str]:
        """The words of the classes for whose sake a sentence is looked at."""
        marks = {entry["mark"] for entry in classes if entry.get("telling") in when}
        return frozenset(word for word, mark in self._marks.items() if mark in marks)

    def words(self, folded: str, start: int, end: int) -> list[str]:
        """The words, figures and stops between two offsets of a folded text."""
        return _WORD.findall(folded, start, end)

    def places(self, folded: str, start: int, end: int) -> list[tuple[int, int]]:
        """Where those words stand."""
        return [match.span() for match in _WORD.finditer(folded, start, end)]

    def row(self, words: Sequence[str]) -> str:
        """One mark for each word."""
        marks = [self._marks.get(word) or self._guessed(word) for word in words]
        for word, (build, mark) in self._twofold.items():
            for at in (n for n, other in enumerate(words) if other == word):
                marks[at] = mark if build.search(_beside(words, marks, at)) else marks[at]
        return "".join(marks)

    def _guessed(self, word: str) -> str:
        mark = self._look(word)
        if len(self._marks) < _MOST_KNOWN:
            self._marks[word] = mark
        return mark

    def _look(self, word: str) -> str:
        if not word[0].isalpha():
            return NUMBER if word[0].isdigit() else "," if word in "()" else word
        for ending, mark in self._endings:
            if word.endswith(ending):
                return mark
        if len(word) >= _LONG_ENOUGH and word.endswith(("ed", "ly")):
            return PARTICIPLE if word.endswith("ed") else ADVERB
        return OTHER


def _beside(words: Sequence[str], marks: Sequence[str], at: int) -> str:
    """The word before with its mark, and the word behind with its mark, as `the/d_was/B`."""
    before = f"{words[at - 1]}/{marks[at - 1]}" if at else "^"
    behind = f"{words[at + 1]}/{marks[at + 1]}" if at + 1 < len(words) else "$"
    return f"{before}_{behind}"


def plurals(noun: str) -> Iterable[str]:
    """The noun and its plural."""
    if noun.endswith("y") and noun[-2] not in _VOWELS:
        return noun, noun[:-1] + "ies"
    return noun, noun + ("es" if noun.endswith(_HISSING) else "s")


def inflected(verb: str) -> Iterator[str]:
    """The verb with its regular forms: place, places, placed, placing; stop, stopped; carry, carried."""
    yield verb
    if verb.endswith("e"):
        yield from (verb + "s", verb + "d", verb[:-1] + "ing")
    elif verb.endswith("y") and verb[-2] not in _VOWELS:
        yield from (verb[:-1] + "ies", verb[:-1] + "ied", verb + "ing")
    else:
        yield from (verb + ("es" if verb.endswith((*_HISSING, "o")) else "s"), verb + "ed", verb + "ing")
        if verb[-1] in _DOUBLING and verb[-2] in _VOWELS and verb[-3:-2] not in _VOWELS and len(verb) <= _SHORT_VERB:
            yield from (verb + verb[-1] + "ed", verb + verb[-1] + "ing")
