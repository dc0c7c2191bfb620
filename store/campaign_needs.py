"""What a campaign is made of must be there: its gateway, its sounds and its callbase, for the viewer, within the caller's transaction."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, RowMapping, select

from errors import BadInput, NotFound
from store import audio, callbases, gateways
from store.gateway_settings import SANDBOX_ID
from store.subscriber_rows import of_callbase
from store.tables import subscribers
from store.viewer import Viewer


def allowed_prefixes(conn: Connection, viewer: Viewer, gateway_id: str) -> Sequence[str]:
    """What the gateway may dial; empty for everything. Raises NotFound."""
    if gateway_id == SANDBOX_ID:
        return ()
    try:
        allowed: Sequence[str] = gateways.require(conn, viewer, gateway_id)["allowed_prefixes"]
    except NotFound as error:
        raise NotFound("gateway_id: there is no such gateway.") from error
    return allowed


def sound(conn: Connection, viewer: Viewer, fields: Mapping[str, Any]) -> RowMapping:
    """The row of the sound `audio_id`; there must be the one of `opt_out_audio_id` too, where it is given. Raises NotFound."""
    row = _sound(conn, viewer, fields, "audio_id")
    if fields.get("opt_out_audio_id") is not None:
        _sound(conn, viewer, fields, "opt_out_audio_id")
    return row


def callbase(conn: Connection, viewer: Viewer, callbase_id: str) -> RowMapping:
    """The row of a callbase on which there is somebody.

    Raises:
        NotFound: there is none.
        BadInput: it is empty.
    """
    try:
        row = callbases.require(conn, viewer, callbase_id)
    except NotFound as error:
        raise NotFound("callbase_id: there is no such callbase.") from error
    if conn.scalar(select(subscribers.c.cid).where(of_callbase(callbase_id)).limit(1)) is None:
        raise BadInput.of("callbase_id", "the callbase has no subscribers, so there is nobody to call")
    return row


def _sound(conn: Connection, viewer: Viewer, fields: Mapping[str, Any], name: str) -> RowMapping:
    try:
        return audio.require(conn, viewer, fields[name])
    except NotFound as error:
        raise NotFound(f"{name}: there is no such sound. It may have been deleted; upload it again.") from error
