"""What the callee's keys bring about. The sandbox's numbers 101 to 109 press a key a second after the answer."""

from __future__ import annotations

import threading
from collections.abc import Callable

import numpy as np
import pytest

from tests.e2e.service import Service, until
from tests.interop.pressing import key_slots, media_port, send, speech
from tests.interop.raw import RawGateway, reply, sdp
from tests.peers import g711, signals
from tests.peers.compare import compare
from tests.peers.sipmessage import SipMessage

PRESSES_1, PRESSES_2 = "+79440000101", "+79440000102"
REFUSES, ANSWERS = "+79440000486", "+79440000200"


@pytest.fixture
def own(start: Callable[..., Service]) -> Service:
    return start("--lines", "4")


def test_opt_out_and_transfers(own: Service) -> None:
    message, thanks = own.sound(signals.speech_like(4.0)), own.sound(signals.speech_like(0.5))
    opted_out = own.dial("sandbox", message, [PRESSES_2], opt_out_digit="2", opt_out_audio_id=thanks)
    moved = own.dial("sandbox", message, [PRESSES_1], transfer_digit="1", transfer_to=ANSWERS)
    refused = own.dial("sandbox", message, [PRESSES_1], transfer_digit="1", transfer_to=REFUSES)

    assert own.finished(opted_out) == {"partial": 1}
    (call,) = own.calls(opted_out)
    assert (call["digits"], call["hangup_by"], call["transfer"]) == ("2", "service", None)
    assert 500 <= call["played_ms"] <= 1500  # the message stops
    assert call["talk_ms"] >= call["played_ms"] + 500  # the confirmation is whole
    assert [entry["number"] for entry in own.get("/dnc")["items"]] == [PRESSES_2]
    again = own.dial("sandbox", message, [PRESSES_2])
    assert own.finished(again) == {"do_not_call": 1}
    assert own.calls(again) == []

    assert own.finished(moved) == {"partial": 1}
    (call,) = own.calls(moved)
    assert (call["transfer"], call["transfer_code"], call["digits"]) == ("accepted", 200, "1")
    assert own.get(f"/campaigns/{moved}")["keys"] == {"1": 1}

    assert own.finished(refused) == {"delivered": 1}  # the transfer failed, so the message went on to its end
    (call,) = own.calls(refused)
    assert (call["transfer"], call["transfer_code"], call["played_ms"]) == ("failed", 486, 4000)


def test_an_opt_out_ends_the_retries_of_others(own: Service) -> None:
    message = own.sound(signals.speech_like(1.5))
    waits = own.dial(
        "sandbox", message, [PRESSES_2], retry={"busy": {"after_s": 0, "max_attempts": 1}}, calls_per_second=0.2, opt_out_digit="2"
    )
    until(lambda: own.get("/dnc")["items"], 15, "the number is on the list")
    assert own.finished(waits) == {"delivered": 1}
    later = own.dial("sandbox", message, [PRESSES_2, PRESSES_1])
    assert own.finished(later) == {"do_not_call": 1, "delivered": 1}
    csv = own.http.get(f"/campaigns/{later}/calls.csv").text
    assert "digits" in csv.splitlines()[0]


class PressesInTheMessage(RawGateway):
    """Presses 9 while the message plays, then listens."""

    def on_invite(self, request: SipMessage) -> None:
        self.rtp.listen()
        self.send(reply(request, "200 OK", self.port, body=sdp(self.rtp.port, keys="101")))

    def on_ack(self, request: SipMessage) -> None:
        if len(self.seen("ACK")) == 1:
            threading.Thread(target=self._press, daemon=True).start()

    def _press(self) -> None:
        send(self.rtp, media_port(self.seen("INVITE")), [*speech(50), *key_slots("9", 50)])


def test_the_confirmation_of_an_opt_out_is_heard_whole_before_the_bye(service: Service) -> None:
    message, thanks = signals.speech_like(4.0), signals.speech_like(0.8, seed=9)
    number = "+79120007701"
    with PressesInTheMessage() as gateway:
        gateway_id = service.gateway(gateway.port, codecs=["PCMA"])
        campaign = service.dial(
            gateway_id, service.sound(message), [number], opt_out_digit="9", opt_out_audio_id=service.sound(thanks), lead_in_ms=0
        )
        assert service.finished(campaign, 15) == {"partial": 1}
        (call,) = service.calls(campaign)
        heard = g711.decode(b"".join(bytes(stream.sound) for stream in gateway.rtp.streams()))
        found = compare(heard, thanks)
        assert found.complete, str(found)
        assert np.abs(heard[found.offset + len(thanks) :].astype(int)).max(initial=0) <= 8  # and the message goes on no more
        (bye,) = {message.raw: message for message in gateway.seen("BYE")}.values()
        (stream,) = gateway.rtp.streams()
        assert bye.at >= stream.times[(found.offset + len(thanks) - 1) // 160]
    assert (call["digits"], call["hangup_by"]) == ("9", "service")
    assert 800 <= call["played_ms"] <= 1400
    assert number in [entry["number"] for entry in service.get("/dnc")["items"]]
    assert service.http.delete(f"/dnc/{number}").status_code == 204
