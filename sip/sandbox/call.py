"""One call, from its INVITE to its end (RFC 3261 sections 13 to 15)."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from sip.sandbox import sdp
from sip.sandbox.behaviours import KEY_AFTER_MS, Behaviour, answer_after_ms
from sip.sandbox.dialog import Dialog
from sip.sandbox.heard import Heard
from sip.sandbox.media import Media, Session
from sip.sandbox.message import Headers, Request
from sip.sandbox.referral import ACCEPTED, Referral, referred_to
from sip.sandbox.report import Report, heard_of, milliseconds, save_sound
from sip.sandbox.tones import voicemail
from sip.sandbox.transaction import GIVE_UP_S, ClientTransactions, Clock, Handle, ServerTransaction

RING_LIMIT_S = 180.0  # RFC 3261 section 16.6: timer C; a caller that never cancels does not hold a call for ever
SILENT_LIMIT_S = 300.0  # a caller that died sends no BYE; after so long without a packet the call is ended
REASONS = {
    1: "Unallocated number",
    16: "Normal call clearing",
    17: "User busy",
    19: "No answer from user",
    21: "Call rejected",
    34: "No circuit available",
    88: "Incompatible destination",
}


@dataclass(frozen=True)
class Surroundings:
    """What every call needs of the process. `on_end` takes a report; `forget` drops the call from the server's tables."""

    clock: Clock
    media: Media
    requests: ClientTransactions
    on_end: Callable[[Report], None]
    forget: Callable[[Call], None]
    record: Path | None = None


def reason(cause: int) -> tuple[str, str]:
    """The Reason header of a Q.850 cause (RFC 3326)."""
    return ("Reason", f'Q.850;cause={cause};text="{REASONS[cause]}"')


class Call:
    """Plays one behaviour. The server hands it what belongs to its dialog; the clock calls the rest."""

    def __init__(self, number: str, behaviour: Behaviour, dialog: Dialog, invite: ServerTransaction, around: Surroundings) -> None:
        self.dialog, self.invite = dialog, invite
        self._number, self._behaviour, self._around = number, behaviour, around
        self._offer = sdp.parse(invite.request.body)
        self._origin = sdp.Origin(secrets.randbits(31))
        self._session: Session | None = None
        self._unacknowledged: ServerTransaction | None = None  # the INVITE or re-INVITE whose 200 waits for its ACK
        self._offered = False  # whether that 200 bore an offer of ours
        self._timers: list[Handle] = []
        self._began = around.clock.time()
        self._answered_at: float | None = None
        self._confirmed = self._over = False
        self._key: str | None = None
        self._referral: Referral | None = None

    @property
    def silent(self) -> bool:
        """Whether nothing is ever answered to the INVITE or its CANCEL."""
        return self._behaviour.silent

    # What comes in

    def start(self) -> None:
        """The INVITE has come: refuses, rings, or says nothing."""
        if self.silent:
            self._later(GIVE_UP_S, self._lapse, "network")
            return
        self._provisional(100)
        if self._behaviour.refuse:
            self._refuse(self._behaviour.refuse, self._behaviour.cause)
        elif self.invite.request.body and sdp.choose(self._offer) is None:
            self._refuse(488, 88)
        else:
            self._provisional(180)
            self._ring()

    def cancel(self) -> None:
        """CANCEL came: 487, unless the call was answered (RFC 3261 section 9.2)."""
        if not self.invite.final:
            self._refuse(487, 0, "caller")

    def acknowledged(self, ack: Request) -> None:
        """ACK for a 200: what follows the answer starts now (section 13.3.1.4)."""
        waiting = self._unacknowledged
        if waiting is None or waiting.request.cseq[0] != ack.cseq[0]:
            return
        self._unacknowledged = None
        waiting.acknowledged()
        if self._offered:
            self._take(sdp.choose(sdp.parse(ack.body)))
        if not self._confirmed and not self._over:
            self._confirmed = True
            self._perform()

    def bye(self, request: ServerTransaction) -> None:
        """BYE came: 200, and 487 to an INVITE that waits still (section 15.1.2)."""
        request.finish(200, self.dialog.respond(request.request, 200))
        if not self.invite.final:
            self.cancel()
        elif not self._over:
            self._end("caller")
            self._around.forget(self)

    def reinvite(self, again: ServerTransaction) -> None:
        """A new INVITE in the dialog: hold, unhold, another address (section 14.2)."""
        request = again.request
        if self._session is None or self._unacknowledged is not None or self._over:
            again.finish(491, self.dialog.respond(request, 491))
            return
        offer = sdp.parse(request.body)
        chosen = sdp.choose(offer)
        if request.body and chosen is None:
            again.finish(488, self.dialog.respond(request, 488))
            return
        self.dialog.retarget(request)
        self._take(chosen)
        self._accept(again, self._describe(self._session, offer, chosen))

    def refer(self, request: ServerTransaction) -> None:
        """REFER came: 202, and NOTIFYs that tell how it goes (RFC 3515)."""
        number = referred_to(request.request)
        if self._session is None or self._over or number is None:
            status = 400 if number is None else 481 if self._over else 491
            request.finish(status, self.dialog.respond(request.request, status))
            return
        request.finish(ACCEPTED, self.dialog.respond(request.request, ACCEPTED))
        self._referral = Referral(request.request, number, self._notify, self._later)
        self._referral.start()

    def _notify(self, headers: Headers, body: bytes) -> None:
        self._request("NOTIFY", headers, body, lambda: None)

    def _request(self, method: str, headers: Headers, body: bytes, on_done: Callable[[], None]) -> None:
        branch = f"z9hG4bK{secrets.token_hex(12)}"
        data = self.dialog.request(method, branch, headers, body)
        self._around.requests.request(branch, data, self.dialog.peer, on_done)

    def hang_up(self, by: str = "sandbox") -> None:
        """Ends the call from our side: BYE when it was answered, else 503."""
        if self._over:
            return
        if self.silent:
            self._lapse(by)
            return
        if self._session is None:
            self._refuse(503, 34, by)
            return
        self._end(by)
        self._request("BYE", [reason(16)], b"", lambda: self._around.forget(self))

    def _lapse(self, by: str) -> None:
        """A call that was never replied to is over: the caller's INVITE has timed out by now."""
        self.invite.lapse()
        self._end(by)
        self._around.forget(self)

    # The answer

    def _ring(self) -> None:
        if self._behaviour.answers:
            self._later(answer_after_ms(self._number) / 1000, self._answer)
        else:
            self._later(RING_LIMIT_S, self._refuse, 480, 19)

    def _provisional(self, status: int) -> None:
        self.invite.provisional(self.dialog.respond(self.invite.request, status))

    def _refuse(self, status: int, cause: int, by: str = "sandbox") -> None:
        headers = [reason(cause)] if cause else []
        self.invite.finish(status, self.dialog.respond(self.invite.request, status, headers))
        self._end(by)
        self._around.forget(self)

    def _answer(self) -> None:
        try:
            self._session = self._around.media.open()
        except OSError:  # no port or no descriptor: congestion, as a gateway says it
            self._refuse(503, 34)
            return
        chosen = sdp.choose(self._offer)
        self._take(chosen)
        self._answered_at = self._around.clock.time()
        self._accept(self.invite, self._describe(self._session, self._offer, chosen))
        self._later(SILENT_LIMIT_S, self._watch)

    def _describe(self, session: Session, offer: list[sdp.MediaLine], chosen: sdp.Chosen | None) -> bytes:
        """The body of a 200: our answer, or our offer when the INVITE came without one."""
        self._offered = chosen is None
        return sdp.offer(session.port, self._origin) if chosen is None else sdp.answer(offer, chosen, session.port, self._origin)

    def _take(self, chosen: sdp.Chosen | None) -> None:
        if chosen is not None and self._session is not None and not self._over:
            self._session.use(chosen, self.dialog.peer[0])

    def _accept(self, transaction: ServerTransaction, body: bytes) -> None:
        self._unacknowledged = transaction
        data = self.dialog.respond(transaction.request, 200, sdp=body)
        transaction.finish(200, data, lambda: self.hang_up("network"))

    # After the answer

    def _perform(self) -> None:
        """What the behaviour does once the call is confirmed."""
        if self._behaviour.hangup_ms is not None:
            self._later(self._behaviour.hangup_ms / 1000, self.hang_up)
        if self._behaviour.key:
            self._later(KEY_AFTER_MS / 1000, self._press)
        if self._behaviour.voicemail and self._session:
            self._session.sender.play(voicemail(self._session.codec))

    def _press(self) -> None:
        if self._session and self._session.sender.press(self._behaviour.key):
            self._key = self._behaviour.key

    def _watch(self) -> None:
        """Ends a call in which nothing was heard for too long; else looks again."""
        if self._session is None or self._answered_at is None:
            return
        last = self._session.heard.last_at or self._answered_at
        left = last + SILENT_LIMIT_S - self._around.clock.time()
        if left <= 0:
            self.hang_up("network")
        else:
            self._later(left, self._watch)

    # The end

    def _end(self, by: str) -> None:
        """The call is over: its timers and its port are free, its report goes out."""
        self._over = True
        for timer in self._timers:
            timer.cancel()
        if self._unacknowledged is not None and by == "caller":
            self._unacknowledged.acknowledged()
        now = self._around.clock.time()
        if self._session is not None:
            self._session.close(now)
        self._around.on_end(self._report(by, now))

    def _report(self, by: str, now: float) -> Report:
        answered, session = self._answered_at, self._session
        recording = save_sound(self._around.record, self.invite.request.call_id, session) if self._around.record and session else None
        return {
            "call_id": self.invite.request.call_id,
            "number": self._number,
            "behaviour": self._behaviour.name,
            "answered": answered is not None,
            "code": self.invite.final or None,
            "ended_by": by,
            "ring_ms": milliseconds((now if answered is None else answered) - self._began),
            "talk_ms": 0 if answered is None else milliseconds(now - answered),
            "codec": session.codec if session else None,
            "key": self._key,
            "transferred_to": self._referral.number if self._referral else None,
            **heard_of(session.heard if session else Heard(), answered or 0.0),
            "recording": recording,
        }

    def _later(self, seconds: float, callback: Callable[..., object], *args: object) -> None:
        self._timers.append(self._around.clock.call_later(seconds, callback, *args))
