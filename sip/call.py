"""One outgoing call: places the INVITE, plays the prompt from its first sample to its last after the answer, collects keys, ends.

Callbacks of pjsua2 only note what happened in `facts` and `todo`; the agent's loop does the work through `turn`, outside the callback.
"""

from __future__ import annotations

import logging
import time
from collections import deque
from collections.abc import Callable
from typing import Any

from pjsua2 import pjsua2 as pj

from clock import now_ms
from sip import native, response
from sip.messages import Answered, CallEnd, Dial, Prompt, Ringing

KEY_WAIT_MS = 5_000  # how long the keys still missing are waited for after the message
END_WAIT_MS = 40_000  # a dialog that was told to end is gone after 64*T1 = 32 s at the latest (RFC 3261 section 17)
MESSAGE_SLACK_MS = 10_000  # beyond the prompt's own length: a call whose media never came up ends then
LINGER_S = 1.0
LAST_FRAMES_MS = 10  # the player tells its end a tick of the bridge after its last frame has gone out
AFTER_END_S = 0.045  # when the sound should be through: its length, the bridge's first and last tick, and LAST_FRAMES_MS
LATE_S = 0.1  # a sound that was held up is looked at so often from then on

log = logging.getLogger("dozvon.agent")

_FROM_MESSAGE = pj.PJSIP_EVENT_RX_MSG
_TRANSPORT_ERROR = pj.PJSIP_EVENT_TRANSPORT_ERROR
# With these the library ends an answered call by itself: an answer without SDP, without a codec of ours, or with media that can't be had.
_NO_MEDIA = (pj.PJSIP_SC_NOT_ACCEPTABLE, pj.PJSIP_SC_UNSUPPORTED_MEDIA_TYPE, pj.PJSIP_SC_NOT_ACCEPTABLE_HERE)


class Player(pj.AudioMediaPlayer):  # type: ignore[misc]
    """Plays a WAV file once. Its end is told on another thread: `at_end` may only note it.

    The library queues that word for its event thread. A player that is freed before it was said, because the callee hung up in that
    moment, takes the process with it: a player of a call that is over is kept for `LINGER_S` before it is dropped.
    """

    def __init__(self, path: str, at_end: Callable[[], None]) -> None:
        super().__init__()
        self._at_end = at_end
        self.createPlayer(path, pj.PJMEDIA_FILE_NO_LOOP)

    def onEof2(self) -> None:
        self._at_end()

    def silence(self) -> None:
        """Its end interests nobody any more."""
        self._at_end = _nothing


class OutgoingCall(pj.Call):  # type: ignore[misc]
    """One call, from INVITE to the end of its dialog.

    Args:
        account: the gateway's pjsua2 account.
        dial: what to call and to play.
        tell: takes the messages for the dialer.
        attend: makes the loop turn after the callback that is running.
    """

    def __init__(self, account: Any, dial: Dial, tell: Callable[[Any], None], attend: Callable[[], None]) -> None:
        super().__init__(account)
        self.dial = dial
        self.facts = CallEnd(dial.call_id, message=dial.prompt.message, rate=dial.prompt.rate)
        self.disconnected = False
        self._tell = tell
        self._attend = attend
        self._session: int | None = None
        self._invite: int | None = None  # the newest INVITE transaction, while no reply to it has come
        self._player: Player | None = None
        self._sink: Any = None
        self._media_came = deque[int]()
        self._played_all_at: float | None = None
        self._playing = False
        self._position = 0  # of the player, in samples of the prompt
        self._ends_at = 0.0  # when the sound is through, if nothing holds it up
        self._ending = False
        self._deadline = 0.0
        self._clock_began = now_ms(), time.monotonic()

    @property
    def wants_keys(self) -> bool:
        """Whether a key of the callee's means something."""
        return bool(self.dial.collect_digits or self.dial.opt_out_digit)

    # -- the loop's side -----------------------------------------------------------------------------------------------

    def place(self, uri: str) -> None:
        """Sends the INVITE.

        Raises:
            pjsua2.Error: it could not be sent. `disconnected` may be set even so: pjsua2 tells some failures both ways.
        """
        self._deadline = time.monotonic() + self.dial.ring_timeout_ms / 1000
        self._player = Player(self.dial.prompt.path, self._note_end_of_prompt)
        self.makeCall(uri, _call_options(self.dial.call_id))

    def turn(self, now: float) -> float:
        """Does what is due and tells when it wants to be called again at the latest (both in seconds of the monotonic clock)."""
        while self._media_came and not self.disconnected:
            self._connect_player(self._media_came.popleft())
        if self.disconnected:
            return now
        self._note_position()
        if self._finished(now):
            self.end("done")
        if now >= self._deadline:
            self._too_late(now)
        return min([self._deadline, *(moment for moment in self._wake_times() if moment > now)])

    def end(self, asked: str) -> None:
        """Ends the call for the reason `asked`: CANCEL or BYE goes out, and the end comes through the callbacks. Once is enough."""
        if not self._ending and not self.disconnected:
            self.facts.asked = asked
            self._ending = True
            self._send_end()

    def _send_end(self) -> None:
        self._deadline = time.monotonic() + END_WAIT_MS / 1000
        if self._invite is not None and self.facts.asked in ("ring_timeout", "stop"):
            native.give_up(self._invite)
        elif self._session is None or not native.end_session(self._session):
            self._hang_up_hard()

    def release(self) -> Player | None:
        """Gives up the player, which must linger, and lets go of the agent. On the loop's thread, once the call is DISCONNECTED."""
        player, self._player = self._player, None
        self._sink = None
        self._tell = self._attend = _nothing
        if player is not None:
            player.silence()
        return player

    # -- pieces --------------------------------------------------------------------------------------------------------

    def _finished(self, now: float) -> bool:
        if self._ending or self._played_all_at is None or now < self._played_all_at:
            return False
        missing = self.dial.collect_digits - len(self.facts.digits)
        return missing <= 0 or self.facts.opted_out or now >= self._played_all_at + KEY_WAIT_MS / 1000

    def _wake_times(self) -> list[float]:
        if self._ending:
            return []
        if self._played_all_at is None:
            return [max(self._ends_at, time.monotonic() + LATE_S)] if self._playing else []
        return [self._played_all_at, self._played_all_at + KEY_WAIT_MS / 1000] if self.dial.collect_digits else [self._played_all_at]

    def _too_late(self, now: float) -> None:
        if self._ending:
            self._hang_up_hard()
            self._deadline = now + END_WAIT_MS / 1000
        else:
            self.end("ring_timeout" if self.facts.answered_at is None else "deadline")

    def _hang_up_hard(self) -> None:
        # The fall-back: reports the end at once, whatever the other side does.
        try:
            self.hangup(pj.CallOpParam())
        except pj.Error:
            self.disconnected = True

    def _connect_player(self, index: int) -> None:
        # Again on each media update: after a hold or a re-INVITE a call that is not connected anew stays silent.
        try:
            self._sink = self.getAudioMedia(index)
            if self._player is not None:
                self._player.startTransmit(self._sink)
        except pj.Error as error:
            self.facts.sip_reason = self.facts.sip_reason or f"the sound could not be started: {error.reason}"
            self.end("deadline")
            return
        if not self._playing:
            self._playing = True
            self._ends_at = time.monotonic() + _length_s(self.dial.prompt) + AFTER_END_S
            if self.facts.answered_at is not None:
                self.facts.first_audio_ms = max(0, self._now_ms() - self.facts.answered_at)

    def _now_ms(self) -> int:
        # The wall clock as it was when the call began, carried on: its times stay true to each other when the clock is set anew.
        began_ms, began = self._clock_began
        return began_ms + round((time.monotonic() - began) * 1000)

    def _note_end_of_prompt(self) -> None:
        if self._played_all_at is None:
            self.facts.played = self.facts.message
            self._played_all_at = time.monotonic() + LAST_FRAMES_MS / 1000

    def _note_position(self) -> None:
        if self._played_all_at is not None or not self._playing or self._player is None:
            return
        position = self._player.getPos()
        through = position == 0 and time.monotonic() >= self._ends_at
        if position < self._position or through:  # it is 0 again after the last sample, a moment before the end is told
            self.facts.played = self.facts.message
            return
        self._position = position
        self.facts.played = max(0, min(position - self.dial.prompt.lead_in, self.facts.message))

    # -- pjsua2's side -------------------------------------------------------------------------------------------------

    def onCallTsxState(self, prm: Any) -> None:
        """A transaction of the dialog moved: the one place where real codes and headers are seen."""
        self._guarded(self._on_transaction, prm)

    def onCallState(self, prm: Any) -> None:
        """The call moved: EARLY, CONFIRMED or DISCONNECTED."""
        self._guarded(self._on_state, prm)

    def onCallMediaState(self, prm: Any) -> None:  # noqa: ARG002
        """The media was negotiated anew. Fires for 183 too, and never starts the message then."""
        self._guarded(self._on_media)

    def onCallSdpCreated(self, prm: Any) -> None:
        """Offers keys (RFC 4733) with payload type 101 in place of 120: many gateways answer 101 whatever was offered."""
        if not prm.remSdp.wholeSdp:
            prm.sdp.wholeSdp = offer_keys_as_101(prm.sdp.wholeSdp)

    def onCallTransferRequest(self, prm: Any) -> None:
        """A REFER (RFC 3515): declined. The library would call wherever it says, at the cost of our account."""
        prm.statusCode = pj.PJSIP_SC_DECLINE

    def onCallReplaceRequest(self, prm: Any) -> None:
        """An INVITE with Replaces (RFC 3891): declined, as we take no calls."""
        prm.statusCode = pj.PJSIP_SC_DECLINE

    def onDtmfDigit(self, prm: Any) -> None:
        """A key was pressed (RFC 4733 or SIP INFO)."""
        self._guarded(self._on_key, prm.digit)

    def _guarded(self, handler: Callable[..., None], *arguments: Any) -> None:
        # An exception in a callback would be printed by SWIG and swallowed, or end the process.
        try:
            handler(*arguments)
        except Exception:
            log.exception("a callback failed")
        self._attend()

    def _on_key(self, digit: str) -> None:
        if len(self.facts.digits) < 64:
            self.facts.digits += digit
        if digit == self.dial.opt_out_digit:
            self.facts.opted_out = True

    def _on_transaction(self, prm: Any) -> None:
        event = prm.e.body.tsxState
        transaction = event.tsx
        if transaction.method == "BYE":
            self._on_bye(event, transaction.role == pj.PJSIP_ROLE_UAS)
        elif transaction.method == "OPTIONS" and transaction.state == pj.PJSIP_TSX_STATE_TRYING:
            # Within a call it asks whether we are still there; the library itself would say 500.
            native.respond(transaction, event.src.rdata, 200)
        if transaction.method != "INVITE" or transaction.role != pj.PJSIP_ROLE_UAC:
            return
        if self._session is None:
            self._session = native.invite_session(transaction)
        if self.facts.answered_at is not None:
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
            self.facts.local_cause = "transport"
            self.facts.sip_reason = event.tsx.statusText

    def _on_reply(self, message: str) -> None:
        reply = response.parse(message)
        if reply is None:
            return
        self.facts.provisional = True
        if reply.code < 200:
            if reply.code in (180, 183) and self.facts.ringing_at is None:
                self.facts.ringing_at = self._now_ms()
                self._tell(Ringing(self.dial.call_id, self.facts.ringing_at))
            return
        self.facts.sip_code = reply.code
        self.facts.sip_reason = reply.reason
        self.facts.q850_cause = reply.q850_cause
        self.facts.retry_after_s = reply.retry_after_s
        if reply.code < 300:
            self.facts.answered_at = self._now_ms()
            self._tell(Answered(self.dial.call_id, self.facts.answered_at))

    def _on_bye(self, event: Any, from_callee: bool) -> None:
        if from_callee:
            if event.type == _FROM_MESSAGE:
                self._note_position()
                self.facts.q850_cause = response.q850(event.src.rdata.wholeMsg) or self.facts.q850_cause
            self.facts.ended_by = "callee"
        elif self.facts.ended_by == "network":
            self.facts.ended_by = "service"

    def _on_state(self, prm: Any) -> None:
        state = self.getInfo().state
        if state == pj.PJSIP_INV_STATE_CONFIRMED:
            self._on_confirmed()
        elif state == pj.PJSIP_INV_STATE_DISCONNECTED and not self.disconnected:
            # A response that ends the call is seen here only: the transaction's own callback comes no more.
            try:
                if self.facts.answered_at is None and prm.e.type == pj.PJSIP_EVENT_TSX_STATE:
                    self._on_invite_event(prm.e.body.tsxState)
                self._note_position()
                self._on_disconnected()
            finally:
                self.disconnected = True

    def _on_confirmed(self) -> None:
        self._deadline = time.monotonic() + _length_s(self.dial.prompt) + (KEY_WAIT_MS + MESSAGE_SLACK_MS) / 1000
        if self._ending:  # the answer crossed our CANCEL: it is an answered call, and ends by BYE
            self._send_end()
        else:
            self._on_media()

    def _on_media(self) -> None:
        info = self.getInfo()
        if info.state != pj.PJSIP_INV_STATE_CONFIRMED or self._ending:
            return
        for media in info.media:
            if media.type == pj.PJMEDIA_TYPE_AUDIO and media.status == pj.PJSUA_CALL_MEDIA_ACTIVE:
                self._media_came.append(media.index)

    def _on_disconnected(self) -> None:
        facts = self.facts
        facts.at = self._now_ms()
        if facts.answered_at is None and facts.asked:
            facts.ended_by = "service"
        info = self.getInfo()
        if facts.answered_at is not None and not self._playing and not facts.asked and info.lastStatusCode in _NO_MEDIA:
            facts.local_cause, facts.sip_reason = "no_media", info.lastReason
        if facts.sip_code is None and not facts.local_cause and not facts.provisional and not facts.asked:
            facts.local_cause = local_cause(info.lastStatusCode, info.lastReason)
            facts.sip_reason = facts.sip_reason or info.lastReason


def _length_s(prompt: Prompt) -> float:
    return (prompt.lead_in + prompt.message + prompt.tail) / prompt.rate


def local_cause(code: int, reason: str) -> str:
    """Which fault of our own side or of the way pjsua2's made-up code tells of, when no message came (one of outcome.LOCAL_CAUSES)."""
    text = reason.lower()
    if code == 408:
        return "timeout"
    if "resolv" in text or "hostname" in text or "gai" in text:
        return "resolve"
    if "ssl" in text or "tls" in text or "certificate" in text:
        return "tls"
    if "address already in use" in text:
        return "no_port"
    return "transport"


def offer_keys_as_101(sdp: str) -> str:
    """Gives telephone-event the payload type 101 in an SDP offer, when 101 is free."""
    for number in ("120", "96", "121"):
        if f"a=rtpmap:{number} telephone-event/8000" in sdp and "a=rtpmap:101 " not in sdp:
            lines = sdp.split("\r\n")
            return "\r\n".join(_renumber(line, number) for line in lines)
    return sdp


def _renumber(line: str, old: str) -> str:
    if line.startswith("m=audio "):
        return " ".join("101" if word == old else word for word in line.split(" "))
    for name in ("a=rtpmap:", "a=fmtp:"):
        if line.startswith(f"{name}{old} "):
            return f"{name}101 {line[len(name) + len(old) + 1 :]}"
    return line


def _call_options(call_id: str) -> Any:
    options = pj.CallOpParam(True)
    options.opt.videoCount = 0
    options.opt.textCount = 0
    options.opt.customCallId = call_id
    return options


def _nothing(*_: Any) -> None:
    """What a call that is over tells."""
