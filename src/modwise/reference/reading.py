"""Opens what CMS publishes (.csv, .txt, .xlsx, .gz, .zip) as grids of text cells."""

from __future__ import annotations

import csv
import gzip
import io
import re
import zipfile
import zlib
from abc import ABC, abstractmethod
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from itertools import islice
from pathlib import Path, PurePosixPath

import polars as pl

from modwise.errors import InputError

PREVIEW_ROWS = 40
PREVIEW_BYTES = 1 << 20
TEXT = (".csv", ".txt", ".tsv", ".tab", "")
SHEET = (".xlsx", ".xlsm")
# Of one table in several forms the first of these is read: CMS's text carries every digit, a sheet may have lost leading zeros.
PREFERENCE = (".csv", ".tsv", ".tab", ".txt", "", *SHEET)


@dataclass(frozen=True)
class Member:
    """A file, or one file inside a .zip; `name` is its own name, `shown` says where it is for messages."""

    name: str
    outer: str
    data: bytes

    @property
    def shown(self) -> str:
        """The name for messages."""
        return self.name if self.name == self.outer else f"{self.outer}/{self.name}"

    @property
    def extension(self) -> str:
        """Its extension in lower case, with the dot."""
        return PurePosixPath(self.name).suffix.lower()

    @property
    def stem(self) -> str:
        """Its name without extension, in lower case."""
        return PurePosixPath(self.name).stem.lower()


def members(path: Path) -> list[Member]:
    """The files in `path`: itself, unpacked, or what a .zip holds (also .zip inside .zip). Raises InputError if unreadable."""
    try:
        data = path.read_bytes()
    except OSError as error:
        raise InputError(error.strerror or "cannot be read", where=str(path), code="cannot-read") from None
    try:
        return list(_unpacked(path.name, path.name, data))
    # zipfile tells an unknown compression by NotImplementedError, a password by RuntimeError.
    except (zipfile.BadZipFile, gzip.BadGzipFile, EOFError, zlib.error, NotImplementedError) as error:
        raise InputError(f"damaged archive: {error}", where=path.name, hint="Download it again.", code="cannot-read") from None
    except RuntimeError:
        raise InputError("the archive has a password", where=path.name, hint="Unpack it first.", code="cannot-read") from None


def _unpacked(name: str, outer: str, data: bytes) -> Iterator[Member]:
    extension = PurePosixPath(name).suffix.lower()
    if extension == ".gz":
        yield from _unpacked(name[:-3], outer[:-3] if name == outer else outer, gzip.decompress(data))
    elif extension == ".zip":
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            for entry in archive.infolist():
                inner = PurePosixPath(entry.filename)
                if not entry.is_dir() and not inner.name.startswith(".") and inner.parts[0] != "__MACOSX":
                    yield from _unpacked(inner.name, outer, archive.read(entry))
    else:
        yield Member(name, outer, data)


@dataclass(frozen=True)
class Grid(ABC):
    """Rows of text cells. `first` holds the rows at the top, where titles and headers are."""

    member: Member
    first: Sequence[Sequence[str]]

    @abstractmethod
    def body(self, start: int) -> pl.DataFrame:
        """The rows from `start` (counted from 0) on, columns "c0", "c1" …, trimmed text, null where blank, empty rows left out.

        Raises InputError for a row with more cells than the header.
        """

    @abstractmethod
    def place(self, start: int, index: int) -> str:
        """Where the row at `index` of `body(start)` stands, for messages."""


@dataclass(frozen=True)
class TextGrid(Grid):
    """A grid of comma- or tab-separated text."""

    text: bytes
    separator: str

    def body(self, start: int) -> pl.DataFrame:
        """See Grid."""
        width = max(len(row) for row in self.first[:start])
        try:
            return _tidied(self._read(start, width))
        except pl.exceptions.PolarsError:
            # CMS's text sometimes ends its rows with one separator too many.
            return _tidied(self._read_wider(start, width))

    def place(self, start: int, index: int) -> str:
        """See Grid; the line on which the row ends."""
        for seen, (line, _) in enumerate(self._records(start)):
            if seen == index:
                return f"line {line}"
        return "last line"

    def _offset(self, start: int) -> int:
        offset = 0
        for _ in range(self._lines_before(start)):
            offset = self.text.find(b"\n", offset) + 1
        return offset

    def _lines_before(self, start: int) -> int:
        reader = csv.reader(io.StringIO(_decoded(self.text[:PREVIEW_BYTES])), delimiter=self.separator)
        for _ in islice(reader, start):
            pass
        return reader.line_num

    def _read(self, start: int, width: int) -> pl.DataFrame:
        # Polars takes the number of columns from the first line, so it gets a header of ours.
        header = self.separator.join(f"c{i}" for i in range(width)).encode() + b"\n"
        text = header + self.text[self._offset(start) :]
        return pl.read_csv(text, separator=self.separator, infer_schema=False, encoding="utf8-lossy")

    def _read_wider(self, start: int, width: int) -> pl.DataFrame:
        widest = width
        for line, row in self._records(start):
            widest = max(widest, len(row))
            if any(cell.strip() for cell in row[width:]):
                raise self._bad(f"line {line}", f"a row has more than the {width} cells of the header")
        try:
            return self._read(start, widest)
        except pl.exceptions.PolarsError:
            raise self._bad("", "the cells cannot be told apart; a quotation mark may be missing") from None

    def _bad(self, place: str, what: str) -> InputError:
        where = f"{self.member.shown} {place}".strip()
        return InputError(what, where=where, hint="Download the file again; no row is skipped.", code="bad-row")

    def _records(self, start: int) -> Iterator[tuple[int, list[str]]]:
        reader = csv.reader(io.StringIO(_decoded(self.text)), delimiter=self.separator)
        try:
            for number, row in enumerate(reader):
                if number >= start and any(cell.strip() for cell in row):
                    yield reader.line_num, row
        except csv.Error:
            # A cell without end: the reader gives up after a hundred thousand characters.
            raise self._bad(f"before line {reader.line_num}", "a quotation mark is missing") from None


@dataclass(frozen=True)
class SheetGrid(Grid):
    """A grid of a worksheet."""

    cells: pl.DataFrame

    def body(self, start: int) -> pl.DataFrame:
        """See Grid."""
        return _tidied(self.cells.slice(start))

    def place(self, start: int, index: int) -> str:
        """See Grid."""
        rest = self.cells.slice(start).with_row_index("row")
        kept = rest.filter(~pl.all_horizontal(pl.exclude("row").fill_null("").str.strip_chars() == ""))
        return f"row {start + 1 + int(kept['row'][index])}"


def grids(member: Member) -> Iterator[Grid]:
    """The grids of a file: one for text, one a sheet for a workbook, none for other kinds of file."""
    if member.extension in SHEET:
        yield from _sheets(member)
    elif member.extension in TEXT:
        text = _as_utf8(member.data)
        head = _decoded(text[:PREVIEW_BYTES])
        separator = "\t" if head.count("\t") > head.count(",") else ","
        first = list(_rows_until_unreadable(head, separator))
        if any(first):
            yield TextGrid(member, first, text, separator)


def _rows_until_unreadable(text: str, separator: str) -> Iterator[list[str]]:
    reader = csv.reader(io.StringIO(text), delimiter=separator)
    # What cannot be read here is no table, or is reported with its place when the body is read.
    with suppress(csv.Error):
        yield from islice(reader, PREVIEW_ROWS)


def _sheets(member: Member) -> Iterator[Grid]:
    import fastexcel

    try:
        book = fastexcel.read_excel(member.data)
        for name in book.sheet_names:
            cells = book.load_sheet(name, header_row=None, dtypes="string").to_polars()
            if cells.height:
                cells.columns = [f"c{i}" for i in range(cells.width)]
                yield SheetGrid(member, [[cell or "" for cell in row] for row in cells.head(PREVIEW_ROWS).rows()], cells)
    except fastexcel.FastExcelError as error:
        raise InputError(f"not a readable workbook: {error}", where=member.shown, code="cannot-read") from None


def _tidied(frame: pl.DataFrame) -> pl.DataFrame:
    text = pl.all().str.strip_chars()
    tidy = frame.select(pl.when(text != "").then(text).name.keep())
    return tidy.filter(~pl.all_horizontal(pl.all().is_null()))


def _as_utf8(data: bytes) -> bytes:
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return data.decode("utf-16", errors="replace").encode()
    plain = data.removeprefix(b"\xef\xbb\xbf")
    try:
        plain.decode("utf-8")
    except UnicodeDecodeError:
        # CMS's own programs write Windows text; its no-break space behind a code is then a blank like any other.
        return plain.decode("cp1252", errors="replace").encode()
    return plain


def _decoded(text: bytes) -> str:
    return text.decode("utf-8", errors="replace")


def squash(cell: str) -> str:
    """A header cell for comparison: capitals and digits only."""
    return re.sub(r"[^A-Z0-9]", "", cell.upper())
