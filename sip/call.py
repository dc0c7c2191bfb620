"""One outgoing call: places the INVITE, plays the prompt from its first sample to its last after the answer, collects keys, ends.

Callbacks of pjsua2 only note what happened in `facts` and `todo`; the agent's loop does the work through `turn`, outside the callback.
"""

from __future__ import annotations

import logging
import time
from collections import deque
from collections.abc import Callable
from contextlib import suppress
from typing import Any

from pjsua2 import pjsua2 as pj

from sip.beat import Beat
from sip.endpoint import AT_ONCE_S, RECORDED_SLICE_S, RTP_SLICE_S
from sip.hearing import Hearing
from sip.in_band import InBand
from sip.keys import INFO, Keys
from sip.messages import CallEnd, Dial, OptedOut, Setup
from sip.outcome import local_cause
from sip.playing import Playing
from sip.quality import Figures, Reports
from sip.reactions import Reactions
from sip.sdp import offer_keys_as_101
from sip.transactions import CallClock, Transactions
from sip.uri import sip_uri

KEY_WAIT_MS = 5_000  # how long the keys still missing are waited for after the message
END_WAIT_MS = 40_000  # a dialog that was told to end is gone after 64*T1 = 32 s at the latest (RFC 3261 section 17)
MESSAGE_SLACK_MS = 10_000  # beyond the prompt's own length: a call whose media never came up ends then

log = logging.getLogger("dozvon.agent")

# With these the library ends an answered call by itself: an answer without SDP, without a codec of ours, or with media that can't be had.
_NO_MEDIA = (pj.PJSIP_SC_NOT_ACCEPTABLE, pj.PJSIP_SC_UNSUPPORTED_MEDIA_TYPE, pj.PJSIP_SC_NOT_ACCEPTABLE_HERE)
_OTHER_MEDIA = (pj.PJSIP_SC_UNSUPPORTED_MEDIA_TYPE, pj.PJSIP_SC_NOT_ACCEPTABLE_HERE)


class OutgoingCall(pj.Call):  # type: ignore[misc]
    """One call, from INVITE to the end of its dialog.

    Args:
        account: the gateway's pjsua2 account.
        dial: what to call and to play.
        tell: takes the messages for the dialer.
        attend: makes the loop turn after the callback that is running.
        beat: of the agent's bridge.
        hurry: makes the packets to one of our UDP ports be read as they come.
    """

    def __init__(
        self, account: Any, dial: Dial, tell: Callable[[Any], None], attend: Callable[[], None], beat: Beat, hurry: Callable[[int], None]
    ) -> None:
        super().__init__(account)
        self.dial = dial
        self.facts = CallEnd(dial.call_id, message=dial.prompt.message, rate=dial.prompt.rate)
        self.disconnected = False
        self._tell = tell
        self._attend = attend
        self._playing = Playing(dial.prompt, self.facts, beat)
        self._quality = Figures()
        self._reports = Reports(hurry)
        self._hearing = Hearing(dial.hear, self.facts)
        self._keys = Keys(dial, self.facts)
        self._in_band = InBand(self._keys)
        self._reactions = Reactions(dial, _refer_to(dial, account.setup), self._keys, self._playing, self.facts)
        self._sink: Any = None
        self._media = 0  # the index of the media that carries the sound
        self._flows = False  # the sound, as far as was negotiated; else we are on hold
        self._media_came = deque[int]()
        self._ending = False
        self._ended_at: int | None = None  # when our CANCEL or BYE went out
        self._deadline = 0.0
        self._clock = CallClock()
        self._transactions = Transactions(self.facts, self._clock, tell, self._in_band.read_sdp, self._playing.note_position)

    @property
    def rtp_slice_s(self) -> float:
        """How often its RTP must be taken, in seconds: at once where a key of the callee's means something."""
        if self._keys.wanted:
            return AT_ONCE_S
        return RECORDED_SLICE_S if self._hearing.keeps_time else RTP_SLICE_S

    @property
    def refused_unheard(self) -> bool:
        """Whether the offered media was refused before anything rang, so that another offer may be made (RFC 3261 section 21.4.26)."""
        facts = self.facts
        return facts.sip_code in _OTHER_MEDIA and facts.ringing_at is None and not facts.asked

    # -- the loop's side -----------------------------------------------------------------------------------------------

    def place(self, uri: str) -> None:
        """Sends the INVITE.

        Raises:
            pjsua2.Error: it could not be sent. `disconnected` may be set even so: pjsua2 tells some failures both ways.
        """
        self._deadline = time.monotonic() + self.dial.ring_timeout_ms / 1000
        self._playing.prepare()
        self.makeCall(uri, _call_options(self.dial.call_id))

    def turn(self, now: float) -> float:
        """Does what is due and tells when it wants to be called again at the latest (both in seconds of the monotonic clock)."""
        self._hear(now)
        while self._media_came and not (self.disconnected or self._ending):
            self._connect_sound(self._media_came.popleft())
        if self.disconnected:
            return now
        if not self._flows:
            self._stand_still()
        self._playing.note_position()
        self._reports.turn(self, now)
        self._react(now)
        if self._finished(now):
            self.end("done")
        if now >= self._deadline:
            self._too_late(now)
        moments = [*self._wake_times(), *self._hearing.wake_times(), *self._in_band.wake_times(now)]
        return min([self._deadline, *(moment for moment in moments if moment > now)])

    def end(self, asked: str) -> None:
        """Ends the call for the reason `asked`: CANCEL or BYE goes out, and the end comes through the callbacks. Once is enough."""
        if not self._ending and not self.disconnected:
            self.facts.asked = asked
            self._ending = True
            if asked != "done":
                self._stand_still()
            self._send_end()

    def _stand_still(self) -> None:
        # Whom we hang up on, or who holds us, hears no more, also while the end is not answered.
        if self._sink is not None:
            with suppress(pj.Error):
                self._playing.pause(self._sink)

    def _send_end(self) -> None:
        self._ended_at = self._clock.now_ms()
        self._deadline = time.monotonic() + END_WAIT_MS / 1000
        if not self._transactions.end():
            self._hang_up_hard()

    def release(self) -> object:
        """Gives up what must linger, and lets go of the agent. On the loop's thread, once the call is DISCONNECTED."""
        self._sink = None
        self._tell = self._attend = _nothing
        self._transactions.release()
        self._in_band.turn(time.monotonic())
        return self._playing.release(), self._hearing.release(), self._in_band.release(), self._reactions.release()

    # -- pieces --------------------------------------------------------------------------------------------------------

    def _finished(self, now: float) -> bool:
        through_at = self._playing.through_at
        if self._ending or (said := self._reactions.finished(now)) is False:
            return False
        if said or through_at is None or now < through_at:
            return bool(said)
        recorded = self._hearing.after_message(now)
        return self.facts.opted_out or (recorded and (not self._keys.awaited or now >= through_at + KEY_WAIT_MS / 1000))

    def _react(self, now: float) -> None:
        if self._sink is None or self._ending:
            return
        opted_out = self.facts.opted_out
        if self._in_band.turn(now) and self.facts.opted_out and not opted_out:
            self._tell(OptedOut(self.dial.call_id))
        until = self._reactions.turn(self, self._sink, now)
        self._deadline = max(self._deadline, until + self._slack_s if until else 0.0)

    @property
    def _slack_s(self) -> float:
        """How much longer than its sounds a call may last."""
        return self._hearing.longest_s + (KEY_WAIT_MS + MESSAGE_SLACK_MS) / 1000

    def _wake_times(self) -> list[float]:
        if self._ending:
            return []
        through_at, moments = self._playing.through_at, self._reactions.wake_times()
        if through_at is None:
            return moments + self._playing.wake_times()
        return [*moments, through_at, *([through_at + KEY_WAIT_MS / 1000] if self._keys.wanted else [])]

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

    def _connect_sound(self, index: int) -> None:
        # Again on each media update: after a hold or a re-INVITE a call that is not connected anew stays silent.
        try:
            self._sink, self._media = self.getAudioMedia(index), index
            self._reports.expect(index)
            self._hearing.connect(self._sink)
            self._in_band.connect(self._sink)
            if not self._reactions.connect(self._sink) and self._hearing.step == "play":
                self._playing.connect(self._sink)
                self._hearing.message_begins()
        except pj.Error as error:
            self.facts.sip_reason = self.facts.sip_reason or f"the sound could not be started: {error.reason}"
            self.end("deadline")

    def _hear(self, now: float) -> None:
        if self._sink is None or self._ending or self.disconnected:
            return
        before = self._hearing.step
        self._hearing.turn(now)
        if self._hearing.step == "hang_up":
            self.end("machine")
        elif self._hearing.step != before and self._flows:
            self._media_came.append(self._media)

    # -- pjsua2's side -------------------------------------------------------------------------------------------------

    def onCallTsxState(self, prm: Any) -> None:
        """A transaction of the dialog moved."""
        self._guarded(self._on_transaction, prm)

    def onCallState(self, prm: Any) -> None:
        """The call moved: EARLY, CONFIRMED or DISCONNECTED."""
        self._guarded(self._on_state, prm)

    def onCallMediaState(self, prm: Any) -> None:  # noqa: ARG002
        """The media was negotiated anew. Fires for 183 too, and never starts the message then."""
        self._guarded(self._on_media)

    def onStreamDestroyed(self, prm: Any) -> None:
        """A stream of RTP is about to end; it is the last moment at which its figures are there."""
        self._guarded(lambda: self._quality.add(self.getStreamStat(prm.streamIdx)))

    def onCallSdpCreated(self, prm: Any) -> None:
        """Offers keys (RFC 4733) with payload type 101 in place of 120."""
        if not prm.remSdp.wholeSdp:
            prm.sdp.wholeSdp = offer_keys_as_101(prm.sdp.wholeSdp)

    def onCallTransferRequest(self, prm: Any) -> None:
        """A REFER (RFC 3515): declined. The library would call wherever it says, at the cost of our account."""
        prm.statusCode = pj.PJSIP_SC_DECLINE

    def onCallReplaceRequest(self, prm: Any) -> None:
        """An INVITE with Replaces (RFC 3891): declined, as we take no calls."""
        prm.statusCode = pj.PJSIP_SC_DECLINE

    def onCallTransferStatus(self, prm: Any) -> None:
        """What becomes of our REFER."""
        self._guarded(self._reactions.transfer.on_status, prm.statusCode, prm.finalNotify)

    def onDtmfEvent(self, prm: Any) -> None:
        """A packet of a key (RFC 4733)."""
        if prm.method == pj.PJSUA_DTMF_METHOD_RFC2833:
            self._guarded(self._on_key, lambda now: self._keys.event(prm.digit, prm.timestamp, prm.duration, now))

    def onDtmfDigit(self, prm: Any) -> None:
        """A key was pressed: told for RFC 4733 too, where its packets are told as well, and for SIP INFO."""
        if prm.method == pj.PJSUA_DTMF_METHOD_SIP_INFO:
            self._guarded(self._on_key, lambda now: self._keys.told(prm.digit, INFO, now))

    def _guarded(self, handler: Callable[..., None], *arguments: Any) -> None:
        # An exception in a callback would be printed by SWIG and swallowed, or end the process.
        try:
            handler(*arguments)
        except Exception:
            log.exception("a callback failed")
        self._attend()

    def _on_key(self, take: Callable[[float], bool]) -> None:
        opted_out = self.facts.opted_out
        if take(time.monotonic()) and self.facts.opted_out and not opted_out:
            self._tell(OptedOut(self.dial.call_id))

    def _on_transaction(self, prm: Any) -> None:
        if key := self._transactions.moved(prm.e.body.tsxState):
            self._on_key(lambda now: self._keys.told(key, INFO, now))

    def _on_state(self, prm: Any) -> None:
        state = self.getInfo().state
        if state == pj.PJSIP_INV_STATE_CONFIRMED:
            self._on_confirmed()
        elif state == pj.PJSIP_INV_STATE_DISCONNECTED and not self.disconnected:
            try:
                self._transactions.disconnected(prm.e)
                self._playing.note_position()
                self._on_disconnected()
            finally:
                self.disconnected = True

    def _on_confirmed(self) -> None:
        self._deadline = time.monotonic() + self.dial.prompt.length_s + self._slack_s
        if self._ending:  # the answer crossed our CANCEL: it is an answered call, and ends by BYE
            self._send_end()
        else:
            self._on_media()

    def _on_media(self) -> None:
        info = self.getInfo()
        if info.state != pj.PJSIP_INV_STATE_CONFIRMED or self._ending:
            return
        self._media_came.clear()  # what flowed a moment ago may be on hold now
        for media in info.media:
            if media.type == pj.PJMEDIA_TYPE_AUDIO and media.status == pj.PJSUA_CALL_MEDIA_ACTIVE:
                self._media_came.append(media.index)
        self._flows = bool(self._media_came)

    def _on_disconnected(self) -> None:
        facts = self.facts
        facts.at = self._clock.now_ms() if self._ended_at is None else max(self._ended_at, facts.answered_at or 0)
        facts.quality = self._quality.result() if facts.answered_at is not None else None
        self._note_first_audio()
        if facts.answered_at is None and facts.asked:
            facts.ended_by = "service"
        info = self.getInfo()
        if facts.answered_at is not None and not self._playing.begun and not facts.asked and info.lastStatusCode in _NO_MEDIA:
            facts.local_cause, facts.sip_reason = "no_media", info.lastReason
        if facts.sip_code is None and not facts.local_cause and not facts.provisional and not facts.asked:
            facts.local_cause = local_cause(info.lastStatusCode, info.lastReason)
            facts.sip_reason = facts.sip_reason or info.lastReason

    def _note_first_audio(self) -> None:
        first = self._playing.first_frame_at()
        if first is not None and self.facts.answered_at is not None:
            self.facts.first_audio_ms = max(0, self._clock.at_ms(first) - self.facts.answered_at)


def _refer_to(dial: Dial, setup: Setup) -> str:
    return sip_uri(dial.transfer_user, setup.host, setup.port, setup.transport) if dial.transfer_digit else ""


def _call_options(call_id: str) -> Any:
    options = pj.CallOpParam(True)
    options.opt.videoCount = 0
    options.opt.textCount = 0
    options.opt.customCallId = call_id
    return options


def _nothing(*_: Any) -> None:
    """What a call that is over tells."""
