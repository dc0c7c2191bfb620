"""The service's REST API for the commands: a method of HTTP, a path, plain JSON; failures as `errors.ClientError`."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from urllib.parse import quote

import httpx

from client.errors import Unreachable
from client.problems import NOT_OURS, failure, json_object
from client.session import Session
from client.upload import Upload
from client.wire import TIMEOUT, UPLOAD_TIMEOUT, Content, Wire, new_key

PAGE_MOST = 1000


class Api:
    """One server, as the user who is logged in there.

    Args:
        wire: the connection.
        session: gives the token.
        key: the Idempotency-Key of each POST; a fresh one each by default.
    """

    def __init__(self, wire: Wire, session: Session, key: Callable[[], str] = new_key) -> None:
        self.wire = wire
        self.session = session
        self._key = key

    def get(self, path: str, params: dict[str, Any] | None = None) -> dict[str, Any]:
        """GET one thing or one page."""
        return _object(self._send("GET", path, params=params))

    def post(self, path: str, body: dict[str, Any] | None = None) -> dict[str, Any]:
        """POST JSON. Sent again after a broken connection, always with the same Idempotency-Key, so that it is carried out once."""
        headers = {"Idempotency-Key": self._key()}
        return _object(self._send("POST", path, headers=headers, content=lambda: {} if body is None else {"json": body}))

    def delete(self, path: str) -> None:
        """DELETE one thing."""
        self._send("DELETE", path)

    def upload(self, path: str, fields: dict[str, str], file: Upload | None) -> dict[str, Any]:
        """POST multipart: the fields, then the file, which is read from disk while it is sent."""
        headers = {"Idempotency-Key": self._key()}

        def content() -> dict[str, Any]:
            parts: list[tuple[str, Any]] = [(name, (None, value)) for name, value in fields.items()]
            if file is not None:
                parts.append(("file", (file.name, file.rewound(), "application/octet-stream")))
            return {"files": parts}

        return _object(self._send("POST", path, headers=headers, content=content, timeout=UPLOAD_TIMEOUT))

    def pages(self, path: str, limit: int, params: dict[str, Any] | None = None, cursor: str | None = None) -> dict[str, Any]:
        """Up to `limit` items of a list (0: all of them), page after page: `{"items", "next_cursor"}`."""
        items: list[Any] = []
        while True:
            size = min(PAGE_MOST, limit - len(items)) if limit else PAGE_MOST
            page = self.get(path, {**(params or {}), "limit": size, **({"cursor": cursor} if cursor else {})})
            items += page.get("items") or []
            cursor = page.get("next_cursor")
            if not cursor or (limit and len(items) >= limit):
                return {"items": items, "next_cursor": cursor}

    def health(self) -> dict[str, Any]:
        """`GET /health`, which needs no token and is asked only once."""
        response = self.wire.send("GET", "/health", again=False)
        if not response.is_success:
            raise failure(response)
        return _object(response)

    def _send(
        self,
        method: str,
        path: str,
        *,
        params: dict[str, Any] | None = None,
        headers: dict[str, str] | None = None,
        content: Content = dict,
        timeout: httpx.Timeout = TIMEOUT,
    ) -> httpx.Response:
        token = self.session.token()
        response = self._with(token, method, path, params, headers, content, timeout)
        if response.status_code == 401:
            token = self.session.token(refused=token)
            response = self._with(token, method, path, params, headers, content, timeout)
        if not response.is_success:
            raise failure(response)
        return response

    def _with(
        self,
        token: str,
        method: str,
        path: str,
        params: dict[str, Any] | None,
        headers: dict[str, str] | None,
        content: Content,
        timeout: httpx.Timeout,
    ) -> httpx.Response:
        bearer = {"Authorization": f"Bearer {token}", **(headers or {})}
        return self.wire.send(method, path, headers=bearer, params=params, content=content, timeout=timeout)


def path_to(*parts: str) -> str:
    """A path of these parts, each quoted: `path_to("dnc", "+7912...")`."""
    return "".join("/" + quote(part, safe="") for part in parts)


def _object(response: httpx.Response) -> dict[str, Any]:
    body = json_object(response)
    if body is None:
        raise Unreachable(f"The answer is not a JSON object. {NOT_OURS}", status=response.status_code)
    return body
