"""Logging in and telling who asks: OAuth 2.0's password and refresh grants (RFC 6749), revocation (RFC 7009), bearer tokens (RFC 6750).

An access token is a JWT (HS256) and valid only while its `jti` is in the store: whoever knows the key can read tokens, not make
ones that are accepted, and revoking acts at once.
"""

from __future__ import annotations

import functools
import hashlib
import secrets
import threading
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import jwt

import clock
from errors import OAuthError, TooMany, Unauthorized
from security.passwords import hash_password, is_outdated, random_password, verify_password
from security.throttle import LoginThrottle, peer_key
from store import tokens, users
from store.engine import Store
from store.viewer import Viewer

ISSUER = "dozvon"
ALGORITHM = "HS256"
ACCESS_TTL_S = 600
REFRESH_TTL_S = 30 * 24 * 3600
REALM = 'Bearer realm="dozvon"'
MAX_TOKEN = 4096
QUEUE_TIMEOUT_S = 10
# Each holds one of the HTTP server's ten threads while it waits: the others are for those who are logged in.
MOST_AT_ONCE = 6
KNOWN_TOKENS = 1000  # of at most 4 kB each

_CLAIMS = ["iss", "sub", "iat", "exp", "jti"]


class Auth:
    """Safe from any thread.

    Args:
        key: what signs the access tokens, at least 32 bytes.
        now_ms: the clock, in milliseconds of UNIX time.
    """

    def __init__(self, store: Store, key: bytes, now_ms: Callable[[], int] = clock.now_ms) -> None:
        self._store = store
        self._key = key
        self._now_ms = now_ms
        self._throttle = LoginThrottle()
        self._turn = threading.Lock()
        self._queue = threading.BoundedSemaphore(MOST_AT_ONCE)
        # Each request brings its token again. What it says and whether we signed it never changes; whether it is still valid is asked anew.
        self._signed = functools.lru_cache(maxsize=KNOWN_TOKENS)(self._decoded)
        # An unknown login costs the same work as a known one.
        self._nobody = users.Credentials("", hash_password(secrets.token_hex()))

    def login(self, login: str, password: str, peer: str) -> dict[str, Any]:
        """The password grant (RFC 6749 section 4.3). Blocks some 0.1 s, longer while others log in.

        Args:
            peer: the caller's IP address, for the throttle.

        Returns:
            `access_token, token_type, expires_in, refresh_token`.

        Raises:
            OAuthError: `invalid_grant`; the same for a wrong password and an unknown login.
            TooMany: too many wrong tries; `Retry-After` tells when to come back.
        """
        login, peer = login[: users.MAX_LOGIN + 1], peer_key(peer)
        self._refuse_if_throttled(login, peer)
        with self._one_at_a_time():
            # Asked again: others may have tried the same while this one stood in the queue.
            self._refuse_if_throttled(login, peer)
            seen = users.credentials(self._store, login) or self._nobody
            right = verify_password(seen.password, password) and seen is not self._nobody
            answer = self._grant(seen, password) if right else None
            if answer is None:
                self._throttle.wrong(login, peer, self._now_ms())
                raise OAuthError("invalid_grant", "The login or the password is wrong.")
            self._throttle.right(login, peer)
            return answer

    def refresh(self, refresh_token: str) -> dict[str, Any]:
        """The refresh grant (RFC 6749 section 6). The token works once and a new one comes with the answer.

        A token that comes again ends the whole grant, also when the two come at the same moment: the first is answered, the second
        ends what the first was given. The service can't tell a client that asked twice from a thief who copied the token, and any
        time of grace would be the thief's too. A client with several threads or processes must let one of them refresh.

        Raises:
            OAuthError: `invalid_grant`: unknown, expired, revoked or used before.
        """
        now = self._now_ms()
        with self._store.write() as conn:
            used = tokens.use_refresh(conn, _sha256(refresh_token), now)
            answer = None
            if used is not None:
                uid, grant_id = used
                answer, new = self._new_tokens(uid, now)
                tokens.add(conn, uid, grant_id, new)
        if answer is None:  # raised out here, so that a grant that was ended stays ended
            raise OAuthError("invalid_grant", "The refresh token is unknown, expired, revoked or was used before. Log in again.")
        return answer

    def revoke(self, token: str) -> None:
        """Ends a token, and with it all tokens of its login, at once (RFC 7009 section 2.1). An unknown one is ignored."""
        claims = self._verified(token)
        with self._store.write() as conn:
            if claims is not None:
                tokens.end_grant_of_access_token(conn, claims["jti"])
            else:
                tokens.end_grant_of_refresh_token(conn, _sha256(token))

    def check(self, bearer: str) -> Viewer:
        """Whose access token this is. The role is read from the store, so a change of it acts at once.

        Raises:
            Unauthorized: not a token of ours, expired, revoked, or its user is gone (RFC 6750 section 3.1: `invalid_token`).
        """
        claims = self._verified(bearer)
        now = self._now_ms()
        viewer = None
        if claims is not None and claims["exp"] * 1000 > now:  # an old one is refused without asking the store
            viewer = tokens.viewer_of(self._store, claims["jti"], claims["sub"], now)
        if viewer is None:
            challenge = f'{REALM}, error="invalid_token"'
            raise Unauthorized("The access token is not valid or has expired. Get a new one.", {"WWW-Authenticate": challenge})
        return viewer

    def sweep(self, now: int) -> None:
        """Deletes what has expired by `now` (milliseconds) from the store. Each login calls it."""
        with self._store.write() as conn:
            tokens.sweep(conn, now)

    def _refuse_if_throttled(self, login: str, peer: str) -> None:
        wait_s = self._throttle.wait_s(login, peer, self._now_ms())
        if wait_s:
            raise TooMany(f"Too many wrong tries. Come back in {wait_s} s.", {"Retry-After": str(wait_s)})

    @contextmanager
    def _one_at_a_time(self) -> Iterator[None]:
        if not self._queue.acquire(blocking=False):
            raise TooMany("Too many people log in at this moment. Come back in 2 s.", {"Retry-After": "2"})
        try:
            if not self._turn.acquire(timeout=QUEUE_TIMEOUT_S):
                raise TooMany("Too many people log in at this moment. Come back in 5 s.", {"Retry-After": "5"})
            try:
                yield
            finally:
                self._turn.release()
        finally:
            self._queue.release()

    def _grant(self, seen: users.Credentials, password: str) -> dict[str, Any] | None:
        """The first tokens of a login; None when the password was changed or the user deleted since it was seen."""
        newer = hash_password(password) if is_outdated(seen.password) else None
        now = self._now_ms()
        answer, new = self._new_tokens(seen.uid, now)
        with self._store.write() as conn:
            if not users.has_password(conn, seen):
                return None
            if newer is not None:
                users.rehash(conn, seen.uid, newer)
            tokens.sweep(conn, now)
            tokens.start_grant(conn, seen.uid, new, now)
        return answer

    def _new_tokens(self, uid: str, now: int) -> tuple[dict[str, Any], tokens.NewTokens]:
        issued_s = now // 1000
        jti = str(uuid.uuid4())
        expires_s = issued_s + ACCESS_TTL_S
        claims = {"iss": ISSUER, "sub": uid, "iat": issued_s, "exp": expires_s, "jti": jti}
        access = jwt.encode(claims, self._key, algorithm=ALGORITHM)
        refresh = secrets.token_urlsafe(32)
        new = tokens.NewTokens(
            jti=jti,
            access_sha256=_sha256(access),
            access_expires_at=expires_s * 1000,
            refresh_sha256=_sha256(refresh),
            refresh_expires_at=now + REFRESH_TTL_S * 1000,
        )
        answer = {"access_token": access, "token_type": "Bearer", "expires_in": ACCESS_TTL_S, "refresh_token": refresh}
        return answer, new

    def _verified(self, token: str) -> dict[str, Any] | None:
        """The claims of a token with our signature, of any age; None when it is none."""
        return None if len(token) > MAX_TOKEN else self._signed(token)

    def _decoded(self, token: str) -> dict[str, Any] | None:
        # The times are compared by the caller: with our clock, and revoking takes expired ones too.
        options: Any = {"require": _CLAIMS, "verify_exp": False, "verify_iat": False, "verify_nbf": False}
        try:
            claims: dict[str, Any] = jwt.decode(token, self._key, algorithms=[ALGORITHM], issuer=ISSUER, options=options)
        except (jwt.PyJWTError, ValueError, RecursionError):
            return None
        typed = isinstance(claims["jti"], str) and isinstance(claims["sub"], str) and type(claims["exp"]) is int
        return claims if typed else None


def ensure_first_user(store: Store, login: str, password: str | None) -> str | None:
    """Makes the first admin when there is no user at all.

    Args:
        password: None for a random one.

    Returns:
        The random password, to be shown once; None when none was made.
    """
    if users.count(store):
        return None
    made = None if password else random_password()
    users.create(store, str(uuid.uuid4()), {"login": login, "role": "admin"}, hash_password(password or made or ""))
    return made


def _sha256(token: str) -> str:
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).hexdigest()
