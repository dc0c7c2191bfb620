"""Every failure as an answer: problem+json (RFC 9457), and under `/oauth/` the form of RFC 6749 section 5.2."""

from __future__ import annotations

import json
import logging
from collections.abc import Callable
from http import HTTPStatus
from typing import Any

import bottle

from errors import (
    BadInput,
    DozvonError,
    MethodNotAllowed,
    NotFound,
    OAuthError,
    TooLarge,
    Unavailable,
    UnsupportedMedia,
)
from store.disk import disk_fault

log = logging.getLogger(__name__)

CONTENT_TYPE = "application/problem+json"
RETRY_AFTER_S = 60  # when the disk is full: a person has to do something

# What Bottle itself refuses, by its status.
_BOTTLES_OWN: dict[int, Callable[[], DozvonError]] = {
    400: lambda: BadInput("The request can't be read. Check its encoding and its form."),
    404: lambda: NotFound("There is nothing at this path. See /docs for what there is."),
    405: lambda: MethodNotAllowed("This path does not take this method. See /docs for those that it takes."),
    413: lambda: TooLarge("The request is larger than this operation takes."),
    415: lambda: UnsupportedMedia("The body has a Content-Type that this operation does not take."),
}


def problem_body(error: DozvonError) -> dict[str, Any]:
    """The fields of RFC 9457, with `code` and, for bad input, `errors`."""
    body: dict[str, Any] = {
        "type": f"urn:dozvon:{error.code}",
        "title": error.title,
        "status": error.status,
        "detail": error.detail,
        "code": error.code,
    }
    if isinstance(error, BadInput):
        body["errors"] = [{"field": one.field, "reason": one.reason} for one in error.errors]
    return body


def oauth_body(error: DozvonError) -> dict[str, str]:
    """The fields of RFC 6749 section 5.2."""
    if isinstance(error, OAuthError):
        code = error.code
    elif error.status >= 500:
        code = "temporarily_unavailable" if error.status == 503 else "server_error"
    else:
        code = "invalid_request"
    return {"error": code, "error_description": error.detail}


def answer(error: DozvonError, path: str) -> bottle.HTTPResponse:
    """The answer to a request to `path` that failed with `error`."""
    if path.startswith("/oauth/"):
        body: dict[str, Any] = dict(oauth_body(error))
        headers = {"Content-Type": "application/json", "Cache-Control": "no-store", "Pragma": "no-cache", **error.headers}
    else:
        body = problem_body(error)
        headers = {"Content-Type": CONTENT_TYPE, **error.headers}
    return bottle.HTTPResponse(json.dumps(body, ensure_ascii=False), status_line(error.status), headers)


def status_line(status: int) -> str:
    """`413` → `"413 Content Too Large"`, in the words of the running Python."""
    return f"{status} {HTTPStatus(status).phrase}"


def from_exception(error: BaseException | None) -> DozvonError:
    """Any exception of ours or Bottle's → what is told. What nobody foresaw is logged with its trace, and told as a 500 without it; a full
    or broken disk is a 503."""
    if isinstance(error, DozvonError):
        return error
    if isinstance(error, bottle.HTTPError) and error.status_code in _BOTTLES_OWN:
        told = _BOTTLES_OWN[error.status_code]()
        told.headers.update({name: value for name, value in error.headers.items() if name == "Allow"})
        return told
    if fault := disk_fault(error):
        log.error("A request failed: %s", fault)
        return Unavailable(fault, {"Retry-After": str(RETRY_AFTER_S)})
    log.error("A request failed for a reason that nobody foresaw", exc_info=error)
    return DozvonError("Something went wrong here; the service's log tells what.")


class ProblemPlugin:
    """Turns what a route raises into its answer."""

    name = "problems"
    api = 2

    def apply(self, callback: Callable[..., Any], _route: Any) -> Callable[..., Any]:
        """Bottle calls this once a route."""

        def guarded(*args: Any, **kwargs: Any) -> Any:
            try:
                return callback(*args, **kwargs)
            except bottle.HTTPError as error:
                raise answer(from_exception(error), bottle.request.path) from error
            except bottle.HTTPResponse:
                raise
            except Exception as error:
                raise answer(from_exception(error), bottle.request.path) from error

        return guarded


def handle_bottles_own(error: bottle.HTTPError) -> str:
    """Bottle's default error handler: unknown paths and methods, and failures outside of the routes."""
    told = from_exception(error.exception if error.status_code == 500 else error)
    given = answer(told, bottle.request.path)
    given.apply(bottle.response)
    return str(given.body)
