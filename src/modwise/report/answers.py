"""An answer as text: statements with numbered citations, the sources below, and where more stands."""

from __future__ import annotations

from typing import Any

from modwise.report.layout import Paper

Json = dict[str, Any]


def answer_text(answer: Json, paper: Paper) -> str:
    """The answer for a terminal: each statement with the numbers of its sources, then the sources, then related pages."""
    numbers = {source["key"]: number for number, source in enumerate(answer["sources"], 1)}
    parts = []
    lead, _, _ = answer["answer"].partition("\n")
    phrased = answer.get("phrased", {}).get("kept")
    if phrased:
        parts.append(paper.wrap(" ".join(phrased)))
    elif lead and not lead.endswith("]"):
        parts.append(paper.paint(paper.wrap(lead), "bold"))
    if answer["statements"]:
        parts.append("\n".join(_statement(s, numbers, paper) for s in answer["statements"]))
        parts.append(_sources(answer["sources"], paper))
    if answer["related"]:
        heading = "See also" if answer["found"] else "What is known nearby"
        lines = [
            paper.wrap(item["text"], first="  - ") + "\n" + paper.paint(f"      {item['see']}", "dim") for item in answer["related"]
        ]
        parts.append(paper.rule(heading) + "\n" + "\n".join(lines))
    return "\n\n".join(parts)


def _statement(statement: Json, numbers: dict[str, int], paper: Paper) -> str:
    cited = ", ".join(str(numbers[key]) for key in statement["source"])
    marks = [f"[{cited}]"] if cited else []
    if statement["unverified"]:
        marks.append("(unverified)")
    if statement["confidence"] != "high":
        marks.append(f"({statement['confidence']} confidence)")
    return (
        paper.wrap(f"{statement['text']} {' '.join(marks)}", first="  - ") + "\n" + paper.paint(f"      {statement['fact']}", "dim")
    )


def _sources(sources: list[Json], paper: Paper) -> str:
    rows = []
    for number, source in enumerate(sources, 1):
        words = [
            source["title"].rstrip("."),
            source.get("publisher", ""),
            str(source.get("published") or ""),
            source.get("url", ""),
        ]
        rows.append((f"[{number}]", ". ".join(word for word in words if word)))
    return paper.rule("Sources") + "\n" + paper.table(rows) if rows else ""
