"""The gateways that the dialer has to do with: loads them, keeps registered where wanted, checks them, and keeps what it learnt of them.

Used by the dialer's thread only.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable
from concurrent.futures import Future
from dataclasses import replace
from typing import Any

from sqlalchemy import Connection

from dialer import reasons
from dialer.breaker import Breaker
from dialer.checks import Checks
from dialer.gateway import Gateway
from dialer.pool import Agent, Pool
from dialer.verdicts import Flight
from errors import NotFound
from security.keys import SecretBox, SecretUnreadable
from sip.messages import Broken, CallEnd, ProbeResult, Ready, Register, Registration
from sip.outcome import ALIKE, ALIKE_CODES, FINE, Verdict
from store import flight, gateways, last_start, take_back
from store.engine import Store
from store.gateway_settings import SANDBOX_ID, GatewaySettings, sandbox_settings

log = logging.getLogger("dozvon.gateways")


class Contacts:
    """See the module.

    Args:
        sandbox_port: where the sandbox listens on loopback (UDP); None when there is none.
        timer_b_ms: RFC 3261's Timer B for the agents.
    """

    def __init__(self, store: Store, box: SecretBox, pool: Pool, sandbox_port: int | None, timer_b_ms: int) -> None:
        self.unsaved: set[str] = set()
        self._to_take_back: dict[str, list[str]] = {}  # gateway: calls that turned out not to count
        self._store = store
        self._box = box
        self._pool = pool
        self._sandbox_port = sandbox_port
        self._timer_b_ms = timer_b_ms
        self._gateways: dict[str, Gateway] = {}
        self._checks = Checks(pool)
        self._registering: set[str] | None = None

    # -- settings ------------------------------------------------------------------------------------------------------

    def get(self, gateway_id: str) -> Gateway:
        """The gateway, read from the store the first time. Raises NotFound."""
        if gateway_id not in self._gateways:
            self._gateways[gateway_id] = self._load(gateway_id)
        return self._gateways[gateway_id]

    def settings(self, gateway_id: str) -> GatewaySettings:
        """Its settings. Raises NotFound."""
        return self.get(gateway_id).settings

    def look_again(self) -> None:
        """Gateways may have been made that want registration."""
        self._registering = None

    def knows(self, gateway_id: str) -> bool:
        """Whether there is such a gateway that can be used: the sandbox of a campaign may be gone after a restart with --no-sandbox."""
        try:
            self.get(gateway_id)
        except (NotFound, SecretUnreadable):
            return False
        return True

    def statuses(self, gateway_ids: Iterable[str]) -> dict[str, dict[str, Any]]:
        """The live state of each gateway that can be used."""
        return {gateway_id: self.get(gateway_id).status() for gateway_id in gateway_ids if self.knows(gateway_id)}

    def changed(self, gateway_id: str) -> None:
        """Its row was changed or deleted: takes the new settings over; agents with old ones take no more calls."""
        self._registering = None
        own = self._gateways.get(gateway_id)
        if own is None:
            return
        try:
            with self._store.read() as conn:
                anew = own.change(gateways.settings(conn, gateway_id, self._box))
        except (NotFound, SecretUnreadable):
            del self._gateways[gateway_id]
            anew = True
        if anew:
            self._pool.retire(gateway_id)
            self.unsaved.add(gateway_id)

    def _load(self, gateway_id: str) -> Gateway:
        if gateway_id == SANDBOX_ID:
            if self._sandbox_port is None:
                raise NotFound("There is no sandbox gateway; the service runs with --no-sandbox.")
            return Gateway(sandbox_settings(self._sandbox_port))
        with self._store.read() as conn:
            settings = gateways.settings(conn, gateway_id, self._box)
            gateway = Gateway(settings, last_start.of_gateway(conn, gateway_id))
            kept = flight.breaker_row(conn, gateway_id)
        if kept is not None and gateway.breaker is not None and kept["breaker_state"] != "closed":
            gateway.breaker = Breaker(kept["breaker_state"], kept["breaker_reason"], kept["breaker_since"], kept["breaker_next_try"])
            gateway.last_error = kept["last_error"]
        self._recall_first_ends(gateway)
        return gateway

    def _recall_first_ends(self, gateway: Gateway) -> None:
        with self._store.read() as conn:
            rows = take_back.first_ends(conn, gateway.settings.id, gateway.settings.changed_at)
        for row in rows:
            alike = row["sip_code"] in ALIKE_CODES and row["answered_at"] is None
            if row["outcome"] in ("canceled", "interrupted"):
                continue
            if row["outcome"] is not None:
                enough = gateway.first_ends.note(row["number"], row["id"], row["sip_code"] if alike else None)
            else:
                enough = alike
            if enough and gateway.breaker is not None and not gateway.breaker.waits_for_person:
                gateway.first_ends.settle()  # they were taken back, and the gateway dials: a person has said that it is so

    # -- room ----------------------------------------------------------------------------------------------------------

    def room(self, gateway_id: str, now: int, now_s: float) -> int:
        """How many calls may start through it now."""
        return self.get(gateway_id).room(now, now_s)

    def lines_left(self, gateway_id: str, now: int) -> int:
        """How many more calls may be in flight through it, its pace apart."""
        return self.get(gateway_id).lines_left(now)

    @property
    def reopened(self) -> set[str]:
        """Gateways whose calls were taken back: targets that were done are pending again."""
        return set(self._to_take_back)

    def pace_room(self, gateway_id: str, now: int, now_s: float) -> int:
        """How many calls may start through it now by its pace alone."""
        return self.get(gateway_id).pace_room(now, now_s)

    def holds_back(self, gateway_id: str, now: int, starting: int) -> bool:
        """Whether, with `starting` calls more, targets wait because of the gateway itself."""
        return self.get(gateway_id).holds_back(now, starting)

    def pace_delays(self, now_s: float) -> list[float]:
        """For each gateway, seconds until its pace lets the next call start."""
        return [own.pace.next_at() - now_s for own in self._gateways.values()]

    def started(self, gateway_id: str, now_s: float) -> None:
        """A call starts through it."""
        own = self.get(gateway_id)
        own.live += 1
        own.pace.started(now_s)

    def landed(self, gateway_id: str) -> None:
        """A call through it is over."""
        if gateway_id in self._gateways:
            self._gateways[gateway_id].live -= 1

    def ensure_agents(self, gateway_id: str, lines: int, now: int) -> None:
        """Starts agents so that it has so many free lines soon."""
        own = self.get(gateway_id)
        try:
            self._pool.ensure(lambda: own.setup(self._timer_b_ms), gateway_id, lines)
        except OSError as error:
            self._failed(gateway_id, f"an agent could not be started: {error}", now)

    # -- what the agents tell ------------------------------------------------------------------------------------------

    def on_sign_of_life(self, gateway_id: str, now: int) -> None:
        """Somebody's phone rings, or is answered: the gateway works."""
        own = self._gateways.get(gateway_id)
        if own is not None and own.breaker is not None and not own.breaker.proven:
            own.breaker.on_sign_of_life(now)
            self.unsaved.add(gateway_id)

    def on_call_end(self, call: Flight, verdict: Verdict, end: CallEnd, now: int) -> Verdict:
        """A call has ended; what its end says of the gateway moves the breaker. Gives the verdict that holds: a call may not count."""
        self.landed(call.gateway_id)
        own = self._gateways.get(call.gateway_id)
        if own is None or verdict.status == "canceled" or call.settings_of != own.settings.changed_at:
            return verdict
        if own.breaker is None:
            if not verdict.counts:
                own.hold(now)
            return verdict
        before = (own.breaker.state, own.breaker.reason, own.breaker.next_try_at)
        own.breaker.on_end(verdict.gateway, reasons.of_end(end), end.retry_after_s, now)
        if verdict.gateway != FINE:
            own.last_error = reasons.of_end(end)
        verdict = self._if_not_alike(own, own.breaker, call, verdict, end, now)
        if before != (own.breaker.state, own.breaker.reason, own.breaker.next_try_at):
            self.unsaved.add(call.gateway_id)
            log.info("gateway %s: breaker %s %s", call.gateway_id, own.breaker.state, own.breaker.reason)
        return verdict

    def _if_not_alike(self, own: Gateway, breaker: Breaker, call: Flight, verdict: Verdict, end: CallEnd, now: int) -> Verdict:
        code = verdict.sip_code if verdict.gateway == ALIKE else None
        if breaker.waits_for_person and not own.first_ends.settled and code == own.first_ends.code:
            return replace(verdict, outcome=None)  # it was in flight when the others made the gateway stop
        if verdict.counts and own.first_ends.note(call.number, call.call_id, code):
            breaker.open_for_person(reasons.of_alike(end), now)
            self._to_take_back[call.gateway_id] = own.first_ends.call_ids()
        return verdict

    def handle(self, agent: Agent, message: Any, now: int) -> None:
        """Messages that are about the gateway."""
        match message:
            case Ready():
                self._on_ready(agent)
            case Broken(cause, reason):
                self._failed(agent.gateway_id, reasons.of_cause(cause, reason), now)
            case ProbeResult():
                self._checks.on_answer(agent.gateway_id, probe=message)
            case Registration():
                self._on_registration(agent.gateway_id, message, now)

    def on_agent_gone(self, agent: Agent, now: int, *, stopping: bool) -> None:
        """An agent's process has ended. One that never got ready would die again at once: the gateway waits a little."""
        if not agent.lines and not agent.leaving and not stopping:
            self._failed(agent.gateway_id, "the agent process died while it started; the service's log tells why", now)
        self._checks.on_agent_gone(agent)

    def _failed(self, gateway_id: str, reason: str, now: int) -> None:
        log.warning("gateway %s: %s", gateway_id, reason)
        if gateway_id in self._gateways:
            self._gateways[gateway_id].failed(reason, now)
            self.unsaved.add(gateway_id)
        self._checks.fail(gateway_id, reason)

    # -- registration --------------------------------------------------------------------------------------------------

    def keep_registered(self, now: int) -> None:
        """Has one agent at each gateway that wants registration, and registers again when a failed one's time has come."""
        if self._registering is None:
            with self._store.read() as conn:
                wanted = flight.registering_gateways(conn)
            self._registering = {gateway_id for gateway_id in wanted if self.knows(gateway_id)}
        for gateway_id in self._registering:
            own = self.get(gateway_id)
            if own.breaker is not None and own.breaker.is_shut(now) and not own.breaker.waits_for_person:
                continue
            registrar = self._registrar(gateway_id)
            if registrar is None:
                self._start_registrar(gateway_id, now)
            elif own.registration is not None and own.registration.state == "failed" and registrar.lines:
                own.registration = None
                self._pool.send(registrar, Register())

    def _registrar(self, gateway_id: str) -> Agent | None:
        return next((agent for agent in self._pool.agents if agent.gateway_id == gateway_id and agent.keep), None)

    def _start_registrar(self, gateway_id: str, now: int) -> None:
        own = self.get(gateway_id)
        own.registration = None
        try:
            self._pool.start(own.setup(self._timer_b_ms), gateway_id).keep = True
        except OSError as error:
            self._failed(gateway_id, f"an agent could not be started: {error}", now)

    def _on_registration(self, gateway_id: str, message: Registration, now: int) -> None:
        own = self._gateways.get(gateway_id)
        if own is None:
            return
        own.on_registration(message, now)
        self._checks.on_answer(gateway_id, registration=message)
        self.unsaved.add(gateway_id)

    # -- checks --------------------------------------------------------------------------------------------------------

    def check(self, gateway_id: str, asker: Future[dict[str, Any]]) -> None:
        """Asks the gateway whether it is there; `asker` gets the answer."""
        try:
            own = self.get(gateway_id)
        except (NotFound, SecretUnreadable) as error:
            asker.set_exception(error)
            return
        self._checks.ask(gateway_id, own.settings.register, asker, lambda: own.setup(self._timer_b_ms))

    def fail_checks(self, reason: str) -> None:
        """Answers all who wait: nothing more will come."""
        self._checks.fail_all(reason)

    def _on_ready(self, agent: Agent) -> None:
        if agent.keep:
            self._pool.send(agent, Register())
        self._checks.on_ready(agent)

    # -- by hand, and what is kept -------------------------------------------------------------------------------------

    def resume(self, gateway_id: str) -> None:
        """A person says that the gateway works."""
        self.get(gateway_id).resume()
        self.unsaved.add(gateway_id)

    def save(self, conn: Connection) -> None:
        """Writes what was learnt, within the dialer's transaction, after the ends of the calls."""
        for call_ids in self._to_take_back.values():
            take_back.take_back(conn, call_ids)
        for gateway_id in self.unsaved:
            own = self._gateways.get(gateway_id)
            if own is not None and own.breaker is not None:
                flight.save_breaker(conn, gateway_id, _columns(own, own.breaker))

    def saved(self) -> None:
        """The transaction of `save` was committed."""
        self.unsaved.clear()
        self._to_take_back.clear()


def _columns(own: Gateway, breaker: Breaker) -> dict[str, Any]:
    return {
        "breaker_state": breaker.state,
        "breaker_reason": breaker.reason,
        "breaker_since": breaker.since,
        "breaker_next_try": breaker.next_try_at,
        "last_error": own.last_error,
    }
