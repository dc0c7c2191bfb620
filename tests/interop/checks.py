"""What must hold of a row beyond its outcome. Each takes what was seen, and fails by an assertion; the few at the end run beside a call."""

from __future__ import annotations

import re
from collections import Counter

import numpy as np

from tests.interop.gateways import Fronted, Place
from tests.interop.pipe import Pipe
from tests.interop.rows import CODECS, MESSAGE, Seen, sound_of
from tests.interop.talker import talk
from tests.peers.compare import Samples, compare
from tests.peers.rtp import RtpStream

SILENCE = 8  # the highest sample of coded silence
FRAME_MS = 20


def loud(sound: Samples) -> int:
    """Samples that are no silence."""
    return int((np.abs(sound.astype(int)) > 50).sum())


def codecs_of(streams: list[RtpStream]) -> set[str]:
    return {CODECS.get(kind, str(kind)) for stream in streams for kind in stream.payload_types}


# -- before the answer -------------------------------------------------------------------------------------------------


def cancelled(seen: Seen) -> None:
    assert len(seen.requests("CANCEL")) == 1
    assert not seen.requests("BYE")


def did_not_ring(seen: Seen) -> None:
    assert seen.call["ringing_at"] is None


def silent_before_the_answer(seen: Seen) -> None:
    found = compare(seen.sound, MESSAGE)
    assert seen.call["ring_ms"] >= 900
    answer = next(message for message in seen.messages if message.sent and message.start.startswith("SIP/2.0 200"))
    begins = seen.streams[0].times[found.offset // 160]
    assert begins >= answer.at + 0.2 - 0.02, f"{begins - answer.at:.3f} s: the message begins after the answer and the lead-in"
    assert np.abs(seen.sound[: found.offset]).max() <= SILENCE


def nothing_elsewhere_after_the_answer(seen: Seen) -> None:
    assert loud(sound_of(seen.others)) == 0


def whole_at_either_port(seen: Seen) -> None:
    both = sorted([*seen.streams, *seen.others], key=lambda stream: stream.first_at)
    assert compare(sound_of(both), MESSAGE).missing <= 8 * FRAME_MS, str(compare(sound_of(both), MESSAGE))
    assert loud(sound_of(seen.others)) > loud(MESSAGE) // 2 or loud(sound_of(seen.streams)) > loud(MESSAGE) // 2


def pracked(seen: Seen) -> None:
    (prack,) = seen.requests("PRACK")
    assert prack.header("RAck").startswith("71 ")


def asked_three_times(seen: Seen) -> None:
    nonces = [re.findall(r'[ ,]nonce="([a-z]+)', invite.header("Proxy-Authorization")) for invite in seen.requests("INVITE")]
    assert nonces == [[], ["first"], ["second"]]


def credentials_stop_the_gateway(seen: Seen) -> None:
    assert seen.status["breaker"]["state"] == "open"
    assert "401" in seen.status["breaker"]["reason"]
    assert (seen.target["attempts"], seen.target["why_waiting"]) == (0, "gateway")
    assert all(call["outcome"] is None for call in seen.calls)
    tries = Counter(invite.call_id for invite in seen.requests("INVITE"))
    assert max(tries.values()) <= 4, "at most three tries with credentials a call"


def asked_with_the_interval(seen: Seen) -> None:
    _, again = seen.requests("INVITE")
    assert int(again.header("Min-SE").split(";")[0]) >= 3600
    assert int(again.header("Session-Expires").split(";")[0]) >= 3600


def waited_as_told(seen: Seen) -> None:
    _, later = seen.calls
    assert later["outcome"] == "delivered"
    first, second = seen.requests("INVITE")
    assert second.at - first.at >= 3.0, "Retry-After is obeyed"


def acked_thrice(seen: Seen) -> None:
    assert seen.times("ACK") == 3


# -- the answer --------------------------------------------------------------------------------------------------------


def in_pcmu(seen: Seen) -> None:
    assert codecs_of(seen.streams) == {"PCMU"}


def one_bye(seen: Seen) -> None:
    assert len(seen.requests("BYE")) == 1


def packets_of_30_ms(seen: Seen) -> None:
    (stream,) = seen.streams
    assert len(stream.sound) / stream.packets == 240


def second_branch_is_hung_up(seen: Seen) -> None:
    tags = {method: [request.header("To").rpartition("tag=")[2] for request in seen.requests(method)] for method in ("ACK", "BYE")}
    assert sorted(tags["ACK"]) == ["first", "second"]
    assert sorted(tags["BYE"]) == ["first", "second"]
    assert tags["BYE"][0] == "second", "at once, while the first one goes on"
    assert loud(sound_of(seen.others)) == 0


# -- within the call ---------------------------------------------------------------------------------------------------


def all_vias_came_back(seen: Seen) -> None:
    (answer,) = [message for message in seen.messages if not message.sent and message.status == 200 and message.method == "BYE"]
    branches = re.findall(r"branch=([^;,\s]+)", ", ".join(answer.all("Via")))
    assert branches[1:] == ["z9hG4bKsecond", "z9hG4bKthird"]


def whole_but_for_the_hold(seen: Seen) -> None:
    assert seen.answers("INVITE") == [200, 200]
    _whole_but_for_a_hold(seen)


def whole_but_for_the_hold_by_update(seen: Seen) -> None:
    assert seen.answers("UPDATE") == [200, 200]
    _whole_but_for_a_hold(seen)


def _whole_but_for_a_hold(seen: Seen) -> None:
    assert abs(loud(seen.sound) - loud(MESSAGE)) <= 8 * 80
    assert seen.call["talk_ms"] >= len(MESSAGE) // 8 + 800 - 100
    (before, *_), after = seen.streams, seen.streams[-1]
    assert after.last_at - before.first_at > 3.0


def went_on_elsewhere(seen: Seen) -> None:
    assert seen.answers("INVITE") == [200]
    whole = np.concatenate([seen.sound, sound_of(seen.others)])
    found = compare(whole, MESSAGE)
    assert found.missing <= 8 * 3 * FRAME_MS, str(found)
    assert loud(sound_of(seen.others)) > loud(MESSAGE) // 3


def went_on(seen: Seen) -> None:
    assert seen.answers("INVITE") == [200]
    found = compare(seen.sound, MESSAGE)
    assert found.missing <= 8 * 3 * FRAME_MS, str(found)


def reinvite_refused(seen: Seen) -> None:
    assert seen.answers("INVITE")[0] in (488, 500)


def went_over_to_pcmu(seen: Seen) -> None:
    assert seen.answers("INVITE") == [200]
    assert codecs_of(seen.streams) == {"PCMA", "PCMU"}


def update_accepted(seen: Seen) -> None:
    assert seen.answers("UPDATE") == [200]


def options_answered(seen: Seen) -> None:
    assert seen.answers("OPTIONS") == [200]


def no_call_elsewhere(seen: Seen) -> None:
    (code,) = seen.answers("REFER")
    assert code >= 400


def invite_refused(seen: Seen) -> None:
    (code,) = {message.status for message in seen.messages if not message.sent and message.call_id.startswith("stranger-")} - {100}
    assert 400 <= code < 700


def bye_repeated(seen: Seen) -> None:
    assert seen.times("BYE") >= 2
    assert len(seen.requests("BYE")) == 1


# -- keys --------------------------------------------------------------------------------------------------------------


def pressed_1_and_5(seen: Seen) -> None:
    assert seen.call["digits"] == "15"


def pressed_1_twice(seen: Seen) -> None:
    assert seen.call["digits"] == "11"


def pressed_5(seen: Seen) -> None:
    assert seen.call["digits"] == "5"


def info_accepted(seen: Seen) -> None:
    pressed_5(seen)
    assert seen.answers("INFO") == [200]


# -- headers -----------------------------------------------------------------------------------------------------------


def routed(seen: Seen) -> None:
    for method in ("ACK", "BYE"):
        (request,) = seen.requests(method)
        assert request.start.startswith(f"{method} sip:callee@192.0.2.9:5070")
        routes = ", ".join(request.all("Route")).split(",")
        assert [re.findall(r"sip:([\d.]+)", route)[0] for route in routes] == ["127.0.0.1", "192.0.2.7"]


def bye_to_that_contact(seen: Seen) -> None:
    assert seen.requests("BYE")[0].start.startswith("BYE sip:b2b%20ua;phone-context=+7@")


def second_connection(seen: Seen) -> None:
    one_bye(seen)
    assert isinstance(seen.place, Fronted)
    assert isinstance(seen.place.front, Pipe)
    assert seen.place.front.connections == 2


# -- beside a call -----------------------------------------------------------------------------------------------------


def ringback(place: Place) -> None:
    talk(place.messages, place.rtp, 1.0)


def talks(place: Place) -> None:
    talk(place.messages, place.rtp, 2.5, after_ack=True)


def talks_from_elsewhere(place: Place) -> None:
    talk(place.messages, place.other, 2.5, after_ack=True)
