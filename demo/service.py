"""The service as a process of its own, for the demo: started on a fresh folder, awaited, stopped."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import time
from collections.abc import Mapping
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
READY_WAIT_S = 60.0
STOP_WAIT_S = 15.0
LINES = 12  # the demo's list in two rounds
_LISTENING = re.compile(r"Listening on (http://[^\s]+)")


class ServiceFailed(Exception):
    """It did not start, or ended by itself."""


class Service:
    """Runs `main.py`.

    Args:
        folder: gets the data folder and `service.log`.
        secrets: variables of the environment to start it with, such as `ADMIN_PASSWORD`.
    """

    def __init__(self, folder: Path, secrets: Mapping[str, str]) -> None:
        self.log = folder / "service.log"
        # Settings of another service on this machine must not change the demo.
        env = {name: value for name, value in os.environ.items() if not name.startswith(("DOZVON_", "JWT_", "ADMIN_"))}
        with self.log.open("wb") as log:
            self._process = subprocess.Popen(  # noqa: S603 - our own program
                [sys.executable, "-u", str(ROOT / "main.py"), "--port", "0", "--data", str(folder / "data"), "--lines", str(LINES)],
                cwd=ROOT,
                env={**env, **secrets},
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
            )

    def url(self) -> str:
        """The address that it says it listens on. Blocks up to 60 s. Raises ServiceFailed."""
        deadline = time.monotonic() + READY_WAIT_S
        while time.monotonic() < deadline:
            if found := _LISTENING.search(self.log.read_text(encoding="utf-8", errors="replace")):
                return found[1]
            self.check()
            time.sleep(0.05)
        raise ServiceFailed("The service did not say where it listens.")

    def check(self) -> None:
        """Raises ServiceFailed when it has ended by itself."""
        code = self._process.poll()
        if code is not None:
            raise ServiceFailed(f"The service ended by itself with the exit code {code}.")

    def stop(self) -> int | None:
        """SIGTERM, and wait for its end; its exit code, or None when it had to be killed."""
        self._process.terminate()
        try:
            return self._process.wait(STOP_WAIT_S)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
            return None
