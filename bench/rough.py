"""A callee for stress: it talks from the answer on, and at random moments hangs up, holds and takes back, presses keys. On a thread."""

from __future__ import annotations

import random
import re
import socket
import struct
import threading
import time
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from typing_extensions import Self

from bench.callee.signalling import Address, Call, Signalling
from sip.sandbox import tones
from tests.peers import g711
from tests.peers.signals import speech_like

FRAME = 160  # samples: 20 ms
RATE = 8000
TALK_S = 8.0  # said over and over, never the same within
HANGS_UP, HOLDS, PRESSES = 0.35, 0.25, 0.3  # so many of the calls do so
NO_EVENTS = 0.3  # and so many have agreed to no telephone-event
LATEST_S = 4.0  # the latest of the random moments
HELD_S = 0.3
KEY_PACKETS, KEY_TYPE = 8, 101

TALK = speech_like(TALK_S, seed=11)
_MACHINE = np.array([*tones.greeting(), *tones.silence(tones.PAUSE_MS), *tones.tone(tones.BEEP_HZ, tones.BEEP_MS)], np.int16)


def _frames(samples: npt.NDArray[np.int16]) -> list[bytes]:
    whole = samples[: len(samples) // FRAME * FRAME].reshape(-1, FRAME)
    return [g711.encode(part, "PCMA") for part in whole]


_TALK, _SILENCE = _frames(TALK), _frames(np.zeros(FRAME, np.int16))
GREETINGS = (_frames(_MACHINE), _frames(_MACHINE[: 680 * 8]), _SILENCE)  # a machine's, a person's, nobody's; silence follows
_HEADER = struct.Struct("!BBHII")


@dataclass
class Speaker:
    """The sound of one call: a greeting and silence; without one it never stops talking."""

    call: Call
    greeting: list[bytes]
    sequence: int = 0
    key_left: int = 0
    key_at: int = 0

    def packet(self) -> bytes:
        """The next 20 ms."""
        number, self.sequence = self.sequence, self.sequence + 1
        ssrc = id(self) & 0xFFFFFFFF
        if self.key_left:
            sent, self.key_left = KEY_PACKETS - self.key_left, self.key_left - 1
            end = 0x80 if self.key_left < 3 else 0
            head = _HEADER.pack(0x80, KEY_TYPE | (0 if sent else 0x80), number & 0xFFFF, self.key_at, ssrc)
            return head + struct.pack("!BBH", 5, end | 10, FRAME * (sent + 1))
        sound = (self.greeting or _TALK)[number % len(self.greeting or _TALK)]
        if self.greeting and number >= len(self.greeting):
            sound = _SILENCE[0]
        return _HEADER.pack(0x80, 8, number & 0xFFFF, number * FRAME & 0xFFFFFFFF, ssrc) + sound

    def press(self) -> None:
        """The key 5, from the next packet on."""
        self.key_left, self.key_at = KEY_PACKETS, self.sequence * FRAME & 0xFFFFFFFF


@dataclass
class Plan:
    """What is done in one call, in seconds after its ACK; None: not at all. `greeting` as in Speaker."""

    greeting: list[bytes]
    hangs_up_at: float | None
    holds_at: float | None
    presses_at: float | None

    @property
    def only_talks(self) -> bool:
        """Whether nothing but talk is heard, to the end."""
        return not self.greeting and self.hangs_up_at is self.holds_at is self.presses_at is None


def _plan(chance: random.Random) -> Plan:
    moments = (chance.uniform(0, LATEST_S) if chance.random() < share else None for share in (HANGS_UP, HOLDS, PRESSES))
    return Plan(chance.choice(([], [], *GREETINGS)), *moments)


class RoughSignalling(Signalling):
    """What `bench.callee` does, and random requests of the callee's own."""

    def __init__(self, *args: object, seed: int) -> None:
        super().__init__(*args)  # type: ignore[arg-type]
        self.hung_up = self.held = 0
        self.random = random.Random(seed)
        self.plans: dict[int, Plan] = {}
        self.talked_to_the_end: set[str] = set()
        self._invites: dict[bytes, bytes] = {}

    def datagram(self, data: bytes, peer: Address) -> None:
        if data.startswith(b"SIP/2.0 200") and b" INVITE\r\n" in data:
            self._acknowledge(data, peer)
        else:
            super().datagram(data, peer)

    def _invite(self, data: bytes, peer: Address) -> None:
        self._invites.setdefault(_value(data, b"Call-ID"), data)
        super()._invite(data, peer)

    def _sdp(self, data: bytes) -> bytes:
        answer = super()._sdp(data)
        if self.random.random() < NO_EVENTS:
            return answer.replace(b" 101", b"", 1).replace(b"a=rtpmap:101 telephone-event/8000\r\n", b"")
        return answer

    def _ack(self, data: bytes, peer: Address) -> None:
        call_id = _value(data, b"Call-ID")
        call = self._calls.get(call_id)
        if call is None or call.acknowledged or call.ended_at:
            return
        plan = self.plans[id(call)] = _plan(self.random)
        super()._ack(data, peer)
        if plan.hangs_up_at is not None:
            self._later(plan.hangs_up_at, lambda: self._hang_up(call_id, call))
        if plan.holds_at is not None:
            self._later(plan.holds_at, lambda: self._reinvite(call_id, call, b"2", b"sendonly"))
            self._later(plan.holds_at + HELD_S, lambda: self._reinvite(call_id, call, b"3", b"sendrecv"))

    def _bye(self, data: bytes, peer: Address) -> None:
        call_id = _value(data, b"Call-ID")
        call = self._calls.get(call_id)
        if call is not None and not call.ended_at and id(call) in self.plans and self.plans[id(call)].only_talks:
            self.talked_to_the_end.add(call_id.decode())
        super()._bye(data, peer)

    def _hang_up(self, call_id: bytes, call: Call) -> None:
        if not call.ended_at:
            self.hung_up += 1
            self._send(self._request(call_id, b"BYE", b"9"), call.peer)
            self._end(call_id, call)
            self._count(-1)
            self._on_media(call, False)

    def _reinvite(self, call_id: bytes, call: Call, number: bytes, direction: bytes) -> None:
        if not call.ended_at:
            self.held += 1
            body = call.answer.partition(b"\r\n\r\n")[2].replace(b"a=sendrecv", b"a=" + direction)
            body = body.replace(b"o=callee 1 1", b"o=callee 1 " + number)
            self._send(self._request(call_id, b"INVITE", number, body), call.peer)

    def _acknowledge(self, data: bytes, peer: Address) -> None:
        call_id = _value(data, b"Call-ID")
        if call_id in self._invites:
            self._send(self._request(call_id, b"ACK", _value(data, b"CSeq").split()[0]), peer)

    def _request(self, call_id: bytes, method: bytes, number: bytes, body: bytes = b"") -> bytes:
        invite = self._invites[call_id]
        target = _value(invite, b"Contact").partition(b"<")[2].partition(b">")[0]
        branch = b"z9hG4bK%b%b%d" % (number, method, self.random.getrandbits(60))
        head = b"%b %b SIP/2.0\r\nVia: SIP/2.0/UDP 127.0.0.1;branch=%b\r\nMax-Forwards: 70\r\n" % (method, target, branch)
        head += b"From: %b;tag=callee\r\nTo: %b\r\nCall-ID: %b\r\n" % (_value(invite, b"To"), _value(invite, b"From"), call_id)
        head += b"CSeq: %b %b\r\n%b" % (number, method, self._contact)
        head += b"Content-Type: application/sdp\r\n" if body else b""
        return head + b"Content-Length: %d\r\n\r\n" % len(body) + body


class RoughCallee:
    """A context manager. `port` takes SIP over UDP on loopback; `talked_to_the_end` has the Call-IDs of the calls in which nothing but
    talk was heard, without a hold, until the caller hung up.

    Args:
        seed: another one gives other moments.
    """

    def __init__(self, seed: int = 1) -> None:
        self._sip, self._rtp = _socket(), _socket()
        self.port: int = self._sip.getsockname()[1]
        self._speakers: dict[int, Speaker] = {}
        self._sequence = 0
        self.signalling = RoughSignalling(self._send, self.port, self._rtp.getsockname()[1], 0.0, False, self._on_media, seed=seed)
        self._ends = False
        self._thread = threading.Thread(target=self._serve, name="rough-callee", daemon=True)

    @property
    def talked_to_the_end(self) -> set[str]:
        """See the class."""
        return self.signalling.talked_to_the_end

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._ends = True
        self._thread.join(2)
        self._sip.close()
        self._rtp.close()

    def _serve(self) -> None:
        tick_at = time.monotonic()
        while not self._ends:
            now = time.monotonic()
            if now >= tick_at:
                tick_at = max(tick_at + 0.02, now - 0.1)
                self._speak()
                self._drain()
            wait = min(self.signalling.turn(now), tick_at - now)
            self._sip.settimeout(max(0.0005, wait))
            try:
                data, peer = self._sip.recvfrom(65535)
            except TimeoutError:
                continue
            self.signalling.datagram(data, peer)

    def _speak(self) -> None:
        for speaker in list(self._speakers.values()):
            self._rtp.sendto(speaker.packet(), ("127.0.0.1", speaker.call.rtp_port))

    def _drain(self) -> None:
        self._rtp.settimeout(0)
        try:
            while True:
                self._rtp.recv(2048)
        except BlockingIOError:
            return

    def _send(self, data: bytes, peer: Address) -> None:
        self._sip.sendto(data, peer)

    def _on_media(self, call: Call, up: bool) -> None:
        if not up:
            self._speakers.pop(id(call), None)
            return
        plan = self.signalling.plans[id(call)]
        speaker = self._speakers[id(call)] = Speaker(call, plan.greeting)
        if plan.presses_at is not None:
            self.signalling._later(plan.presses_at, speaker.press)


def _socket() -> socket.socket:
    while True:
        sock = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        sock.bind(("127.0.0.1", 0))
        if sock.getsockname()[1] % 2 == 0:
            sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 8 << 20)
            return sock
        sock.close()


def _value(message: bytes, name: bytes) -> bytes:
    """The value of a header that is there once."""
    found = re.search(rb"^" + name + rb"[ \t]*:[ \t]*(.*?)\r\n", message, re.MULTILINE | re.IGNORECASE)
    return found[1] if found else b""
