"""h: a list of a million: its upload, the start of a campaign of it, and what others feel meanwhile.

Nobody is called: the campaign's window is closed.
"""

from __future__ import annotations

import http.client
import json
import statistics
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta, timezone
from functools import partial
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import httpx

from bench.load import Load, number
from bench.plan import Plan
from bench.service import ServiceCaller

LIMIT_S = 300.0
NOBODY = 9  # the discard port: no call is placed
EVERY_S = 0.02
ASKED = 100  # times for the progress
AT_AN_END = 20  # pages of a list whose times are compared
A_PAGE = 1000


def size(plan: Plan) -> dict[str, float]:
    """Runs the service alone, with a list of `plan.size` subscribers."""
    service = ServiceCaller()
    with tempfile.TemporaryDirectory(prefix="dozvon-bench-") as folder:
        try:
            service.start(NOBODY, Load(4, False, 0.5, 0, 0), Path(folder))
            url, authorization = service.address
            with httpx.Client(base_url=url, headers={"Authorization": authorization}, timeout=LIMIT_S) as api:
                return _measured(service, api, plan.size)
        finally:
            service.stop()


def _measured(service: ServiceCaller, api: httpx.Client, count: int) -> dict[str, float]:
    values: dict[str, float] = {}
    with others_feel(service, values, "import"):
        callbase = made(api, "/callbases", files={"file": ("list.csv", csv_of(count))}, data={"name": "All", "region": "RU"})
    with others_feel(service, values, "begin"):
        campaign = made(api, "/dial", json={**service.fields, "callbase_id": callbase["id"], "window": _closed()})
    if (campaign["status"], campaign["counts"]["pending"]) != ("running", count):
        raise RuntimeError(f"the campaign is {campaign['status']} with {campaign['counts']}")
    place = f"/campaigns/{campaign['id']}"
    values["progress_max"] = max(_took_ms(lambda: api.get(place).raise_for_status()) for _ in range(ASKED))
    values |= _paging(api, f"{place}/targets?limit={A_PAGE}", count)
    with others_feel(service, values, "cancel"):
        api.post(f"{place}/cancel").raise_for_status()
    return values


@contextmanager
def others_feel(service: ServiceCaller, values: dict[str, float], name: str) -> Iterator[None]:
    """Measures a block: how long it takes, how much memory it adds at most, and the longest wait of somebody else who writes."""
    before = service.memory_mb()
    most, waits, over = [before], [0.0], threading.Event()

    def watch() -> None:
        while not over.wait(0.2):
            most.append(service.memory_mb())

    def write() -> None:
        for wait in _writes(*service.address, over):
            waits.append(wait)

    threads = [threading.Thread(target=watch), threading.Thread(target=write)]
    for thread in threads:
        thread.start()
    began = time.monotonic()
    try:
        yield
        values[f"{name}_s"] = time.monotonic() - began
    finally:
        over.set()
        for thread in threads:
            thread.join()
    values[f"{name}_memory"] = max(most) - before
    values[f"{name}_wait"] = max(waits)


def _writes(url: str, authorization: str, over: threading.Event) -> Iterator[float]:
    """Puts one number after the other on the do-not-call list; how long each took, in ms."""
    connection = http.client.HTTPConnection(urlsplit(url).netloc, timeout=LIMIT_S)
    headers = {"Authorization": authorization, "Content-Type": "application/json"}
    index = int(time.time()) % 1_000_000
    while not over.wait(EVERY_S):
        index += 1
        began = time.perf_counter()
        connection.request("POST", "/dnc", json.dumps({"numbers": [f"+7800{index:07}"]}), headers)
        connection.getresponse().read()
        yield 1000 * (time.perf_counter() - began)
    connection.close()


def _paging(api: httpx.Client, path: str, count: int) -> dict[str, float]:
    """Goes through a list from its first page to its last; the median time of a page at both ends, in ms. Then the same by state: the
    cursors are places in the list, whatever is filtered."""
    cursors, seen, values = [""], 0, {}
    while True:
        page = api.get(f"{path}{cursors[-1]}").raise_for_status().json()
        seen += len(page["items"])
        if page["next_cursor"] is None:
            break
        cursors.append(f"&cursor={page['next_cursor']}")
    if seen != count:
        raise RuntimeError(f"the list had {seen} of {count} rows")
    for name, some in (("first", cursors[:AT_AN_END]), ("last", cursors[-AT_AN_END:])):
        for kind, more in (("pages", ""), ("state_pages", "&state=pending")):
            values[f"{kind}_{name}"] = statistics.median(_took_ms(partial(api.get, f"{path}{more}{cursor}")) for cursor in some)
    return values


def made(api: httpx.Client, path: str, **request: Any) -> dict[str, Any]:
    """What a POST answers."""
    answer = api.post(path, **request)
    if answer.status_code not in (201, 202):
        raise RuntimeError(f"POST {path} gave {answer.status_code}: {answer.text[:500]}")
    found: dict[str, Any] = answer.json()
    return found


def people(count: int) -> Iterator[tuple[str, str]]:
    """Names and numbers, in no order, each once."""
    return ((f"Subscriber {index}", f"+{number(index * 7919 % 10_000_000)}") for index in range(count))


def csv_of(count: int) -> bytes:
    """A list of so many people."""
    return "\n".join(["name;number", *map(";".join, people(count))]).encode()


def _closed() -> dict[str, Any]:
    """A window that opens in three days."""
    day = (datetime.now(timezone.utc) + timedelta(days=3)).strftime("%a").lower()
    return {"days": [day], "from": "10:00", "to": "11:00", "timezone": "UTC"}


def _took_ms(action: Callable[[], object]) -> float:
    began = time.perf_counter()
    action()
    return 1000 * (time.perf_counter() - began)
