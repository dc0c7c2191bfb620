"""One server over HTTP: a request is sent, and sent again where that can do no harm."""

from __future__ import annotations

import functools
import ssl
import time
import uuid
from collections.abc import Callable
from datetime import datetime, timezone
from email.utils import parsedate_to_datetime
from typing import Any

import httpx

from dozvon_client.errors import Unreachable, Usage
from dozvon_client.program import PROGRAM
from dozvon_client.settings import is_loopback

TIMEOUT = httpx.Timeout(60.0, connect=5.0)
UPLOAD_TIMEOUT = httpx.Timeout(600.0, connect=5.0)  # an import of a million rows is answered when it is done
PAUSES_S = (0.2, 0.5, 1.0, 2.0)  # between the tries after a broken connection
WAIT_LONGEST_S = 60.0  # a longer Retry-After is told to the person
WAITS = 5  # so often is a Retry-After obeyed
GATEWAY_FAILURES = (502, 503, 504)

Content = Callable[[], dict[str, Any]]  # makes what httpx sends (json=, data=, files=), anew for each try


class Wire:
    """A connection to one server; threads may share it.

    Args:
        url: the server's address without a slash at the end.
        note: is told, in a sentence, why something takes longer.
        sleep: waits so many seconds.
        ca_file: a PEM file of the only certificates to trust; the usual ones by default.
        patient: False to send nothing again and to wait for nothing.
        timeout: of the requests that name none.
    """

    def __init__(
        self,
        url: str,
        note: Callable[[str], None],
        sleep: Callable[[float], None] = time.sleep,
        *,
        ca_file: str | None = None,
        patient: bool = True,
        timeout: httpx.Timeout = TIMEOUT,
    ) -> None:
        self.url = url
        self._note = note
        self._sleep = sleep
        self._ca_file = ca_file
        self._patient = patient
        self._timeout = timeout

    @functools.cached_property
    def _http(self) -> httpx.Client:
        direct: dict[str, httpx.BaseTransport | None] = {f"all://{host}": None for host in ("127.0.0.1", "localhost", "[::1]")}
        # A proxy of the environment is never asked for this machine's own addresses.
        headers = {"Accept": "application/json", "User-Agent": "dozvon-client"}
        return httpx.Client(mounts=direct, headers=headers, verify=_trusted(self._ca_file))

    def close(self) -> None:
        """Close the connections."""
        if "_http" in self.__dict__:
            self._http.close()

    def send(
        self,
        method: str,
        path: str,
        *,
        headers: dict[str, str] | None = None,
        params: dict[str, Any] | None = None,
        content: Content = dict,
        timeout: httpx.Timeout | None = None,
        again: bool = True,
        stream: bool = False,
    ) -> httpx.Response:
        """Send a request and give the answer, whatever its status. Blocks.

        A POST with `again` needs an `Idempotency-Key`: after a broken connection nobody knows whether the first one was carried out.

        Args:
            again: send it again after a broken connection and when the server asks for it with Retry-After.
            stream: leave the body of an answer that is 2xx unread; the caller reads and closes it.

        Raises:
            Unreachable: there was no answer.
            Usage: the file of certificates can't be read.
        """
        again = again and self._patient
        pauses = iter(PAUSES_S if again else ())
        waits = WAITS if again else 0
        http = self._http
        while True:
            try:
                request = http.build_request(
                    method, self.url + path, headers=headers, params=params, timeout=timeout or self._timeout, **content()
                )
                response = http.send(request, stream=True, follow_redirects=False)
                if not (stream and response.is_success):
                    response.read()
            except (httpx.HTTPError, httpx.InvalidURL) as error:
                pause = next(pauses, None) if isinstance(error, httpx.TransportError) and not _is_untrusted(error) else None
                if pause is None:
                    raise self._away(error) from error
                self._sleep(pause)
                continue
            asked = wait_asked(response)
            if asked is None or waits == 0:
                return response
            waits -= 1
            self._note(f"The server asks to wait {asked:.0f} s.")
            self._sleep(asked)

    def _away(self, error: Exception) -> Unreachable:
        if _is_untrusted(error):
            return Unreachable(
                f"The certificate of {self.url} is not trusted. If the server has an authority of its own, name its PEM file: "
                f"{PROGRAM} profile add NAME --url {self.url} --ca-file ca.pem"
            )
        start = "Start it with `make run` in its folder" if is_loopback(self.url) else "Ask whoever keeps it"
        return Unreachable(
            f"The server at {self.url} can't be reached: {reason(error)}. Does it run? {start}, or name another server with --url."
        )


def _trusted(ca_file: str | None) -> ssl.SSLContext | bool:
    if ca_file is None:
        return True
    try:
        return ssl.create_default_context(cafile=ca_file)
    except OSError as error:  # ssl.SSLError, for what is no PEM file, is one too
        raise Usage(f"{ca_file} can't be read as a PEM file of certificates.") from error


def new_key() -> str:
    """A fresh Idempotency-Key."""
    return str(uuid.uuid4())


def wait_asked(response: httpx.Response) -> float | None:
    """How many seconds to wait before the same request is sent again, or None when that makes no sense.

    409 with Retry-After is the answer while the first request with the same Idempotency-Key is still at work.
    """
    if response.status_code not in (409, 429, *GATEWAY_FAILURES):
        return None
    seconds = _retry_after(response.headers.get("Retry-After", ""))
    if seconds is None:
        return 1.0 if response.status_code in GATEWAY_FAILURES else None
    return seconds if seconds <= WAIT_LONGEST_S else None


def _retry_after(text: str) -> float | None:
    if text.strip().isdigit():
        return float(text)
    try:
        at = parsedate_to_datetime(text)
    except ValueError:
        return None
    if at.tzinfo is None:
        at = at.replace(tzinfo=timezone.utc)
    return max(0.0, (at - datetime.now(timezone.utc)).total_seconds())


def reason(error: Exception) -> str:
    """Why there was no answer, in a few words."""
    if isinstance(error, httpx.ConnectTimeout):
        return "it does not answer"
    if isinstance(error, httpx.ReadTimeout):
        return "it took the request and does not answer"
    if isinstance(error, httpx.TimeoutException):
        return "it takes nothing more"
    if "Connection refused" in str(error):
        return "nothing listens there"
    return str(error).rstrip(".") or "the connection broke"


def _is_untrusted(error: Exception) -> bool:
    return "CERTIFICATE_VERIFY_FAILED" in str(error)
