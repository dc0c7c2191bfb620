"""Gateways: the SIP settings of a user's providers. The password is sealed at rest and never read back by a caller."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import Connection, RowMapping, exists, insert, select, update
from sqlalchemy import delete as sql_delete

from clock import now_ms
from errors import Conflict, NotFound
from security.keys import SecretBox, SecretUnreadable
from store.campaign_rows import ENDED
from store.engine import Store
from store.gateway_fields import FIELDS, checked_change, checked_new
from store.gateway_settings import GatewaySettings, sandbox_settings
from store.paging import Page, fetch_page
from store.tables import campaigns, gateways
from store.viewer import Viewer

# A change of these is nothing that the other side can notice: no new probe is due.
NOT_ON_THE_WIRE = frozenset({"name", "max_lines", "calls_per_second", "region", "allowed_prefixes"})


def create(store: Store, viewer: Viewer, fields: Mapping[str, Any], box: SecretBox, new_id: str) -> dict[str, Any]:
    """Adds a gateway of the viewer's; fields that are not given get the contract's defaults.

    Raises:
        BadInput: naming every field that is wrong.
    """
    row = checked_new(fields)
    now = now_ms()
    row |= {"id": new_id, "owner": viewer.uid, "created_at": now, "changed_at": now, "password": _sealed(row.get("password"), box)}
    with store.write() as conn:
        conn.execute(insert(gateways).values(row))
    return _view(row)


def get(store: Store, viewer: Viewer, gateway_id: str) -> dict[str, Any]:
    """One gateway, without its password. Raises NotFound."""
    with store.read() as conn:
        return _view(_row(conn, viewer, gateway_id))


def list_page(store: Store, viewer: Viewer, page: Page) -> tuple[list[dict[str, Any]], str | None]:
    """The viewer's gateways (an admin's: everybody's), newest first, and the next page's cursor. The sandbox is not among them."""
    query = select(gateways).where(viewer.may_see(gateways))
    with store.read() as conn:
        rows, next_cursor = fetch_page(conn, query, (gateways.c.created_at, gateways.c.id), page, newest_first=True)
    return [_view(row) for row in rows], next_cursor


def change(store: Store, viewer: Viewer, gateway_id: str, fields: Mapping[str, Any], box: SecretBox) -> dict[str, Any]:
    """Changes the given fields and keeps the rest; `password: None` removes the password.

    Raises:
        NotFound: no such gateway of the viewer's.
        BadInput: naming every field that is wrong.
    """
    with store.write() as conn:
        row = _row(conn, viewer, gateway_id)
        changes = {name: value for name, value in checked_change(fields).items() if _differs(row, name, value, box)}
        if changes.keys() - NOT_ON_THE_WIRE:
            # Strictly later, so that the dialer sees the change even when the clock was set back.
            changes["changed_at"] = max(now_ms(), row["changed_at"] + 1)
        if "password" in changes:
            changes["password"] = _sealed(changes["password"], box)
        if changes:
            conn.execute(update(gateways).where(gateways.c.id == gateway_id).values(changes))
        return _view({**row, **changes})


def delete(store: Store, viewer: Viewer, gateway_id: str) -> None:
    """Deletes a gateway.

    Raises:
        NotFound: no such gateway of the viewer's.
        Conflict: a campaign that has not ended uses it.
    """
    with store.write() as conn:
        _row(conn, viewer, gateway_id)
        in_use = exists().where(campaigns.c.gateway_id == gateway_id, campaigns.c.status.not_in(ENDED))
        if conn.scalar(select(in_use)):
            raise Conflict("A campaign that has not ended uses this gateway. Cancel the campaign first, or wait for its end.")
        conn.execute(sql_delete(gateways).where(gateways.c.id == gateway_id))


def sandbox_gateway(port: int) -> dict[str, Any]:
    """The read-only gateway `sandbox`, in the form of all others."""
    return _view(vars(sandbox_settings(port)))


def require(conn: Connection, viewer: Viewer, gateway_id: str) -> dict[str, Any]:
    """The gateway as a caller sees it, within the caller's transaction. Raises NotFound; `sandbox` is no row either."""
    return _view(_row(conn, viewer, gateway_id))


def settings(conn: Connection, gateway_id: str, box: SecretBox) -> GatewaySettings:
    """Everything that the dialer needs, the password in clear text. Raises NotFound when the gateway was deleted."""
    row = conn.execute(select(gateways).where(gateways.c.id == gateway_id)).mappings().one_or_none()
    if row is None:
        raise NotFound("There is no such gateway.")
    fields: dict[str, Any] = {name: tuple(row[name]) if isinstance(row[name], list) else row[name] for name in FIELDS}
    fields["password"] = _opened(row["password"], box) or ""
    return GatewaySettings(id=gateway_id, changed_at=row["changed_at"], **fields)


def _row(conn: Connection, viewer: Viewer, gateway_id: str) -> RowMapping:
    query = select(gateways).where(gateways.c.id == gateway_id, viewer.may_see(gateways))
    row = conn.execute(query).mappings().one_or_none()
    if row is None:
        raise NotFound("There is no such gateway.")
    return row


def _view(row: Mapping[Any, Any]) -> dict[str, Any]:
    shown = {name: row[name] for name in FIELDS if name != "password"}
    return {"id": row["id"]} | {name: list(value) if isinstance(value, tuple) else value for name, value in shown.items()}


def _sealed(password: str | None, box: SecretBox) -> bytes | None:
    return box.seal(password) if password else None


def _opened(sealed: bytes | None, box: SecretBox) -> str | None:
    return None if sealed is None else box.open(sealed)


def _differs(row: RowMapping, name: str, value: Any, box: SecretBox) -> bool:
    if name != "password":
        return bool(row[name] != value)
    try:
        return bool(_opened(row["password"], box) != value)
    except SecretUnreadable:
        return True  # sealed with a lost key: a new password is the way out
