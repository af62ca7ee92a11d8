"""Style sheet, scripts and icon: read once, compressed once, named with a mark of their content so that they may be kept."""

from __future__ import annotations

import gzip
import hashlib
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from fastapi import APIRouter, HTTPException, Request
from fastapi.responses import Response

FOLDER = Path(__file__).resolve().parent / "static"
KINDS = {
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".svg": "image/svg+xml",
    ".txt": "text/plain; charset=utf-8",
}
KEPT = "public, max-age=31536000, immutable"
router = APIRouter(include_in_schema=False)


@dataclass(frozen=True)
class Asset:
    """A file as it is sent: its bytes, the same compressed, its kind, and the mark of its content."""

    plain: bytes
    packed: bytes
    kind: str
    mark: str


@lru_cache(maxsize=1)
def assets() -> dict[str, Asset]:
    """Every file of the folder, by name."""
    found = {}
    for path in sorted(FOLDER.iterdir()):
        content = path.read_bytes()
        mark = hashlib.sha256(content).hexdigest()[:10]
        found[path.name] = Asset(content, gzip.compress(content, mtime=0), KINDS[path.suffix], mark)
    return found


def address(name: str) -> str:
    """Where the file is had; changes when its content does."""
    return f"/static/{name}?{assets()[name].mark}"


@router.get("/static/{name}")
async def static(name: str, request: Request) -> Response:
    """The file; a browser may keep what it asked for by its mark."""
    asset = assets().get(name)
    if asset is None:
        raise HTTPException(404)
    packed = "gzip" in request.headers.get("accept-encoding", "")
    headers = {"Vary": "Accept-Encoding", "X-Content-Type-Options": "nosniff"}
    headers["Cache-Control"] = KEPT if request.url.query == asset.mark else "no-cache"
    if packed:
        headers["Content-Encoding"] = "gzip"
    return Response(asset.packed if packed else asset.plain, media_type=asset.kind, headers=headers)


@router.get("/favicon.ico")
async def icon() -> Response:
    """The icon, for browsers that ask for it by this name."""
    return Response(assets()["favicon.svg"].plain, media_type=KINDS[".svg"], headers={"Cache-Control": "max-age=86400"})
