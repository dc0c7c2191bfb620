"""How far an upload is: `GET /imports/{key}`, where the key is the Idempotency-Key of the POST /callbases that runs."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import bottle
from bottle import Bottle

from api import http
from clock import now_ms
from errors import NotFound
from lists.progress import DONE, FAILED, Progress

KEEP_MS = 60_000  # after the end
MOST = 1_000  # imports that are remembered

Place = tuple[str, str]  # the user's uid, the key


class Imports:
    """The imports that run, and those that have just ended. In memory: after a restart nobody waits for them. Safe from several threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._known: dict[Place, Progress] = {}
        self._ended_at: dict[Place, int] = {}

    @contextmanager
    def running(self) -> Iterator[Progress]:
        """The progress of the request that is being answered; it can be asked for when the request has an Idempotency-Key."""
        key = bottle.request.environ[http.PARAMS]["header"].get("Idempotency-Key")
        place = (http.viewer().uid, key)
        progress = Progress(now_ms())
        if key is not None:
            self._remember(place, progress)
        try:
            yield progress
            progress.stage = DONE
        except BaseException:
            progress.stage = FAILED
            raise
        finally:
            if key is not None:
                with self._lock:
                    self._ended_at[place] = now_ms()

    def get(self, uid: str, key: str) -> Progress:
        """Raises NotFound."""
        with self._lock:
            self._forget(now_ms() - KEEP_MS)
            progress = self._known.get((uid, key))
        if progress is None:
            raise NotFound("No import with this Idempotency-Key runs, or has ended within the last minute.")
        return progress

    def _remember(self, place: Place, progress: Progress) -> None:
        with self._lock:
            self._forget(now_ms() - KEEP_MS)
            while len(self._known) >= MOST:
                self._drop(next(iter(self._known)))
            self._ended_at.pop(place, None)
            self._known[place] = progress

    def _forget(self, before: int) -> None:
        for place in [place for place, at in self._ended_at.items() if at <= before]:
            self._drop(place)

    def _drop(self, place: Place) -> None:
        self._known.pop(place, None)
        self._ended_at.pop(place, None)


def routes(app: Bottle, imports: Imports) -> None:
    """Registers the route under /imports."""

    @app.get("/imports/<key>")
    def get_import(key: str) -> dict[str, Any]:
        return imports.get(http.viewer().uid, key).as_json()
