"""What a handler takes from the request and gives as the answer. By the time a handler runs, all of it was checked against swagger.yaml."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from typing import Any
from urllib.parse import quote

import bottle

from errors import BadInput
from store.paging import Page
from store.viewer import Viewer

# Where the plugins leave what they found, in the WSGI environ.
VIEWER = "dozvon.viewer"
PARAMS = "dozvon.params"
RESOURCE_ID = "dozvon.resource_id"


def viewer() -> Viewer:
    """Who asks: the user of the request's access token."""
    who: Viewer = bottle.request.environ[VIEWER]
    return who


def path() -> str:
    """The request's path."""
    asked: str = bottle.request.path
    return asked


def query() -> dict[str, Any]:
    """The query's parameters by name, cast to their types, with swagger.yaml's defaults; None for what was not given."""
    return _params("query")


def form() -> dict[str, Any]:
    """A form's text fields by name, cast to their types, with swagger.yaml's defaults; None for what was not given. Files: `upload`."""
    return _params("formData")


def body() -> dict[str, Any]:
    """The JSON object, with swagger.yaml's defaults for the fields that were not given."""
    return dict(_params("body"))


def page() -> Page:
    """Which part of a list is wanted (`?limit=&cursor=`)."""
    wanted = query()
    return Page(limit=wanted["limit"], cursor=wanted["cursor"])


def upload(name: str) -> bottle.FileUpload:
    """A form's file: `.file` is a binary file at its start, `.raw_filename` its name as sent. Large ones lie on the disk, not in memory.

    Raises:
        BadInput: there is no such file in the form.
    """
    found = optional_upload(name)
    if found is None:
        raise BadInput.of(name, "is missing; send it as a file of a multipart/form-data body")
    return found


def optional_upload(name: str) -> bottle.FileUpload | None:
    """As `upload`, but None when the form has no such file."""
    found = _params("files").get(name)
    return found if isinstance(found, bottle.FileUpload) else None


def new_id() -> str:
    """The id for the thing that this request makes: the one reserved with its Idempotency-Key, else a new UUID4."""
    reserved: str | None = bottle.request.environ.get(RESOURCE_ID)
    return reserved or str(uuid.uuid4())


def created(location: str, item: dict[str, Any], status: int = 201) -> dict[str, Any]:
    """Something was made (201) or started (202). `location` is its path."""
    bottle.response.status = status
    bottle.response.set_header("Location", location)
    return item


def no_content() -> None:
    """204: done, and there is nothing to say."""
    bottle.response.status = 204


def listing(items: list[dict[str, Any]], next_cursor: str | None) -> dict[str, Any]:
    """One page of a list."""
    return {"items": items, "next_cursor": next_cursor}


def stream(chunks: Iterable[bytes], content_type: str, filename: str | None = None) -> bottle.HTTPResponse:
    """A body in pieces. With `filename` a browser saves it under that name (RFC 6266)."""
    headers = {"Content-Type": content_type}
    if filename is not None:
        headers["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(filename, safe='')}"
    return bottle.HTTPResponse(body=iter(chunks), status=200, headers=headers)


def _params(location: str) -> dict[str, Any]:
    found: dict[str, Any] = bottle.request.environ[PARAMS][location]
    return found
