"""Files of a page: each read once at the start, known by its whole name, with an ETag so that a browser asks for it again cheaply."""

from __future__ import annotations

import hashlib
from pathlib import Path

import bottle

from errors import NotFound

_TYPES = {
    ".html": "text/html; charset=utf-8",
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".mjs": "text/javascript; charset=utf-8",
    ".svg": "image/svg+xml",
    ".png": "image/png",
    ".txt": "text/plain; charset=utf-8",
    ".json": "application/json",
    ".csv": "text/csv; charset=utf-8",
    ".xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    ".ods": "application/vnd.oasis.opendocument.spreadsheet",
    ".webmanifest": "application/manifest+json",
}


class StaticFiles:
    """Some files by their names, under one Content-Security-Policy.

    Args:
        files: the name in the URL → the file. Nothing that a name could be made of reaches the file system.
        policy: the value of Content-Security-Policy.
        headers: further headers of each answer.
    """

    def __init__(self, files: dict[str, Path], policy: str, headers: dict[str, str] | None = None) -> None:
        self._files = {name: (path.suffix, path.read_bytes()) for name, path in files.items()}
        self._tags = {name: f'"{hashlib.sha256(content).hexdigest()[:32]}"' for name, (_, content) in self._files.items()}
        self._headers = {"Content-Security-Policy": policy, "Cache-Control": "no-cache", **(headers or {})}

    def answer(self, name: str) -> bottle.HTTPResponse:
        """The file, or 304 when the browser has it (RFC 9110 section 13.1.2).

        Raises:
            NotFound: there is no such file.
        """
        if name not in self._files:
            raise NotFound("There is no such file.")
        suffix, content = self._files[name]
        headers = {**self._headers, "ETag": self._tags[name]}
        if self._tags[name] in bottle.request.get_header("If-None-Match", ""):
            return bottle.HTTPResponse(b"", 304, headers)
        return bottle.HTTPResponse(content, 200, headers | {"Content-Type": _TYPES[suffix]})


def below(folder: Path) -> dict[str, Path]:
    """All files below a folder, by their paths in it with `/`."""
    return {path.relative_to(folder).as_posix(): path for path in sorted(folder.rglob("*")) if path.is_file()}
