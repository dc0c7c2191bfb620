"""The console: one page at `/` and its scripts, styles and pictures below `/assets/`."""

from __future__ import annotations

from pathlib import Path

import bottle

from api.services import Services
from api.static_files import StaticFiles, below

WEB = Path(__file__).resolve().parent.parent / "web"

# Own scripts and styles only; no form goes elsewhere; sounds are fetched with the token and played from blob: URLs.
_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; media-src 'self' blob:; "
    "manifest-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
# The microphone is for recording a message; everything else that a page may ask a browser for stays off.
_HEADERS = {"Permissions-Policy": "microphone=(self), camera=(), geolocation=(), payment=(), usb=()"}


def routes(app: bottle.Bottle, services: Services) -> None:  # noqa: ARG001 # every module of routes takes the same
    """Registers the page and its files."""
    page = StaticFiles({"/": WEB / "index.html", "icon": WEB / "console/mark.svg"}, _POLICY, _HEADERS)
    assets = StaticFiles(below(WEB / "console"), _POLICY)

    @app.get("/", page=True)
    def console() -> bottle.HTTPResponse:
        return page.answer("/")

    @app.get("/assets/<name:path>", page=True)
    def asset(name: str) -> bottle.HTTPResponse:
        return assets.answer(name)

    @app.get("/favicon.ico", page=True)
    def icon() -> bottle.HTTPResponse:
        return page.answer("icon")
