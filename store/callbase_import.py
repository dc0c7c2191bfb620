"""An uploaded list → a callbase, all or nothing, in small transactions: others can write in between, and nobody sees half a list."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Iterator
from itertools import islice
from typing import Any

from sqlalchemy import insert, update
from sqlalchemy.exc import OperationalError

from clock import now_ms
from store import dnc
from store.callbases import READY, STAGING, as_json, discard
from store.chunks import let_others_write
from store.engine import Store
from store.subscriber_rows import Person, insert_people
from store.tables import callbases
from store.viewer import Viewer

# More than elsewhere: the batch is sorted by number, and the larger it is, the fewer pages of the index are written again and again.
ROWS = 10_000

log = logging.getLogger(__name__)

# Given how many of the accepted are on /dnc, the report to keep. Called after the last person was taken.
Report = Callable[[int], dict[str, Any]]


def create(store: Store, viewer: Viewer, new_id: str, name: str, region: str, people: Iterable[Person], report: Report) -> dict[str, Any]:
    """Makes a callbase of `people`, whose numbers are in E.164, each once. Blocks while it reads them.

    Raises:
        Whatever `people` or the database raises: nothing stays then.
    """
    try:
        return _stage(store, viewer, new_id, name, region, people, report)
    except BaseException:
        _undo(store, new_id)
        raise


def preview(store: Store, people: Iterable[Person], report: Report) -> dict[str, Any]:
    """The report that `create` would give; nothing is kept."""
    on_dnc = 0
    for chunk in _chunks(people):
        with store.read() as conn:
            on_dnc += len(dnc.listed(conn, [one.number for one in chunk]))
    return report(on_dnc)


def _stage(store: Store, viewer: Viewer, new_id: str, name: str, region: str, people: Iterable[Person], report: Report) -> dict[str, Any]:
    row = {
        "id": new_id,
        "owner": viewer.uid,
        "created_at": now_ms(),
        "name": name,
        "region": region,
        "state": STAGING,
        "total": 0,
        "report": {},
    }
    discard(store, new_id)  # what an earlier try left that could not even be undone
    with store.write() as conn:
        conn.execute(insert(callbases).values(**row))
    total = 0
    for count, chunk in enumerate(_chunks(people), 1):
        with store.write(staged=True) as conn:
            insert_people(conn, new_id, chunk, total + 1)
        total += len(chunk)
        let_others_write(store, count, catch_up_after=10)  # each touches most pages of the index of numbers
    with store.read() as conn:
        on_dnc = dnc.count_of_callbase(conn, new_id)
    changes: dict[str, Any] = {"state": READY, "total": total, "report": report(on_dnc)}
    with store.write() as conn:
        conn.execute(update(callbases).where(callbases.c.id == new_id).values(**changes))
    return as_json({**row, **changes})


def _undo(store: Store, callbase_id: str) -> None:
    try:
        discard(store, callbase_id)
    except OperationalError:
        log.exception("What was written of a list that failed could not be deleted now; it is invisible, and the next start deletes it")


def _chunks(people: Iterable[Person]) -> Iterator[list[Person]]:
    them = iter(people)
    return iter(lambda: list(islice(them, ROWS)), [])
