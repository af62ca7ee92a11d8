"""Phrases written as data, made into regular expressions that read in linear time.

A phrase is words with blanks between them. `a|b` either word (`post_op|later`: a blank within one); `cancel*` any ending; `the?` may be absent, `surgeon's?` its ending; `..` up to four other words,
`...` up to nine, in one sentence; `<name>` any phrase of a list; `#` a number, `#h` hours, `#m` minutes. Other writings of a word
("pt" for "patient") stand among the lists under `SAME` and the word, and are read wherever the word is.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from functools import lru_cache

NUMBERS = ("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve")
_NEAR = r"[\s\-–—/'’\"“”()]+"
_FAR = r"[\s\-–—/'’\"“”(),:&+]+"
_WORD = r"\w[\w%]*(?:[.'’]\w+)*"
_NUMBER = r"\d+(?:\.\d+)?|" + "|".join(NUMBERS)
# A gap never steps over a negation or a "before": "cecum not reached" must not be read as "cecum … reached".
_OTHER = r"(?!(?:not|no|never|without|nor|before|prior|until|pre|\w+n['’]t|cannot)\b)" + _WORD
_OWN = "'s?"
SAME = "="
_GAPS = {"..": 4, "...": 9}


def compiled(phrase: str, lists: Mapping[str, Sequence[str]]) -> re.Pattern[str]:
    """The phrase as a regular expression over the text as it stands."""
    return _compile(_source(phrase, lists))


@lru_cache(maxsize=4096)
def _compile(source: str) -> re.Pattern[str]:
    for name in "nhm":
        # A group may be named once; the first number of a kind is the one that counts.
        head, group, tail = source.partition(f"(?P<{name}>")
        source = head + group + tail.replace(f"(?P<{name}>", "(?:")
    return re.compile(rf"(?<![\w]){source}(?![\w])", re.IGNORECASE)


def _source(phrase: str, lists: Mapping[str, Sequence[str]]) -> str:
    parts: list[str] = []
    glue = ""
    for token in phrase.split():
        if token in _GAPS:
            glue = rf"(?:{_FAR}{_OTHER}){{0,{_GAPS[token]}}}?{_FAR}"
            continue
        optional = token.endswith("?") and not token.endswith(_OWN)
        body = _token(token if token.endswith(_OWN) else token.removesuffix("?"), lists)
        if not parts:
            parts.append(f"(?:{body}{_NEAR})?" if optional else body)
            glue = "" if optional else _NEAR
        elif optional:
            parts.append(f"(?:{glue or _NEAR}{body})?")
            glue = _NEAR
        else:
            parts.append(f"{glue}{body}")
            glue = _NEAR
    return "".join(parts)


def _token(token: str, lists: Mapping[str, Sequence[str]]) -> str:
    if token in ("#", "#h", "#m"):
        name = {"#": "n", "#h": "h", "#m": "m"}[token]
        return f"(?P<{name}>{_NUMBER})"
    choices = [choice for word in token.split("|") for choice in _choices(word, lists)]
    return choices[0] if len(choices) == 1 else "(?:" + "|".join(choices) + ")"


def _choices(word: str, lists: Mapping[str, Sequence[str]]) -> list[str]:
    if word.startswith("<"):
        return [_source(one, lists) for one in lists[word[1:-1]]]
    ending = r"\w*" if word.endswith("*") else "(?:['’]s)?" if word.endswith(_OWN) else ""
    return [_literal(word) + ending, *map(_literal, _same(word, lists))]


def _literal(word: str) -> str:
    return _NEAR.join(re.escape(part).replace("'", "['’]?") for part in _bare(word).split("_"))


def _bare(word: str) -> str:
    return word.removesuffix("*").removesuffix(_OWN)


def _same(word: str, lists: Mapping[str, Sequence[str]]) -> Sequence[str]:
    """The other writings of a word."""
    return lists.get(SAME + _bare(word), ())


def hints(phrase: str, lists: Mapping[str, Sequence[str]]) -> tuple[str, ...]:
    """Pieces of which one must stand in the text for the phrase to match at all; empty when nothing can be said."""
    best: tuple[str, ...] = ()
    for token in phrase.split():
        if token in _GAPS or token.startswith("#") or (token.endswith("?") and not token.endswith(_OWN)):
            continue
        found = [_pieces(word, lists) for word in token.split("|")]
        pieces = tuple(piece for one in found for piece in one) if all(found) else ()
        if pieces and (not best or min(map(len, pieces)) > min(map(len, best))):
            best = pieces
    return best


def _pieces(word: str, lists: Mapping[str, Sequence[str]]) -> tuple[str, ...]:
    if not word.startswith("<"):
        return tuple(_bare(one.split("_")[0]).lower().replace("'", "") for one in (word, *_same(word, lists)))
    inner = [hints(one, lists) for one in lists[word[1:-1]]]
    return tuple(piece for one in inner for piece in one) if all(inner) else ()


def number(text: str) -> float:
    """The number that a word or digits mean."""
    lowered = text.lower()
    return float(NUMBERS.index(lowered)) if lowered in NUMBERS else float(text)
