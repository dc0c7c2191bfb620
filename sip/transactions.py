"""What the SIP messages of one call say, noted in its facts as they come, and the requests within it that the library leaves unanswered.

Used in pjsua2's callbacks: what is called here must not block, nor destroy anything of the library's.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

from pjsua2 import pjsua2 as pj

from clock import now_ms
from sip import native, response
from sip.keys import info_key
from sip.messages import Answered, CallEnd, Ringing

_FROM_MESSAGE = pj.PJSIP_EVENT_RX_MSG
_TRANSPORT_ERROR = pj.PJSIP_EVENT_TRANSPORT_ERROR


class CallClock:
    """The wall clock as it was when the call began, carried on: its times stay true to each other when the clock is set anew."""

    def __init__(self) -> None:
        self._began = now_ms(), time.monotonic()

    def now_ms(self) -> int:
        """Milliseconds of UNIX time."""
        return self.at_ms(time.monotonic())

    def at_ms(self, moment: float) -> int:
        """The same of a moment in seconds of the monotonic clock."""
        began_ms, began = self._began
        return began_ms + round((moment - began) * 1000)


class Transactions:
    """The transactions of one call's dialog: the one place where real codes and headers are seen.

    Args:
        facts: of the call, to be kept true.
        clock: of the call.
        tell: takes the messages for the dialer.
        read_sdp: takes each reply to the INVITE.
        before_bye: called when the callee's BYE came, before the media ends.
    """

    def __init__(
        self,
        facts: CallEnd,
        clock: CallClock,
        tell: Callable[[Any], None],
        read_sdp: Callable[[str], None],
        before_bye: Callable[[], None],
    ) -> None:
        self._facts = facts
        self._clock = clock
        self._tell = tell
        self._read_sdp = read_sdp
        self._before_bye = before_bye
        self._session: int | None = None
        self._invite: int | None = None  # the newest INVITE transaction, while no reply to it has come

    def moved(self, event: Any) -> str:
        """A transaction moved (a `TsxStateEvent`). Gives the key that an INFO tells of; empty without one."""
        transaction = event.tsx
        if transaction.method == "INVITE":
            self._on_invite(event)
        elif transaction.method == "BYE":
            self._on_bye(event, transaction.role == pj.PJSIP_ROLE_UAS)
        elif transaction.state == pj.PJSIP_TSX_STATE_TRYING:
            return self._on_request(transaction, event.src.rdata)
        return ""

    def disconnected(self, event: Any) -> None:
        """The call is over. A response that ends it is seen here only: the transaction's own callback comes no more."""
        if self._facts.answered_at is None and event.type == pj.PJSIP_EVENT_TSX_STATE:
            self._on_invite_event(event.body.tsxState)

    def end(self) -> bool:
        """CANCEL or BYE goes out, or nothing more where no reply has come and none is to be waited for. Gives whether it could be done."""
        if self._invite is not None and self._facts.asked in ("ring_timeout", "stop"):
            native.give_up(self._invite)
            return True
        return self._session is not None and native.end_session(self._session)

    def release(self) -> None:
        """The call is over: lets go of whoever is told."""
        self._tell = self._read_sdp = self._before_bye = _nothing

    def _on_request(self, transaction: Any, request: Any) -> str:
        # Within a call OPTIONS asks whether we are still there. Of INFOs the library reads application/dtmf-relay by itself. To all others
        # of both it would say 500.
        key = info_key(request.wholeMsg) if transaction.method == "INFO" else ""
        if key or transaction.method == "OPTIONS":
            native.respond(transaction, request, 200)
        return key

    def _on_invite(self, event: Any) -> None:
        transaction = event.tsx
        if transaction.role != pj.PJSIP_ROLE_UAC:
            return
        if self._session is None:
            self._session = native.invite_session(transaction)
        if self._facts.answered_at is not None:
            return
        if transaction.state == pj.PJSIP_TSX_STATE_CALLING:
            self._invite = int(transaction.pjTransaction)
        else:
            self._on_invite_event(event)

    def _on_invite_event(self, event: Any) -> None:
        self._invite = None
        if event.type == _FROM_MESSAGE:
            self._on_reply(event.src.rdata.wholeMsg)
        elif event.type == _TRANSPORT_ERROR:
            self._facts.local_cause = "transport"
            self._facts.sip_reason = event.tsx.statusText

    def _on_reply(self, message: str) -> None:
        reply = response.parse(message)
        if reply is None:
            return
        facts = self._facts
        facts.provisional = True
        self._read_sdp(message)
        if reply.code < 200:
            if reply.code in (180, 183) and facts.ringing_at is None:
                facts.ringing_at = self._clock.now_ms()
                self._tell(Ringing(facts.call_id, facts.ringing_at))
            return
        facts.sip_code = reply.code
        facts.sip_reason = reply.reason
        facts.q850_cause = reply.q850_cause
        facts.retry_after_s = reply.retry_after_s
        if reply.code < 300:
            facts.answered_at = self._clock.now_ms()
            self._tell(Answered(facts.call_id, facts.answered_at))

    def _on_bye(self, event: Any, from_callee: bool) -> None:
        if from_callee:
            if event.type == _FROM_MESSAGE:
                self._before_bye()
                self._facts.q850_cause = response.q850(event.src.rdata.wholeMsg) or self._facts.q850_cause
            self._facts.ended_by = "callee"
        elif self._facts.ended_by == "network":
            self._facts.ended_by = "service"


def _nothing(*_: Any) -> None:
    """What a call that is over tells."""
