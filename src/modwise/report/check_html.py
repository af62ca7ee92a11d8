"""A check's result as one HTML page to keep or print. No script, no outside file; long lists are cut and say so."""

from __future__ import annotations

from collections.abc import Iterator
from html import escape
from itertools import groupby, islice
from typing import Any, TextIO

from modwise.knowledge import views
from modwise.knowledge.corpus import corpus
from modwise.plural import count
from modwise.report.result import Shown

Json = dict[str, Any]
# A page with more than this is read by nobody and opened by no browser; the CSV has all of them.
MOST = 2_000
STATUS = {
    "fail": "wrong",
    "bypassed": "lifted by a modifier",
    "needs_documentation": "needs the record",
    "payer_dependent": "payers differ",
}
OUTCOME = {
    "reject": "would be rejected",
    "deny": "would be denied",
    "reduce": "would be paid less",
    "audit": "audit risk",
    "form": "form",
}
_STYLE = """
body{font:16px/1.5 system-ui,sans-serif;margin:2rem auto;max-width:70rem;padding:0 1rem;color:#1b1b1b;background:#fff}
h1{font-size:1.5rem}h2{font-size:1.15rem;margin:2rem 0 .4rem}h3{font-size:1rem;margin:1.2rem 0 .2rem}
table{border-collapse:collapse;width:100%;font-size:.95rem}th,td{text-align:left;vertical-align:top;padding:.35rem .9rem .35rem 0;border-bottom:1px solid #ddd}
.n{text-align:right;font-variant-numeric:tabular-nums}.q{color:#555}tr{break-inside:avoid}
@media print{body{margin:0;font-size:10pt}}
"""


def write_html(result: Shown, out: TextIO) -> None:
    """The page: what was read, the sums, findings by claim, what was set aside and not assessed, the editions used."""
    head = result.head()
    out.write(
        '<!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">'
        f"<title>Claims checked</title><style>{_STYLE}</style></head><body><h1>Claims checked</h1>"
    )
    out.writelines(_read(head["read"]))
    out.writelines(_sums(head["summary"]))
    out.writelines(_findings(result, head["summary"]["findings"]))
    for part in (_set_aside, _not_assessed, _editions):
        out.writelines(part(head))
    out.write("</body></html>\n")


def _read(read: Json) -> Iterator[str]:
    files = ", ".join(escape(file) for file in read["files"])
    yield f"<p>{files}: {count(read['claims'], 'claim')}, {count(read['lines'], 'line')}.</p>"


def _sums(summary: Json) -> Iterator[str]:
    rows = [(OUTCOME[name], part) for name, part in summary["by_outcome"].items()]
    cells = "".join(_row(name, f"{p['findings']:,}", f"{p['lines']:,}", f"${p['amount']}") for name, p in rows)
    yield _table(("What the payer would do", "Findings", "Lines", "Charged"), cells) if cells else "<p>No findings.</p>"


def _row(*cells: str) -> str:
    return (
        "<tr>" + "".join(f'<td class="n">{escape(c)}</td>' if n else f"<td>{escape(c)}</td>" for n, c in enumerate(cells)) + "</tr>"
    )


def _table(heads: tuple[str, ...], rows: str) -> str:
    top = "".join(f'<th scope="col"{" class=n" if n else ""}>{escape(head)}</th>' for n, head in enumerate(heads))
    return f"<table><thead><tr>{top}</tr></thead><tbody>{rows}</tbody></table>"


def _findings(result: Shown, count: int) -> Iterator[str]:
    titles = {row["edit"]: row["title"] for row in views.edit_list(corpus())}
    if not count:
        return
    yield "<h2>Findings</h2>"
    if count > MOST:
        yield f"<p>The first {MOST:,} of {count:,}; the CSV has all of them.</p>"
    shown = islice(result.finding_dicts(), MOST)
    for (file, claim), rows in groupby(shown, key=lambda row: (row["file"], row["claim"])):
        yield f'<h3>Claim {escape(claim)} <span class="q">{escape(file)}</span></h3><table><tbody>'
        yield from (_finding(row, titles) for row in rows)
        yield "</tbody></table>"


def _finding(row: Json, titles: dict[str, str]) -> str:
    code = "-".join([row["code"] or "", *row["modifiers"]])
    title = str(titles.get(row["edit"], row["name"]))
    fix = f"<br>→ {escape(row['fix']['note'])}" if row["fix"] else ""
    tail = f' <span class="q">{escape(row["edit"])}: {escape(title)}</span>'
    return (
        f"<tr><td>Line {row['line']}</td><td>{escape(code)}</td>"
        f"<td>{STATUS[row['status']]}<br>{OUTCOME[row['outcome']]}</td><td>{escape(row['message'])}{fix}{tail}</td></tr>"
    )


def _set_aside(head: Json) -> Iterator[str]:
    items = head["read"]["set_aside"]
    if items:
        rows = "".join(f"<li>{escape(one['claim'] or 'file')}: {escape(one['why'])}</li>" for one in items[:MOST])
        yield f"<h2>Set aside: could not be read, not checked</h2><ul>{rows}</ul>"


def _not_assessed(head: Json) -> Iterator[str]:
    rows = "".join(
        f'<tr><td>{escape(one["edit"])}</td><td>{escape(one["reason"])}</td><td class="n">{one["lines"]:,}</td></tr>'
        for one in head["not_assessed"]
    )
    if rows:
        yield f"<h2>Not assessed: no finding, and no pass</h2><table><tbody>{rows}</tbody></table>"


def _editions(head: Json) -> Iterator[str]:
    rows = "".join(
        f"<li>{escape(str(table).replace('_', ' '))} {escape(str(row['edition']))}</li>" for table, row in head["reference"].items()
    )
    if rows:
        yield f"<h2>Tables used</h2><ul>{rows}</ul>"
