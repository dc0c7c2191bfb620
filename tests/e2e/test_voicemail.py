"""Voicemail and recordings over real SIP and RTP: who hears the message, and when. All calls of this file run at the same time."""

from __future__ import annotations

import io
import wave
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from typing import Any

import numpy as np
import pytest

from tests.e2e.answerer import HUMAN_MS, RATE, Answerer, Samples, beep, human, machine, silence
from tests.e2e.service import Service, until
from tests.peers import signals
from tests.peers.compare import compare

pytestmark = pytest.mark.alone

NUMBER = "+79120000100"
MESSAGE_MS = 3000
PAUSE_MS, BEEP_MS = 300, 500
MACHINE_MS = len(machine()) * 1000 // RATE
VOICEMAIL_MS = MACHINE_MS + PAUSE_MS + BEEP_MS
WAIT_MS = 2000  # nobody who has said hello waits longer
ON_THE_WAY_MS = 250  # jitter buffer, frames of 100 ms, the loop

VOICEMAIL = np.concatenate([machine(), silence(PAUSE_MS), beep(BEEP_MS)])
REPLY = signals.speech_like(1.5, seed=5)


@dataclass
class Case:
    """What one of them says, and what the campaign wants."""

    sound: Samples | None
    fields: dict[str, Any]
    after_message: Samples | None = None


@dataclass
class Seen:
    """What became of it."""

    phone: Answerer
    call: dict[str, Any]


CASES = {
    "machine, hang_up": Case(VOICEMAIL, {"machine_detection": "hang_up"}),
    "human, hang_up": Case(human(), {"machine_detection": "hang_up"}),
    "human, after beep": Case(human(), {"machine_detection": "message_after_beep"}),
    "machine, after beep": Case(VOICEMAIL, {"machine_detection": "message_after_beep"}),
    "no beep": Case(machine(), {"machine_detection": "message_after_beep", "machine_detection_params": {"end_silence_ms": 1500}}),
    "machine, report": Case(VOICEMAIL, {"machine_detection": "report_only"}),
    "human, report": Case(human(), {"machine_detection": "report_only"}),
    "silent": Case(silence(100), {"machine_detection": "hang_up", "machine_detection_params": {"initial_silence_ms": 1500}}),
    "no packet": Case(None, {"machine_detection": "hang_up", "machine_detection_params": {"initial_silence_ms": 3000, "timeout_ms": 3000}}),
    "reply": Case(human(), {"record_s": 2}, REPLY),
    "reply, detected": Case(human(), {"machine_detection": "hang_up", "record_s": 10}, REPLY),
    "no reply": Case(human(), {"record_s": 1}),
}


@pytest.fixture(scope="module")
def seen(_shared: Service) -> Iterator[Callable[[str], Seen]]:
    """All calls, made at once; each test looks at its own."""
    service = _shared
    service.log_in()
    sound = service.sound(signals.speech_like(MESSAGE_MS / 1000))
    with ExitStack() as stack:
        phones = {name: stack.enter_context(Answerer(case.sound, case.after_message)) for name, case in CASES.items()}
        gateways = {name: service.gateway(phone.port, codecs=["PCMA"]) for name, phone in phones.items()}
        campaigns = {name: service.dial(gateways[name], sound, [NUMBER], **case.fields) for name, case in CASES.items()}

        def look(name: str) -> Seen:
            service.finished(campaigns[name], 40)
            (call,) = service.calls(campaigns[name])
            return Seen(phones[name], call)

        yield look


def test_a_machine_is_hung_up_on_before_any_of_the_message(seen: Callable[[str], Seen]) -> None:
    found = seen("machine, hang_up")
    assert found.phone.message_at_ms is None
    assert found.phone.bye_at_ms < MACHINE_MS
    expected = {"outcome": "partial", "played_ms": 0, "first_audio_ms": None, "hangup_by": "service", "answered_by": "machine"}
    assert {name: found.call[name] for name in expected} == expected


@pytest.mark.parametrize("name", ["human, hang_up", "human, after beep"])
def test_a_person_hears_all_of_it_soon_after_their_greeting(seen: Callable[[str], Seen], name: str) -> None:
    found = seen(name)
    at_ms = found.phone.message_at_ms
    assert at_ms is not None
    assert HUMAN_MS < at_ms < HUMAN_MS + WAIT_MS
    assert (found.call["outcome"], found.call["answered_by"], found.call["played_ms"]) == ("delivered", "human", MESSAGE_MS)
    assert abs(found.call["first_audio_ms"] + 200 - at_ms) < 100  # 200 ms of lead-in
    assert compare(found.phone.heard(), signals.speech_like(MESSAGE_MS / 1000)).complete


def test_a_machine_gets_all_of_it_after_its_beep(seen: Callable[[str], Seen]) -> None:
    found = seen("machine, after beep")
    at_ms = found.phone.message_at_ms
    assert at_ms is not None
    begun_ms = at_ms - 200  # its lead-in
    assert VOICEMAIL_MS < begun_ms < VOICEMAIL_MS + 300 + ON_THE_WAY_MS
    assert (found.call["outcome"], found.call["answered_by"], found.call["played_ms"]) == ("delivered", "beep", MESSAGE_MS)
    assert compare(found.phone.heard(), signals.speech_like(MESSAGE_MS / 1000)).complete


def test_a_machine_without_a_beep_gets_it_after_a_silence(seen: Callable[[str], Seen]) -> None:
    found = seen("no beep")
    at_ms = found.phone.message_at_ms
    assert at_ms is not None
    assert MACHINE_MS + 1500 < at_ms - 200 < MACHINE_MS + 1500 + 300 + ON_THE_WAY_MS
    assert (found.call["outcome"], found.call["answered_by"]) == ("delivered", "machine")


def test_packets_of_silence_go_out_while_the_message_waits(seen: Callable[[str], Seen]) -> None:
    phone = seen("machine, after beep").phone
    assert len(phone.rtp.streams()) == 1
    assert phone.times_ms[0] < 300
    assert phone.rtp.streams()[0].lost == 0
    assert len(phone.times_ms) > 50 * VOICEMAIL_MS / 1000


@pytest.mark.parametrize(("name", "who"), [("machine, report", "machine"), ("human, report", "human")])
def test_nobody_waits_where_it_is_only_told(seen: Callable[[str], Seen], name: str, who: str) -> None:
    found = seen(name)
    at_ms = found.phone.message_at_ms
    assert at_ms is not None
    assert at_ms < 400
    assert (found.call["outcome"], found.call["answered_by"], found.call["played_ms"]) == ("delivered", who, MESSAGE_MS)


@pytest.mark.parametrize(("name", "decided_ms"), [("silent", 1500), ("no packet", 4000)])
def test_who_says_nothing_hears_the_message(seen: Callable[[str], Seen], name: str, decided_ms: int) -> None:
    found = seen(name)
    at_ms = found.phone.message_at_ms
    assert at_ms is not None
    assert at_ms < decided_ms + 200 + 300 + ON_THE_WAY_MS
    assert (found.call["outcome"], found.call["answered_by"]) == ("delivered", "unknown")


@pytest.mark.parametrize("name", ["reply", "reply, detected"])
def test_what_is_said_after_the_message_is_recorded(seen: Callable[[str], Seen], service: Service, name: str) -> None:
    found = seen(name)
    assert found.call["outcome"] == "delivered"
    path = f"/calls/{found.call['id']}"
    until(lambda: service.get(path)["recording_ms"], 5, "the recording is stored")
    content = service.http.get(f"{path}/recording").content
    with wave.open(io.BytesIO(content), "rb") as file:
        assert (file.getframerate(), file.getnchannels(), file.getsampwidth()) == (RATE, 1, 2)
        samples = np.frombuffer(file.readframes(file.getnframes()), "<i2")
    assert abs(service.get(path)["recording_ms"] - len(samples) * 1000 // RATE) <= 1
    compared = compare(samples, REPLY)
    # On a busy machine the jitter buffer, as any receiver's, drops or adds a frame now and then.
    assert compared.missing_start + compared.missing_end <= RATE // 10, str(compared)
    assert sum(abs(slip.samples) for slip in compared.slips) <= RATE // 20, str(compared)
    if name == "reply":
        assert len(samples) == 2 * RATE
        assert found.call["answered_by"] is None
    else:  # five seconds of silence end it
        assert 5.5 * RATE < len(samples) < 8 * RATE
    assert list((service.data / "recordings").glob(f"{found.call['id']}*")) == []


def test_where_nothing_is_said_nothing_is_kept(seen: Callable[[str], Seen], service: Service) -> None:
    found = seen("no reply")
    assert (found.call["outcome"], found.call["recording_ms"]) == ("delivered", None)
    assert service.http.get(f"/calls/{found.call['id']}/recording").status_code == 404
    assert list((service.data / "recordings").glob(f"{found.call['id']}*")) == []


def test_the_sandbox_has_a_voicemail_and_people_who_say_nothing(start: Callable[..., Service]) -> None:
    service = start("--lines", "4")
    sound = service.sound(signals.speech_like(1.0))
    campaign = service.dial("sandbox", sound, ["+79440000002", "+79440000100"], machine_detection="message_after_beep", record_s=1)
    assert service.finished(campaign) == {"delivered": 2}
    assert service.get(f"/campaigns/{campaign}")["answered_by"] == {"human": 0, "machine": 0, "beep": 1, "unknown": 1}
    by_number = {call["number"]: call for call in service.calls(campaign)}
    voicemail, silent = by_number["+79440000002"], by_number["+79440000100"]
    assert (voicemail["answered_by"], silent["answered_by"]) == ("beep", "unknown")
    assert VOICEMAIL_MS < voicemail["first_audio_ms"] < VOICEMAIL_MS + 300 + ON_THE_WAY_MS
    assert 3000 <= silent["first_audio_ms"] < 3000 + ON_THE_WAY_MS
    assert service.stop() < 5
