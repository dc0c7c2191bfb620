"""How the service starts, watches and stops the sandbox gateway."""

from __future__ import annotations

import contextlib
import json
import subprocess
import sys
import threading
from collections import deque
from pathlib import Path
from queue import Empty, Queue
from typing import IO, Any

START_LIMIT_S = 5.0
STOP_LIMIT_S = 2.0
KEPT_REPORTS = 10_000

_ROOT = Path(__file__).resolve().parents[2]


class SandboxError(Exception):
    """The sandbox gateway did not start; the text says why."""


class SandboxProcess:
    """The sandbox in a child process. Its methods may be called from any thread, `start()` and `stop()` one at a time.

    Args:
        port: the UDP port on 127.0.0.1; 0 lets the system choose, and a restart then takes the same again if it is free.
        record: a folder for what each call hears, as WAV files; None keeps nothing.
    """

    def __init__(self, port: int = 0, record: Path | None = None) -> None:
        self._wanted, self._record = port, record
        self._port = port
        self._child: subprocess.Popen[str] | None = None
        self._reader: threading.Thread | None = None
        self._heard: deque[dict[str, Any]] = deque(maxlen=KEPT_REPORTS)

    @property
    def pid(self) -> int | None:
        """The child's process id, None before the first start."""
        return self._child.pid if self._child else None

    @property
    def port(self) -> int:
        """The port of the last start; before it the one that was asked for."""
        return self._port

    def start(self) -> int:
        """Starts the sandbox, again too after it died, and gives its UDP port. Blocks up to 5 s.

        Raises:
            SandboxError: it did not come up; the text says why.
        """
        if self.is_alive():
            return self._port
        try:
            self._port = self._start(self._port)
        except SandboxError:
            if self._port == self._wanted:
                raise
            self._port = self._start(self._wanted)  # its old port has gone to somebody else
        return self._port

    def is_alive(self) -> bool:
        """Whether the child runs."""
        return self._child is not None and self._child.poll() is None

    def heard(self) -> list[dict[str, Any]]:
        """The reports of ended calls so far, oldest first, over restarts too; at most the last 10,000. See sip.sandbox.report."""
        return list(self._heard)

    def stop(self) -> None:
        """Ends the child and waits for it, 5 s at most; reports it still tells are read. Safe to call twice, and without a start."""
        child, self._child = self._child, None
        if child is None:
            return
        _end(child)
        if self._reader is not None:
            self._reader.join(STOP_LIMIT_S)

    def _start(self, port: int) -> int:
        self.stop()
        command = [sys.executable, "-m", "sip.sandbox", "--port", str(port)]
        if self._record is not None:
            command += ["--record", str(self._record.resolve())]
        try:
            # Its own session: Ctrl+C at the terminal must not end it before the service has hung up its calls.
            child = subprocess.Popen(  # noqa: S603 - our own module, by our own interpreter
                command,
                cwd=_ROOT,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                text=True,
                encoding="utf-8",
                start_new_session=True,
                creationflags=getattr(subprocess, "CREATE_NEW_PROCESS_GROUP", 0),
            )
        except OSError as error:
            raise SandboxError(f"the sandbox gateway can't be started: {error.strerror}") from error
        first: Queue[str] = Queue()
        self._child = child
        self._reader = threading.Thread(target=self._read, args=(child.stdout, first), name="sandbox-reports", daemon=True)
        self._reader.start()
        try:
            return _port_of(first.get(timeout=START_LIMIT_S))
        except (Empty, SandboxError) as error:
            self.stop()
            if isinstance(error, SandboxError):
                raise
            raise SandboxError(f"the sandbox gateway did not come up within {START_LIMIT_S:.0f} s") from None

    def _read(self, lines: IO[str], first: Queue[str]) -> None:
        """The reader thread: the first line to `start()`, the others are reports; ends with the child's stdout."""
        first.put(lines.readline())
        for line in lines:
            with contextlib.suppress(ValueError):  # a line cut by a kill
                self._heard.append(json.loads(line))
        lines.close()


def _port_of(line: str) -> int:
    """The port in the child's first line.

    Raises:
        SandboxError: the line tells an error, or the child died without one.
    """
    try:
        told = json.loads(line)
    except ValueError:
        raise SandboxError("the sandbox gateway ended at its start") from None
    if "error" in told:
        raise SandboxError(str(told["error"]))
    return int(told["port"])


def _end(child: subprocess.Popen[str]) -> None:
    """Closed stdin, then SIGTERM, then SIGKILL."""
    if child.stdin is not None:
        with contextlib.suppress(OSError):
            child.stdin.close()
    for harder in (child.terminate, child.kill):
        try:
            child.wait(STOP_LIMIT_S)
            return
        except subprocess.TimeoutExpired:
            harder()
    child.wait()
