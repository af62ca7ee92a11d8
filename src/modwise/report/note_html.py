"""A note's reading as one HTML page: the findings, and the note with the words marked that carry them. No script, no outside file."""

from __future__ import annotations

from collections.abc import Iterator
from html import escape
from typing import Any

from modwise.report.note_page import REASON, extent_of

Json = dict[str, Any]
Mark = tuple[int, int, str, str]

_STYLE = """
body{font:16px/1.5 system-ui,sans-serif;margin:2rem auto;max-width:72rem;padding:0 1rem;color:#1b1b1b;background:#fff}
main{display:grid;gap:2rem;grid-template-columns:minmax(18rem,1fr) minmax(20rem,2fr)}
@media (max-width:50rem){main{grid-template-columns:1fr}}
h1{font-size:1.3rem}h2{font-size:1.05rem;margin:1.2rem 0 .4rem}
pre{white-space:pre-wrap;font:15px/1.6 ui-serif,Georgia,serif;margin:0}
mark{background:#fff2a8;color:inherit;border-bottom:2px solid #b8860b;padding:0 .1em}
mark.extent{background:#ffd9d3;border-color:#b02a16}mark.reason{background:#ffe6bf;border-color:#a35a00}
mark.silenced{background:#ececec;border-color:#666;border-bottom-style:dashed}
li{margin:.3rem 0}.met{color:#14632b}.contradicted{color:#a3190b}.not_found{color:#6a5200}.why{color:#555}
"""


def page(found: Json, text: str) -> str:
    """The page of a reading and the text that it was read from."""
    reading = found["reading"]
    head = f"{reading['extent']}: {extent_of(reading)}"
    because = REASON[reading["reason"]]
    return (
        '<!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">'
        f"<title>Note: {escape(reading['extent'])}</title><style>{_STYLE}</style></head><body>"
        f"<h1>{escape(head)}{escape('; ' + because if because else '')}</h1><main><section>"
        f"{_suggested(found)}{_checklist(found)}{_silenced(found)}{_warnings(found)}"
        f'</section><section aria-label="The note"><pre>{marked(text, list(_marks(found)))}</pre></section></main></body></html>'
    )


def _suggested(found: Json) -> str:
    proposal, claim = found["suggested"], found["claim"]
    modifiers = proposal["modifiers"]
    if proposal["billable"] is False:
        answer = "Nothing is billable"
    else:
        answer = "not settled by the note alone" if modifiers is None else ", ".join(modifiers) or "no modifier"
    agrees = {True: "The claim agrees.", False: "The claim does not agree.", None: ""}[claim["agrees"]]
    return f"<h2>What it supports</h2><p>{escape(answer)} ({escape(proposal['certainty'])}). {agrees}</p>"


def _checklist(found: Json) -> str:
    rows = "".join(
        f'<li class="{entry["status"]}"><strong>{escape(entry["modifier"])} {entry["status"].replace("_", " ")}:</strong> '
        f'{escape(entry["says"])} <span class="why">{escape(entry.get("why", ""))}</span></li>'
        for entry in found["checklist"]
    )
    return f"<h2>What the record must show</h2><ul>{rows}</ul>" if rows else ""


def _silenced(found: Json) -> str:
    rows = "".join(
        f'<li>&ldquo;{escape(entry["quote"])}&rdquo; <span class="why">{escape(entry["why"])}</span></li>'
        for entry in found["seen_not_counted"]
    )
    return f"<h2>Seen, not counted</h2><ul>{rows}</ul>" if rows else ""


def _warnings(found: Json) -> str:
    rows = "".join(f"<li>{escape(warning)}</li>" for warning in found["warnings"])
    return f"<h2>Mind</h2><ul>{rows}</ul>" if rows else ""


def _marks(found: Json) -> Iterator[Mark]:
    """What to mark, the most telling first: where two overlap, the first one stands."""
    for name in ("extent", "reason"):
        for piece in found["reading"]["evidence"][name]:
            yield piece["start"], piece["end"], name, name
    for entry in found["checklist"]:
        for piece in entry["evidence"]:
            yield piece["start"], piece["end"], "item", f"{entry['modifier']} {entry['item']}: {entry['status'].replace('_', ' ')}"
    for entry in found["seen_not_counted"]:
        yield entry["start"], entry["end"], "silenced", entry["why"]


def marked(text: str, marks: list[Mark]) -> str:
    """The text with marks around the words, escaped. Overlapping marks are not nested; their titles are joined."""
    chosen: list[Mark] = []
    for start, end, kind, title in marks:
        same = next((n for n, m in enumerate(chosen) if m[0] == start and m[1] == end), None)
        if same is not None:
            chosen[same] = (*chosen[same][:3], f"{chosen[same][3]}; {title}")
        elif not any(start < m[1] and m[0] < end for m in chosen):
            chosen.append((start, end, kind, title))
    pieces, at = [], 0
    for start, end, kind, title in sorted(chosen):
        pieces.append(escape(text[at:start]))
        pieces.append(f'<mark class="{kind}" title="{escape(title)}">{escape(text[start:end])}</mark>')
        at = end
    return "".join([*pieces, escape(text[at:])])
