"""i: lists that come in and go out: how long, how much memory, what others who write feel, and what the calls do that go on meanwhile."""

from __future__ import annotations

import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import numpy as np

from bench.load import Load
from bench.peer import CalleeProcess
from bench.plan import Plan
from bench.service import ServiceCaller
from bench.size import LIMIT_S, csv_of, made, others_feel, people
from bench.window import wait_until
from lists.workbook import as_xlsx

LINES = 20
UP_LIMIT_S = 30.0
END_LIMIT_S = 60.0


def imports(plan: Plan) -> dict[str, float]:
    """Runs the service alone, with lists of `plan.size` subscribers, and then with calls."""
    values: dict[str, float] = {}
    with tempfile.TemporaryDirectory(prefix="dozvon-bench-") as folder, CalleeProcess(Path(folder), LINES, False) as peer:
        service, load = ServiceCaller(), Load(LINES, False, plan.message_s)
        try:
            service.start(peer.port, load, Path(folder))
            url, authorization = service.address
            with httpx.Client(base_url=url, headers={"Authorization": authorization}, timeout=LIMIT_S) as api:
                _in_and_out(service, api, plan.size, Path(folder), values)
                values |= _beside_calls(service, api, plan, peer)
        finally:
            service.stop()
    return values


def _in_and_out(service: ServiceCaller, api: httpx.Client, count: int, folder: Path, values: dict[str, float]) -> None:
    with others_feel(service, values, "import"):
        callbase = made(api, "/callbases", files={"file": ("list.csv", csv_of(count))}, data={"name": "CSV"})
    book = b"".join(as_xlsx(["name", "number"], people(count), folder / "book"))
    with others_feel(service, values, "workbook"):
        other = made(api, "/callbases", files={"file": ("list.xlsx", book)}, data={"name": "XLSX"})
    if callbase["total"] != count or other["total"] != count:
        raise RuntimeError(f"of {count} came in {callbase['report']} and {other['report']}")
    for ending in ("csv", "xlsx"):
        with (
            others_feel(service, values, f"export_{ending}"),
            _download(api, f"/callbases/{callbase['id']}/subscribers.{ending}") as pieces,
        ):
            size = sum(map(len, pieces))
        if size < 10 * count:
            raise RuntimeError(f"the {ending} has only {size} bytes")


@contextmanager
def _download(api: httpx.Client, path: str) -> Iterator[Iterator[bytes]]:
    with api.stream("GET", path) as answer:
        answer.raise_for_status()
        yield answer.iter_bytes()


def _beside_calls(service: ServiceCaller, api: httpx.Client, plan: Plan, peer: CalleeProcess) -> dict[str, float]:
    """The upload again, while all lines are up."""
    service.dial(0, LINES * (5 + round(60 / plan.message_s)))
    wait_until(lambda: peer.stats()["live"] >= LINES // 2, UP_LIMIT_S, "the calls are up")
    began = time.monotonic()
    made(api, "/callbases", files={"file": ("list.csv", csv_of(plan.size))}, data={"name": "Beside calls"})
    took = time.monotonic() - began
    service.cut()
    wait_until(lambda: peer.stats()["live"] == 0, END_LIMIT_S + plan.message_s, "the calls end")
    heard = peer.heard()
    p99, longest = float(np.percentile(heard.gaps, 99)), float(heard.gaps.max())
    return {"calls_import_s": took, "gap_p99": p99, "gap_max": longest, "lost": heard.lost, "silent_calls": heard.silent_calls}
