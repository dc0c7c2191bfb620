"""The people on a callbase: list and search, add, change, delete."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from typing import Any

from bottle import Bottle

from api import http
from api.services import Services
from errors import BadInput, FieldError
from store import subscribers
from store.text_rules import line_fault

MAX_NAME = 1024
MAX_COMMENT = 10_000
MAX_SEARCH = 200
MOST_ERRORS = 100


def routes(app: Bottle, services: Services) -> None:
    """Registers the routes under /callbases/{callbase_id}/subscribers."""
    _routes_for_many(app, services)
    _routes_for_one(app, services)


def _routes_for_many(app: Bottle, services: Services) -> None:
    store = services.store

    @app.get("/callbases/<callbase_id>/subscribers")
    def list_subscribers(callbase_id: str) -> dict[str, Any]:
        wanted = http.query().get("q")
        fault = line_fault(wanted, MAX_SEARCH) if wanted else None
        if fault:
            raise BadInput.of("q", fault)
        return http.listing(*subscribers.list_page(store, http.viewer(), callbase_id, wanted, http.page()))

    # Harmless to do twice: who was added before is a duplicate then. So there is no `made`.
    @app.post("/callbases/<callbase_id>/subscribers")
    def add_subscribers(callbase_id: str) -> dict[str, Any]:
        given = http.body()["subscribers"]
        _refuse([fault for index, one in enumerate(given) for fault in _faults(one, f"subscribers[{index}].")])
        added = subscribers.add(store, http.viewer(), callbase_id, [_trimmed(one) for one in given])
        return http.created(f"/callbases/{callbase_id}/subscribers", added)


def _routes_for_one(app: Bottle, services: Services) -> None:
    store = services.store

    @app.get("/callbases/<callbase_id>/subscribers/<cid>")
    def get_subscriber(callbase_id: str, cid: str) -> dict[str, Any]:
        return subscribers.get(store, http.viewer(), callbase_id, cid)

    @app.route("/callbases/<callbase_id>/subscribers/<cid>", method="PATCH")
    def change_subscriber(callbase_id: str, cid: str) -> dict[str, Any]:
        fields = {name: value for name, value in http.body().items() if value is not None}
        _refuse(_faults(fields, ""))
        return subscribers.change(store, http.viewer(), callbase_id, cid, _trimmed(fields))

    @app.delete("/callbases/<callbase_id>/subscribers/<cid>")
    def delete_subscriber(callbase_id: str, cid: str) -> None:
        subscribers.delete(store, http.viewer(), callbase_id, cid)
        http.no_content()


def _refuse(errors: list[FieldError]) -> None:
    if errors:
        raise BadInput("Some fields are wrong. Nothing was changed.", errors[:MOST_ERRORS])


def _faults(one: Mapping[str, str], where: str) -> list[FieldError]:
    """What is wrong with a person's name and comment. The number is checked where it is read."""
    name = line_fault(one.get("name") or "", MAX_NAME)
    comment = text_fault(one.get("comment") or "", MAX_COMMENT)
    return [FieldError(where + field, fault) for field, fault in (("name", name), ("comment", comment)) if fault]


def text_fault(text: str, longest: int) -> str | None:
    """Why `text` can't be stored; unlike a line it may have line breaks and tabs."""
    if len(text) > longest:
        return f"is longer than {longest} characters"
    if any(unicodedata.category(char) in ("Cc", "Cs") and char not in "\n\r\t" for char in text):
        return "holds a control character; remove it"
    return None


def _trimmed(one: Mapping[str, str]) -> dict[str, str]:
    """A spreadsheet can't keep spaces around a cell, and nobody sees them."""
    return {field: value if field == "number" else value.strip() for field, value in one.items() if value is not None}
