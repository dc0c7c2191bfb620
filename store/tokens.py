"""Grants and their tokens: one grant a login; ending it ends all tokens of the login at once. Only hashes of tokens are stored."""

from __future__ import annotations

import uuid
from dataclasses import dataclass

from sqlalchemy import Connection, bindparam, delete, exists, insert, select, update

from store.engine import Store
from store.tables import access_tokens, grants, refresh_tokens, users
from store.viewer import Viewer

# Asked by every request, so it is built once.
_ROLE = (
    select(users.c.role)
    .join(grants, grants.c.uid == users.c.uid)
    .join(access_tokens, access_tokens.c.grant_id == grants.c.id)
    .where(
        access_tokens.c.jti == bindparam("jti_"),
        access_tokens.c.expires_at > bindparam("now_"),
        users.c.uid == bindparam("uid_"),
    )
)


@dataclass(frozen=True)
class NewTokens:
    """A pair of tokens that is about to be given out. Times in milliseconds."""

    jti: str
    access_sha256: str
    access_expires_at: int
    refresh_sha256: str
    refresh_expires_at: int


def start_grant(conn: Connection, uid: str, tokens: NewTokens, now: int) -> None:
    """A login: a new grant with its first tokens."""
    grant_id = str(uuid.uuid4())
    conn.execute(insert(grants).values(id=grant_id, uid=uid, created_at=now))
    add(conn, uid, grant_id, tokens)


def add(conn: Connection, uid: str, grant_id: str, tokens: NewTokens) -> None:
    """Adds a pair of tokens to a grant. The grant's earlier access tokens stay valid until their end."""
    conn.execute(insert(access_tokens).values(jti=tokens.jti, grant_id=grant_id, expires_at=tokens.access_expires_at))
    conn.execute(insert(refresh_tokens).values(sha256=tokens.refresh_sha256, grant_id=grant_id, expires_at=tokens.refresh_expires_at))
    newest = {"acc_token": tokens.access_sha256, "expired": tokens.access_expires_at / 1000}
    conn.execute(update(users).where(users.c.uid == uid).values(**newest))


def use_refresh(conn: Connection, sha256: str, now: int) -> tuple[str, str] | None:
    """Uses a refresh token up. It works once; a second use ends the grant, as one of the two came from a thief (RFC 6749 section 10.4).

    One UPDATE decides, so of two uses at once exactly one works.

    Returns:
        (uid, grant id), or None when the token is unknown, expired or was used before.
    """
    mine = refresh_tokens.c.sha256 == sha256
    fresh = mine & refresh_tokens.c.used_at.is_(None) & (refresh_tokens.c.expires_at > now)
    if conn.execute(update(refresh_tokens).where(fresh).values(used_at=now)).rowcount == 1:
        row = conn.execute(select(grants.c.uid, grants.c.id).join(refresh_tokens).where(mine)).one()
        return row.uid, row.id
    reused = select(refresh_tokens.c.grant_id).where(mine, refresh_tokens.c.used_at.is_not(None))
    conn.execute(delete(grants).where(grants.c.id.in_(reused)))
    return None


def viewer_of(store: Store, jti: str, uid: str, now: int) -> Viewer | None:
    """Who holds the access token `jti`; None when it is unknown, revoked, expired or of another user."""
    with store.read() as conn:
        role = conn.execute(_ROLE, {"jti_": jti, "uid_": uid, "now_": now}).scalar_one_or_none()
    return None if role is None else Viewer(uid=uid, is_admin=role == "admin")


def end_grant_of_access_token(conn: Connection, jti: str) -> None:
    """Ends the grant of an access token with all its tokens. Does nothing when it is unknown."""
    conn.execute(delete(grants).where(grants.c.id.in_(select(access_tokens.c.grant_id).where(access_tokens.c.jti == jti))))


def end_grant_of_refresh_token(conn: Connection, sha256: str) -> None:
    """Ends the grant of a refresh token, also of a used one, with all its tokens. Does nothing when it is unknown."""
    conn.execute(delete(grants).where(grants.c.id.in_(select(refresh_tokens.c.grant_id).where(refresh_tokens.c.sha256 == sha256))))


def end_grants(conn: Connection, uid: str) -> None:
    """Ends all grants of a user: the password has changed."""
    conn.execute(delete(grants).where(grants.c.uid == uid))


def sweep(conn: Connection, now: int) -> None:
    """Deletes expired tokens, and grants that have none left."""
    for table in (access_tokens, refresh_tokens):
        conn.execute(delete(table).where(table.c.expires_at <= now))
    held = [exists().where(table.c.grant_id == grants.c.id) for table in (access_tokens, refresh_tokens)]
    conn.execute(delete(grants).where(~held[0], ~held[1]))
