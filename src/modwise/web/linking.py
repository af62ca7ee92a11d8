"""Text with the codes in it as links: procedure codes, denial codes, and those modifiers that the page is about."""

from __future__ import annotations

import re
from collections.abc import Collection
from functools import lru_cache

from markupsafe import Markup, escape

from modwise.knowledge.corpus import corpus
from modwise.web.dating import dates

_FOUND = re.compile(
    r"(?<![\w$.§/-])(?:"
    r"(?P<code>\d{5}|[A-V]\d{4}|\d{4}[FTUM])(?:-(?P<tied>[0-9A-Z]{2}))?(?![\w.]|-\d)"
    r"|(?P<kind>CARC|RARC) (?P<denial>[A-Z]{0,2}\d{1,4})"
    r"|(?P<group>CO|PR|OA|PI)-(?P<reason>[A-Z]?\d{1,3})"
    r"|(?P<modifier>[0-9A-Z]{2})(?![\w%§/.-]|\s*(?:percent|days?|minutes?|hours?|views?|years?|units?|dollars?|codes?)\b|,\d)"
    r")"
)


def linked(text: str, about: Collection[str] = ()) -> Markup:
    """The text, escaped, dates in words and codes as links; of bare modifiers only those in `about`, for a number may be anything else."""
    text, pieces, end = dates(text), [Markup("")], 0
    for found in _FOUND.finditer(text):
        href = _address(found, about)
        if href is None:
            continue
        pieces.append(escape(text[end : found.start()]))
        pieces.append(Markup('<a href="{}">{}</a>').format(href, found[0]))
        end = found.end()
    return Markup("").join([*pieces, escape(text[end:])])


def _address(found: re.Match[str], about: Collection[str]) -> str | None:
    if found["code"]:
        return f"/code/{found['code']}"
    if found["denial"]:
        return f"/denial-code/{found['kind']}-{found['denial']}" if known(found["kind"].lower(), found["denial"]) else None
    if found["reason"]:
        return f"/denial-code/{found['group']}-{found['reason']}" if known("carc", found["reason"]) else None
    return f"/modifier/{found['modifier']}" if found["modifier"] in about and corpus().has_modifier(found["modifier"]) else None


@lru_cache(maxsize=4096)
def known(kind: str, code: str) -> bool:
    """Whether the code stands in the list of its kind."""
    return code in corpus().kinds[kind]["status"]["codes"]
