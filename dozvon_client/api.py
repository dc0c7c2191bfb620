"""The service's REST API for the commands: a method of HTTP, a path, plain JSON; failures as `errors.ClientError`."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import quote

import httpx

from dozvon_client.errors import Unreachable
from dozvon_client.problems import NOT_OURS, failure, json_object
from dozvon_client.session import Session
from dozvon_client.upload import Upload
from dozvon_client.wire import UPLOAD_TIMEOUT, Content, Wire, new_key, reason

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

    def patch(self, path: str, body: dict[str, Any]) -> dict[str, Any]:
        """PATCH the given fields; gives the new state. Sent again after a broken connection, which changes nothing more."""
        return _object(self._send("PATCH", path, content=lambda: {"json": body}))

    def delete(self, path: str) -> None:
        """DELETE one thing."""
        self._send("DELETE", path)

    def upload(self, path: str, fields: dict[str, str], file: Upload | None, key: str | None = None) -> dict[str, Any]:
        """POST multipart: the fields, then the file, which is read from disk while it is sent. `key`: the Idempotency-Key to send."""
        headers = {"Idempotency-Key": key or self._key()}

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

    @contextlib.contextmanager
    def content(self, path: str, params: dict[str, Any] | None = None) -> Iterator[tuple[int | None, Iterator[bytes]]]:
        """GET a file: its size in bytes, when the server tells it, and its pieces as they come.

        Raises:
            Unreachable: also in the middle, when the connection breaks.
        """
        response = self._send("GET", path, params=params, headers={"Accept": "*/*"}, timeout=UPLOAD_TIMEOUT, stream=True)
        try:
            size = response.headers.get("Content-Length", "")
            yield int(size) if size.isdecimal() else None, response.iter_bytes()
        except httpx.HTTPError as error:
            raise Unreachable(f"The download broke off: {reason(error)}. Try again.") from error
        finally:
            response.close()

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
        timeout: httpx.Timeout | None = None,
        stream: bool = False,
    ) -> httpx.Response:
        def ask(token: str) -> httpx.Response:
            bearer = {"Authorization": f"Bearer {token}", **(headers or {})}
            return self.wire.send(method, path, headers=bearer, params=params, content=content, timeout=timeout, stream=stream)

        token = self.session.token()
        response = ask(token)
        if response.status_code == 401:
            response = ask(self.session.token(refused=token))
        if not response.is_success:
            raise failure(response)
        return response


def path_to(*parts: str) -> str:
    """A path of these parts, each quoted: `path_to("dnc", "+7912...")`."""
    return "".join("/" + quote(part, safe="") for part in parts)


def _object(response: httpx.Response) -> dict[str, Any]:
    body = json_object(response)
    if body is None:
        raise Unreachable(f"The answer is not a JSON object. {NOT_OURS}", status=response.status_code)
    return body
