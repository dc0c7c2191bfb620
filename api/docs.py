"""The pages for people: `/`, and Swagger UI at `/docs` from the files of the package swagger-ui-py. Nothing comes from elsewhere."""

from __future__ import annotations

import json
from importlib.resources import files
from pathlib import Path
from typing import Any

import bottle

from api.services import Services
from api.swagger_adapter import load_contract
from errors import NotFound

WEB = Path(__file__).resolve().parent.parent / "web"
SWAGGER_UI = Path(str(files("swagger_ui"))) / "static"

# Our own scripts and styles only; Swagger UI writes style attributes and draws its icons from data: URLs.
_POLICY = (
    "default-src 'self'; img-src 'self' data:; style-src 'self' 'unsafe-inline'; object-src 'none'; base-uri 'none'; frame-ancestors 'none'"
)
_TYPES = {
    ".html": "text/html; charset=utf-8",
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".svg": "image/svg+xml",
    ".png": "image/png",
}
_UI_FILES = ("swagger-ui.css", "swagger-ui-bundle.js", "favicon-32x32.png")
_OWN_FILES = ("docs.css", "docs.js")
_ASSETS = ("home.css", "home.js", "mark.svg")


def routes(app: bottle.Bottle, services: Services) -> None:
    """Registers the pages and `/swagger.json`."""
    contract = json.dumps(_served(services.version), ensure_ascii=False).encode()
    docs = {name: SWAGGER_UI / name for name in _UI_FILES} | {name: WEB / name for name in _OWN_FILES}
    assets = {name: WEB / name for name in _ASSETS}

    @app.get("/swagger.json")
    def swagger() -> bottle.HTTPResponse:
        return bottle.HTTPResponse(contract, 200, {"Content-Type": "application/json"})

    @app.get("/", page=True)
    def home() -> bottle.HTTPResponse:
        return _file(WEB / "home.html")

    @app.get("/docs", page=True)
    def docs_page() -> bottle.HTTPResponse:
        return _file(WEB / "docs.html")

    @app.get("/docs/<name>", page=True)
    def docs_file(name: str) -> bottle.HTTPResponse:
        return _one_of(docs, name)

    @app.get("/assets/<name>", page=True)
    def asset(name: str) -> bottle.HTTPResponse:
        return _one_of(assets, name)

    @app.get("/favicon.ico", page=True)
    def icon() -> bottle.HTTPResponse:
        return _file(WEB / "mark.svg")


def _served(version: str) -> dict[str, Any]:
    contract = load_contract()
    return {**contract, "info": {**contract["info"], "version": version}}


def _one_of(known: dict[str, Path], name: str) -> bottle.HTTPResponse:
    # Only names that are known: nothing that a path could be made of reaches the file system.
    if name not in known:
        raise NotFound("There is no such file.")
    return _file(known[name])


def _file(path: Path) -> bottle.HTTPResponse:
    headers = {"Content-Type": _TYPES[path.suffix], "Content-Security-Policy": _POLICY, "Cache-Control": "no-cache"}
    return bottle.HTTPResponse(path.read_bytes(), 200, headers)
