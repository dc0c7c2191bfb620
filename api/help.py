"""The pages at `/help/`, in English, and `/help/ru/`, in Russian: files of `web/help`, which `make docs` builds from `docs/`."""

from __future__ import annotations

from pathlib import Path

import bottle

from api.services import Services
from api.static_files import StaticFiles, below
from errors import NotFound

SITE = Path(__file__).resolve().parent.parent / "web/help"

# The theme draws its icons from data: URLs and searches in a worker. It has no inline script and no inline style.
_POLICY = (
    "default-src 'none'; script-src 'self'; worker-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)


def routes(app: bottle.Bottle, services: Services) -> None:  # noqa: ARG001 # every module of routes takes the same
    """Registers the pages."""
    files = below(SITE)
    site = StaticFiles(files, _POLICY)
    unknown = {folder: (SITE / folder / "404.html").read_bytes() for folder in ("", "ru/")}

    @app.get("/help", page=True)
    def first() -> bottle.HTTPResponse:
        return _moved("/help/")

    @app.get("/help/", page=True)
    def index() -> bottle.HTTPResponse:
        return site.answer("index.html")

    @app.get("/help/<name:path>", page=True)
    def page(name: str) -> bottle.HTTPResponse:
        if name in files:
            return site.answer(name)
        if name.endswith("/") and f"{name}index.html" in files:
            return site.answer(f"{name}index.html")
        if f"{name}/index.html" in files:
            return _moved(f"/help/{name}/")
        if "text/html" not in bottle.request.get_header("Accept", ""):
            raise NotFound("There is no such page.")
        headers = {"Content-Type": "text/html; charset=utf-8", "Content-Security-Policy": _POLICY}
        return bottle.HTTPResponse(unknown["ru/" if name.startswith("ru/") else ""], 404, headers)


def _moved(path: str) -> bottle.HTTPResponse:
    return bottle.HTTPResponse(b"", 308, {"Location": path, "Cache-Control": "no-cache"})
