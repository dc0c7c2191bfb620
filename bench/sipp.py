"""SIPp's own caller: the floor. A C++ program that keeps nothing, decides nothing, and plays one file to all."""

from __future__ import annotations

import os
import random
import re
import shutil
import signal
import socket
import subprocess
from pathlib import Path

from bench import procs
from bench.load import Load, number

LIFE_LIMIT_S = 900
STOP_LIMIT_S = 3.0
_SUCCESSFUL = re.compile(r"Successful call\s*\|[^|]*\|\s*(\d+)")


def installed() -> bool:
    """Whether there is a SIPp (Debian: sip-tester)."""
    return shutil.which("sipp") is not None


class SippCaller:
    """SIPp as a Caller."""

    name = "SIPp"

    def __init__(self) -> None:
        self._process: subprocess.Popen[bytes] | None = None
        self._command: list[str] = []
        self._folder = Path()

    def start(self, port: int, load: Load, folder: Path) -> None:
        """Writes its files; the program itself starts with the calls."""
        self._folder = folder
        scenario = Path(__file__).with_name("sipp_caller.xml").read_text()
        (folder / "caller.xml").write_text(scenario.replace("{{sound_ms}}", str(round(load.sound_s * 1000))))
        (folder / "sound.raw").write_bytes(random.Random(1).randbytes(round(load.sound_s * 8000)))
        # Most calls a second: enough to fill the lines in two seconds and to keep them filled.
        rate = max(10, round(max(load.lines / 2, 1.5 * load.lines / load.sound_s)))
        self._command = ["sipp", f"127.0.0.1:{port}", "-sf", "caller.xml", "-inf", "numbers.csv", "-i", "127.0.0.1", "-mi", "127.0.0.1"]
        self._command += ["-l", str(load.lines), "-r", str(rate), "-nostdin", "-f", "3600", "-trace_screen", "-screen_file", "screen.log"]
        self._command += ["-timeout", str(LIFE_LIMIT_S), "-max_socket", "4000", "-mp", str(_free_port())]

    def dial(self, first: int, calls: int) -> None:
        """Starts it with so many calls to make."""
        self.stop()
        rows = "\n".join(f"{number(index)};" for index in range(first, first + calls))
        (self._folder / "numbers.csv").write_text(f"SEQUENTIAL\n{rows}\n")
        with (self._folder / "sipp.log").open("wb") as out:
            self._process = subprocess.Popen(
                [*self._command, "-m", str(calls)],
                cwd=self._folder,
                env={"PATH": os.environ["PATH"], "TERM": "dumb"},
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=out,
                start_new_session=True,
            )

    def usage(self) -> procs.Usage:
        """Its one process."""
        return procs.usage([self.main_pid()])

    def main_pid(self) -> int:
        """Its one process."""
        if self._process is None:
            raise RuntimeError("SIPp is not running")
        return self._process.pid

    def memory_mb(self) -> float:
        """Its one process."""
        return procs.pss_mb([self.main_pid()])

    def cut(self) -> None:
        """It starts no more calls, and ends after those that are live."""
        if self._process is not None and self._process.poll() is None:
            self._process.send_signal(signal.SIGUSR1)

    def finished(self) -> int | None:
        """Its own count of calls that went as the scenario says."""
        if self._process is None or self._process.poll() is None:
            return None
        found = _SUCCESSFUL.findall((self._folder / "screen.log").read_text(errors="replace"))
        return int(found[-1]) if found else 0

    def told(self) -> str:
        """The end of its output."""
        return (self._folder / "sipp.log").read_text(errors="replace")[-1000:]

    def stop(self) -> None:
        """SIGTERM, then SIGKILL."""
        process, self._process = self._process, None
        if process is None or process.poll() is not None:
            return
        process.terminate()
        try:
            process.wait(STOP_LIMIT_S)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _free_port() -> int:
    """An even port on loopback, and the next two free as well: all of its calls send their sound from there."""
    while True:
        port = random.randrange(10_000, 19_990, 2)
        try:
            for step in (0, 1, 2):
                with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
                    probe.bind(("127.0.0.1", port + step))
        except OSError:
            continue
        return port
