"""The service as a user starts it: `python main.py` in a process of its own, asked over HTTP."""

from __future__ import annotations

import io
import os
import signal
import subprocess
import sys
import time
import wave
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import httpx
import numpy as np

ROOT = Path(__file__).resolve().parents[2]
PASSWORD = "a long enough password"
START_LIMIT_S = 30.0


def wav(samples: np.ndarray[Any, Any], rate: int = 8000) -> bytes:
    """A WAV file: 16 bit, mono."""
    buffer = io.BytesIO()
    with wave.open(buffer, "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(rate)
        file.writeframes(samples.astype("<i2").tobytes())
    return buffer.getvalue()


def until(done: Callable[[], Any], limit_s: float, what: str) -> Any:
    """Asks again and again until the answer is true; gives it. Fails after `limit_s`."""
    end = time.monotonic() + limit_s
    while not (answer := done()):
        assert time.monotonic() < end, f"not within {limit_s:g} s: {what}"
        time.sleep(0.05)
    return answer


class Service:
    """One running service on a data folder, with its admin logged in."""

    program = "main.py"

    def __init__(self, data: Path, *flags: str, **environment: str) -> None:
        self.data = data
        self._flags = flags
        self._environment = environment
        self.log = data.parent / f"{data.name}.log"
        self.process: subprocess.Popen[bytes]
        self.http: httpx.Client

    def start(self) -> Service:
        """Blocks until calls can be placed and the admin is logged in."""
        environment = {**os.environ, "ADMIN_PASSWORD": PASSWORD, **self._environment}
        command = [sys.executable, self.program, "--port", "0", "--data", str(self.data), *self._flags]
        with self.log.open("ab") as log:
            from_here = log.tell()
            self.process = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=log, stderr=log, start_new_session=True)
        url = until(lambda: self._url(from_here), START_LIMIT_S, "the service listens")
        self.http = httpx.Client(base_url=url, timeout=30)
        until(lambda: self.http.get("/health").status_code == 200, START_LIMIT_S, "GET /health answers 200")
        self.log_in()
        return self

    def _url(self, from_here: int) -> str | None:
        assert self.process.poll() is None, self.tail()
        text = self.log.read_bytes()[from_here:].decode()
        return next((line.split()[2] for line in text.splitlines() if line.startswith("Listening on ")), None)

    def log_in(self) -> None:
        form = {"grant_type": "password", "username": "admin", "password": PASSWORD}
        token = self.http.post("/oauth/token", data=form).json()["access_token"]
        self.http.headers["Authorization"] = f"Bearer {token}"

    def tail(self, from_here: int = 0) -> str:
        """The log's end, from this byte on."""
        return self.log.read_bytes()[from_here:].decode(errors="replace")[-4000:]

    def stop(self, limit_s: float = 10.0) -> float:
        """SIGTERM; gives how long it took, in seconds."""
        started = time.monotonic()
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
        self.process.wait(limit_s)
        return time.monotonic() - started

    def kill(self) -> None:
        """SIGKILL, as a crash."""
        self.process.kill()
        self.process.wait()

    def agents(self) -> list[int]:
        """The process ids of its agents."""
        return [
            child for template in self._children(self.process.pid, "sip.template") for child in self._children(template, "sip.template")
        ]

    def _children(self, pid: int, name: str) -> list[int]:
        found = []
        for entry in Path("/proc").glob("[0-9]*"):
            try:
                parent = int(entry.joinpath("stat").read_text().rpartition(")")[2].split()[1])
                if parent == pid and name.encode() in entry.joinpath("cmdline").read_bytes():
                    found.append(int(entry.name))
            except (OSError, ValueError, IndexError):  # it has just ended
                continue
        return found

    # -- what a user does ----------------------------------------------------------------------------------------------

    def made(self, path: str, **request: Any) -> dict[str, Any]:
        """A POST that makes something."""
        answer = self.http.post(path, **request)
        assert answer.status_code in (201, 202), answer.text
        body: dict[str, Any] = answer.json()
        return body

    def gateway(self, port: int, **fields: Any) -> str:
        """A gateway on loopback; gives its id."""
        return str(self.made("/gateways", json={"name": "Provider", "host": "127.0.0.1", "port": port, **fields})["id"])

    def sound(self, samples: np.ndarray[Any, Any], rate: int = 8000) -> str:
        """Uploads samples as they are; gives the sound's id."""
        files = {"file": ("message.wav", wav(samples, rate), "audio/wav")}
        return str(self.made("/audio", files=files, data={"name": "Message", "normalize": "false"})["id"])

    def dial(self, gateway_id: str, audio_id: str, numbers: Sequence[str], **fields: Any) -> str:
        """Starts a campaign; gives its id."""
        body = {"gateway_id": gateway_id, "audio_id": audio_id, "numbers": list(numbers), **fields}
        return str(self.made("/dial", json=body)["id"])

    def get(self, path: str, **query: Any) -> Any:
        answer = self.http.get(path, params=query)
        assert answer.status_code == 200, answer.text
        return answer.json()

    def counts(self, campaign_id: str) -> dict[str, int]:
        """The counts that are not 0, without the total. Fails when they do not add up."""
        counts: dict[str, int] = self.get(f"/campaigns/{campaign_id}")["counts"]
        total = counts.pop("total")
        assert sum(counts.values()) == total
        return {word: count for word, count in counts.items() if count}

    def finished(self, campaign_id: str, limit_s: float = 60.0) -> dict[str, int]:
        """Waits for the campaign's end; gives its counts."""
        until(lambda: self.get(f"/campaigns/{campaign_id}")["ended_at"], limit_s, f"the campaign ends; {self.counts(campaign_id)}")
        return self.counts(campaign_id)

    def calls(self, campaign_id: str) -> list[dict[str, Any]]:
        """All calls of a campaign, oldest first."""
        items: list[dict[str, Any]] = self.get(f"/campaigns/{campaign_id}/calls", limit=1000)["items"]
        return items[::-1]

    def targets(self, campaign_id: str) -> list[dict[str, Any]]:
        items: list[dict[str, Any]] = self.get(f"/campaigns/{campaign_id}/targets", limit=1000)["items"]
        return items
