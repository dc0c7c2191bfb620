"""The plugin behind `Idempotency-Key`. It runs inside the token check and the schema check, around each POST of the API.

A route says how to find what it made, for a request that is sent again after a crash:

    def made(viewer: Viewer, resource_id: str) -> Any:
        return http.created(f"/gateways/{resource_id}", gateways.get(store, viewer, resource_id))

    @app.post("/gateways", made=made)

`made` gives the route's answer with the present state of the thing; it raises NotFound, or gives None, when the thing was not made.
Without `made` the work is done again; then it must be harmless to do twice. The handler takes its id from `http.new_id()`.
"""

from __future__ import annotations

import hashlib
import json
import logging
import uuid
from collections.abc import Callable
from typing import Any

import bottle
from sqlalchemy.exc import SQLAlchemyError

import clock
from api import http, problems, request_reader
from errors import BadInput, DozvonError, NotFound
from security.keys import SecretBox
from store import idempotency
from store.engine import Store
from store.viewer import Viewer

log = logging.getLogger(__name__)

HEADER = "Idempotency-Key"
REPLAYED = "Idempotent-Replayed"
MAX_KEY = 255

Made = Callable[[Viewer, str], Any]


class IdempotencyPlugin:
    """Runs the work of a key once.

    Args:
        box: makes the fingerprints, as the requests hold passwords.
        run_id: names this run of the service; rows of another run that are still open are left from a crash.
        now_ms: the clock, in milliseconds of UNIX time.
    """

    name = "idempotency"
    api = 2

    def __init__(self, store: Store, box: SecretBox, run_id: str = "", now_ms: Callable[[], int] = clock.now_ms) -> None:
        self._store = store
        self._box = box
        self._run_id = run_id or str(uuid.uuid4())
        self._now_ms = now_ms
        # Keys whose row could not be brought to its end, as the disk was full: without this they would be "still running" for ever.
        self._unsettled: set[idempotency.Place] = set()

    def apply(self, callback: Callable[..., Any], route: bottle.Route) -> Callable[..., Any]:
        """Bottle calls this once a route."""
        if route.method != "POST" or route.rule.startswith("/oauth/"):
            return callback
        made: Made = route.config.get("made", _never_made)

        def once(*args: Any, **kwargs: Any) -> Any:
            key = request_reader.header_texts(bottle.request, [HEADER]).get(HEADER)
            if key is None:
                return callback(*args, **kwargs)
            return self._answer(_checked(key), made, lambda: callback(*args, **kwargs))

        return once

    def _answer(self, key: str, made: Made, work: Callable[[], Any]) -> Any:
        request, viewer = bottle.request, http.viewer()
        place = idempotency.Place(viewer.uid, f"{request.method} {request.path}"[:255], key)
        print_ = self._fingerprint(request)
        if place in self._unsettled:
            idempotency.abandon(self._store, place, self._run_id)
            self._unsettled.discard(place)
        found = idempotency.reserve(self._store, place, print_, str(uuid.uuid4()), self._run_id, self._now_ms())
        if isinstance(found, idempotency.Answer):
            return _replay(found)
        if found.resumed:
            answer = _look_up(made, viewer, found.resource_id)
            if answer is not None:
                self._finish(place, answer)
                bottle.response.set_header(REPLAYED, "true")
                return answer
        request.environ[http.RESOURCE_ID] = found.resource_id
        return self._work(place, work, lambda: _look_up(made, viewer, found.resource_id))

    def _work(self, place: idempotency.Place, work: Callable[[], Any], find: Callable[[], Any]) -> Any:
        try:
            answer = work()
        except Exception as error:
            told = error if isinstance(error, DozvonError) else None
            if told is not None and 400 <= told.status < 500 and told.status != 429:
                self._finish(place, problems.answer(told, bottle.request.path))
            elif find() is None:
                self._settle(place, lambda: idempotency.release(self._store, place, self._run_id))
            else:  # else a second try would make it, or call everybody, twice
                self._settle(place, lambda: idempotency.abandon(self._store, place, self._run_id))
            raise
        self._finish(place, answer)
        return answer

    def _finish(self, place: idempotency.Place, answer: Any) -> None:
        kept = _kept(answer)
        self._settle(place, lambda: idempotency.finish(self._store, place, self._run_id, kept))

    def _settle(self, place: idempotency.Place, change: Callable[[], None]) -> None:
        """Brings the key's row to its end. When that fails the request goes on: the next one with the key looks up what it made."""
        try:
            change()
        except SQLAlchemyError:
            log.exception("What became of an Idempotency-Key could not be written down; its next request finds out")
            self._unsettled.add(place)

    def _fingerprint(self, request: bottle.BaseRequest) -> str:
        params = request.environ[http.PARAMS]
        compared = {
            "method": request.method,
            "route": request.path,
            "fields": {name: values for name, values in params.items() if name in ("path", "query", "formData", "body")},
            "files": {name: _sha256(upload) for name, upload in params["files"].items() if isinstance(upload, bottle.FileUpload)},
        }
        return self._box.fingerprint(json.dumps(compared, sort_keys=True, default=str).encode())


def _checked(key: str) -> str:
    if not 1 <= len(key) <= MAX_KEY:
        raise BadInput.of(HEADER, f"must have 1 to {MAX_KEY} characters")
    return key


def _never_made(_viewer: Viewer, _resource_id: str) -> None:
    return None


def _look_up(made: Made, viewer: Viewer, resource_id: str) -> Any:
    try:
        return made(viewer, resource_id)
    except NotFound:
        return None


def _sha256(upload: bottle.FileUpload) -> str:
    digest = hashlib.sha256()
    while block := upload.file.read(1 << 20):
        digest.update(block)
    upload.file.seek(0)
    return digest.hexdigest()


def _kept(answer: Any) -> idempotency.Answer:
    """The answer as bytes. A handler gives a dict beside `bottle.response`, or a response of its own with its whole body."""
    own = isinstance(answer, bottle.HTTPResponse)
    response = answer if own else bottle.response
    body = answer.body if own else b"" if answer is None else bottle.json_dumps(answer)
    headers = {name: response.headers[name] for name in ("Location", "Content-Type") if name in response.headers}
    if not own:
        headers["Content-Type"] = "application/json"
    return idempotency.Answer(response.status_code, headers, body.encode() if isinstance(body, str) else body)


def _replay(found: idempotency.Answer) -> bottle.HTTPResponse:
    return bottle.HTTPResponse(found.body, found.status, {**found.headers, REPLAYED: "true"})
