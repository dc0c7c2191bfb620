"""The service as a user runs it: `python main.py` on a fresh data folder, asked over HTTP."""

from __future__ import annotations

import os
import secrets
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import httpx

from bench import procs
from bench.load import Load, message, number

ROOT = Path(__file__).resolve().parent.parent
START_LIMIT_S = 60.0
STOP_LIMIT_S = 15.0


class ServiceCaller:
    """The service as a Caller."""

    name = "service"

    def __init__(self) -> None:
        self.campaign = ""
        self._process: subprocess.Popen[bytes] | None = None
        self._http = httpx.Client(timeout=60)
        self._dial: dict[str, Any] = {}
        self._log = Path()

    @property
    def address(self) -> tuple[str, str]:
        """Where its API is, and the header that lets one in."""
        return str(self._http.base_url), self._http.headers["Authorization"]

    @property
    def fields(self) -> dict[str, Any]:
        """What every campaign of its is started with."""
        return self._dial

    def start(self, port: int, load: Load, folder: Path) -> None:
        """Starts it with so many lines, and makes the gateway and the sound."""
        password = secrets.token_urlsafe(16)
        self._log = folder / "service.log"
        command = [sys.executable, "main.py", "--no-sandbox", "--lines", str(max(4, load.lines)), "--port", "0"]
        with self._log.open("wb") as out:
            self._process = subprocess.Popen(
                [*command, "--data", str(folder / "data")],
                cwd=ROOT,
                env={**os.environ, "ADMIN_PASSWORD": password},
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=out,
                start_new_session=True,
            )
        self._await()
        form = {"grant_type": "password", "username": "admin", "password": password}
        token = self._http.post("/oauth/token", data=form).raise_for_status().json()["access_token"]
        self._http.headers["Authorization"] = f"Bearer {token}"
        gateway = self._made("/gateways", json={"name": "Callee", "host": "127.0.0.1", "port": port})
        files = {"file": ("message.wav", message(load.message_s), "audio/wav")}
        sound = self._made("/audio", files=files, data={"name": "Message", "normalize": "false"})
        self._dial = {"gateway_id": gateway, "audio_id": sound, "lead_in_ms": load.lead_in_ms, "tail_ms": load.tail_ms}

    def dial(self, first: int, calls: int) -> None:
        """Starts a campaign."""
        numbers = [f"+{number(index)}" for index in range(first, first + calls)]
        self.campaign = self._made("/dial", json={**self._dial, "numbers": numbers})

    def usage(self) -> procs.Usage:
        """Main process, template and agents together."""
        return procs.usage(procs.family(self.main_pid()))

    def main_pid(self) -> int:
        """The process of the API, the dialer and the database."""
        assert self._process is not None
        return self._process.pid

    def memory_mb(self) -> float:
        """Main process, template and agents together."""
        return procs.pss_mb(procs.family(self.main_pid()))

    def cut(self) -> None:
        """Cancels the campaign: live calls are hung up."""
        self._http.post(f"/campaigns/{self.campaign}/cancel").raise_for_status()

    def finished(self) -> int | None:
        """How many of the campaign's calls are delivered."""
        campaign = self._http.get(f"/campaigns/{self.campaign}").raise_for_status().json()
        return int(campaign["counts"]["delivered"]) if campaign["ended_at"] else None

    def told(self) -> str:
        """The campaign's counts, and what its log tells but for requests."""
        counts = self._http.get(f"/campaigns/{self.campaign}").json().get("counts")
        lines = [line for line in self._log.read_text().splitlines() if "dozvon.access" not in line]
        return "\n".join([str({word: count for word, count in (counts or {}).items() if count}), *lines[-15:]])

    def log(self) -> str:
        """All that it has logged."""
        return self._log.read_text(errors="replace")

    def stop(self) -> None:
        """SIGTERM, and SIGKILL to its whole group when that is not enough."""
        process, self._process = self._process, None
        if process is None:
            return
        process.terminate()
        try:
            process.wait(STOP_LIMIT_S)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()

    def _await(self) -> None:
        assert self._process is not None
        end = time.monotonic() + START_LIMIT_S
        while time.monotonic() < end and self._process.poll() is None:
            line = next((line for line in self._log.read_text().splitlines() if line.startswith("Listening on ")), None)
            if line is not None:
                self._http.base_url = httpx.URL(line.split()[2])
                if self._http.get("/health").status_code == 200:
                    return
            time.sleep(0.05)
        raise RuntimeError(f"the service did not start:\n{self._log.read_text()[-2000:]}")

    def _made(self, path: str, **request: Any) -> str:
        answer = self._http.post(path, **request)
        if answer.status_code not in (201, 202):
            raise RuntimeError(f"POST {path} gave {answer.status_code}: {answer.text[:500]}")
        return str(answer.json()["id"])
