"""How the service starts its agents: through the template where the system forks, as new interpreters or on a thread elsewhere."""

from __future__ import annotations

import contextlib
import logging
import os
import signal
import socket
import subprocess
import sys
import threading
from pathlib import Path
from typing import Protocol

ROOT = Path(__file__).resolve().parent.parent


class Launcher(Protocol):
    """Starts agents. `start` gives the service's end of the agent's socket and the agent's process id (0: a thread)."""

    def start(self) -> tuple[socket.socket, int]:
        """Starts one agent. Raises OSError when the system can't."""

    def kill(self, pid: int) -> None:
        """Ends an agent that does not react."""

    def close(self) -> None:
        """Starts no more. Agents that run go on."""


class ForkLauncher:
    """Agents forked by a template process (POSIX)."""

    def __init__(self) -> None:
        self._control: socket.socket | None = None
        self._template: subprocess.Popen[bytes] | None = None

    def start(self) -> tuple[socket.socket, int]:
        """See Launcher. Blocks some milliseconds; the first time until the template is up."""
        ours, theirs = socket.socketpair()
        with theirs:
            try:
                return ours, self._ask(theirs)
            except OSError:
                self.close()  # the template died: one more try with a new one
                return ours, self._ask(theirs)

    def _ask(self, theirs: socket.socket) -> int:
        control = self._control or self._start_template()
        socket.send_fds(control, [b"f"], [theirs.fileno()])
        pid = control.recv(4)
        if len(pid) < 4:
            raise OSError("the agents' template process is gone")
        return int.from_bytes(pid, "big")

    def _start_template(self) -> socket.socket:
        ours, theirs = socket.socketpair()
        level = logging.getLevelName(logging.getLogger().getEffectiveLevel())
        with theirs:
            self._template = subprocess.Popen(  # noqa: S603
                [sys.executable, "-m", "sip.template", str(theirs.fileno()), level],
                pass_fds=[theirs.fileno()],
                cwd=ROOT,
                env={**os.environ, "OPENBLAS_NUM_THREADS": "1"},  # else NumPy starts threads, and only one of one thread can be forked
            )
        ours.settimeout(20)
        if ours.recv(1) != b"+":
            raise OSError("the agents' template process did not start; its error stands above")
        self._control = ours
        return ours

    def kill(self, pid: int) -> None:
        """See Launcher."""
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)

    def close(self) -> None:
        """See Launcher."""
        if self._control is not None:
            self._control.close()
            self._control = None
        if self._template is not None:
            try:
                self._template.wait(2)
            except subprocess.TimeoutExpired:
                self._template.kill()
                self._template.wait()
            self._template = None


class SpawnLauncher:
    """Agents as new interpreters (Windows): the socket goes over by `socket.share`."""

    def __init__(self) -> None:
        self._agents: dict[int, subprocess.Popen[bytes]] = {}

    def start(self) -> tuple[socket.socket, int]:
        """See Launcher."""
        ours, theirs = socket.socketpair()
        with theirs:
            process = subprocess.Popen([sys.executable, "-m", "sip.spawned"], stdin=subprocess.PIPE, cwd=ROOT)
            assert process.stdin is not None  # noqa: S101
            with process.stdin as pipe:
                pipe.write(theirs.share(process.pid))  # type: ignore[attr-defined,unused-ignore]
        self._agents = {pid: agent for pid, agent in self._agents.items() if agent.poll() is None}
        self._agents[process.pid] = process
        return ours, process.pid

    def kill(self, pid: int) -> None:
        """See Launcher."""
        if pid in self._agents:
            self._agents[pid].kill()

    def close(self) -> None:
        """See Launcher."""


class ThreadLauncher:
    """The one agent on a thread of the service itself (`--in-process`): for a small device, or a debugger."""

    def __init__(self) -> None:
        self._thread: threading.Thread | None = None

    def start(self) -> tuple[socket.socket, int]:
        """See Launcher. Raises OSError while the last agent has not ended: the library is there once a process."""
        from sip.agent import Agent

        if self._thread is not None:
            self._thread.join(1)  # it has closed its socket when a place is free; the dialer must not be held up by one that has not
            if self._thread.is_alive():
                raise OSError("the one agent of --in-process serves another gateway")
        ours, theirs = socket.socketpair()
        self._thread = threading.Thread(target=_run_and_close, args=(Agent(theirs), theirs), name="agent", daemon=True)
        self._thread.start()
        return ours, 0

    def kill(self, pid: int) -> None:
        """See Launcher. A thread can't be killed; the watchdog's word stands in the log."""

    def close(self) -> None:
        """See Launcher."""
        if self._thread is not None:
            self._thread.join(5)


def _run_and_close(agent: object, sock: socket.socket) -> None:
    try:
        agent.run()  # type: ignore[attr-defined]
    finally:
        with contextlib.suppress(OSError):
            sock.shutdown(socket.SHUT_RDWR)  # close alone would not end the reader's recv, nor be seen by the dialer
        sock.close()


def launcher(in_process: bool) -> Launcher:
    """The launcher for this system."""
    if in_process:
        return ThreadLauncher()
    return ForkLauncher() if hasattr(os, "fork") else SpawnLauncher()
