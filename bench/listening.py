"""`python -m bench.listening`: thousands of short calls that are listened to, to a callee that is rough with them. Prints what became of
them; the exit code is 1 when an agent died, a call was interrupted, or a recording is missing. Recordings that slipped are counted: where
machine and callee are busy packets come late, and the jitter buffer fills in.

Both sides hang up at random moments; the callee holds and takes back, and presses keys. With `--kill` agents are killed as well, which
must cost their own calls only.
"""

from __future__ import annotations

import argparse
import io
import os
import random
import re
import signal
import sys
import tempfile
import threading
import time
import wave
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path
from typing import Any

import httpx
import numpy as np

from bench import procs
from bench.load import Load, number
from bench.rough import RATE, TALK, RoughCallee
from bench.service import ServiceCaller

MESSAGE_S, RECORD_S = 0.5, 2
_TROUBLE = re.compile(r"agent (\d+) (?:is gone|has said nothing|does not take)")
SHORT = {"timeout_ms": 3000, "initial_silence_ms": 1000, "end_silence_ms": 1000, "beep_timeout_ms": 2000}
LISTENING: tuple[dict[str, Any], ...] = (
    {"machine_detection": "message_after_beep", "record_s": RECORD_S, "machine_detection_params": SHORT},
    {"machine_detection": "report_only", "record_s": RECORD_S},
    {"machine_detection": "hang_up", "opt_out_digit": "9"},
    {"record_s": RECORD_S, "collect_digits": 1},
)
LIMIT_S = 600.0
HANG_UP_EVERY_S = 0.05
SAMPLED = 200  # recordings are listened to
SLIP = 4  # samples: a recording that is so much off its place has lost or gained sound
PIECE = RATE // 4


@dataclass
class Result:
    """What became of a run."""

    outcomes: Counter[str] = field(default_factory=Counter)
    answered_by: Counter[str] = field(default_factory=Counter)
    calls: int = 0
    deaths: int = 0  # of agents that nobody killed
    killed: int = 0
    recordings: int = 0
    missing: int = 0  # recordings of calls in which somebody talked until the end
    slipped: int = 0  # of those that were listened to
    listened_to: int = 0
    digits: int = 0
    seconds: float = 0.0

    @property
    def good(self) -> bool:
        """Whether nothing went wrong that nobody wanted."""
        interrupted = 0 if self.killed else self.outcomes["interrupted"]
        return not (self.deaths or interrupted or self.missing)


def run(calls: int, lines: int, kill: int, seed: int) -> Result:
    """Starts everything, dials, stops everything. Blocks."""
    service, began = ServiceCaller(), time.monotonic()
    result = Result()
    with tempfile.TemporaryDirectory(prefix="dozvon-bench-") as folder, RoughCallee(seed) as callee:
        try:
            service.start(callee.port, Load(lines, True, MESSAGE_S), Path(folder))
            url, token = service.address
            with httpx.Client(base_url=url, headers={"Authorization": token}, timeout=60) as http:
                _dial_and_disturb(http, service, calls, kill, seed, result)
                _judge(http, callee, result)
            result.deaths = len(set(_TROUBLE.findall(service.log()))) - result.killed
        finally:
            service.stop()
    result.seconds = time.monotonic() - began
    return result


def _dial_and_disturb(http: httpx.Client, service: ServiceCaller, calls: int, kill: int, seed: int, result: Result) -> None:
    a_share = calls // len(LISTENING)
    campaigns = []
    for place, fields in enumerate(LISTENING):
        numbers = [f"+{number(place * a_share + index)}" for index in range(a_share)]
        answer = http.post("/dial", json={**service.fields, **fields, "numbers": numbers, "name": str(place)})
        campaigns.append(answer.raise_for_status().json()["id"])
    chance, end = random.Random(seed), time.monotonic() + LIMIT_S
    over = threading.Event()
    killer = threading.Thread(target=_kill, args=(service.main_pid(), kill, chance, over, result), daemon=True)
    killer.start()
    while time.monotonic() < end:
        rows = [http.get(f"/campaigns/{one}").raise_for_status().json() for one in campaigns]
        if all(row["ended_at"] for row in rows):
            break
        _hang_up_some(http, [row["id"] for row in rows if not row["ended_at"]], chance)
    over.set()
    killer.join(5)


def _hang_up_some(http: httpx.Client, campaigns: list[str], chance: random.Random) -> None:
    live = http.get(f"/campaigns/{chance.choice(campaigns)}/calls", params={"status": "in-progress", "limit": 20}).json()["items"]
    for call in chance.sample(live, min(len(live), 2)):
        http.post(f"/calls/{call['id']}/hangup")
        time.sleep(HANG_UP_EVERY_S)


def _kill(main: int, count: int, chance: random.Random, over: threading.Event, result: Result) -> None:
    for _ in range(count):
        if over.wait(chance.uniform(1, 3)):
            return
        agents = [pid for template in _children(main) for pid in _children(template)]
        if agents:
            os.kill(chance.choice(agents), signal.SIGKILL)
            result.killed += 1


def _children(pid: int) -> list[int]:
    return procs.family(pid)[1:]


def _judge(http: httpx.Client, callee: RoughCallee, result: Result) -> None:
    time.sleep(2)  # the last recordings are stored
    wanted: list[str] = []
    for campaign in http.get("/campaigns", params={"limit": 1000}).json()["items"]:
        for call in _calls(http, campaign["id"]):
            result.calls += 1
            result.outcomes[str(call["outcome"])] += 1
            result.answered_by[str(call["answered_by"])] += 1
            result.digits += bool(call["digits"])
            result.recordings += call["recording_ms"] is not None
            if campaign["record_s"] and call["id"] in callee.talked_to_the_end and _went_on_to_the_end(call):
                result.missing += call["recording_ms"] is None
                wanted += [call["id"]] if call["recording_ms"] else []
    for call_id in wanted[:SAMPLED]:
        content = http.get(f"/calls/{call_id}/recording").raise_for_status().content
        result.listened_to += 1
        result.slipped += _has_slipped(content)


def _went_on_to_the_end(call: dict[str, Any]) -> bool:
    """Whether nobody hung up before the recording was full."""
    after_message = (call["talk_ms"] or 0) - (call["first_audio_ms"] or 0) - 1000 * MESSAGE_S
    return call["outcome"] == "delivered" and after_message >= 1000 * RECORD_S


def _calls(http: httpx.Client, campaign: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    cursor = None
    while True:
        query = {"limit": 1000, **({"cursor": cursor} if cursor else {})}
        page = http.get(f"/campaigns/{campaign}/calls", params=query).raise_for_status().json()
        found += page["items"]
        cursor = page["next_cursor"]
        if not cursor:
            return found


def _has_slipped(content: bytes) -> bool:
    """Whether the talk in a recording does not go on as it was said."""
    with wave.open(io.BytesIO(content), "rb") as file:
        heard = np.frombuffer(file.readframes(file.getnframes()), "<i2").astype(np.float64)
    spectrum = np.conj(np.fft.rfft(TALK.astype(np.float64)))
    places = []
    for start in range(0, len(heard) - PIECE, PIECE):
        piece = np.zeros(len(TALK))
        piece[:PIECE] = heard[start : start + PIECE]
        found = np.fft.irfft(np.fft.rfft(piece) * spectrum, len(TALK))
        places.append((int(np.argmax(found)) + start) % len(TALK))
    return len(places) < 3 or any(abs(one - other) > SLIP for one, other in pairwise(places))


def main(argv: Sequence[str]) -> int:
    """Gives the exit code."""
    parser = argparse.ArgumentParser(prog="python -m bench.listening", description=__doc__)
    parser.add_argument("--calls", type=int, default=5000)
    parser.add_argument("--lines", type=int, default=100)
    parser.add_argument("--kill", type=int, default=0, metavar="N", help="kill so many agents meanwhile")
    parser.add_argument("--seed", type=int, default=1)
    args = parser.parse_args(argv)
    result = run(args.calls, args.lines, args.kill, args.seed)
    for name, value in vars(result).items():
        print(f"{name:<12} {dict(value) if isinstance(value, Counter) else value}")
    return 0 if result.good else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
