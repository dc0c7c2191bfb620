"""What a user of the API feels while calls run: one request after the other, timed."""

from __future__ import annotations

import http.client
import itertools
import json
import time
from urllib.parse import urlsplit

EVERY_S = 0.02


class Prober:
    """Asks the running service over one connection, as a console or a script does.

    Args:
        url: where its API is.
        authorization: the header's value.
        campaign: the id of the campaign that runs.
    """

    def __init__(self, url: str, authorization: str, campaign: str) -> None:
        self._netloc = urlsplit(url).netloc
        self._headers = {"Authorization": authorization}
        paths = [
            f"/campaigns/{campaign}",
            f"/campaigns/{campaign}/calls?limit=100",
            "/campaigns",
            f"/campaigns/{campaign}/targets?limit=100",
        ]
        self._paths = itertools.cycle([*paths, "/dnc"])
        self._numbers = itertools.count(78_000_000_000)

    def run(self, seconds: float) -> list[float]:
        """For so long; gives how long each request took, in ms."""
        connection = http.client.HTTPConnection(self._netloc, timeout=30)
        times_ms = []
        end = time.monotonic() + seconds
        for path in self._paths:
            started = time.perf_counter()
            self._ask(connection, path)
            took = time.perf_counter() - started
            times_ms.append(1000 * took)
            if time.monotonic() > end:
                break
            time.sleep(max(0.0, EVERY_S - took))
        connection.close()
        return times_ms

    def _ask(self, connection: http.client.HTTPConnection, path: str) -> None:
        if path == "/dnc":  # the one that writes
            body = json.dumps({"numbers": [f"+{next(self._numbers)}"]})
            connection.request("POST", path, body, {**self._headers, "Content-Type": "application/json"})
        else:
            connection.request("GET", path, headers=self._headers)
        answer = connection.getresponse()
        answer.read()
        if answer.status >= 300:
            raise RuntimeError(f"{path} gave {answer.status}")
