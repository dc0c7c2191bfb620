"""The agent: one process (or thread) with one pjsua2 user agent that carries the calls of one gateway.

One thread owns pjsua2, turns the loop and reads the dialer's messages. When the dialer is gone (its end of the socket closes), the
agent hangs up and exits.
"""

from __future__ import annotations

import gc
import logging
import math
import os
import signal
import socket
import time
from collections import deque
from dataclasses import replace
from typing import Any

from pjsua2 import pjsua2 as pj

from clock import now_ms
from sip import native, wire
from sip.account import Account
from sip.beat import Beat
from sip.call import OutgoingCall
from sip.endpoint import RTP_SLICE_S, Endpoint
from sip.keep_alive import KeepAlive
from sip.messages import (
    CALLS_IN_A_ROW,
    LINGER_S,
    Alive,
    Answered,
    Broken,
    CallEnd,
    Dial,
    End,
    Probe,
    ProbeResult,
    Ready,
    Register,
    Ringing,
    Setup,
    Stop,
)
from sip.outcome import local_cause
from sip.received import free_rings
from sip.source import CannotResolve, addresses
from sip.uri import sip_uri
from sip.waiter import Waiter

USER_AGENT = "Dozvon"
POLL_S = 1.0  # whatever is due earlier, or happens, ends a poll at once
SHORT_POLL_S = 0.1  # while a call waits for a place
ALIVE_EVERY_S = 4.0
NEWS_WAITS_S = 0.15  # that a call rings or was answered waits so long for others' news: to hand it over costs more than to know it
FAREWELL_S = 3.0  # how long BYEs and CANCELs may take when the agent stops
PROBE_WAIT_S = 5.0  # an OPTIONS with no answer for so long: the gateway does not answer

log = logging.getLogger("dozvon.agent")

# Calls that could not be placed. The library aborts the process when such a call is collected, now or after its end: they stay.
_graveyard: list[OutgoingCall] = []


class Agent:
    """See the module. `run` blocks until the dialer says Stop or is gone.

    Args:
        sock: the connected stream socket to the dialer, whose first message is `Setup`.
    """

    def __init__(self, sock: socket.socket) -> None:
        self._sock = sock
        self._receiver = wire.Receiver(sock)
        self._waiter = Waiter(sock)
        self._outbox: list[Any] = []
        self._flush_at: float | None = None  # None: nothing is there to be sent
        self._calls: dict[str, OutgoingCall] = {}
        self._waiting: list[Dial] = []
        self._secure: set[str] = set()  # calls that are placed a second time, with encrypted sound only
        self._secure_account: Account | None = None  # for these; made when it is needed
        self._beat = Beat()
        self._lingering: deque[tuple[float, object]] = deque()  # what calls that are over leave, and since when
        self._unanswered: list[CallEnd] = []  # ended calls with no reply at all, until an OPTIONS tells why
        self._probing_for_dialer = False
        self._stop_at: float | None = None
        self._next_alive = 0.0
        self._udp_port = 0
        self._endpoint: Endpoint
        self._account: Account
        self._keep_alive: KeepAlive

    def run(self) -> None:
        """Serves until told to stop."""
        first: list[Any] | None = []
        while not first:
            first = self._receiver.receive()
            if first is None:
                return
        setup: Setup = first[0]
        if not self._start(setup):
            return
        for message in first[1:]:
            self._take(message)
        self._tell(Ready(native.slots()))
        while self._turn():
            pass
        self._close()

    # -- the loop ------------------------------------------------------------------------------------------------------

    def _turn(self) -> bool:
        now = time.monotonic()
        self._take_messages()
        # Before another call takes the same slot of the library: the object of a call that is over ends whatever is in its slot.
        self._bury_ended(now)
        placed = self._start_waiting()
        next_at = min((call.turn(now) for call in list(self._calls.values())), default=now + POLL_S)
        self._bury_ended(now)
        self._keep_alive.turn(now, bool(self._calls) and not self._account.registered)
        self._ask_for_unanswered(now)
        if now >= self._next_alive:
            self._next_alive = now + ALIVE_EVERY_S
            self._tell(Alive())
        self._flush(now)
        if self._stop_at is not None and (now >= self._stop_at or not (self._calls or self._account.busy)):
            return False
        self._sleep(min(next_at, self._flush_at or next_at, self._stop_at or next_at), hurry=placed and bool(self._waiting))
        return True

    def _sleep(self, until: float, *, hurry: bool) -> None:
        longest = 0.0 if hurry else SHORT_POLL_S if self._waiting else POLL_S
        self._waiter.look_for_sip(self._udp_port, self._account.setup.port)
        rtp_slice_s = min((call.rtp_slice_s for call in self._calls.values()), default=RTP_SLICE_S)
        self._endpoint.poll(min(longest, until - time.monotonic()), rtp_slice_s)

    def _take_messages(self) -> None:
        if not self._waiter.dialer_speaks:
            return
        self._waiter.dialer_speaks = False
        messages = self._receiver.receive()
        if messages is None:
            self._waiter.forget_dialer()
            messages = [Stop()]
        for message in messages:
            self._take(message)

    def _take(self, message: Any) -> None:
        match message:
            case Dial():
                self._waiting.append(message)
            case End(call_id):
                self._end(call_id)
            case Probe():
                self._probing_for_dialer = True
                self._account.probe()
            case Register():
                self._account.register(True)
            case Stop():
                self._begin_stop()

    def _end(self, call_id: str) -> None:
        if call_id in self._calls:
            self._calls[call_id].end("end")
            return
        for dial in self._waiting:
            if dial.call_id == call_id:
                self._waiting.remove(dial)
                self._tell(CallEnd(call_id, at=now_ms(), asked="end", ended_by="service"))
                return

    def _begin_stop(self) -> None:
        if self._stop_at is not None:
            return
        self._stop_at = time.monotonic() + FAREWELL_S
        for dial in list(self._waiting):
            self._end(dial.call_id)
        for call in self._calls.values():
            call.end("stop")
        self._account.register(False)

    def _start_waiting(self) -> bool:
        # One a turn: what the calls before it got for an answer goes first, so that nobody who answered waits for the sound.
        # A slot is free only when the library says so: a call too many would raise.
        if not self._waiting or len(self._calls) >= native.slots() or native.slots_in_use() >= native.slots():
            return False
        if len(self._calls) + len(self._lingering) >= CALLS_IN_A_ROW:
            return False
        self._place(self._waiting.pop(0))
        return True

    def _place(self, dial: Dial) -> None:
        setup = self._account.setup
        call: OutgoingCall | None = None
        try:
            call = OutgoingCall(self._account_of(dial), dial, self._tell, self._attend, self._beat, self._waiter.hurry)
            self._calls[dial.call_id] = call
            call.place(sip_uri(dial.user, setup.host, setup.port, setup.transport))
        except pj.Error as error:
            self._place_failed(dial, call, error)

    def _account_of(self, dial: Dial) -> Account:
        if dial.call_id not in self._secure:
            return self._account
        if self._secure_account is None:
            setup = replace(self._account.setup, srtp="required", register=False)
            self._secure_account = Account(setup, self._endpoint, self._tell)
        return self._secure_account

    def _place_failed(self, dial: Dial, call: OutgoingCall | None, error: Any) -> None:
        self._calls.pop(dial.call_id, None)
        facts = call.facts if call else CallEnd(dial.call_id)
        if call is not None:
            self._lingering.append((time.monotonic(), call.release()))
            _graveyard.append(call)
        facts.at = facts.at or now_ms()
        facts.local_cause = facts.local_cause or local_cause(0, error.reason)
        facts.sip_reason = facts.sip_reason or error.reason
        self._name_fault(facts)
        self._tell(facts)

    def _name_fault(self, facts: CallEnd) -> None:
        """Where the connection failed for TLS: says so, and why."""
        if facts.sip_code is not None or facts.local_cause not in ("transport", "tls"):
            return
        reason = self._endpoint.why(facts.sip_reason)
        if reason != facts.sip_reason:
            facts.local_cause, facts.sip_reason = "tls", reason

    def _bury_ended(self, now: float) -> None:
        while self._lingering and now >= self._lingering[0][0] + LINGER_S:
            self._lingering.popleft()
        for call_id, call in list(self._calls.items()):
            if call.disconnected:
                self._lingering.append((now, call.release()))
                del self._calls[call_id]
                if self._may_offer_otherwise(call):
                    self._secure.add(call_id)
                    self._waiting.insert(0, call.dial)
                else:
                    self._secure.discard(call_id)
                    self._report(call.facts)

    def _may_offer_otherwise(self, call: OutgoingCall) -> bool:
        """Whether a call is placed again, as one that was never rung: a gateway that demands encryption may refuse an offer which leaves
        the choice, as that looks like one in clear (RTP/AVP)."""
        optional = self._account.setup.srtp == "optional" and call.dial.call_id not in self._secure
        return optional and call.refused_unheard and self._stop_at is None

    def _report(self, facts: CallEnd) -> None:
        self._name_fault(facts)
        silent = facts.sip_code is None and not facts.provisional and facts.local_cause in ("", "timeout")
        if silent and facts.asked in ("", "ring_timeout") and self._stop_at is None:
            facts.local_cause = "timeout"
            self._unanswered.append(facts)
            self._account.probe()
        else:
            self._tell(facts)

    def _ask_for_unanswered(self, now: float) -> None:
        result = self._account.take_probe_result(now, PROBE_WAIT_S)
        if result is None and self._stop_at is None:
            return
        if result is not None and self._probing_for_dialer:
            self._probing_for_dialer = False
            self._tell(result)
        for facts in self._unanswered:
            facts.gateway_answers = isinstance(result, ProbeResult) and result.sip_code is not None
            self._tell(facts)
        self._unanswered.clear()

    # -- start, stop, messages -----------------------------------------------------------------------------------------

    def _start(self, setup: Setup) -> bool:
        try:
            found = addresses(setup)
            self._endpoint = Endpoint(setup, found, USER_AGENT, self._waiter)
            self._udp_port = self._endpoint.local_port() if setup.transport == "udp" else 0
            self._account = Account(setup, self._endpoint, self._tell)
            self._keep_alive = KeepAlive(self._waiter, found.first_hop, setup.keep_alive_s if self._udp_port else 0)
        except CannotResolve as error:
            return self._broken(error.cause, str(error))
        except pj.Error as error:
            return self._broken("stun" if "STUN" in error.reason else "settings", error.reason)
        return True

    def _broken(self, cause: str, reason: str) -> bool:
        self._tell(Broken(cause, reason))
        self._flush(time.monotonic())
        return False

    def _close(self) -> None:
        self._flush(math.inf)
        # Objects of the library must be gone before it is.
        self._calls.clear()
        self._lingering.clear()
        for account in (self._secure_account, self._account):
            if account is not None:
                account.close()
        del account, self._account, self._secure_account
        gc.collect()
        free_rings()
        self._endpoint.close()
        self._waiter.close()

    def _attend(self) -> None:
        self._endpoint.attention = True

    def _tell(self, message: Any) -> None:
        at = time.monotonic() + NEWS_WAITS_S if isinstance(message, (Ringing, Answered, Alive)) else 0.0
        self._flush_at = at if self._flush_at is None else min(self._flush_at, at)
        self._outbox.append(message)

    def _flush(self, now: float) -> None:
        if self._flush_at is None or now < self._flush_at:
            return
        messages, self._outbox, self._flush_at = self._outbox, [], None
        try:
            wire.send(self._sock, *messages)
        except OSError:  # the dialer is gone
            self._begin_stop()


def main(sock: socket.socket) -> None:
    """The agent process's whole life. Ctrl+C in the terminal goes to the service, which stops its agents in order."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    try:
        Agent(sock).run()
    except Exception:
        log.exception("the agent failed")
        os._exit(1)
    # Not sys.exit: destructors of the library's objects must not run after it.
    os._exit(0)
