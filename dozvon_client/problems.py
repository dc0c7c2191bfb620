"""An answer of the server that is a failure → sentences for a person (problem+json of RFC 9457, errors of RFC 6749 section 5.2)."""

from __future__ import annotations

from typing import Any

import httpx

from dozvon_client.errors import ClientError, NotLoggedIn, Refused, Unreachable

NOT_OURS = "The answer does not come from Dozvon: check the server's address, and the proxy in front of it if there is one."


def failure(response: httpx.Response) -> ClientError:
    """What an answer that is not 2xx means."""
    told = json_object(response)
    status = response.status_code
    if told is None:
        return _foreign(status)
    message, details, errors = _sentences(told, status)
    code = str(told.get("code") or told.get("error") or "") or None
    kind = _kind(status, code)
    return kind(message, details, status, code, errors)


def json_object(response: httpx.Response) -> dict[str, Any] | None:
    """The answer's body, or None when it is no JSON object."""
    try:
        body = response.json()
    except (ValueError, RecursionError):
        return None
    return body if isinstance(body, dict) else None


def _kind(status: int, code: str | None) -> type[ClientError]:
    if status == 401 or code == "invalid_grant":
        return NotLoggedIn
    return Unreachable if status >= 500 or status < 400 else Refused


def _foreign(status: int) -> ClientError:
    if status == 401:
        return NotLoggedIn(f"The server refused the token. {NOT_OURS}", status=status)
    if status >= 500:
        return Unreachable(f"The server failed ({status}) and gave no reason. Try again, or look in its log.", status=status)
    if status < 400:
        return Unreachable(f"The server sends to another address ({status}). Give that address with --url.", status=status)
    return Refused(f"The server refused the request ({status}). {NOT_OURS}", status=status)


def _sentences(told: dict[str, Any], status: int) -> tuple[str, list[str], list[dict[str, Any]]]:
    message = next((str(told[key]) for key in ("detail", "error_description", "title", "error") if told.get(key)), "")
    given = told.get("errors")
    errors = [item for item in given if isinstance(item, dict)] if isinstance(given, list) else []
    details = [": ".join(str(item[key]) for key in ("field", "reason") if item.get(key)) for item in errors]
    if details == [message]:
        details = []
    if status >= 500:
        message = f"The server failed ({status}): {message}"
    return message or f"The server refused the request ({status}).", details, errors
