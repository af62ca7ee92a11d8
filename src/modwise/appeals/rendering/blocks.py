"""The blocks of a letter as Word paragraphs and tables, in the styles the document has."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from copy import deepcopy
from typing import TYPE_CHECKING, Any

from modwise.appeals.rendering.parts import Json
from modwise.appeals.rendering.starter import QUIET

if TYPE_CHECKING:
    from docx.document import Document
    from docx.text.paragraph import Paragraph

_WIDTH = 6.5  # inches between the starter template's margins
_LABELS = 1.75
ALARM = "A4161A"


class Setter:
    """Makes paragraphs and tables; where the document lacks a style of ours, they look like the slot's own paragraph."""

    def __init__(self, document: Document, anchor: Paragraph) -> None:
        self._document = document
        self._anchor = anchor
        self._styles = {style.name for style in document.styles}

    def paragraph(self, text: str, style: str, *, keep: bool = False) -> Any:
        """A paragraph's element; `keep` holds it on the page of what follows."""
        made = self._document.add_paragraph()
        if style in self._styles:
            made.style = style
        elif (like := self._anchor._p.pPr) is not None:
            made._p.insert(0, deepcopy(like))
        run = made.add_run(text)
        run.bold = True if style.startswith("Heading") and style not in self._styles else None
        if keep:
            made.paragraph_format.keep_with_next = made.paragraph_format.keep_together = True
        return _taken(made._p)

    def pairs(self, rows: Sequence[tuple[str, str]]) -> Any:
        """Labels and values side by side, without rules."""
        table = self._table(rows, (_LABELS, _WIDTH - _LABELS))
        for row in table.rows:
            _color(row.cells[0], QUIET)
        return _taken(table._tbl)

    def ruled(self, head: Sequence[str], rows: Sequence[Sequence[str]]) -> Any:
        """A table with its head repeated on every page, ruled above and below."""
        table = self._table([head, *rows], _widths(head))
        for cell in table.rows[0].cells:
            for run in cell.paragraphs[0].runs:
                run.bold = True
        _repeated(table.rows[0])
        _rules(table)
        return _taken(table._tbl)

    def _table(self, rows: Sequence[Sequence[str]], widths: Sequence[float]) -> Any:
        from docx.shared import Inches

        table = self._document.add_table(len(rows), len(widths))
        table.autofit = False
        for column, width in zip(table.columns, widths, strict=True):
            column.width = Inches(width)
        for row, texts in zip(table.rows, rows, strict=True):
            _whole(row)
            for cell, text, width in zip(row.cells, texts, widths, strict=True):
                cell.width = Inches(width)
                if "Letter Cell" in self._styles:
                    cell.paragraphs[0].style = "Letter Cell"
                cell.paragraphs[0].add_run(text)
        return table


def block(name: str, setter: Setter, said: Json) -> Iterator[Any]:
    """The elements of one block slot."""
    return _BLOCKS[name](setter, said)


def _letterhead(setter: Setter, said: Json) -> Iterator[Any]:
    name, *lines = said["letterhead"] or [""]
    yield setter.paragraph(name, "Letterhead")
    for number, line in enumerate(lines, 1):
        yield setter.paragraph(line, "Letterhead Foot" if number == len(lines) else "Letterhead Lines")


def _plain(name: str) -> Callable[[Setter, Json], Iterator[Any]]:
    def lines(setter: Setter, said: Json) -> Iterator[Any]:
        for line in said[name]:
            yield setter.paragraph(line, "Letter Block")

    return lines


def _signature(setter: Setter, said: Json) -> Iterator[Any]:
    lines = said["signature"]
    for number, line in enumerate(lines, 1):
        yield setter.paragraph(line, "Letter Signature" if number == 1 else "Letter Block", keep=number < len(lines))


def _exhibits(setter: Setter, said: Json) -> Iterator[Any]:
    if said["exhibits"]:
        yield setter.paragraph(said["exhibits_title"], "Heading 2", keep=True)
    for line in said["exhibits"]:
        yield setter.paragraph(line, "Letter Block")


def _reference(setter: Setter, said: Json) -> Iterator[Any]:
    if said["reference"]:
        yield setter.pairs([(row["label"], row["value"]) for row in said["reference"]])
        yield setter.paragraph("", "Letter Gap")


def _body(setter: Setter, said: Json) -> Iterator[Any]:
    for section in said["sections"]:
        last = section is said["sections"][-1]
        if section["title"]:
            yield setter.paragraph(section["title"], "Heading 2", keep=True)
        for one in section["blocks"]:
            if "rows" in one:
                yield setter.ruled(one["head"], one["rows"])
                yield setter.paragraph("", "Letter Gap")
            elif one["number"] is not None:
                yield setter.paragraph(f"{one['number']}.\t{one['text']}", "Letter Fact")
            else:
                # So that no signature stands alone on a page.
                yield setter.paragraph(one["text"], "Normal", keep=last and one is section["blocks"][-1])


_BLOCKS: dict[str, Callable[[Setter, Json], Iterator[Any]]] = {
    "letterhead": _letterhead,
    "addressee": _plain("addressee"),
    "reference": _reference,
    "body": _body,
    "signature": _signature,
    "exhibits": _exhibits,
}


def _widths(head: Sequence[str]) -> tuple[float, ...]:
    first = 1.0 if not head[0] and len(head) > 1 else _WIDTH / len(head)
    rest = (_WIDTH - first) / max(len(head) - 1, 1)
    return (first, *(rest for _ in head[1:]))


def _taken(element: Any) -> Any:
    """The element out of the place where the library put it."""
    element.getparent().remove(element)
    return element


def _color(cell: Any, color: str) -> None:
    from docx.shared import RGBColor

    for run in cell.paragraphs[0].runs:
        run.font.color.rgb = RGBColor.from_string(color)


def _whole(row: Any) -> None:
    """A row is not broken across pages."""
    from docx.oxml import OxmlElement

    row._tr.get_or_add_trPr().append(OxmlElement("w:cantSplit"))


def _repeated(row: Any) -> None:
    from docx.oxml import OxmlElement

    row._tr.get_or_add_trPr().append(OxmlElement("w:tblHeader"))


def _rules(table: Any) -> None:
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn

    borders = OxmlElement("w:tblBorders")
    for side, size in (("top", "8"), ("bottom", "8"), ("insideH", "4")):
        line = OxmlElement(f"w:{side}")
        for name, value in (("val", "single"), ("sz", size), ("space", "0"), ("color", "AAB0BA")):
            line.set(qn(f"w:{name}"), value)
        borders.append(line)
    table._tbl.tblPr.append(borders)
