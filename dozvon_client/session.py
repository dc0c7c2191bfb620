"""Logging in, and an access token that is always good (OAuth 2.0: RFC 6749 sections 4.3 and 6, RFC 7009)."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Callable
from typing import Any

import jwt

from dozvon_client.errors import ClientError, NotLoggedIn, Unreachable
from dozvon_client.problems import NOT_OURS, failure, json_object
from dozvon_client.program import PROGRAM
from dozvon_client.token_file import TokenFile, Tokens
from dozvon_client.wire import Wire

RENEW_BEFORE_S = 30.0  # so long before its end a token is renewed
CLOCKS_DIFFER_S = 300.0  # allowed between this machine's clock and the server's when a token is verified


class Session:
    """The login at one server.

    Several processes may share the file of tokens: a refresh token is good for one use, and one that is used twice ends the whole login,
    so it is only used under the file's lock, by the first that needs it; the others take what that one got.

    Args:
        wire: the server.
        file: where the tokens are kept.
        key: the server's `JWT_KEY`, to verify its tokens with; None to take them as they are.
        now: the time, UNIX seconds.
        place: where in the file the tokens are; the server's address by default.
    """

    def __init__(
        self, wire: Wire, file: TokenFile, key: bytes | None = None, now: Callable[[], float] = time.time, place: str | None = None
    ) -> None:
        self._wire = wire
        self._file = file
        self._key = key
        self._now = now
        self._place = place or wire.url

    def who(self) -> str | None:
        """The login name of the kept tokens, or None when there are none."""
        tokens = self._file.load(self._place)
        return tokens.login if tokens else None

    def login(self, login: str, password: str) -> Tokens:
        """Log in with a password and keep the tokens. Raises NotLoggedIn when they are wrong or the token does not fit `JWT_KEY`."""
        answer = self._ask({"grant_type": "password", "username": login, "password": password}, again=False)
        tokens = self._tokens(answer, login)
        try:
            self._verify(tokens)
        except NotLoggedIn:
            with contextlib.suppress(ClientError):
                self._revoke(tokens.refresh_token)
            raise
        with self._file.lock():
            self._file.save(self._place, tokens, current=True)
        return tokens

    def logout(self) -> bool:
        """Revoke the login at the server, then forget its tokens. False when there was none."""
        with self._file.lock():
            tokens = self._file.load(self._place)
            if tokens is None:
                return False
            self._revoke(tokens.refresh_token)
            self._file.drop(self._place)
        return True

    def token(self, refused: str | None = None) -> str:
        """An access token that is good for now; renewed when it ends soon, or when it is the one that the server just refused.

        Raises:
            NotLoggedIn: there is none, it can't be renewed, or it does not fit `JWT_KEY`.
        """
        tokens = self._kept()
        if self._good(tokens, refused):
            return tokens.access_token
        with self._file.lock():
            tokens = self._kept()  # another process may have renewed it meanwhile
            if not self._good(tokens, refused):
                tokens = self._renew(tokens)
        return tokens.access_token

    def _kept(self) -> Tokens:
        tokens = self._file.load(self._place)
        if tokens is None:
            raise NotLoggedIn(f"Not logged in at {self._wire.url}. {self._how()}")
        self._verify(tokens)
        return tokens

    def _how(self) -> str:
        profile = self._place.partition("#")[2]
        return f"Log in with: {PROGRAM} login" + (f" --profile {profile}" if profile else "")

    def _good(self, tokens: Tokens, refused: str | None) -> bool:
        return tokens.access_token != refused and tokens.expires_at - self._now() > RENEW_BEFORE_S

    def _renew(self, old: Tokens) -> Tokens:
        try:
            answer = self._ask({"grant_type": "refresh_token", "refresh_token": old.refresh_token}, again=True)
        except NotLoggedIn as error:
            raise NotLoggedIn(f"The login at {self._wire.url} has ended. {self._how()}", status=error.status) from error
        tokens = self._tokens(answer, old.login)
        self._file.save(self._place, tokens)
        self._verify(tokens)
        return tokens

    def _tokens(self, answer: dict[str, Any], login: str) -> Tokens:
        try:
            ends = self._now() + float(answer["expires_in"])
            return Tokens(login, str(answer["access_token"]), str(answer["refresh_token"]), ends)
        except (KeyError, TypeError, ValueError) as error:
            raise Unreachable(f"The answer to the login has no tokens in it. {NOT_OURS}") from error

    def _verify(self, tokens: Tokens) -> None:
        """The signature, with `JWT_KEY` when it is set. Whether the token has ended is for the server to say."""
        if self._key is None:
            return
        try:
            jwt.decode(
                tokens.access_token,
                self._key,
                algorithms=["HS256"],
                leeway=CLOCKS_DIFFER_S,
                options={"require": ["sub"], "verify_exp": False, "verify_aud": False},
            )
        except jwt.ImmatureSignatureError as error:
            raise NotLoggedIn("The token is of a later time: set this machine's clock, or the server's.") from error
        except jwt.PyJWTError as error:
            raise NotLoggedIn(
                f"The token from {self._wire.url} does not fit JWT_KEY. Either JWT_KEY is not that server's key, "
                "or the answer came from another server. Set the right key, or unset JWT_KEY, then log in again."
            ) from error

    def _ask(self, fields: dict[str, str], *, again: bool) -> dict[str, Any]:
        response = self._wire.send("POST", "/oauth/token", content=lambda: {"data": fields}, again=again)
        if not response.is_success:
            raise failure(response)
        answer = json_object(response)
        if answer is None:
            raise Unreachable(f"The answer to the login is not JSON. {NOT_OURS}", status=response.status_code)
        return answer

    def _revoke(self, token: str) -> None:
        response = self._wire.send("POST", "/oauth/revoke", content=lambda: {"data": {"token": token}})
        if not response.is_success:
            raise failure(response)
