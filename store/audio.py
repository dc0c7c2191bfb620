"""Sounds: their facts, and their bytes in pieces of at most 1 MiB. Kind 'original' is the upload, 'phone' what the called person hears,
'wide' what they hear over a wideband codec; a sound whose upload has no more than 8 kHz has no 'wide'.

A sound of 128 MB in one transaction kept every other writer waiting for 1.1 s, so it is staged: rows with state 'staging' are invisible
to everybody until one small commit makes them 'ready', and a deleted sound is 'staging' again while its pieces go.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import islice
from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection, RowMapping, exists, func, insert, or_, select, update
from sqlalchemy import delete as sql_delete

from clock import now_ms
from errors import BadInput, Conflict, NotFound
from store.campaign_rows import ENDED
from store.chunks import in_chunks
from store.engine import Store
from store.paging import Page, fetch_page
from store.tables import audio, audio_chunks, campaigns
from store.text_rules import name_fault
from store.viewer import Viewer

if TYPE_CHECKING:
    from sounds.facts import SoundFacts

PHONE_RATE, WIDE_RATE = 8000, 16_000  # Hz: of the kinds
CHUNK_BYTES = 1 << 20
CHUNKS_AT_ONCE = 4  # in a transaction: some 40 ms
STAGING, READY = "staging", "ready"
SHOWN = ("id", "name", "duration_ms", "sample_rate", "channels", "format", "size", "sha256")


def create(
    store: Store,
    viewer: Viewer,
    new_id: str,
    name: str,
    normalize: bool,
    facts: SoundFacts,
    original: Iterator[bytes],
    phone: Iterator[bytes],
    wide: Iterator[bytes],
) -> dict[str, Any]:
    """Keeps a sound. It is visible to others when this returns, whole; when this raises, nothing is left.

    Args:
        original, phone, wide: the bytes, in pieces of at most 1 MiB; `phone` is 16-bit little-endian mono at 8 kHz, `wide` the same at
            16 kHz, or nothing.

    Raises:
        BadInput: the name is empty, too long or holds control characters.
    """
    check_name(name)
    row = {
        "id": new_id,
        "owner": viewer.uid,
        "created_at": now_ms(),
        "state": STAGING,
        "name": name,
        "duration_ms": facts.duration_ms,
        "sample_rate": facts.sample_rate,
        "channels": facts.channels,
        "format": facts.format,
        "size": facts.size,
        "sha256": facts.sha256,
        "normalize": normalize,
    }
    with store.write() as conn:
        # A request that is done again after a failure brings the id of the first try.
        conn.execute(sql_delete(audio).where(audio.c.id == new_id, audio.c.state == STAGING))
        conn.execute(insert(audio).values(row))
    try:
        _stage(store, new_id, "original", original)
        _stage(store, new_id, "phone", phone)
        _stage(store, new_id, "wide", wide)
        with store.write() as conn:
            conn.execute(update(audio).where(audio.c.id == new_id).values(state=READY))
    except BaseException:
        discard(store, new_id)
        raise
    return _view(row)


def get(store: Store, viewer: Viewer, audio_id: str) -> dict[str, Any]:
    """One sound's facts. Raises NotFound."""
    with store.read() as conn:
        return _view(require(conn, viewer, audio_id))


def list_page(store: Store, viewer: Viewer, page: Page) -> tuple[list[dict[str, Any]], str | None]:
    """The viewer's sounds (an admin's: everybody's), newest first, and the next page's cursor."""
    query = select(audio).where(viewer.may_see(audio), audio.c.state == READY)
    with store.read() as conn:
        rows, next_cursor = fetch_page(conn, query, (audio.c.created_at, audio.c.id), page, newest_first=True)
    return [_view(row) for row in rows], next_cursor


def rename(store: Store, viewer: Viewer, audio_id: str, name: str) -> dict[str, Any]:
    """Gives a sound another name. Raises NotFound, BadInput."""
    check_name(name)
    with store.write() as conn:
        row = require(conn, viewer, audio_id)
        conn.execute(update(audio).where(audio.c.id == audio_id).values(name=name))
        return _view({**row, "name": name})


def delete(store: Store, viewer: Viewer, audio_id: str) -> None:
    """Deletes a sound.

    Raises:
        NotFound: no such sound of the viewer's.
        Conflict: a campaign that has not ended uses it.
    """
    with store.write() as conn:
        require(conn, viewer, audio_id)
        plays = or_(campaigns.c.audio_id == audio_id, campaigns.c.opt_out_audio_id == audio_id)
        in_use = exists().where(plays, campaigns.c.status.not_in(ENDED))
        if conn.scalar(select(in_use)):
            raise Conflict("A campaign that has not ended uses this sound. Cancel the campaign first, or wait for its end.")
        conn.execute(update(audio).where(audio.c.id == audio_id).values(state=STAGING))
    discard(store, audio_id)


def sweep(store: Store) -> int:
    """For the start of the service: deletes what an earlier run left half uploaded or half deleted. Gives how many sounds."""
    with store.read() as conn:
        left = list(conn.scalars(select(audio.c.id).where(audio.c.state == STAGING)))
    for audio_id in left:
        discard(store, audio_id)
    return len(left)


def discard(store: Store, audio_id: str) -> None:
    """Deletes a sound that no caller sees, in small transactions."""

    def step(conn: Connection) -> bool:
        query = select(audio_chunks.c.kind, audio_chunks.c.seq).where(audio_chunks.c.audio_id == audio_id).limit(CHUNKS_AT_ONCE)
        some = conn.execute(query).all()
        for kind, seq in some:
            conn.execute(sql_delete(audio_chunks).where(*_pieces(audio_id, kind), audio_chunks.c.seq == seq))
        if not some:
            conn.execute(sql_delete(audio).where(audio.c.id == audio_id))
        return bool(some)

    in_chunks(store, step)


def require(conn: Connection, viewer: Viewer, audio_id: str) -> RowMapping:
    """The sound's row, within the caller's transaction. Raises NotFound."""
    query = select(audio).where(audio.c.id == audio_id, audio.c.state == READY, viewer.may_see(audio))
    row = conn.execute(query).mappings().one_or_none()
    if row is None:
        raise NotFound("There is no such sound.")
    return row


def size_of(store: Store, audio_id: str, kind: str) -> int:
    """How many bytes `chunks` will give."""
    query = select(func.coalesce(func.sum(func.length(audio_chunks.c.data)), 0)).where(*_pieces(audio_id, kind))
    with store.read() as conn:
        return int(conn.execute(query).scalar_one())


def chunks(store: Store, audio_id: str, kind: str) -> Iterator[bytes]:
    """The bytes in pieces, each read when it is asked for, so that a slow reader holds no connection.

    Raises:
        NotFound: on the way, when the sound is deleted meanwhile: a body that is cut short must not look whole.
    """
    with store.read() as conn:
        count = conn.execute(select(func.count()).where(*_pieces(audio_id, kind))).scalar_one()
    for seq in range(count):
        with store.read() as conn:
            data = conn.execute(select(audio_chunks.c.data).where(*_pieces(audio_id, kind), audio_chunks.c.seq == seq)).scalar_one_or_none()
        if data is None:
            raise NotFound("The sound was deleted.")
        yield data


def choose(store: Store, audio_id: str, *, wide: bool) -> tuple[str, int, int]:
    """The rendering that is played: its kind, its rate in Hz and its size in bytes. Raises NotFound.

    Args:
        wide: at 16 kHz where the sound has it; else at 8 kHz.
    """
    for kind, rate in (("wide", WIDE_RATE), ("phone", PHONE_RATE)):
        if (wide or kind == "phone") and (size := size_of(store, audio_id, kind)):
            return kind, rate, size
    raise NotFound("There is no such sound.")


def samples(store: Store, audio_id: str, kind: str) -> bytes:
    """A whole rendering: 16-bit little-endian mono samples, at most 19 MB."""
    with store.read() as conn:
        query = select(audio_chunks.c.data).where(*_pieces(audio_id, kind)).order_by(audio_chunks.c.seq)
        return b"".join(conn.scalars(query))


def check_name(name: str) -> None:
    """Raises BadInput when a sound can't have this name."""
    if fault := name_fault(name):
        raise BadInput.of("name", fault)


def _stage(store: Store, audio_id: str, kind: str, pieces: Iterator[bytes]) -> None:
    rows = ({"audio_id": audio_id, "kind": kind, "seq": seq, "data": data} for seq, data in enumerate(pieces))

    def step(conn: Connection) -> bool:
        some = list(islice(rows, CHUNKS_AT_ONCE))
        if some:
            conn.execute(insert(audio_chunks), some)
        return bool(some)

    in_chunks(store, step)


def _pieces(audio_id: str, kind: str) -> Sequence[Any]:
    return audio_chunks.c.audio_id == audio_id, audio_chunks.c.kind == kind


def _view(row: Any) -> dict[str, Any]:
    return {name: row[name] for name in SHOWN}
