"""What can go wrong, each kind with its exit code. The codes are part of the contract with scripts: see `EXIT_CODES`."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

OK = 0
NOT_OK = 1
USAGE = 2
NOT_LOGGED_IN = 3
REFUSED = 4
UNREACHABLE = 5
CANCELED = 6
BUG = 70
INTERRUPTED = 130
OUTPUT_CLOSED = 141

EXIT_CODES = {
    OK: "done; with --wait and `campaign watch`: the campaign is completed, whatever the outcomes of its calls, or was left with q",
    NOT_OK: "`gateway check`: the gateway does not answer as it should",
    USAGE: "wrong usage: an option, a file or a setting of the environment",
    NOT_LOGGED_IN: "not logged in, or the login or the token was refused",
    REFUSED: "the server refused the request (4xx)",
    UNREACHABLE: "the server can't be reached, is not Dozvon, or failed (5xx)",
    CANCELED: "with --wait and `campaign watch`: the campaign was canceled before its end; `dial`: you answered no",
    BUG: "a fault of this program",
    INTERRUPTED: "Ctrl+C",
    OUTPUT_CLOSED: "whoever read the output went away (`| head`)",
}


class ClientError(Exception):
    """A failure that is told in plain sentences on stderr.

    Args:
        message: what was wrong and what to do.
        details: further lines, such as one for each bad field.
        status: the HTTP status, when a server answered.
        code: the server's own code of the error, when it gave one.
        errors: the server's bad fields, each with `field` and `reason`.
    """

    exit_code = REFUSED
    code = "refused"

    def __init__(
        self,
        message: str,
        details: Sequence[str] = (),
        status: int | None = None,
        code: str | None = None,
        errors: Sequence[dict[str, Any]] = (),
    ) -> None:
        super().__init__(message)
        self.message = message
        self.details = list(details)
        self.status = status
        self.code = code or type(self).code
        self.errors = list(errors)

    def document(self) -> dict[str, Any]:
        """The failure for `--json`."""
        told: dict[str, Any] = {"code": self.code, "status": self.status, "detail": self.message, "errors": self.errors}
        return {"error": told, "exit_code": self.exit_code}


class Usage(ClientError):
    """An option, a file or a setting is wrong; nothing was sent."""

    exit_code = USAGE
    code = "usage"


class Unwritten(Exception):
    """stdout can't be written, such as on a full disk: of the result nothing more can be told, nor of the failure with `--json`."""


class NotLoggedIn(ClientError):
    """There is no token, or the server takes neither it nor the login."""

    exit_code = NOT_LOGGED_IN
    code = "not_logged_in"


class Refused(ClientError):
    """The server understood and refused (4xx)."""


class Unreachable(ClientError):
    """No answer, an answer that is not Dozvon's, or a failure of the server's (5xx)."""

    exit_code = UNREACHABLE
    code = "unreachable"
