"""The same contents, the same bytes: a Word file's archive without the clock's time."""

from __future__ import annotations

import io
import zipfile

_MOMENT = (2000, 1, 1, 0, 0, 0)


def same_bytes(data: bytes) -> bytes:
    """The archive written anew, every entry with one fixed time."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as before, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as after:
        for entry in before.infolist():
            after.writestr(zipfile.ZipInfo(entry.filename, _MOMENT), before.read(entry), zipfile.ZIP_DEFLATED)
    return out.getvalue()
