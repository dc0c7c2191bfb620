"""The exception tree. Each class is one kind of answer: an HTTP status, a stable code and a sentence (RFC 9457)."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class FieldError:
    """One field of a request that was refused, and why. `field` is a path such as `numbers[3]`."""

    field: str
    reason: str


class StartRefused(Exception):
    """The service can't start on this data folder. The text tells a person why and what to do; `main` prints it and exits with 1."""


class DozvonError(Exception):
    """The root: a failure that is told to the caller as problem+json.

    Args:
        detail: one or two sentences for a person: what was wrong and what to do. Never a value of the request.
        headers: further response headers, such as `Retry-After`.
    """

    status = 500
    code = "internal_error"
    title = "Internal error"

    def __init__(self, detail: str = "", headers: dict[str, str] | None = None) -> None:
        super().__init__(detail or self.title)
        self.detail = detail or self.title
        self.headers = headers or {}


class BadInput(DozvonError):
    """The request's fields are wrong; `errors` names each."""

    status = 400
    code = "bad_input"
    title = "The request has bad input"

    def __init__(self, detail: str = "", errors: list[FieldError] | None = None) -> None:
        super().__init__(detail)
        self.errors = errors or []

    @classmethod
    def of(cls, field: str, reason: str) -> BadInput:
        """The common case: one field is wrong."""
        return cls(f"{field}: {reason}", [FieldError(field, reason)])


class Unauthorized(DozvonError):
    """No token, or one that is not accepted (RFC 6750 section 3)."""

    status = 401
    code = "unauthorized"
    title = "A valid access token is needed"


class Forbidden(DozvonError):
    """The user is known and may not do this."""

    status = 403
    code = "forbidden"
    title = "Not allowed"


class NotFound(DozvonError):
    """There is no such thing, or it belongs to another user."""

    status = 404
    code = "not_found"
    title = "Not found"


class MethodNotAllowed(DozvonError):
    """The path is known, the method is not."""

    status = 405
    code = "method_not_allowed"
    title = "Method not allowed"


class Conflict(DozvonError):
    """The state of the thing forbids it."""

    status = 409
    code = "conflict"
    title = "The state forbids this"


class TooLarge(DozvonError):
    """The body is over the limit."""

    status = 413
    code = "too_large"
    title = "The request is too large"


class HeadTooLarge(DozvonError):
    """The request line and the headers together are over the limit (RFC 6585 section 5)."""

    status = 431
    code = "head_too_large"
    title = "The headers are too large"


class UnsupportedMedia(DozvonError):
    """The body's Content-Type is not the one the operation takes."""

    status = 415
    code = "unsupported_media_type"
    title = "Unsupported media type"


class KeyReused(DozvonError):
    """An Idempotency-Key came again with another request."""

    status = 422
    code = "idempotency_key_reused"
    title = "The Idempotency-Key was used for another request"


class TooMany(DozvonError):
    """Too many tries; `Retry-After` tells when to come back."""

    status = 429
    code = "too_many_requests"
    title = "Too many requests"


class Unavailable(DozvonError):
    """The service can't do it now (starting, stopping, no disk)."""

    status = 503
    code = "unavailable"
    title = "Not available now"


class OAuthError(DozvonError):
    """An answer of `/oauth/*`, whose body has the form of RFC 6749 section 5.2.

    Args:
        error: the RFC's code, such as `invalid_grant`.
        detail: its `error_description`.
        status: the HTTP status, 400 unless told.
    """

    title = "OAuth error"

    def __init__(self, error: str, detail: str, status: int = 400, headers: dict[str, str] | None = None) -> None:
        super().__init__(detail, headers)
        self.code = error
        self.status = status
