"""What the sandbox hears and sends: RTP counters, keys, G.711, SDP."""

from __future__ import annotations

import struct
import warnings
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sip.sandbox import g711, sdp, tones
from sip.sandbox.heard import Heard
from sip.sandbox.rtp import FRAME, Sender

with warnings.catch_warnings():
    warnings.simplefilter("ignore")  # deprecated in 3.11, there until 3.13; only the reference of this test
    import audioop


def hear(numbers: list[int], ssrc: int = 1, heard: Heard | None = None) -> Heard:
    heard = heard or Heard(record=True)
    heard.expect(8, 101)
    for number in numbers:
        data = bytearray(struct.pack("!BBHII", 0x80, 8, number & 0xFFFF, 0, ssrc) + number.to_bytes(4, "big"))
        heard.packet(data, len(data), 5.0)
    return heard


@pytest.mark.parametrize(
    ("numbers", "lost", "late", "doubled", "first", "last"),
    [
        ([5, 6, 7], 0, 0, 0, 5, 7),
        ([65534, 65535, 65536, 65537], 0, 0, 0, 65534, 1),
        ([5, 8, 9], 2, 0, 0, 5, 9),
        ([5, 7, 6, 8], 0, 1, 0, 5, 8),
        ([5, 6, 6, 7], 0, 0, 1, 5, 7),
        ([5, 8, 6, 6, 9], 1, 1, 1, 5, 9),
        ([6, 5, 7], 0, 1, 0, 5, 7),
        ([65535, 65537, 65536, 65536], 0, 1, 1, 65535, 1),
        ([5, 30000, 30001], 0, 0, 0, 5, 30001),
        ([5], 0, 0, 0, 5, 5),
    ],
)
def test_counters(numbers: list[int], lost: int, late: int, doubled: int, first: int, last: int) -> None:
    heard = hear(numbers)
    assert (heard.packets, heard.size) == (len(numbers), 4 * len(numbers))
    assert (heard.lost, heard.out_of_order, heard.duplicates, heard.first_seq, heard.last_seq) == (lost, late, doubled, first, last)


def test_another_ssrc_is_a_new_stream_and_not_a_gap() -> None:
    heard = hear([100, 101, 103], ssrc=2, heard=hear([5, 6]))
    assert (heard.packets, heard.lost, heard.first_seq, heard.last_seq) == (5, 1, 5, 103)
    assert heard.payloads is not None
    assert [int.from_bytes(heard.payloads[key], "big") for key in sorted(heard.payloads)] == [5, 6, 100, 101, 103]


@given(st.integers(0, 65535), st.integers(1, 100), st.randoms(use_true_random=False))
def test_any_order_within_the_window_counts_right(start: int, count: int, random: object) -> None:
    numbers = list(range(start, start + count))
    kept = [number for number in numbers if random.random() > 0.2] or numbers  # type: ignore[attr-defined]
    random.shuffle(kept)  # type: ignore[attr-defined]
    doubled = kept[: len(kept) // 3]
    heard = hear(kept + doubled)
    assert heard.lost == max(kept) - min(kept) + 1 - len(kept)
    assert heard.duplicates == len(doubled)
    assert (heard.first_seq, heard.last_seq) == (min(kept) & 0xFFFF, max(kept) & 0xFFFF)


@given(st.binary(max_size=64))
def test_any_datagram_is_counted_or_ignored(data: bytes) -> None:
    heard = Heard(record=True)
    heard.expect(8, None)
    heard.packet(bytearray(data) + bytearray(100), len(data), 1.0)
    assert heard.packets + heard.ignored == 1
    assert 0 <= heard.size <= len(data)


def test_padding_extension_and_csrc_are_no_payload() -> None:
    head = struct.pack("!BBHII", 0x80 | 0x20 | 0x10 | 1, 8, 1, 0, 1) + bytes(4) + struct.pack("!HH", 0, 1) + bytes(4)
    data = bytearray(head + b"abc" + b"\0\0\3")
    heard = Heard(record=True)
    heard.expect(8, None)
    heard.packet(data, len(data), 1.0)
    assert heard.payloads == {1: b"abc"}


def test_other_payload_types_are_ignored() -> None:
    heard = Heard()
    heard.expect(0, 101)
    data = bytearray(struct.pack("!BBHII", 0x80, 8, 1, 0, 1) + bytes(160))
    heard.packet(data, len(data), 1.0)
    assert (heard.packets, heard.ignored, heard.lost) == (0, 1, 0)


def fields(packet: bytes | bytearray) -> tuple[bool, int, int, int, int, bytes]:
    _, second, seq, time, ssrc = struct.unpack_from("!BBHII", packet)
    return bool(second & 0x80), second & 0x7F, seq, time, ssrc, bytes(packet[12:])


def test_a_key_is_one_event_in_the_same_stream() -> None:
    sender = Sender()
    sender.use("PCMU", 0, 120)
    before = [fields(sender.packet()) for _ in range(3)]
    assert sender.press("5")
    event = [fields(sender.packet()) for _ in range(10)]
    after = [fields(sender.packet()) for _ in range(2)]
    whole = before + event + after
    assert [a[2] + 1 & 0xFFFF for a in whole[:-1]] == [b[2] for b in whole[1:]]
    assert len({packet[4] for packet in whole}) == 1
    assert [packet[1] for packet in whole] == [0] * 3 + [120] * 10 + [0] * 2
    assert [packet[0] for packet in whole] == [True] + [False] * 2 + [True] + [False] * 11
    start = (before[-1][3] + FRAME) & 0xFFFFFFFF
    assert {packet[3] for packet in event} == {start}
    assert (after[0][3] - start) & 0xFFFFFFFF == 10 * FRAME
    told = [struct.unpack("!BBH", packet[5]) for packet in event]
    assert [(key, flags >> 7, length // FRAME) for key, flags, length in told] == [(5, 0, n) for n in range(1, 8)] + [(5, 1, 8)] * 3
    assert after[0][5] == b"\xff" * FRAME


def test_without_telephone_event_no_key_is_pressed() -> None:
    sender = Sender()
    sender.use("PCMA", 8, None)
    assert not sender.press("5")
    assert fields(sender.packet())[1] == 8


def test_a_sound_is_sent_whole_then_silence() -> None:
    sender = Sender()
    sender.use("PCMA", 8, None)
    sound = bytes(range(250)) * 2
    sender.play(sound)
    sent = b"".join(fields(sender.packet())[5] for _ in range(6))
    assert sent == sound + b"\xd5" * (6 * FRAME - len(sound))


def test_hold_moves_the_clock_and_not_the_sequence() -> None:
    sender = Sender()
    first = fields(sender.packet())
    sender.skip()
    second = fields(sender.packet())
    assert second[2] == first[2] + 1
    assert (second[3] - first[3]) & 0xFFFFFFFF == 2 * FRAME
    assert second[0]


def test_g711_is_as_near_as_the_reference() -> None:
    samples = list(range(-32768, 32768))
    raw = struct.pack("<65536h", *samples)
    assert g711.encode(samples, "PCMA") == audioop.lin2alaw(raw, 2)
    theirs, ours = audioop.ulaw2lin(audioop.lin2ulaw(raw, 2), 2), audioop.ulaw2lin(g711.encode(samples, "PCMU"), 2)
    # 381 samples near the border of two steps fall into the other one than the reference's, and are no farther off there.
    errors = [abs(a - b) for a, b in zip(struct.unpack("<65536h", theirs), samples, strict=True)]
    assert all(abs(a - b) <= error for a, b, error in zip(struct.unpack("<65536h", ours), samples, errors, strict=True))


def test_the_voicemail_is_a_greeting_and_a_beep_of_1_khz() -> None:
    greeting, whole = tones.greeting(), tones.voicemail("PCMA")
    assert 3.0 < len(greeting) / tones.RATE < 6.0
    assert 10000 < max(map(abs, greeting)) < 32768
    beep = audioop.alaw2lin(whole[len(greeting) + tones.PAUSE_MS * 8 :], 2)
    samples = struct.unpack(f"<{len(beep) // 2}h", beep)
    assert len(samples) == tones.BEEP_MS * 8
    rises = [at for at, (a, b) in enumerate(pairwise(samples)) if a < 0 <= b]
    assert {b - a for a, b in pairwise(rises)} <= {7, 8, 9}
    assert (rises[-1] - rises[0]) / (len(rises) - 1) == pytest.approx(8, abs=0.05)


OFFER = b"v=0\r\nc=IN IP4 10.0.0.1\r\na=sendonly\r\nm=audio 4000 RTP/SAVP 8\r\nm=video 4002 RTP/AVP 99\r\n"
OFFER += b"m=audio 4004 RTP/AVP 96 97 0 8 110\r\nc=IN IP4 127.0.0.1\r\na=rtpmap:96 speex/16000\r\n"
OFFER += b"a=rtpmap:97 PCMA/8000\r\na=rtpmap:110 telephone-event/8000\r\n"


def test_the_first_common_codec_of_the_first_plain_line_is_taken() -> None:
    lines = sdp.parse(OFFER)
    chosen = sdp.choose(lines)
    assert chosen == sdp.Chosen(2, "PCMA", 97, 110, "127.0.0.1", 4004, "recvonly")
    assert not chosen.sends
    origin = sdp.Origin(9)
    answer = sdp.answer(lines, chosen, 24000, origin).decode()
    assert [line for line in answer.split("\r\n") if line[:2] == "m="] == [
        "m=audio 0 RTP/SAVP 8",
        "m=video 0 RTP/AVP 99",
        "m=audio 24000 RTP/AVP 97 110",
    ]
    assert "a=rtpmap:97 PCMA/8000\r\na=rtpmap:110 telephone-event/8000\r\na=fmtp:110 0-15\r\n" in answer
    assert "a=recvonly" in answer
    assert "o=- 9 1 " in answer
    assert "o=- 9 2 " in sdp.offer(24000, origin).decode()


@pytest.mark.parametrize(
    "line",
    [
        b"m=audio 0 RTP/AVP 8",
        b"m=audio 4000 RTP/AVP 18",
        b"m=audio 4000 RTP/SAVP 8",
        b"m=audio 99999 RTP/AVP 8",
        b"m=image 4000 RTP/AVP 8",
        b"m=audio",
    ],
)
def test_what_can_not_be_taken(line: bytes) -> None:
    assert sdp.choose(sdp.parse(b"v=0\r\nc=IN IP4 127.0.0.1\r\n" + line + b"\r\n")) is None


def test_the_old_hold_sends_nothing() -> None:
    chosen = sdp.choose(sdp.parse(b"v=0\r\nc=IN IP4 0.0.0.0\r\nm=audio 4000 RTP/AVP 8\r\n"))
    assert chosen is not None
    assert not chosen.sends


_SDP_LINES = st.lists(
    st.sampled_from([*OFFER.split(b"\r\n"), b"a=rtpmap:1", b"m=", b"m=audio x y", b"c=IN IP4 ", b"a=inactive"]), max_size=12
)


@given(_SDP_LINES, st.binary(max_size=30))
def test_no_description_makes_it_raise(lines: list[bytes], noise: bytes) -> None:
    media = sdp.parse(b"\r\n".join(lines) + noise)
    chosen = sdp.choose(media)
    if chosen:
        assert sdp.choose(sdp.parse(sdp.answer(media, chosen, 24000, sdp.Origin(1)))) is not None
