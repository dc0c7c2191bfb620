"""The dialer's thread, and what handlers may ask of it (`api.services.DialerPort`)."""

from __future__ import annotations

import logging
import queue
import threading
import time
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from concurrent.futures import TimeoutError as FutureTimeout
from functools import partial
from pathlib import Path
from typing import Any, TypeVar

from clock import now_ms
from dialer.contacts import Contacts
from dialer.engine import Engine
from dialer.pool import LINES_PER_AGENT, RTP_RANGES, Pool
from dialer.prompts import Prompts
from dialer.recordings import Recordings
from dialer.recovery import recover
from errors import Unavailable
from security.keys import SecretBox
from sip.launch import launcher
from store.engine import Store

CHECK_TIMEOUT_S = 15.0
STOP_WITHIN_S = 3.5  # agents give their BYEs and CANCELs three seconds
STOP_LIMIT_S = 8.0  # a database that takes no writes can hold the dialer's thread up for longer: the next start settles what is left
AFTER_FAULT_S = 1.0
REST_S = 0.015  # between two steps at least: what has happened meanwhile is written in one transaction
GATEWAYS_AT_ONCE = 10  # in one step: one that was not used yet is read from the database
SPARE_AGENTS = 4  # at least: lines of different gateways can't share an agent

log = logging.getLogger("dozvon.dialer")
Answer = TypeVar("Answer")


class Dialer:
    """Runs the engine on a thread of its own. All public methods are safe from any thread.

    Args:
        store: the database, migrated.
        box: opens the gateways' passwords.
        data: the data folder.
        lines: how many calls at once.
        in_process: the one agent (4 lines) on a thread of this process.
        sandbox_port: where the sandbox listens; None when there is none.
        timer_b_ms: RFC 3261's Timer B; shorter in tests.
    """

    def __init__(
        self,
        store: Store,
        box: SecretBox,
        data: Path,
        *,
        lines: int,
        in_process: bool = False,
        sandbox_port: int | None = None,
        timer_b_ms: int = 32_000,
    ) -> None:
        lines = min(lines, LINES_PER_AGENT) if in_process else lines
        agents = 1 if in_process else _most_agents(lines)
        self._store = store
        self._commands: queue.SimpleQueue[Callable[[], None]] = queue.SimpleQueue()
        self._pool = Pool(launcher(in_process), agents, time.monotonic)
        self._contacts = Contacts(store, box, self._pool, sandbox_port, timer_b_ms)
        self._prompts = Prompts(store, data)
        self._recordings = Recordings(store, data)
        self._engine = Engine(store, self._pool, self._contacts, self._prompts, self._recordings, lines)
        self._thread = threading.Thread(target=self._run, name="dialer", daemon=True)
        self._ready = threading.Event()
        self._stop = threading.Event()
        self._stepped_at = 0.0

    def start(self) -> None:
        """Settles what an earlier run left in flight, then dials. Blocks for the settling only."""
        left = recover(self._store, now_ms())
        if left:
            log.warning("%d calls were in flight when the service died; they are interrupted", left)
        self._recordings.start()
        self._thread.start()

    def stop(self) -> None:
        """No new calls; live calls are hung up (BYE, CANCEL); everything is written. Blocks up to 5 s, 8 s when the database hangs."""
        self._ready.clear()
        self._stop.set()
        self._pool.wake()
        if self._thread.is_alive():
            self._thread.join(STOP_LIMIT_S)
        self._recordings.stop()

    # -- DialerPort ----------------------------------------------------------------------------------------------------

    def wake(self) -> None:
        """Campaigns changed in the store: look again now."""
        self._ask(self._engine.look_again)

    def hangup(self, call_id: str) -> None:
        """Ends one live call. Returns before the call has ended."""
        self._ask(lambda: self._engine.hang_up(call_id))

    def check_gateway(self, gateway_id: str) -> dict[str, Any]:
        """OPTIONS, and REGISTER where wanted. Blocks up to 15 s. Raises Unavailable when the agents are too busy to ask."""
        answer: Future[dict[str, Any]] = Future()
        self._ask(lambda: self._contacts.check(gateway_id, answer))
        try:
            return answer.result(CHECK_TIMEOUT_S)
        except FutureTimeout:
            raise Unavailable("The check did not end in time; try again in a moment.", {"Retry-After": "5"}) from None

    def gateway_status(self, gateway_id: str) -> dict[str, Any]:
        """The live state. Raises NotFound."""
        status: dict[str, Any] = self._result(lambda: self._contacts.get(gateway_id).status())
        return status

    def gateway_statuses(self, gateway_ids: Sequence[str]) -> dict[str, dict[str, Any]]:
        """The live state of each; of one that can't be used there is none."""
        found: dict[str, dict[str, Any]] = {}
        for start in range(0, len(gateway_ids), GATEWAYS_AT_ONCE):
            some = gateway_ids[start : start + GATEWAYS_AT_ONCE]
            found |= self._result(partial(self._contacts.statuses, some))
        return found

    def resume_gateway(self, gateway_id: str) -> None:
        """Closes the breaker by hand. Raises NotFound."""
        self._result(lambda: self._contacts.resume(gateway_id))

    def gateway_changed(self, gateway_id: str) -> None:
        """Its settings were changed, or it was deleted."""
        self._ask(lambda: self._contacts.changed(gateway_id))

    def lines(self) -> tuple[int, int]:
        """How many lines there are in all, and how many are in use."""
        return self._engine.lines, len(self._engine.flights)

    def eta_s(self, campaign_id: str) -> int | None:
        """Seconds until the campaign is likely to end; None when that can't be told."""
        run = self._engine.runs.get(campaign_id)
        return run.eta_s() if run is not None and run.running else None

    def calls_per_second_now(self, campaign_id: str) -> float:
        """How many calls of the campaign began a second in the last ten."""
        run = self._engine.runs.get(campaign_id)
        return run.tempo.calls_per_second(time.monotonic()) if run is not None else 0.0

    def why_waiting(self, campaign_id: str) -> str | None:
        """What holds back the campaign's targets that are due now: lines, rate or gateway; None before the dialer has seen it."""
        run = self._engine.runs.get(campaign_id)
        return run.why if run is not None else None

    def ready(self) -> bool:
        """Whether calls can be placed."""
        return self._ready.is_set()

    # -- the thread ----------------------------------------------------------------------------------------------------

    def _ask(self, command: Callable[[], None]) -> None:
        self._commands.put(command)
        self._pool.wake()

    def _result(self, question: Callable[[], Any]) -> Any:
        answer: Future[Any] = Future()

        def ask() -> None:
            try:
                answer.set_result(question())
            except Exception as error:  # it belongs to the asker
                answer.set_exception(error)

        self._ask(ask)
        try:
            return answer.result(CHECK_TIMEOUT_S)
        except FutureTimeout:
            raise Unavailable("The dialer is busy; try again in a moment.", {"Retry-After": "5"}) from None

    def _run(self) -> None:
        self._ready.set()
        wait_s = 0.0
        watched_at = 0.0
        while not self._stop.is_set():
            wait_s = self._turn(wait_s)
            if time.monotonic() - watched_at > 1.0:
                watched_at = time.monotonic()
                _safely(self._pool.watch)
        _safely(self._wind_down)

    def _turn(self, wait_s: float) -> float:
        rest_s = max(0.0, min(REST_S, wait_s) - (time.monotonic() - self._stepped_at))
        time.sleep(rest_s)
        for agent, message in _safely(self._pool.wait, wait_s - rest_s) or ():
            _safely(self._engine.handle, agent, message, now_ms())
        while (command := self._next_command()) is not None:
            _safely(command)
        self._stepped_at = time.monotonic()
        next_in = _safely(self._engine.step, now_ms(), self._stepped_at)
        return AFTER_FAULT_S if next_in is None else next_in

    def _next_command(self) -> Callable[[], None] | None:
        try:
            return self._commands.get_nowait()
        except queue.Empty:
            return None

    def _wind_down(self) -> None:
        self._engine.stopping = True
        self._contacts.fail_checks("the service stops")
        for agent in list(self._pool.agents):
            self._pool.stop(agent)
        until = time.monotonic() + STOP_WITHIN_S
        while self._engine.flights and time.monotonic() < until:
            self._turn(0.1)
        self._engine.interrupt_all(now_ms())
        self._turn(0.0)
        self._pool.close()
        self._prompts.close()


def _most_agents(lines: int) -> int:
    """Half as many again as the lines need, for several gateways, as long as each has RTP ports of its own."""
    full = -(-lines // LINES_PER_AGENT)
    return full + max(SPARE_AGENTS, min(full // 2, RTP_RANGES - full))


def _safely(work: Callable[..., Answer], *arguments: Any) -> Answer | None:
    """What `work` gives; None when it raises. A fault of ours must not end the dialling of everybody else; the store stays true."""
    try:
        return work(*arguments)
    except Exception:
        log.exception("a step of the dialer failed")
        return None
