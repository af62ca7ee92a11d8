"""Hints as a page says them: what names a command, an option or a file of the documentation leads to the page that does the same."""

from __future__ import annotations

import re

from markupsafe import Markup, escape

# What a hint may say → what a page says instead: words, then the page they lead to, if one does.
_Said = tuple[re.Pattern[str], str, str]
SAID: tuple[_Said, ...] = tuple(
    (re.compile(pattern), says, href)
    for pattern, says, href in (
        (r"`modwise list` shows all", "See the list of modifiers", "/modifiers"),
        (r"`modwise edit` lists them", "See the list of edits", "/edits"),
        (r"`modwise coverage` lists the payers", "See the list of payers", "/data#payers"),
        (r"`modwise data (?:status|install|import)[^`]*`[^.]*", "See which tables are at hand", "/data#tables"),
        (r"`modwise advise --list-facts` shows all", "Begin with a question", "/which"),
        (r"`modwise ask \"([^\"]*)\"`", "“What does Medicare pay for 52?”", ""),
        (r"`modwise (?:worklist list|denials)`[^.]*", "See the worklist", "/denials"),
        (r"[^.;]*docs/lines-frame\.md[^.;]*", "See which columns a table needs", "/check/columns"),
        (r"[^.;]*docs/appeals\.md[^.;]*", "Set it on the page of your practice", "/practice"),
        (r"[^.;]*docs/commands\.md[^.;]*", "A denial’s own page asks the same, without a file", "/denials"),
        (r"(?:GET )?/v1/docs[^.;]*", "See the description of the API", "/v1/docs"),
        (r"Set MODWISE_LLM_URL, or ask without --phrase", "Ask without a language model", ""),
        (r",? or use --keep-going[^.;]*", "", ""),
        (r"; --keep-going[^.;]*", "", ""),
        (r", or use the command line[^.;]*", "", ""),
        (r", or run `modwise [^`]*`[^.;]*", "", ""),
    )
)
_ENGINE = re.compile(r"`modwise|--[a-z]|docs/|\b[A-Z]+_[A-Z_]+\b|\.(?:toml|py)\b")
_SENTENCE = re.compile(r"(?<=[.!?])\s+(?=[A-Z“`])")


def on_page(hint: str) -> Markup:
    """The hint in a biller's words, with links to the pages of the site; a sentence that only a terminal understands is left out."""
    pieces: list[str | Markup] = [str(hint)]
    for pattern, says, href in SAID:
        pieces = [part for piece in pieces for part in _told(piece, pattern, says, href)]
    kept = Markup("").join(_plain(piece) if isinstance(piece, str) and not isinstance(piece, Markup) else piece for piece in pieces)
    return Markup(" ").join(kept.split())


def _told(piece: str | Markup, pattern: re.Pattern[str], says: str, href: str) -> list[str | Markup]:
    if isinstance(piece, Markup) or (found := pattern.search(piece)) is None:
        return [piece]
    said: Markup = Markup('<a href="{}">{}</a>').format(href, says) if href else escape(says)
    before, rest = piece[: found.start()], piece[found.end() :]
    # What came close to what was written stands behind a colon.
    near = rest.removeprefix(": ")
    return [before, said, f". Near it: {near}" if near != rest and near else rest]


def _plain(text: str) -> Markup:
    kept = [sentence for sentence in _SENTENCE.split(text) if not _ENGINE.search(sentence)]
    lead, tail = text[: len(text) - len(text.lstrip())], text[len(text.rstrip()) :]
    return escape(lead + " ".join(sentence.strip() for sentence in kept) + tail)
