"""What the sandbox tells of an ended call: one JSON object, and the sound as a WAV file where that is asked."""

from __future__ import annotations

import re
import struct
from pathlib import Path
from typing import TypedDict

from sip.sandbox.g711 import SILENCE, WAV_FORMAT
from sip.sandbox.heard import Heard
from sip.sandbox.media import Session
from sip.sandbox.rtp import FRAME

LONGEST_NAME = 100


class HeardReport(TypedDict):
    """The part of a report that tells of the media."""

    packets: int
    lost: int
    out_of_order: int
    duplicates: int
    ignored: int
    bytes: int
    first_seq: int | None
    last_seq: int | None
    first_packet_ms: int | None
    last_packet_ms: int | None


class Report(HeardReport):
    """One ended call.

    `code`: the final status sent to the INVITE, null for none. `ended_by`: caller, sandbox or network (no ACK, no RTP).
    `ring_ms`: from the INVITE to the final response; `talk_ms`: from the 200 to the end. `first_packet_ms` and
    `last_packet_ms`: from the 200 to the arrival, to 20 ms. `packets` counts duplicates too. `key`: the key that was
    pressed, null when none was or the caller did not offer telephone-event. `transferred_to`: the user part that a REFER
    named last. `recording`: the WAV file's path.
    """

    call_id: str
    number: str
    behaviour: str
    answered: bool
    code: int | None
    ended_by: str
    ring_ms: int
    talk_ms: int
    codec: str | None
    key: str | None
    transferred_to: str | None
    recording: str | None


def heard_of(heard: Heard, answered_at: float) -> HeardReport:
    """What was heard; `answered_at` is in seconds of the clock."""
    return {
        "packets": heard.packets,
        "lost": heard.lost,
        "out_of_order": heard.out_of_order,
        "duplicates": heard.duplicates,
        "ignored": heard.ignored,
        "bytes": heard.size,
        "first_seq": heard.first_seq,
        "last_seq": heard.last_seq,
        "first_packet_ms": None if heard.first_at is None else milliseconds(heard.first_at - answered_at),
        "last_packet_ms": None if heard.last_at is None else milliseconds(heard.last_at - answered_at),
    }


def milliseconds(seconds: float) -> int:
    return round(seconds * 1000)


def save_sound(folder: Path, call_id: str, session: Session) -> str | None:
    """Writes what was heard as a G.711 WAV file, a lost packet as 20 ms of silence; gives its path, None when nothing was heard.

    The name is the Call-ID without what does not belong into a file name.
    """
    payloads = session.heard.payloads
    if not payloads:
        return None
    gap = SILENCE[session.codec] * FRAME
    sound = b"".join(payloads.get(number, gap) for number in _run(sorted(payloads)))
    path = folder / f"call-{re.sub('[^A-Za-z0-9_-]', '_', call_id)[:LONGEST_NAME]}.wav"
    path.write_bytes(_wav(sound, WAV_FORMAT[session.codec]))
    return str(path)


def _run(numbers: list[int]) -> list[int]:
    """The numbers with the short gaps between them filled; a long one is a new stream, where nothing is missing."""
    whole = numbers[:1]
    for number in numbers[1:]:
        whole += range(whole[-1] + 1, number) if number - whole[-1] < 3000 else ()
        whole.append(number)
    return whole


def _wav(sound: bytes, format_tag: int) -> bytes:
    """8 kHz mono, 8 bits a sample, with the `fact` chunk that compressed formats need."""
    fmt = struct.pack("<HHIIHHH", format_tag, 1, 8000, 8000, 1, 8, 0)
    chunks = [(b"fmt ", fmt), (b"fact", struct.pack("<I", len(sound))), (b"data", sound + b"\0" * (len(sound) % 2))]
    lengths = {b"data": len(sound)}
    inner = b"".join(name + struct.pack("<I", lengths.get(name, len(data))) + data for name, data in chunks)
    return b"RIFF" + struct.pack("<I", 4 + len(inner)) + b"WAVE" + inner
