"""The users: who may log in, and as what."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Connection, RowMapping, delete, func, insert, literal, or_, select, update
from sqlalchemy.exc import IntegrityError

import clock
from errors import BadInput, Conflict, FieldError, NotFound
from store import tokens, user_removal
from store.campaign_rows import ENDED
from store.engine import Store
from store.paging import Page, fetch_page
from store.tables import audio, callbases, campaigns, dnc, gateways, users
from store.text_rules import line_fault
from store.viewer import Viewer

ROLES = ("admin", "user")
MAX_LOGIN = 200
MAX_NAME = 200
MAX_COMMENT = 1024

_FIELDS = (users.c.uid, users.c.name, users.c.login, users.c.role, users.c.comment)
_NOT_FOUND = "There is no such user."


@dataclass(frozen=True)
class Credentials:
    """What a login is checked against. `password` is an argon2id hash."""

    uid: str
    password: str


def create(store: Store, new_id: str, fields: dict[str, Any], password_hash: str) -> dict[str, Any]:
    """Adds a user.

    Args:
        fields: `login`, and any of `name, role ("user"), comment`.

    Raises:
        BadInput: a field breaks its rules.
        Conflict: the login is taken.
    """
    check_fields(fields)
    kept = {name: fields[name] for name in ("login", "name", "role", "comment") if name in fields}
    try:
        with store.write() as conn:
            conn.execute(insert(users).values(uid=new_id, password=password_hash, created_at=clock.now_ms(), **kept))
            return _one(conn, new_id)
    except IntegrityError:
        raise Conflict("The login is taken. Choose another one.") from None


def get(store: Store, uid: str) -> dict[str, Any]:
    """One user.

    Raises:
        NotFound: there is none with this uid.
    """
    with store.read() as conn:
        return _one(conn, uid)


def list_page(store: Store, page: Page) -> tuple[list[dict[str, Any]], str | None]:
    """The users, newest first, and the next page's cursor."""
    query = select(*_FIELDS, users.c.created_at)
    with store.read() as conn:
        rows, cursor = fetch_page(conn, query, (users.c.created_at, users.c.uid), page, newest_first=True)
    return [_json(row) for row in rows], cursor


def change(store: Store, uid: str, fields: dict[str, Any], password_hash: str | None = None) -> dict[str, Any]:
    """Changes a user. A new password ends all the user's tokens in the same transaction.

    Args:
        fields: any of `login, name, role, comment`.

    Raises:
        BadInput: a field breaks its rules.
        NotFound: there is none with this uid.
        Conflict: the login is taken, or the last admin would lose the role.
    """
    check_fields(fields)
    values: dict[str, Any] = {name: fields[name] for name in ("login", "name", "role", "comment") if name in fields}
    if password_hash is not None:
        values["password"] = password_hash
    try:
        with store.write() as conn:
            before = _one(conn, uid)
            if before["role"] == "admin" and values.get("role", "admin") != "admin":
                _keep_an_admin(conn)
            if values:
                conn.execute(update(users).where(users.c.uid == uid).values(**values))
            if password_hash is not None:
                tokens.end_grants(conn, uid)
            return _one(conn, uid)
    except IntegrityError:
        raise Conflict("The login is taken. Choose another one.") from None


def delete_user(store: Store, viewer: Viewer, uid: str) -> None:
    """Deletes a user with everything that belongs to them. Their do-not-call entries stay, as the admin's who deletes.

    The user and all that is theirs are gone for callers at once; blocks until the rows of their lists, sounds and campaigns are gone too.

    Raises:
        NotFound: there is none with this uid.
        Conflict: it is oneself, the last admin, or a user with a running campaign, or whose things a running campaign uses.
    """
    with store.write() as conn:
        row = _one(conn, uid)
        if uid == viewer.uid:
            raise Conflict("You can't delete yourself. Ask another admin.")
        if row["role"] == "admin":
            _keep_an_admin(conn)
        if conn.execute(select(campaigns.c.id).where(campaigns.c.owner == uid, _running()).limit(1)).first():
            raise Conflict("The user has a running campaign. Cancel it first.")
        if conn.execute(select(campaigns.c.id).where(_uses_things_of(uid), _running()).limit(1)).first():
            raise Conflict("Another user's running campaign uses a gateway, a sound or a callbase of this user. Cancel it first.")
        _inherit_dnc(conn, uid, viewer.uid)
        left = user_removal.hide(conn, uid, viewer.uid)
        conn.execute(delete(users).where(users.c.uid == uid))
    user_removal.discard(store, left)


def credentials(store: Store, login: str) -> Credentials | None:
    """What the password of this login is checked against; None when there is no such login."""
    with store.read() as conn:
        row = conn.execute(select(users.c.uid, users.c.password).where(users.c.login == login)).one_or_none()
    return None if row is None else Credentials(row.uid, row.password)


def has_password(conn: Connection, seen: Credentials) -> bool:
    """Whether the user is still there with the password hash that was seen before."""
    found = select(users.c.uid).where(users.c.uid == seen.uid, users.c.password == seen.password)
    return conn.execute(found).first() is not None


def rehash(conn: Connection, uid: str, password_hash: str) -> None:
    """Keeps the same password under newer hash parameters; tokens stay."""
    conn.execute(update(users).where(users.c.uid == uid).values(password=password_hash))


def count(store: Store) -> int:
    """How many users there are."""
    with store.read() as conn:
        return conn.execute(select(func.count()).select_from(users)).scalar_one()


def check_fields(fields: dict[str, Any]) -> None:
    """The rules for `login, name, role, comment`, for the API and the command line alike.

    Raises:
        BadInput: a field breaks its rule.
    """
    faults: dict[str, Callable[[str], str | None]] = {
        "login": _login_fault,
        "name": lambda name: line_fault(name, MAX_NAME),
        "comment": _comment_fault,
        "role": lambda role: None if role in ROLES else "must be admin or user",
    }
    found = [FieldError(field, fault) for field, check in faults.items() if field in fields and (fault := check(fields[field]))]
    if found:
        raise BadInput("; ".join(f"{error.field}: {error.reason}" for error in found), found)


def _login_fault(login: str) -> str | None:
    if not login or login != login.strip():
        return "is empty, or has a space at an end"
    return line_fault(login, MAX_LOGIN)


def _comment_fault(comment: str) -> str | None:
    if len(comment) > MAX_COMMENT:
        return f"is longer than {MAX_COMMENT} characters"
    if any(char == "\0" or "\ud800" <= char <= "\udfff" for char in comment):
        return "holds a NUL or half of a surrogate pair; remove it"
    return None


def _running() -> ColumnElement[bool]:
    return campaigns.c.status.not_in(ENDED)


def _uses_things_of(uid: str) -> ColumnElement[bool]:
    things = ((audio, "audio_id"), (audio, "opt_out_audio_id"), (gateways, "gateway_id"), (callbases, "callbase_id"))
    return or_(*(campaigns.c[name].in_(select(table.c.id).where(table.c.owner == uid)) for table, name in things))


def _keep_an_admin(conn: Connection) -> None:
    admins = conn.execute(select(func.count()).where(users.c.role == "admin")).scalar_one()
    if admins <= 1:
        raise Conflict("This is the last admin. Make somebody else an admin first.")


def _inherit_dnc(conn: Connection, uid: str, heir: str) -> None:
    """Whoever asked not to be called must not be called because an account is gone."""
    known = select(dnc.c.number).where(dnc.c.owner == heir)
    theirs = select(dnc.c.number, literal(heir), dnc.c.created_at, dnc.c.reason).where(dnc.c.owner == uid, dnc.c.number.not_in(known))
    conn.execute(insert(dnc).from_select(["number", "owner", "created_at", "reason"], theirs))


def _one(conn: Connection, uid: str) -> dict[str, Any]:
    row = conn.execute(select(*_FIELDS).where(users.c.uid == uid)).mappings().one_or_none()
    if row is None:
        raise NotFound(_NOT_FOUND)
    return _json(row)


def _json(row: RowMapping) -> dict[str, Any]:
    return {column.name: row[column.name] for column in _FIELDS}
