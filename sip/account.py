"""The gateway's account in an agent: registration (RFC 3261 section 10) and the OPTIONS that asks whether the gateway answers."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

from pjsua2 import pjsua2 as pj

from clock import now_ms
from sip import response
from sip.endpoint import Endpoint
from sip.messages import ProbeResult, Registration, Setup
from sip.uri import sip_uri


class Account(pj.Account):  # type: ignore[misc]
    """Our account at the gateway.

    Args:
        setup: the gateway's settings; another account of the same agent may have others of encryption and registration.
        endpoint: the started library.
        tell: takes the messages for the dialer.
    """

    def __init__(self, setup: Setup, endpoint: Endpoint, tell: Callable[[Any], None]) -> None:
        super().__init__()
        self.setup = setup
        self.probing = False
        self.registered = False
        self._tell = tell
        self._asked_at = 0.0
        self._result: ProbeResult | None = None
        self._registering = False
        self._endpoint = endpoint
        self.create(endpoint.account_config(setup))

    @property
    def busy(self) -> bool:
        """A REGISTER is under way."""
        return self._registering

    def register(self, wanted: bool) -> None:
        """Sends a REGISTER (or takes the registration back). Does nothing for a gateway without registration.

        While one is under way its answer is the answer: the library would refuse a second one as busy.
        """
        if not self.setup.register or (wanted and self._registering):
            return
        try:
            self._registering = True
            self.setRegistration(wanted)
        except pj.Error as error:
            self._registering = False
            self._tell(Registration("failed", None, error.reason, now_ms()))

    def probe(self) -> None:
        """Sends an OPTIONS, unless one is under way. `take_probe_result` tells what came."""
        if self.probing:
            return
        self.probing = True
        self._asked_at = time.monotonic()
        self._result = None
        request = pj.SendRequestParam()
        request.method = "OPTIONS"
        request.txOption.targetUri = sip_uri("", self.setup.host, self.setup.port, self.setup.transport)
        try:
            self.sendRequest(request)
        except pj.Error as error:
            self._result = ProbeResult(None, error.reason, None)

    def take_probe_result(self, now: float, patience_s: float) -> ProbeResult | None:
        """The result of the OPTIONS, once; after `patience_s` without one: that nothing came. None while it is awaited."""
        if not self.probing:
            return None
        result = self._result
        if result is None and now >= self._asked_at + patience_s:
            result = ProbeResult(None, f"no answer within {patience_s:g} s", None)
        self.probing = result is None
        return result

    def close(self) -> None:
        """Ends the account."""
        self.shutdown()

    # -- pjsua2's side -------------------------------------------------------------------------------------------------

    def onRegState(self, prm: Any) -> None:
        """The REGISTER was answered, or was not."""
        self._endpoint.attention = True
        self._registering = False
        state = "failed" if prm.code // 100 != 2 else "registered" if prm.expiration > 0 else "unregistered"
        self.registered = state == "registered"
        came = response.parse(prm.rdata.wholeMsg) if prm.rdata.wholeMsg else None
        self._tell(Registration(state, came.code if came else None, came.reason if came else self._endpoint.why(prm.reason), now_ms()))

    def onSendRequest(self, prm: Any) -> None:
        """The OPTIONS was answered, or was not."""
        self._endpoint.attention = True
        event = prm.e.body.tsxState
        rtt_ms = round((time.monotonic() - self._asked_at) * 1000)
        if event.type == pj.PJSIP_EVENT_RX_MSG:
            reply = response.parse(event.src.rdata.wholeMsg)
            if reply is not None:
                self._result = ProbeResult(reply.code, reply.reason, rtt_ms)
                return
        self._result = ProbeResult(None, self._endpoint.why(event.tsx.statusText or "no answer"), None)
