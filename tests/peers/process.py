"""One program that a test runs beside itself: started, awaited, watched, and stopped by its pid."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import time
from collections.abc import Callable, Iterable
from pathlib import Path
from types import TracebackType

from typing_extensions import Self

START_LIMIT_S = 10.0
STOP_LIMIT_S = 2.0
# Peers that can, end by themselves after this: nothing stays behind when the tests themselves are killed.
LIFE_LIMIT_S = 1800

# The logs of all peers that the running test has started: shown when it fails (conftest_peers.py empties it before each test).
logs_of_this_test: list[Path] = []


class PeerError(RuntimeError):
    """A peer did not start or did not do its part; the text holds the end of its log."""


def wait_until(true: Callable[[], bool], limit_s: float, what: str, every_s: float = 0.01) -> None:
    """Blocks until `true()`; raises PeerError with `what` after limit_s."""
    deadline = time.monotonic() + limit_s
    while not true():
        if time.monotonic() > deadline:
            raise PeerError(f"after {limit_s:g} s still not: {what}")
        time.sleep(every_s)


class Peer:
    """A program in a process group of its own. Subclasses give the command line and tell when it is ready.

    A context manager: enter starts it and blocks until it is ready, exit stops it and everything that it started.
    """

    name = "peer"

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        folder.mkdir(parents=True, exist_ok=True)
        self.output = folder / "output.log"
        self._process: subprocess.Popen[bytes] | None = None

    def command(self) -> list[str]:
        """The command line. Called once, after prepare()."""
        raise NotImplementedError

    def prepare(self) -> None:
        """Writes the files that the program reads."""

    def ready(self) -> bool:
        """Whether it serves now. Asked again and again; must not block for long."""
        return True

    def environment(self) -> dict[str, str]:
        """The program's environment: short, so that no setting of the person who runs the tests leaks in."""
        return {"PATH": os.environ["PATH"], "HOME": str(self.folder), "TERM": "dumb", "LC_ALL": "C.UTF-8"}

    def log_files(self) -> Iterable[Path]:
        """The files to show when a test fails."""
        return [self.output]

    @property
    def pid(self) -> int:
        """The program's process id, which is also its group's."""
        if self._process is None:
            raise PeerError(f"{self.name} is not running")
        return self._process.pid

    def running(self) -> bool:
        """Whether the program is still there."""
        return self._process is not None and self._process.poll() is None

    def start(self) -> None:
        """Starts the program and blocks until it is ready, at most START_LIMIT_S."""
        self.prepare()
        with self.output.open("wb") as output:
            self._process = subprocess.Popen(
                self.command(),
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                cwd=self.folder,
                env=self.environment(),
                start_new_session=True,
            )
        logs_of_this_test.extend(self.log_files())
        try:
            wait_until(self._ready_or_dead, START_LIMIT_S, f"{self.name} is ready; its logs are in {self.folder}")
            if not self.running():
                raise PeerError(f"{self.name} ended at once with {self._process.returncode}\n{self.tail()}")
        except BaseException:
            self.stop()
            raise

    def _ready_or_dead(self) -> bool:
        return not self.running() or self.ready()

    def stop(self, limit_s: float = STOP_LIMIT_S) -> None:
        """Asks it to end (SIGTERM), and ends its whole group after limit_s. Harmless when it has ended."""
        process = self._process
        if process is None:
            return
        if process.poll() is None:
            process.terminate()
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.wait(limit_s)
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()
        self._process = None

    def kill(self) -> None:
        """Ends it at once, as a crash would."""
        os.killpg(self.pid, signal.SIGKILL)

    def tail(self, lines: int = 40) -> str:
        """The end of its logs."""
        return "\n".join(tail(path, lines) for path in self.log_files())

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.stop()


def tail(path: Path, lines: int = 40) -> str:
    """The last lines of a file, under its name."""
    if not path.exists():
        return f"{path.name}: never written"
    end = path.read_text(errors="replace").splitlines()[-lines:]
    return "\n".join([f"--- {path.parent.name}/{path.name}", *end])
