"""A letter as a Word document, on the starter template or on the practice's own."""

from __future__ import annotations

import io
from copy import deepcopy
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from modwise.appeals.letter import Letter
from modwise.appeals.rendering import slots
from modwise.appeals.rendering.blocks import ALARM, Setter, block
from modwise.appeals.rendering.parts import Draft, Json, marked, sheet
from modwise.appeals.rendering.pdf import moment
from modwise.appeals.rendering.starter import smaller_where_it_helps, starter
from modwise.appeals.rendering.zipped import same_bytes

if TYPE_CHECKING:
    from docx.document import Document
    from docx.text.paragraph import Paragraph

# Stand where a block will be set; no letter holds these characters.
_OPEN, _CLOSE = "\ue000", "\ue001"


def word(letter: Letter, *, template: str | Path | None = None, draft: Draft | None = None) -> bytes:
    """The letter's Word document. Raises InputError for a template that cannot be filled, with the place of what is wrong."""
    name = str(template) if template is not None else "the starter template"
    data = starter() if template is None else slots.opened(template)
    said = sheet(letter, draft)
    document = slots.document_of(_filled(data, said, name), name)
    if template is None:
        smaller_where_it_helps(document, said)
    for _, paragraph in list(slots.paragraphs(document)):
        _block(document, paragraph, said)
    for _, paragraph in list(slots.paragraphs(document)):
        _show_placeholders(paragraph)
    if said["draft"]:
        _mark(document, said["draft"])
    _properties(document, said, moment(letter.date.text))
    out = io.BytesIO()
    document.save(out)
    return same_bytes(out.getvalue())


def _filled(data: bytes, said: Json, name: str) -> bytes:
    """The template with its words filled in and a mark where each block belongs. Values are escaped; none is read as a template."""
    from docxtpl import DocxTemplate
    from jinja2 import TemplateError
    from jinja2.sandbox import SandboxedEnvironment
    from lxml.etree import XMLSyntaxError

    template = DocxTemplate(io.BytesIO(data))
    try:
        template.render(_values(said), SandboxedEnvironment(autoescape=True), autoescape=True)
    except (TemplateError, XMLSyntaxError, TypeError, ValueError) as error:
        raise slots.broken(getattr(error, "message", None) or "its logic cannot be followed", name) from None
    out = io.BytesIO()
    template.save(out)
    return out.getvalue()


def _values(said: Json) -> Json:
    return {
        **{name: f"{_OPEN}{name}{_CLOSE}" for name in slots.BLOCKS},
        "date": said["date"],
        "method": said["method"] or "",
        "subject": said["subject"],
        "practice": "".join(said["letterhead"][:1]),
        "signer": "".join(said["signature"][:1]),
    }


def _block(document: Document, anchor: Paragraph, said: Json) -> None:
    """Sets the block whose mark is all that stands in the paragraph."""
    text = anchor.text.strip()
    if not (text.startswith(_OPEN) and text.endswith(_CLOSE)):
        return
    for element in block(text.strip(_OPEN + _CLOSE), Setter(document, anchor), said):
        anchor._p.addprevious(element)
    parent, before = anchor._p.getparent(), anchor._p.getprevious()
    # A cell, a header and a footer must end with a paragraph.
    if parent.tag.endswith("}body") or (before is not None and before.tag == anchor._p.tag):
        parent.remove(anchor._p)
    else:
        anchor.text = ""


def _show_placeholders(paragraph: Paragraph) -> None:
    """What is still to be completed stands on yellow."""
    from docx.enum.text import WD_COLOR_INDEX
    from docx.text.run import Run

    for run in list(paragraph.runs):
        pieces = list(marked(run.text))
        if not any(open_ for _, open_ in pieces):
            continue
        for text, open_ in pieces:
            copy = Run(deepcopy(run._r), run._parent)
            copy.text = text
            if open_:
                copy.font.highlight_color = WD_COLOR_INDEX.YELLOW
            run._r.addprevious(copy._r)
        run._r.getparent().remove(run._r)


def _mark(document: Document, draft: Json) -> None:
    """The mark of a draft: on every page's head, and before the letter with its reasons."""
    for section in document.sections:
        for header in (section.header, section.first_page_header, section.even_page_header):
            if not header.is_linked_to_previous:
                header.paragraphs[0].insert_paragraph_before().add_run(draft["mark"])
                _alarm(header.paragraphs[0])
    first = document.element.body[0]
    for text in (draft["mark"], *(f"– {reason}" for reason in draft["reasons"])):
        paragraph = document.add_paragraph(text)
        _alarm(paragraph)
        first.addprevious(paragraph._p)


def _alarm(paragraph: Any) -> None:
    from docx.shared import RGBColor

    for run in paragraph.runs:
        run.bold, run.font.color.rgb = True, RGBColor.from_string(ALARM)


def _properties(document: Document, said: Json, when: datetime) -> None:
    properties = document.core_properties
    properties.title, properties.author = said["subject"][:255], "".join(said["letterhead"][:1])[:255]
    properties.last_modified_by, properties.language, properties.comments = "", "en-US", ""
    properties.created = properties.modified = when.replace(tzinfo=None)
