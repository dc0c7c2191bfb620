"""Callbases: upload, list, change, delete, export. The people on them: `api/subscribers.py`."""

from __future__ import annotations

import io
import re
from typing import Any

import bottle
from bottle import Bottle

from api import http, imports, subscribers
from api.imports import Imports
from api.services import Services
from errors import BadInput
from lists.incoming import Incoming
from lists.numbers import known_region
from lists.progress import READING, WRITING
from store import callbase_import, callbases
from store.text_rules import as_line, name_fault
from store.viewer import Viewer

MAX_NAME = 200


def routes(app: Bottle, services: Services) -> None:
    """Registers the routes under /callbases."""
    _routes_for_lists(app, services)
    progress = Imports()
    imports.routes(app, progress)
    _route_to_upload(app, services, progress)
    subscribers.routes(app, services)


def _routes_for_lists(app: Bottle, services: Services) -> None:
    store = services.store

    @app.get("/callbases")
    def list_callbases() -> dict[str, Any]:
        return http.listing(*callbases.list_page(store, http.viewer(), http.page()))

    @app.get("/callbases/<callbase_id>")
    def get_callbase(callbase_id: str) -> dict[str, Any]:
        return callbases.get(store, http.viewer(), callbase_id)

    @app.route("/callbases/<callbase_id>", method="PATCH")
    def change_callbase(callbase_id: str) -> dict[str, Any]:
        return callbases.change(store, http.viewer(), callbase_id, _checked(http.body()))

    @app.delete("/callbases/<callbase_id>")
    def delete_callbase(callbase_id: str) -> None:
        callbases.delete(store, http.viewer(), callbase_id)
        http.no_content()


def _route_to_upload(app: Bottle, services: Services, imports_: Imports) -> None:
    store = services.store

    def made(viewer: Viewer, callbase_id: str) -> Any:
        return http.created(f"/callbases/{callbase_id}", callbases.get(store, viewer, callbase_id))

    @app.post("/callbases", made=made)
    def create_callbase() -> dict[str, Any]:
        form, upload = http.form(), http.optional_upload("file")
        fields = _checked({"name": form.get("name") or _file_name(upload), "region": form["region"]})
        dry_run: bool = form["dry_run"]
        with imports_.running() as progress:
            file = upload.file if upload else io.BytesIO()
            incoming = Incoming(file, fields["region"], progress, READING if dry_run else WRITING)
            if dry_run:
                told = callbase_import.preview(store, incoming.batches(), incoming.report)
                return {"id": None, **fields, "total": told["accepted"], "report": told}
            new_id = http.new_id()
            batches, report = incoming.batches(), incoming.report
            item = callbase_import.create(store, http.viewer(), new_id, fields["name"], fields["region"], batches, report)
            return http.created(f"/callbases/{new_id}", item)


def _checked(fields: dict[str, str]) -> dict[str, str]:
    """Name and region, those that are given; raises BadInput."""
    fault = name_fault(fields["name"]) if "name" in fields else None
    if fault:
        raise BadInput.of("name", fault)
    if "region" in fields and not known_region(fields["region"]):
        raise BadInput.of("region", "is no country whose numbering plan is known; give two letters such as RU")
    return fields | {"name": fields["name"].strip()} if "name" in fields else fields


def _file_name(upload: bottle.FileUpload | None) -> str:
    """What an upload without a name is called: as its file, without folders and ending."""
    if upload is None:
        raise BadInput.of("name", "is missing; without a file there is nothing else to call the list by")
    base = re.split(r"[/\\]", upload.raw_filename or "")[-1]
    stem = base.rpartition(".")[0] or base
    return as_line(stem, MAX_NAME) or "List"
