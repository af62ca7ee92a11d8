"""Small files in the layouts CMS publishes, with invented figures."""

import io
import zipfile
from collections.abc import Sequence
from pathlib import Path
from xml.sax.saxutils import escape

Rows = Sequence[Sequence[str]]

# The stacked header: (rows above the last, last row), column by column.
FEE_HEADER = [
    ("", "HCPCS"),
    ("", "MOD"),
    ("", "DESCRIPTION"),
    ("STATUS", "CODE"),
    ("NOT USED|FOR|MEDICARE", "PAYMENT"),
    ("WORK", "RVU"),
    ("NON-FAC", "PE RVU"),
    ("NON-FAC|NA", "INDICATOR"),
    ("FACILITY", "PE RVU"),
    ("FACILITY|NA", "INDICATOR"),
    ("MP", "RVU"),
    ("NON-FACILITY", "TOTAL"),
    ("FACILITY", "TOTAL"),
    ("PCTC", "IND"),
    ("GLOB", "DAYS"),
    ("PRE", "OP"),
    ("INTRA", "OP"),
    ("POST", "OP"),
    ("MULT", "PROC"),
    ("BILAT", "SURG"),
    ("ASST", "SURG"),
    ("CO-", "SURG"),
    ("TEAM", "SURG"),
    ("PRIC", "IND"),
    ("ENDO", "BASE"),
    ("CONV", "FACTOR"),
    ("PHYSICIAN|SUPERVISION OF|DIAGNOSTIC", "PROCEDURES"),
    ("CALCULATION", "FLAG"),
    ("DIAGNOSTIC|IMAGING|FAMILY", "INDICATOR"),
    ("NON-FACILITY|PE USED|FOR OPPS|PAYMENT", "AMOUNT"),
    ("FACILITY|PE USED|FOR OPPS|PAYMENT", "AMOUNT"),
    ("MP USED|FOR OPPS|PAYMENT", "AMOUNT"),
]
FEE_PLACE = {"code": 0, "row": 1, "description": 2, "status": 3, "work": 5, "global": 14, "pre": 15, "bilateral": 19, "endo": 24}
FEE_ROW = [
    *("A", "", "1.00", "0.50", "", "0.40", "NA", "0.10", "1.60", "1.50", "0", "000", "0.10", "0.80", "0.10"),
    *("2", "0", "1", "0", "0", "9", "", "33.4009", "09", "0", "99", "0.00", "0.00", "0.00"),
]
DEPTH = 5


def fee_rows(
    *rows: dict[str, str], title: str = "2026 National Physician Fee Schedule Relative Value File July Release", wide: bool = True
) -> list[list[str]]:
    """A fee schedule of 32 columns, or 31 as up to 2025; each row gives what differs from an ordinary one."""
    width = len(FEE_HEADER)
    grid = [["", "", text, *[""] * (width - 3)] for text in (title, "Notice, with a comma.", "", "RELEASED 06/30/2026")]
    for level in range(DEPTH):
        above = [words.split("|") if words else [] for words, _ in FEE_HEADER]
        grid.append([parts[level - DEPTH] if len(parts) >= DEPTH - level else "" for parts in above])
    grid.append([last for _, last in FEE_HEADER])
    for row in rows:
        cells = ["", "", "words of the code set", *FEE_ROW]
        for name, value in row.items():
            cells[FEE_PLACE[name]] = value
        grid.append(cells)
    return grid if wide else [row[:23] + row[24:] for row in grid]


def csv_text(rows: Rows, separator: str = ",") -> bytes:
    """The rows as CMS writes them: quoted where needed, CRLF line ends."""
    quoted = [[f'"{c}"' if separator in c or "\n" in c else c for c in row] for row in rows]
    return "".join(separator.join(row) + "\r\n" for row in quoted).encode()


def ptp_rows(*rows: str, wrapped: bool = True) -> list[list[str]]:
    """PTP edits in CMS's layout: "column1 column2 before1996 effective deletion indicator rationale" (- for blank)."""
    titles = [["CPT only copyright. All rights reserved.", *[""] * 6], ["Column1/Column2 Edits", *[""] * 6]]
    head = ["Column 1", "Column 2", "*=in existence", "Effective", "Deletion", "Modifier", "PTP Edit Rationale"]
    below = [
        ["", "", "prior to 1996", "Date", "Date", "0=not allowed", ""],
        ["", "", "", "", "*=no data", "1=allowed", ""],
        ["", "", "", "", "", "9=not applicable", ""],
    ]
    body = [["" if cell == "-" else cell for cell in row.split(" ", 6)] for row in rows]
    return [*titles, head, *(below if wrapped else []), *body]


def mue_rows(*rows: tuple[str, str, str], header: str = "Practitioner Services MUE Values") -> list[list[str]]:
    """Medically unlikely edits of one service: a notice, a header, then code, units, adjudication indicator."""
    notice = ["CPT codes copyright.\nAll rights reserved, DME included.", "", "", ""]
    head = ["HCPCS/\nCPT Code", header, "MUE Adjudication Indicator", "MUE Rationale"]
    return [notice, head, *([*row, "Nature of things"] for row in rows)]


def add_on_rows(*rows: str) -> list[list[str]]:
    """Add-on code edits: "type add-on add-on's end, primary, its end, start, end" (- for blank)."""
    notice = ["Copyright notice.", *[""] * 7]
    head = ["AOC_Edit_Type", "Add-On_Code", "AOC_DelDT", "Primary_Code", "Primary_Code_DelDT", "AOC_Edit_EffDT"]
    head += ["AOC_Edit_DelDT", "Special_Instruction_Notes"]
    return [notice, head, *(["" if cell == "-" else cell for cell in [*row.split(), "-"]] for row in rows)]


def zipped(**files: bytes) -> bytes:
    """A .zip with the files; __ in a name stands for a full stop."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, data in files.items():
            archive.writestr(name.replace("__", "."), data)
    return buffer.getvalue()


def _sheet(rows: Rows) -> str:
    lines = (
        f'<row r="{number}">' + "".join(f'<c t="inlineStr"><is><t>{escape(c)}</t></is></c>' for c in row) + "</row>"
        for number, row in enumerate(rows, 1)
    )
    main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    return f'<worksheet xmlns="{main}"><sheetData>{"".join(lines)}</sheetData></worksheet>'


def workbook(*sheets: Rows) -> bytes:
    """A workbook with sheets of text cells."""
    main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    office = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    package = "http://schemas.openxmlformats.org/package/2006"
    numbers = range(1, len(sheets) + 1)
    named = "".join(f'<sheet name="S{n}" sheetId="{n}" r:id="b{n}"/>' for n in numbers)
    targets = "".join(f'<Relationship Id="b{n}" Type="{office}/worksheet" Target="worksheets/sheet{n}.xml"/>' for n in numbers)
    parts = {
        "[Content_Types].xml": f'<Types xmlns="{package}/content-types">'
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        '<Default Extension="xml" ContentType="application/xml"/></Types>',
        "_rels/.rels": f'<Relationships xmlns="{package}/relationships">'
        f'<Relationship Id="a" Type="{office}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
        "xl/workbook.xml": f'<workbook xmlns="{main}" xmlns:r="{office}"><sheets>{named}</sheets></workbook>',
        "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{package}/relationships">{targets}</Relationships>',
        **{f"xl/worksheets/sheet{n}.xml": _sheet(rows) for n, rows in zip(numbers, sheets, strict=True)},
    }
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, text in parts.items():
            archive.writestr(name, text)
    return buffer.getvalue()


def put(folder: Path, name: str, data: bytes) -> Path:
    """Writes the file and returns its path."""
    path = folder / name
    path.write_bytes(data)
    return path
