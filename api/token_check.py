"""The token check: before anything else of a request is looked at, even whether its path is there (RFC 6750)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import bottle
from sqlalchemy.exc import IntegrityError

from api import http, problems
from auth import REALM, Auth
from errors import Forbidden, Unauthorized
from store.viewer import Viewer

_PUBLIC = frozenset({"/", "/docs", "/help", "/favicon.ico", "/swagger.json", "/health"})
_PUBLIC_BELOW = ("/assets/", "/docs/", "/help/", "/oauth/")


def is_public(path: str) -> bool:
    """Whether anybody may ask for this path."""
    return path in _PUBLIC or path.startswith(_PUBLIC_BELOW)


def is_for_admins(path: str) -> bool:
    """Whether only admins may ask for this path. Told before the request's fields are looked at."""
    return path == "/users" or (path.startswith("/users/") and path != "/users/me")


def viewer_of(auth: Auth, authorization: str | None) -> Viewer:
    """Whose request this is.

    Args:
        authorization: the header; None when there is none.

    Raises:
        Unauthorized: there is no bearer token, or it is not accepted.
    """
    scheme, _, token = (authorization or "").partition(" ")
    token = token.strip()
    if scheme.lower() != "bearer" or not token:
        raise Unauthorized("Send an access token: Authorization: Bearer TOKEN. POST /oauth/token gives one.", {"WWW-Authenticate": REALM})
    return auth.check(token)


def before_each_request(auth: Auth) -> Callable[[], None]:
    """The hook that lets only public paths and known users through. It goes before Bottle's router."""

    def check() -> None:
        request = bottle.request
        if is_public(request.path):
            return
        try:
            # As it was sent: Bottle's own headers raise for what is no UTF-8.
            viewer = viewer_of(auth, request.environ.get("HTTP_AUTHORIZATION"))
            if not viewer.is_admin and is_for_admins(request.path):
                raise Forbidden("Only an admin may do this.")
            request.environ[http.VIEWER] = viewer
        except Exception as error:
            raise problems.answer(problems.from_exception(error), request.path) from error

    return check


class UserGonePlugin:
    """Answers a request whose user was deleted while it was in work as any later one of theirs (401): what it wanted to write has no owner
    any more."""

    name = "user_gone"
    api = 2

    def __init__(self, auth: Auth) -> None:
        self._auth = auth

    def apply(self, callback: Callable[..., Any], route: bottle.Route) -> Callable[..., Any]:  # noqa: ARG002
        def checked(*args: Any, **kwargs: Any) -> Any:
            try:
                return callback(*args, **kwargs)
            except IntegrityError:
                if http.VIEWER in bottle.request.environ:
                    viewer_of(self._auth, bottle.request.environ.get("HTTP_AUTHORIZATION"))
                raise

        return checked


def authorised(auth: Auth) -> Callable[[dict[str, str], str], bool]:
    """For the HTTP server: whether a request may send a large body, told before the body is read. The application checks again."""

    def check(headers: dict[str, str], path: str) -> bool:
        if path.startswith("/oauth/"):  # the server's own limit is small there; no other public path takes a body
            return True
        try:
            viewer_of(auth, headers.get("authorization"))
        except Unauthorized:
            return False
        return True

    return check
