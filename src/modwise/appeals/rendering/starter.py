"""The Word template letters are set on when the practice has none of its own; it can be written out and edited."""

from __future__ import annotations

import io
from functools import cache
from typing import Any

from modwise.appeals.rendering.zipped import same_bytes

SERIF = "Times New Roman"  # on every machine, or something of the same measure
INK, QUIET = "1D2430", "59616E"


@cache
def starter() -> bytes:
    """The starter template: US letter, letterhead in the first page's header, page numbers below, one paragraph a slot."""
    import docx

    document = docx.Document()
    _styles(document)
    _page(document.sections[0])
    _as_word_does_now(document)
    for style, text in (
        ("Letter Opening", "{{ date }}\t{{ method }}"),
        ("Letter Block", "{{ addressee }}"),
        ("Heading 1", "{{ subject }}"),
        ("Letter Block", "{{ reference }}"),
        ("Normal", "{{ body }}"),
        ("Letter Block", "{{ signature }}"),
        ("Letter Block", "{{ exhibits }}"),
    ):
        document.add_paragraph(text, style=style)
    out = io.BytesIO()
    document.save(out)
    return same_bytes(out.getvalue())


def _page(section: Any) -> None:
    from docx.shared import Inches

    section.page_width, section.page_height = Inches(8.5), Inches(11)
    section.left_margin = section.right_margin = Inches(1)
    section.top_margin, section.bottom_margin = Inches(0.75), Inches(0.7)
    section.header_distance = section.footer_distance = Inches(0.4)
    section.different_first_page_header_footer = True
    first = section.first_page_header
    first.paragraphs[0].style, first.paragraphs[0].text = "Letterhead", "{{ letterhead }}"
    running = section.header.paragraphs[0]
    running.style, running.text = "Letter Running", "{{ subject }}\t{{ date }}"
    for footer in (section.footer, section.first_page_footer):
        paragraph = footer.paragraphs[0]
        paragraph.style = "Letter Foot"
        page_of_pages(paragraph)


def _as_word_does_now(document: Any) -> None:
    """Without this Word opens the file in the mode of an old version, and says so in its title."""
    from docx.oxml.ns import qn

    for setting in document.settings.element.iter(qn("w:compatSetting")):
        if setting.get(qn("w:name")) == "compatibilityMode":
            setting.set(qn("w:val"), "15")


# Of these styles the size is the letter's own.
READ = ("Normal", "Heading 1", "Heading 2", "Letter Opening", "Letter Block", "Letter Fact", "Letter Signature")
SMALLER = 10
_A_LINE, _LINES = 102, 57  # characters on a line, and lines on the first page at the usual size


def smaller_where_it_helps(document: Any, said: Any) -> None:
    """A letter a little longer than a page is set half a point smaller and a little closer, so that its last lines do not stand alone on a second."""
    from docx.shared import Pt

    if _LINES < lines_of(said) < _LINES * 1.15:
        for name in READ:
            document.styles[name].font.size = Pt(SMALLER)
            document.styles[name].paragraph_format.space_after = Pt(2)
        document.styles["Heading 2"].paragraph_format.space_before = Pt(3)
        document.styles["Letter Signature"].paragraph_format.space_before = Pt(18)


def lines_of(said: Any) -> float:
    """About how many lines the letter takes: a heading counts half a line more for its room."""
    blocks = [one for section in said["sections"] for one in section["blocks"]]
    found = sum(1.3 for section in said["sections"] if section["title"])
    found += sum(-(-len(one["text"]) // _A_LINE) + 0.25 if "text" in one else len(one["rows"]) * 1.5 + 2 for one in blocks)
    found += len(said["addressee"]) + len(said["reference"]) * 0.95 + len(said["exhibits"]) + (1.5 if said["exhibits"] else 0)
    return found + 0.8 * len(said["letterhead"]) + len(said["signature"]) + 6


def page_of_pages(paragraph: Any) -> None:
    """Page 1 of 2, as fields that Word counts."""
    for text, field in (("Page ", "PAGE"), (" of ", "NUMPAGES")):
        paragraph.add_run(text)
        _field(paragraph, field)


def _field(paragraph: Any, code: str) -> None:
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn

    for kind, text in (("begin", None), (None, f" {code} "), ("separate", None), ("shown", "1"), ("end", None)):
        run = paragraph.add_run(text if kind == "shown" else "")
        if kind is None:
            code_element = OxmlElement("w:instrText")
            code_element.set(qn("xml:space"), "preserve")
            code_element.text = text
            run._r.append(code_element)
        elif kind != "shown":
            mark = OxmlElement("w:fldChar")
            mark.set(qn("w:fldCharType"), kind)
            run._r.append(mark)


def _styles(document: Any) -> None:
    from docx.enum.style import WD_STYLE_TYPE
    from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_TAB_ALIGNMENT
    from docx.shared import Inches, Pt

    styles = document.styles
    _face(styles["Normal"], 10.5, before=0, after=4)
    styles["Normal"].paragraph_format.line_spacing = 1.0
    styles["Normal"].paragraph_format.widow_control = True
    _face(styles["Heading 1"], 10.5, bold=True, before=9, after=3)
    _face(styles["Heading 2"], 10.5, bold=True, before=6, after=1)
    for name, size, quiet, before, after in (
        ("Letterhead", 16, False, 0, 0),
        ("Letterhead Lines", 9, True, 0, 0),
        ("Letterhead Foot", 9, True, 0, 6),
        ("Letter Opening", 10.5, False, 0, 7),
        ("Letter Block", 10.5, False, 0, 0),
        ("Letter Fact", 10.5, False, 0, 2),
        ("Letter Cell", 9.5, False, 0, 0.5),
        ("Letter Gap", 4, False, 0, 0),
        ("Letter Signature", 10.5, False, 30, 0),
        ("Letter Running", 8.5, True, 0, 8),
        ("Letter Foot", 8.5, True, 0, 0),
    ):
        style = styles.add_style(name, WD_STYLE_TYPE.PARAGRAPH)
        style.base_style = styles["Normal"]
        style.quick_style = True
        _face(style, size, quiet=quiet, before=before, after=after)
    styles["Letterhead"].font.bold = True
    _ruled_below(styles["Letterhead Foot"])
    styles["Letter Foot"].paragraph_format.alignment = WD_ALIGN_PARAGRAPH.CENTER
    for name in ("Letter Opening", "Letter Running"):
        styles[name].paragraph_format.tab_stops.add_tab_stop(Inches(6.5), WD_TAB_ALIGNMENT.RIGHT)
    fact = styles["Letter Fact"].paragraph_format
    fact.left_indent, fact.first_line_indent = Inches(0.28), Inches(-0.28)
    fact.tab_stops.add_tab_stop(Inches(0.28))
    styles["Letter Cell"].paragraph_format.line_spacing = 1.0
    styles["Letter Foot"].font.size = Pt(8.5)


def _face(style: Any, size: float, *, bold: bool = False, quiet: bool = False, before: float, after: float) -> None:
    from docx.oxml.ns import qn
    from docx.shared import Pt, RGBColor

    style.font.name, style.font.size, style.font.bold = SERIF, Pt(size), bold
    style.font.italic = False
    style.font.color.rgb = RGBColor.from_string(QUIET if quiet else INK)
    fonts = style.element.get_or_add_rPr().get_or_add_rFonts()
    for name in ("asciiTheme", "hAnsiTheme", "eastAsiaTheme", "cstheme"):
        fonts.attrib.pop(qn(f"w:{name}"), None)
    for name in ("ascii", "hAnsi", "eastAsia", "cs"):
        fonts.set(qn(f"w:{name}"), SERIF)
    style.paragraph_format.space_before, style.paragraph_format.space_after = Pt(before), Pt(after)


def _ruled_below(style: Any) -> None:
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn

    border = OxmlElement("w:pBdr")
    line = OxmlElement("w:bottom")
    for name, value in (("val", "single"), ("sz", "6"), ("space", "5"), ("color", INK)):
        line.set(qn(f"w:{name}"), value)
    border.append(line)
    style.element.get_or_add_pPr().insert_element_before(border, "w:shd", "w:tabs", "w:spacing", "w:ind", "w:jc")
