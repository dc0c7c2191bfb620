"""`/oauth/token` (RFC 6749) and `/oauth/revoke` (RFC 7009). Form-encoded; errors have the form of RFC 6749 section 5.2.

It is a public client: client credentials, also Swagger UI's empty Basic header, and unknown fields are ignored.
"""

from __future__ import annotations

from typing import Any
from urllib.parse import parse_qs

import bottle

from api.services import Services
from auth import Auth
from errors import OAuthError, TooMany

MAX_BODY = 64 * 1024
FORM = "application/x-www-form-urlencoded"
NO_STORE = {"Cache-Control": "no-store", "Pragma": "no-cache"}


def routes(app: bottle.Bottle, services: Services) -> None:
    """Registers both routes."""

    @app.post("/oauth/token")
    def token() -> dict[str, Any]:
        _set_no_store()
        try:
            return _grant(services.auth, _form())
        except OAuthError as error:
            raise _not_stored(error) from None

    @app.post("/oauth/revoke")
    def revoke() -> dict[str, Any]:
        _set_no_store()
        try:
            services.auth.revoke(_needed(_form(), "token"))
        except OAuthError as error:
            raise _not_stored(error) from None
        return {}


def _grant(auth: Auth, form: dict[str, str]) -> dict[str, Any]:
    grant_type = _needed(form, "grant_type")
    if grant_type == "refresh_token":
        return auth.refresh(_needed(form, "refresh_token"))
    if grant_type != "password":
        raise OAuthError("unsupported_grant_type", "grant_type must be password or refresh_token.")
    peer = bottle.request.environ.get("REMOTE_ADDR", "")
    try:
        return auth.login(_needed(form, "username"), _needed(form, "password"), peer)
    except TooMany as error:
        raise OAuthError("slow_down", error.detail, error.status, error.headers) from None


def _form() -> dict[str, str]:
    """The form's fields that have a value; one without is as if it were not there (RFC 6749 section 3.1)."""
    request = bottle.request
    if request.content_type.partition(";")[0].strip().lower() != FORM:
        raise OAuthError("invalid_request", f"The Content-Type must be {FORM}.")
    if request.content_length > MAX_BODY:
        raise OAuthError("invalid_request", "The body is larger than 64 kB.", 413)
    raw = request.body.read(MAX_BODY + 1)
    if len(raw) > MAX_BODY:  # a chunked body has no length in front
        raise OAuthError("invalid_request", "The body is larger than 64 kB.", 413)
    try:
        fields = parse_qs(raw.decode("ascii"), encoding="utf-8", errors="strict", max_num_fields=100)
    except ValueError:
        raise OAuthError("invalid_request", "The body is not a form in UTF-8 with at most 100 fields.") from None
    if any(len(values) > 1 for values in fields.values()):
        raise OAuthError("invalid_request", "A field is given twice.")
    return {name: values[0] for name, values in fields.items()}


def _needed(form: dict[str, str], field: str) -> str:
    if field not in form:
        raise OAuthError("invalid_request", f"The field {field} is missing or empty.")
    return form[field]


def _set_no_store() -> None:
    for name, value in NO_STORE.items():
        bottle.response.set_header(name, value)


def _not_stored(error: OAuthError) -> OAuthError:
    error.headers.update(NO_STORE)
    return error
