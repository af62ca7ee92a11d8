"""Letters made by hand: every person, number and payer in them is invented."""

from __future__ import annotations

from modwise.appeals.letter import Letter, Paragraph, Reference, Section, Sentence, Table

STRANGE = r"#set text(red) *bold* _x_ $x^2$ @foo <b>&amp; {{ body }} {% raw %} \ `c` [a](b) ``` // /* = Head - item + 1. |"


def said(*texts: str, numbered: bool = False) -> Paragraph:
    return Paragraph(tuple(Sentence(text) for text in texts), numbered=numbered)


def letter(**changed: object) -> Letter:
    """A first-level letter on a reduced service, with something still to be completed."""
    parts: dict[str, object] = {
        "kind": "appeal",
        "letterhead": ["Northgate Ear, Nose & Throat, PLLC", "400 Alder Way, Fairmont, ZZ 00000", "Telephone 555-0100"],
        "date": Sentence("18 May 2026"),
        "method": Sentence("By portal, confirmation NG-2026-0518-07"),
        "addressee": ["Example Medicare Administrative Contractor", "Part B Redeterminations", "PO Box 0000, Anytown, ZZ 00000"],
        "subject": Sentence("Request for redetermination (first level)"),
        "reference": [
            Reference("Beneficiary", Sentence("Evelyn R. Marsh")),
            Reference("Claim control number", Sentence("2226079123450")),
            Reference("Line 1", Sentence("42826-52, charge $900.00, paid $0.00, CO-252, M29")),
        ],
        "sections": [
            Section("ask", None, (said("We ask that line 1 be priced as a reduced service.", "The report is enclosed."),)),
            Section(
                "facts",
                "What happened",
                (
                    said("One side was done.", "“Right tonsil removed.” (Exhibit B, page 1, line 14)", numbered=True),
                    said("The reason was [TO BE COMPLETED: why the service was reduced].", numbered=True),
                ),
            ),
            Section(
                "application",
                "Two lesions",
                (
                    Table(
                        ("", "Line 1, 17000", "Line 2, 11102-59"),
                        ((Sentence("Site"), Sentence("right temple"), Sentence("left posterior shoulder")),),
                    ),
                    said("A third fact stands behind the table.", numbered=True),
                ),
            ),
            Section("request", "Request", (said("Please allow line 1 and send the revised remittance."),)),
        ],
        "exhibits": [Sentence("A. Remittance advice of 20 March 2026, 1 page"), Sentence("B. Operative report, 2 pages")],
        "signature": ["Priya Solano, CPC", "Billing Manager", "555-0100"],
    }
    return Letter(**{**parts, **changed})  # type: ignore[arg-type]


def texts(one: Letter) -> list[str]:
    """Everything the letter says, in its order."""
    found = [*one.letterhead, one.date.text, *([one.method.text] if one.method else []), *one.addressee, one.subject.text]
    found += [text for row in one.reference for text in (row.label, row.value.text)]
    for section in one.sections:
        found += [section.title] if section.title else []
        for block in section.blocks:
            if isinstance(block, Table):
                found += [*block.head, *(cell.text for row in block.rows for cell in row)]
            else:
                found += [sentence.text for sentence in block.sentences]
    return [*found, *one.signature, *(exhibit.text for exhibit in one.exhibits)]


def flat(text: str) -> str:
    """The text without spaces: where lines are broken says nothing."""
    return "".join(text.split())
