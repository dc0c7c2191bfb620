"""How far the server is with a list: asked for beside the upload, whose answer comes only when all is done."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from dozvon_client.api import Api, path_to
from dozvon_client.errors import Refused
from dozvon_client.progress import Shown

POLL_S = 0.5
STAGES = {"reading": "The server reads the list", "writing": "The server saves the list", "finishing": "The server saves the list"}


@contextmanager
def import_watched(api: Api, key: str, shown: Shown) -> Iterator[threading.Event]:
    """Show how far the import with this Idempotency-Key is, from the moment that the event it gives is set, which means: all is sent."""
    sent, over = threading.Event(), threading.Event()

    def watch() -> None:
        sent.wait()
        while not over.wait(POLL_S):
            try:
                tell(shown, api.get(path_to("imports", key)))
            except Refused as error:
                if error.status != 404:  # not known (yet): there may be more the next time
                    return
            except Exception:
                return  # what is wrong, the upload itself will tell

    thread = threading.Thread(target=watch, daemon=True)
    thread.start()
    try:
        yield sent
    finally:
        over.set()
        sent.set()
        thread.join(2.0)


def tell(shown: Shown, state: dict[str, Any]) -> None:
    """Show one answer of `GET /imports/{key}`."""
    words = STAGES.get(str(state.get("stage")))
    if words is None:
        return
    rows, total = state.get("rows"), state.get("bytes_total")
    if isinstance(rows, int) and rows:
        words = f"{words}: {rows:,} rows".replace(",", " ")
    shown.stage(words, state.get("bytes_read") if total else None, total)
