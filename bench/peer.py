"""The callee's process, from the outside: started, asked, stopped."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from types import TracebackType
from typing import Any

from bench.heard import Heard

ROOT = Path(__file__).resolve().parent.parent


class CalleeProcess:
    """A context manager. `port` is where it takes SIP over UDP on loopback.

    Args:
        folder: where it saves what it hears.
        lines: how many calls at once there will be.
        back: whether it sends sound back.
        ring_s, spread: how long it rings, as `callee.signalling.Signalling` takes them.
    """

    def __init__(self, folder: Path, lines: int, back: bool, *, ring_s: float = 0.0, spread: bool = False) -> None:
        self._file = folder / "heard.npz"
        self._command = [sys.executable, "-m", "bench.callee", "--most", str(2 * lines + 100), "--ring-s", str(ring_s)]
        self._command += ["--back"] if back else []
        self._command += ["--spread"] if spread else []
        self._process: subprocess.Popen[str]
        self.port = 0

    def __enter__(self) -> CalleeProcess:
        self._process = subprocess.Popen(
            self._command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, start_new_session=True
        )
        self.port = int(self._answer()["port"])
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        assert self._process.stdin is not None
        self._process.stdin.close()  # which ends it
        try:
            self._process.wait(5)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()

    def stats(self) -> dict[str, Any]:
        """The counters, see `bench/callee/__main__.py`."""
        return self._ask("stats")

    def heard(self) -> Heard:
        """What came in since it was asked last, of the calls that have ended."""
        self._ask(f"save {self._file}")
        return Heard.read(self._file)

    def _ask(self, command: str) -> dict[str, Any]:
        assert self._process.stdin is not None
        self._process.stdin.write(command + "\n")
        self._process.stdin.flush()
        return self._answer()

    def _answer(self) -> dict[str, Any]:
        assert self._process.stdout is not None
        line = self._process.stdout.readline()
        if not line:
            raise RuntimeError("the callee has died; its error stands above")
        answer: dict[str, Any] = json.loads(line)
        return answer
