"""A blind transfer: the gateway is asked to connect the callee with somebody else (REFER, RFC 3515; RFC 5589 section 6)."""

from __future__ import annotations

from typing import Any

from pjsua2 import pjsua2 as pj

from sip.messages import CallEnd

# How long the transfer may ring once the gateway has taken it; then the call is left to the gateway. Without any answer to the REFER the
# library gives up by itself (Timer F).
RING_WAIT_S = 60.0
TAKEN = 202  # RFC 3515 section 2.4.2


class Transfer:
    """The transfers of one call, one at a time; `facts` keep what became of the newest.

    Attributes:
        pending: one is under way.
    """

    def __init__(self, facts: CallEnd) -> None:
        self.pending = False
        self._facts = facts

    def ask(self, call: Any, uri: str) -> None:
        """Sends the REFER in an answered call (a `pjsua2.Call`); what comes of it is told by `on_status`."""
        self.pending = True
        self._facts.transfer, self._facts.transfer_code = "failed", None  # until the gateway says more
        try:
            call.xfer(uri, pj.CallOpParam(True))
        except pj.Error:
            self.pending = False

    def on_status(self, code: int, last: bool) -> None:
        """The REFER's final response, or a NOTIFY with a sipfrag (RFC 3420), in the library's callback.

        Args:
            last: nothing more will be told.
        """
        if not self.pending:
            return
        if code < 200:
            self._facts.transfer, self._facts.transfer_code = "accepted", TAKEN
            self.pending = not last
        else:
            self._facts.transfer, self._facts.transfer_code = ("accepted" if code < 300 else "failed"), code
            self.pending = False

    @property
    def accepted(self) -> bool:
        """Whether the newest one was taken by the gateway, and did not fail since."""
        return self._facts.transfer == "accepted"
