"""An uploaded list → a callbase, all or nothing, in small transactions: others can write in between, and nobody sees half a list."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Sequence
from typing import Any

from sqlalchemy import insert, select, update
from sqlalchemy.exc import OperationalError

from clock import now_ms
from lists.people import BATCH, NUMBER, WINDOW, TableRow
from store import dnc
from store.callbases import READY, STAGING, as_json, discard
from store.chunks import let_others_write
from store.engine import Store
from store.subscriber_rows import insert_rows
from store.tables import callbases
from store.viewer import Viewer

log = logging.getLogger(__name__)

# An uploaded list in batches of rows, each one short transaction (`lists.people.batches`).
Batches = Iterable[Sequence[TableRow]]
# Given how many of the accepted are on /dnc, the report to keep. Called after the last batch was taken.
Report = Callable[[int], dict[str, Any]]


def create(store: Store, viewer: Viewer, new_id: str, name: str, region: str, batches: Batches, report: Report) -> dict[str, Any]:
    """Makes a callbase of a list on which each number stands once. Blocks while it reads it.

    Raises:
        Whatever `batches` or the database raises: nothing stays then.
    """
    try:
        return _stage(store, viewer, new_id, name, region, batches, report)
    except BaseException:
        _undo(store, new_id)
        raise


def preview(store: Store, batches: Batches, report: Report) -> dict[str, Any]:
    """The report that `create` would give; nothing is kept."""
    on_dnc = 0
    for batch in batches:
        with store.read() as conn:
            on_dnc += len(dnc.listed(conn, list(map(NUMBER, batch))))
    return report(on_dnc)


def _stage(store: Store, viewer: Viewer, new_id: str, name: str, region: str, batches: Batches, report: Report) -> dict[str, Any]:
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
        seq = conn.execute(select(callbases.c.seq).where(callbases.c.id == new_id)).scalar_one()
    total = 0
    for count, batch in enumerate(batches, 1):
        with store.write(staged=True) as conn:
            insert_rows(conn, seq, batch)
        total += len(batch)
        let_others_write(store, count, catch_up_after=WINDOW // BATCH)  # within a window the same pages change again
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
