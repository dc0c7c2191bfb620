"""The sandbox as a process: its start, its death, its stop."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from sip.sandbox import process
from sip.sandbox.process import SandboxError, SandboxProcess
from tests.sandbox_caller import Caller

ROOT = Path(__file__).resolve().parents[1]


@pytest.fixture
def sandbox() -> Iterator[SandboxProcess]:
    made = SandboxProcess()
    yield made
    made.stop()


def until(condition: Callable[[], object], limit_s: float = 5.0) -> None:
    deadline = time.monotonic() + limit_s
    while not condition():
        assert time.monotonic() < deadline, "it did not happen in time"
        time.sleep(0.01)


def ask(port: int, number: str, method: str = "INVITE") -> list[bytes]:
    """Sends one request and gives the replies up to the final one."""
    replies: list[bytes] = []
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
        sock.settimeout(5)
        sock.sendto(Caller().request(method, number), ("127.0.0.1", port))
        while not replies or replies[-1].startswith(b"SIP/2.0 1"):
            replies.append(sock.recv(4096))
    return replies


def test_it_answers_reports_and_stops(sandbox: SandboxProcess) -> None:
    port = sandbox.start()
    assert sandbox.start() == port
    assert [reply[8:11] for reply in ask(port, "79990000486")] == [b"100", b"486"]
    until(sandbox.heard)
    assert [report["behaviour"] for report in sandbox.heard()] == ["busy"]
    pid = sandbox.pid
    began = time.monotonic()
    sandbox.stop()
    sandbox.stop()
    assert time.monotonic() - began < 1.5
    assert not sandbox.is_alive()
    assert pid is not None
    with pytest.raises(ProcessLookupError):
        os.kill(pid, 0)
    assert len(sandbox.heard()) == 1


def test_after_its_death_it_starts_on_the_same_port(sandbox: SandboxProcess) -> None:
    port = sandbox.start()
    assert sandbox.pid is not None
    os.kill(sandbox.pid, signal.SIGKILL)
    until(lambda: not sandbox.is_alive())
    assert sandbox.start() == port
    assert ask(port, "1", "OPTIONS")[0].startswith(b"SIP/2.0 200")


def test_when_its_old_port_is_taken_it_takes_another(sandbox: SandboxProcess) -> None:
    port = sandbox.start()
    sandbox.stop()
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as other:
        other.bind(("127.0.0.1", port))
        assert sandbox.start() != port
    assert sandbox.is_alive()


def test_a_port_that_was_asked_for_and_is_taken_is_an_error_with_its_reason() -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as other:
        other.bind(("127.0.0.1", 0))
        port = other.getsockname()[1]
        sandbox = SandboxProcess(port)
        with pytest.raises(SandboxError, match=rf"port {port}: .*in use"):
            sandbox.start()
    assert not sandbox.is_alive()


def test_a_child_that_says_nothing_is_an_error(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    silent = tmp_path / "silent"
    silent.write_text("#!/bin/sh\nexec sleep 60\n")
    silent.chmod(0o755)
    monkeypatch.setattr(process, "START_LIMIT_S", 0.2)
    monkeypatch.setattr(process, "STOP_LIMIT_S", 0.2)
    monkeypatch.setattr(sys, "executable", str(silent))
    sandbox = SandboxProcess()
    with pytest.raises(SandboxError, match="did not come up"):
        sandbox.start()
    assert not sandbox.is_alive()


def test_a_child_that_dies_at_once_is_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "executable", "/bin/false")
    with pytest.raises(SandboxError, match="ended at its start"):
        SandboxProcess().start()
    monkeypatch.setattr(sys, "executable", "/nowhere")
    with pytest.raises(SandboxError, match="No such file"):
        SandboxProcess().start()


@pytest.mark.parametrize("how", ["stdin", "SIGTERM", "SIGINT"])
def test_it_ends_when_stdin_closes_or_a_signal_comes(how: str) -> None:
    with subprocess.Popen(
        [sys.executable, "-m", "sip.sandbox"], cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as child:
        assert child.stdin
        assert child.stdout
        assert child.stderr
        assert child.stdout.readline().startswith(b'{"port":')
        if how == "stdin":
            child.stdin.close()
        else:
            child.send_signal(getattr(signal, how))
        assert child.wait(3) == 0
        assert child.stderr.read() == b""


def test_it_ends_when_its_service_is_killed() -> None:
    code = "import time; from sip.sandbox.process import SandboxProcess as S; s = S(); s.start(); print(s.pid, flush=True); time.sleep(60)"
    with subprocess.Popen([sys.executable, "-c", code], cwd=ROOT, stdout=subprocess.PIPE) as service:
        assert service.stdout
        pid = int(service.stdout.readline())
        service.kill()

        def gone() -> bool:
            try:
                return f"{pid} (" not in Path(f"/proc/{pid}/stat").read_text() or ") Z " in Path(f"/proc/{pid}/stat").read_text()
            except FileNotFoundError:
                return True

        until(gone)


def test_it_imports_no_pjsua2_and_nothing_else_of_ours() -> None:
    code = "import sys, sip.sandbox.__main__, sip.sandbox.process; print(*sorted(sys.modules))"
    loaded = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True).stdout.split()
    assert not [name for name in loaded if "pjsua2" in name or name in ("errors", "store", "dialer", "numpy")]
    assert [name for name in loaded if name.startswith("sip.") and not name.startswith("sip.sandbox")] == []
