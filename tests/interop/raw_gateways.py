"""The gateways of raw.py, one behaviour each; the docstring is what it does."""

from __future__ import annotations

import re
import threading
import time

from tests.interop.pressing import key_slots, media_port, send, speech
from tests.interop.raw import RawGateway, reply, request_out_of_the_blue, request_within, sdp
from tests.peers.sipmessage import SipMessage


class TwoBranchesAnswer(RawGateway):
    """Two branches of a forked call answer: two 200s with tags of their own. The second gets ACK and BYE (RFC 3261 section 13.2.2.4)."""

    def on_invite(self, request: SipMessage) -> None:
        self.answer(request, "first")
        self.send(reply(request, "200 OK", self.port, "second", sdp(self.other.port)), 0.1)


class LosesTheAck(RawGateway):
    """The ACK is lost: the 200 comes again until it is acknowledged (RFC 3261 section 13.3.1.4)."""

    def on_ack(self, request: SipMessage) -> None:
        if len(self.seen("ACK")) <= 2:
            invite = self.seen("INVITE")[0]
            self.send(reply(invite, "200 OK", self.port, body=sdp(self.rtp.port)), 0.4)


class LosesTheBye(RawGateway):
    """The first BYE is lost; it is repeated and answered."""

    def on_bye(self, request: SipMessage) -> None:
        if len(self.seen("BYE")) > 1:
            super().on_bye(request)


class DoesNotAnswerTheBye(RawGateway):
    """No BYE is ever answered."""

    def on_bye(self, request: SipMessage) -> None:
        return


class SendsEverythingTwice(RawGateway):
    """Every message comes twice, as over a network that doubles datagrams."""

    def send(self, message: bytes, after_s: float = 0.0) -> None:
        super().send(message, after_s)
        super().send(message, after_s + 0.03)


class AnswerOvertakesTheRinging(RawGateway):
    """The 200 arrives before the 180, which is then late."""

    def on_invite(self, request: SipMessage) -> None:
        self.answer(request)
        self.send(reply(request, "180 Ringing", self.port), 0.15)


class RefusesAgainAndAgain(RawGateway):
    """486, whose ACK is lost twice: the 486 comes again and is acknowledged again."""

    def on_invite(self, request: SipMessage) -> None:
        for after_s in (0.0, 0.3, 0.6):
            self.send(reply(request, "486 Busy Here", self.port), after_s)


class FoldsItsHeaders(RawGateway):
    """Headers folded over several lines (RFC 3261 section 7.3.1)."""

    def answer(self, request: SipMessage, tag: str = "callee", rtp_port: int = 0) -> None:
        whole = reply(request, "200 OK", self.port, tag, sdp(self.rtp.port))
        self.send(
            whole.replace(b"\r\nFrom: ", b"\r\nFrom:\r\n ").replace(
                b"Contact: ", b"Subject: an answer\r\n\tthat takes\r\n two more\r\nContact:\r\n\t"
            )
        )


class FoldsItsReason(RawGateway):
    """Refuses with 486 whose Reason is folded, behind one of another protocol."""

    def on_invite(self, request: SipMessage) -> None:
        reason = (
            b'Reason: SIP;cause=600;text="Busy, everywhere",\r\n Q.850\r\n\t;text="User busy, really;cause=1"\r\n ;cause=17\r\nContact: '
        )
        self.send(reply(request, "486 Busy Here", self.port).replace(b"Contact: ", reason))


class ReplacesOurCall(RawGateway):
    """Sends an INVITE with Replaces (RFC 3891) that would take our call's place: refused, and the call goes on."""

    def on_ack(self, request: SipMessage) -> None:
        invite = self.seen("INVITE")[0]
        contact = re.search(r"<(sip:[^>]+)>", invite.header("Contact"))
        if contact and len(self.seen("ACK")) == 1:
            ours = invite.header("From").rpartition("tag=")[2]
            replaces = f"Replaces: {invite.call_id};to-tag={ours};from-tag=callee"
            self.send(request_out_of_the_blue("INVITE", contact[1], self.port, replaces, sdp(self.other.port)), 0.3)

    def on_response(self, response: SipMessage) -> None:
        acknowledge(self, response)


class CallsUsBack(RawGateway):
    """Sends an INVITE of its own without SDP (delayed offer) to our address in mid-message: refused, and the call goes on."""

    def on_ack(self, request: SipMessage) -> None:
        contact = re.search(r"<(sip:[^>]+)>", self.seen("INVITE")[0].header("Contact"))
        if contact and len(self.seen("ACK")) == 1:
            self.send(request_out_of_the_blue("INVITE", contact[1], self.port), 0.3)

    def on_response(self, response: SipMessage) -> None:
        acknowledge(self, response)


def acknowledge(gateway: RawGateway, response: SipMessage) -> None:
    """Sends the ACK that a final response to an INVITE of the gateway's own wants."""
    if response.status >= 200 and response.method == "INVITE":
        uri = response.header("To").partition("<")[2].partition(">")[0]
        lines = [f"ACK {uri} SIP/2.0", *(f"{name.title()}: {response.header(name)}" for name in ("via", "from", "to", "call-id"))]
        gateway.send("\r\n".join([*lines, "CSeq: 1 ACK", "Content-Length: 0", "", ""]).encode())


class HangsUpRightBehindAKey(RawGateway):
    """A key, and 10 ms behind its first packet the BYE."""

    def on_invite(self, request: SipMessage) -> None:
        self.send(reply(request, "200 OK", self.port, body=sdp(self.rtp.port, keys="101")))

    def on_ack(self, request: SipMessage) -> None:
        if len(self.seen("ACK")) == 1:
            threading.Thread(target=self._press_and_leave, daemon=True).start()

    def _press_and_leave(self) -> None:
        invite = self.seen("INVITE")[0]
        send(self.rtp, media_port([invite]), [*speech(40), key_slots("5", 40)[0]])
        time.sleep(0.01)
        self._socket.sendto(request_within(invite, "BYE", self.port), self._peer)
