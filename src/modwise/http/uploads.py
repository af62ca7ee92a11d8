"""Receives what a form or a program sends: files straight into a folder of their own, fields in memory, both bounded.

Starlette's own forms would put a file into the system's folder for temporary files; a claim file must not rest there.
"""

from __future__ import annotations

import re
import zlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO
from urllib.parse import parse_qs

from python_multipart.exceptions import FormParserError
from python_multipart.multipart import MultipartParser, parse_options_header
from starlette.requests import Request

from modwise.errors import InputError, UsageError
from modwise.http import workroom
from modwise.http.workroom import Folder

_GZIP = b"\x1f\x8b"
_PIECE = 1 << 20
# Claims pack to a tenth or a thirtieth. What unpacks to more than this many times its size is made to fill the disk.
MOST_RATIO = 100
FREE_SIZE = 64 << 20
_CONTROLS = re.compile(r"[\x00-\x1f\x7f-\x9f\u200b-\u200f\u202a-\u202e\u2066-\u2069]")
LABEL = 120
NAMELESS = "file"


class TooLarge(InputError):
    """More was sent than is taken."""

    status = 413


@dataclass(frozen=True)
class Limits:
    """What is taken at most: files, bytes of all files once unpacked (`total`), fields, bytes of all fields."""

    files: int = 200
    total: int = 4 << 30
    fields: int = 60
    field_bytes: int = 4 << 20


@dataclass(frozen=True)
class Stored:
    """A file that came in: the form's field, where it lies, what the user called it, its size unpacked."""

    field: str
    path: Path
    label: str
    size: int


@dataclass
class Received:
    """What a request held. The folder is the caller's to keep (`Jobs.start`) or to `clear`."""

    folder: Folder
    files: list[Stored] = field(default_factory=list)
    fields: dict[str, list[str]] = field(default_factory=dict)
    # What the user called files that hold nothing.
    empty: list[str] = field(default_factory=list)

    def text(self, name: str, default: str = "") -> str:
        """The first value of a field, stripped."""
        return (self.fields.get(name) or [default])[0].strip()

    def texts(self, name: str) -> list[str]:
        """All values of a field that are not empty."""
        return [value.strip() for value in self.fields.get(name, []) if value.strip()]

    def of(self, name: str) -> list[Stored]:
        """The files of a field of the form."""
        return [one for one in self.files if one.field == name]

    def clear(self) -> None:
        """Removes the folder."""
        self.folder.clear()


async def receive(request: Request, home: Path | None = None, limits: Limits | None = None) -> Received:
    """What the request holds: a multipart form, a plain form, or one file as the body itself (field "file").

    gzip is unpacked on the way in, so that what it unpacks to is bounded too. A file part without a name and content (an empty file
    input) is left out. Raises TooLarge, InputError for a damaged body, UsageError for a body of no kind that is taken; nothing stays then.
    """
    kind, options = parse_options_header(request.headers.get("content-type"))
    inbox = _Inbox(workroom.new(home), limits or Limits())
    try:
        if kind == b"multipart/form-data":
            await _multipart(request, inbox, options)
        elif kind == b"application/x-www-form-urlencoded":
            await _plain_form(request, inbox)
        else:
            await _body(request, inbox)
    except FormParserError:
        inbox.fail()
        raise InputError("the form is damaged or cut short", hint="Send it again.", code="bad-form") from None
    except BaseException:
        # Whatever ended it, a refusal of the server or a browser that went away, nothing stays.
        inbox.fail()
        raise
    return inbox.received


async def _multipart(request: Request, inbox: _Inbox, options: Mapping[bytes, bytes]) -> None:
    if not options.get(b"boundary"):
        raise UsageError("the form has no boundary", hint="Let the client write the content type.", code="bad-form")
    parser = MultipartParser(
        options[b"boundary"],
        {
            "on_part_begin": inbox.part_begin,
            "on_header_field": inbox.header_name,
            "on_header_value": inbox.header_value,
            "on_header_end": inbox.header_end,
            "on_headers_finished": inbox.headers_finished,
            "on_part_data": inbox.part_data,
            "on_part_end": inbox.part_end,
            "on_end": inbox.end,
        },
    )
    async for chunk in request.stream():
        parser.write(chunk)
    parser.finalize()
    if not inbox.ended:
        raise InputError("the form is damaged or cut short", hint="Send it again.", code="bad-form")


async def _plain_form(request: Request, inbox: _Inbox) -> None:
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        inbox.bound_fields(len(body))
    try:
        fields = parse_qs(body.decode(), keep_blank_values=True, max_num_fields=inbox.limits.fields)
    except ValueError:
        raise InputError("the form is damaged or has too many fields", hint="Send it again.", code="bad-form") from None
    inbox.received.fields.update(fields)


async def _body(request: Request, inbox: _Inbox) -> None:
    """The body as one file, called as Content-Disposition says."""
    _, options = parse_options_header(request.headers.get("content-disposition"))
    inbox.open_file("file", options.get(b"filename", b"upload"))
    async for chunk in request.stream():
        inbox.file_data(chunk)
    inbox.close_file()


class _Inbox:
    """Takes a request apart as it comes in."""

    def __init__(self, folder: Folder, limits: Limits) -> None:
        self.received = Received(folder)
        self.limits = limits
        self.ended = False
        self._headers: dict[bytes, bytes] = {}
        self._name, self._value = b"", b""
        self._field = ""
        self._text: bytearray | None = None
        self._file: _Incoming | None = None
        self._taken = 0
        self._said = 0
        self._count = 0

    # ---- called by the parser of forms

    def part_begin(self) -> None:
        self._headers, self._name, self._value = {}, b"", b""

    def header_name(self, data: bytes, start: int, end: int) -> None:
        self._name += data[start:end]

    def header_value(self, data: bytes, start: int, end: int) -> None:
        self._value += data[start:end]

    def header_end(self) -> None:
        self._headers[self._name.lower()] = self._value
        self._name, self._value = b"", b""

    def headers_finished(self) -> None:
        _, options = parse_options_header(self._headers.get(b"content-disposition"))
        self._field = options.get(b"name", b"").decode("utf-8", "replace")
        if b"filename" in options:
            self.open_file(self._field, options[b"filename"])
            return
        self._count += 1
        if self._count > self.limits.fields:
            raise TooLarge(f"more than {self.limits.fields} fields", hint="Send fewer.", code="too-many-fields")
        self._text = bytearray()

    def part_data(self, data: bytes, start: int, end: int) -> None:
        if self._file is not None:
            self.file_data(data[start:end])
        elif self._text is not None:
            self._said += end - start
            self.bound_fields(self._said)
            self._text += data[start:end]

    def part_end(self) -> None:
        if self._file is not None:
            self.close_file()
        elif self._text is not None:
            self.received.fields.setdefault(self._field, []).append(self._text.decode("utf-8", "replace"))
            self._text = None

    def end(self) -> None:
        self.ended = True

    # ---- files and bounds

    def bound_fields(self, size: int) -> None:
        """Raises TooLarge for more text than is taken."""
        if size > self.limits.field_bytes:
            raise TooLarge(
                f"the form holds more than {self.limits.field_bytes >> 20} MB of text", hint="Give it as a file.", code="too-large"
            )

    def open_file(self, name: str, label: bytes) -> None:
        """Begins a file."""
        if len(self.received.files) >= self.limits.files:
            raise TooLarge(f"more than {self.limits.files} files", hint="Send fewer at a time.", code="too-many-files")
        number = len(self.received.files) + 1
        self._file = _Incoming(self.received.folder, f"file-{number}", clean(label.decode("utf-8", "replace")), name)

    def file_data(self, data: bytes) -> None:
        """Writes a piece of it."""
        if self._file is not None:
            self._file.write(data, self.limits.total - self._taken, self.limits.total)

    def close_file(self) -> None:
        """Ends it; an empty one is no file."""
        incoming, self._file = self._file, None
        if incoming is None:
            return
        incoming.close()
        if incoming.raw:
            self._taken += incoming.size
            self.received.files.append(Stored(incoming.field, incoming.path, incoming.label, incoming.size))
        else:
            incoming.path.unlink()
            if incoming.label != NAMELESS:
                self.received.empty.append(incoming.label)

    def fail(self) -> None:
        """Leaves nothing behind."""
        if self._file is not None:
            self._file.out.close()
        self.received.clear()


class _Incoming:
    """One file on its way in, unpacked where it is gzip."""

    def __init__(self, folder: Folder, name: str, label: str, form_field: str) -> None:
        self.path = folder.path / name
        self.out: BinaryIO = folder.create(name)
        self.label = label
        self.field = form_field
        self.raw = 0
        self.size = 0
        self._head = b""
        self._packed: bool | None = None
        self._unpack = zlib.decompressobj(wbits=31)

    def write(self, data: bytes, room: int, most: int) -> None:
        """Writes what came in. Raises TooLarge beyond `room` bytes, InputError for damaged gzip."""
        self.raw += len(data)
        if self._packed is None:
            self._head += data
            if len(self._head) < len(_GZIP):
                return
            self._packed, data = self._head.startswith(_GZIP), self._head
        if self._packed:
            self._inflate(data, room, most)
        else:
            self._put(data, room, most)

    def _inflate(self, data: bytes, room: int, most: int) -> None:
        try:
            more = True
            while more:
                if self._unpack.eof and data:
                    # A gzip file may be several, one after the other.
                    self._unpack = zlib.decompressobj(wbits=31)
                out = self._unpack.decompress(data, _PIECE)
                self._put(out, room, most)
                if self.size > FREE_SIZE and self.size > MOST_RATIO * self.raw:
                    raise TooLarge(
                        f"the gzip file unpacks to more than {MOST_RATIO} times its size",
                        hint="Send it unpacked.",
                        code="too-large",
                    )
                ended = self._unpack.eof
                data = self._unpack.unused_data.lstrip(b"\0") if ended else self._unpack.unconsumed_tail
                # What was read whole may still have more to give than one piece.
                more = bool(data) or (len(out) == _PIECE and not ended)
        except zlib.error:
            raise self._damaged() from None

    def _put(self, data: bytes, room: int, most: int) -> None:
        self.size += len(data)
        if self.size > room:
            raise TooLarge(
                f"more than {most / (1 << 20):,.0f} MB of files, unpacked",
                hint="Send fewer at a time, or use the command line.",
                code="too-large",
            )
        self.out.write(data)

    def close(self) -> None:
        """Ends the file. Raises InputError for gzip that is cut short."""
        if self._packed is None and self._head:
            self.out.write(self._head)
            self.size = len(self._head)
        self.out.close()
        if self._packed and not self._unpack.eof:
            raise self._damaged()

    def _damaged(self) -> InputError:
        return InputError("the gzip file is damaged or cut short", where=self.label, hint="Get it again.", code="bad-gzip")


def clean(label: str) -> str:
    """What the user called a file, without folders and without what does not show; "file" when nothing is left."""
    last = re.split(r"[\\/]", label)[-1]
    return _CONTROLS.sub("", last).strip()[:LABEL] or NAMELESS
