"""Swagger UI at `/docs`, from the files of the package swagger-ui-py, and the contract that it shows. Nothing comes from elsewhere."""

from __future__ import annotations

import json
from importlib.resources import files
from pathlib import Path
from typing import Any

import bottle

from api.services import Services
from api.static_files import StaticFiles
from api.swagger_adapter import load_contract

WEB = Path(__file__).resolve().parent.parent / "web"
SWAGGER_UI = Path(str(files("swagger_ui"))) / "static"

# Our own scripts and styles only; Swagger UI writes style attributes and draws its icons from data: URLs.
_POLICY = (
    "default-src 'self'; img-src 'self' data:; style-src 'self' 'unsafe-inline'; object-src 'none'; base-uri 'none'; frame-ancestors 'none'"
)
_UI_FILES = ("swagger-ui.css", "swagger-ui-bundle.js", "favicon-32x32.png")
_OWN_FILES = ("docs.css", "docs.js")


def routes(app: bottle.Bottle, services: Services) -> None:
    """Registers the page and `/swagger.json`."""
    contract = json.dumps(_served(services.version), ensure_ascii=False).encode()
    page = StaticFiles({"/": WEB / "docs.html"}, _POLICY)
    docs = StaticFiles({name: SWAGGER_UI / name for name in _UI_FILES} | {name: WEB / name for name in _OWN_FILES}, _POLICY)

    @app.get("/swagger.json")
    def swagger() -> bottle.HTTPResponse:
        return bottle.HTTPResponse(contract, 200, {"Content-Type": "application/json"})

    @app.get("/docs", page=True)
    def docs_page() -> bottle.HTTPResponse:
        return page.answer("/")

    @app.get("/docs/<name>", page=True)
    def docs_file(name: str) -> bottle.HTTPResponse:
        return docs.answer(name)


def _served(version: str) -> dict[str, Any]:
    contract = load_contract()
    return {**contract, "info": {**contract["info"], "version": version}}
