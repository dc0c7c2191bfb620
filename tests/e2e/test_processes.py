"""Starts, stops and crashes of the real processes: nobody is called twice, nobody is lost."""

from __future__ import annotations

import os
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Callable

import httpx
import pytest

from tests.conftest_peers import Peers
from tests.e2e.service import ROOT, Service, until
from tests.peers import signals

pytestmark = pytest.mark.peer("sipp")
Start = Callable[..., Service]
SHORT = signals.speech_like(0.5)


def numbers(count: int) -> list[str]:
    return [f"+7912001{n:04}" for n in range(count)]


def live(service: Service, campaign: str, count: int) -> bool:
    return len(service.get(f"/campaigns/{campaign}/calls", status="in-progress")["items"]) >= count


def test_an_agent_killed_in_mid_campaign_costs_only_its_own_calls(start: Start, peers: Peers) -> None:
    gateway = peers.gateway("answer")
    service = start("--no-sandbox", "--lines", "12")
    campaign = service.dial(service.gateway(gateway.port), service.sound(signals.speech_like(3)), numbers(40))
    until(lambda: live(service, campaign, 12), 15, "twelve calls are live")
    os.kill(service.agents()[1], signal.SIGKILL)
    counts = service.finished(campaign, 60)
    assert counts["delivered"] == 40 - counts["interrupted"]
    assert 1 <= counts["interrupted"] <= 4
    interrupted = [call for call in service.calls(campaign) if call["outcome"] == "interrupted"]
    assert {call["status"] for call in interrupted} == {"interrupted"}
    stats = gateway.stats()
    assert stats.dialogs == 40
    assert len(set(stats.numbers)) == 40
    assert service.http.get("/health").json()["lines_in_use"] == 0


def test_the_service_killed_in_mid_campaign_goes_on_after_its_restart(start: Start, peers: Peers) -> None:
    gateway = peers.gateway("answer")
    service = start("--no-sandbox", "--lines", "12")
    campaign = service.dial(service.gateway(gateway.port), service.sound(signals.speech_like(3)), numbers(40))
    until(lambda: live(service, campaign, 12), 15, "twelve calls are live")
    agents = service.agents()
    service.kill()
    # The agents notice the closed pipe, say BYE and exit.
    until(lambda: not any(os.path.exists(f"/proc/{pid}") for pid in agents), 6, "the agents exit")
    assert gateway.wait_for("BYE", 12, limit_s=5).byes >= 12
    again = start("--no-sandbox", "--lines", "12", data=service.data)
    counts = again.finished(campaign, 60)
    assert sum(counts.values()) == 40
    assert set(counts) == {"delivered", "interrupted"}
    assert counts["interrupted"] >= 12
    stats = gateway.stats()
    assert (stats.dialogs, len(set(stats.numbers))) == (40, 40)
    with sqlite3.connect(service.data / "db.sqlite3") as conn:
        assert conn.execute("PRAGMA integrity_check").fetchone() == ("ok",)


def test_sigterm_stops_in_order_within_five_seconds(start: Start, peers: Peers) -> None:
    answering, ringing = peers.gateway("answer"), peers.gateway("no_answer")
    service = start("--no-sandbox", "--lines", "12")
    sound = service.sound(signals.speech_like(20))
    talks = service.dial(service.gateway(answering.port), sound, numbers(3))
    rings = service.dial(service.gateway(ringing.port), sound, numbers(1))
    until(lambda: live(service, talks, 3), 15, "three calls are live")
    until(lambda: service.get(f"/campaigns/{rings}/calls", status="ringing")["items"], 15, "one call rings")
    agents = service.agents()
    assert service.stop() < 5
    assert service.process.returncode == 0
    assert answering.wait_for("BYE", 3, limit_s=2).byes == 3
    assert ringing.wait_for("CANCEL", 1, limit_s=2).cancels == 1
    until(lambda: not any(os.path.exists(f"/proc/{pid}") for pid in agents), 5, "the agents exit")
    with sqlite3.connect(service.data / "db.sqlite3") as conn:
        rows = conn.execute("select status, outcome, ended_at is not null from calls order by seq").fetchall()
    assert sorted(rows) == [("canceled", "canceled", 1)] + [("completed", "partial", 1)] * 3
    assert not (service.data / "prompts").exists()
    assert "Traceback" not in service.tail()


def test_ctrl_c_in_a_terminal_reaches_the_whole_group_and_still_stops_in_order(start: Start, peers: Peers) -> None:
    gateway = peers.gateway("answer")
    service = start("--lines", "8")
    campaign = service.dial(service.gateway(gateway.port), service.sound(signals.speech_like(20)), numbers(5))
    until(lambda: live(service, campaign, 5), 15, "five calls are live")
    os.killpg(service.process.pid, signal.SIGINT)
    service.process.wait(6)
    assert service.process.returncode == 0
    assert gateway.wait_for("BYE", 5, limit_s=2).byes == 5
    assert "Traceback" not in service.tail()


def test_a_second_start_on_the_same_folder_is_refused(start: Start) -> None:
    service = start("--no-sandbox")
    command = [sys.executable, "main.py", "--port", "0", "--no-sandbox", "--data", str(service.data)]
    second = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=30, check=False)
    assert second.returncode == 1
    assert str(service.process.pid) in second.stderr
    assert "Traceback" not in second.stderr
    assert service.http.get("/health").status_code == 200


def test_a_taken_port_is_told(start: Start, tmp_path: object) -> None:
    service = start("--no-sandbox")
    port = str(service.http.base_url.port)
    command = [sys.executable, "main.py", "--port", port, "--no-sandbox", "--data", f"{tmp_path}/other"]
    second = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=30, check=False)
    assert second.returncode == 1
    assert port in second.stderr
    assert "Traceback" not in second.stderr


def test_in_process_carries_four_lines(start: Start, peers: Peers) -> None:
    gateway, second = peers.gateway("answer"), peers.gateway("answer")
    service = start("--no-sandbox", "--in-process")
    assert service.get("/health")["lines"] == 4
    sound = service.sound(SHORT)
    campaign = service.dial(service.gateway(gateway.port), sound, numbers(8))
    assert service.finished(campaign) == {"delivered": 8}
    assert gateway.stats().most_at_once <= 4
    # The one agent serves one gateway at a time; the next one gets it when it is idle.
    assert service.finished(service.dial(service.gateway(second.port), sound, numbers(3))) == {"delivered": 3}
    assert service.stop() < 5


def test_in_process_a_call_that_cannot_be_placed_ends_nothing(start: Start, peers: Peers) -> None:
    gateway = peers.gateway("answer")
    service = start("--no-sandbox", "--in-process")
    lost, sound = service.gateway(gateway.port, outbound_proxy="no-such-host.invalid"), service.sound(SHORT)
    waits = service.dial(lost, sound, numbers(1))
    until(lambda: service.get(f"/gateways/{lost}/status")["breaker"]["state"] == "open", 15, "the breaker opens")
    assert service.finished(service.dial(service.gateway(gateway.port), sound, numbers(3)), 30) == {"delivered": 3}
    assert service.counts(waits) == {"pending": 1}
    assert service.stop() < 5


def test_the_sandbox_is_started_again_when_it_dies(start: Start) -> None:
    service = start()
    (sandbox,) = service._children(service.process.pid, "sip.sandbox")
    os.kill(sandbox, signal.SIGKILL)
    until(lambda: service.http.post("/gateways/sandbox/check").json()["ok"], 15, "the sandbox answers again")
    campaign = service.dial("sandbox", service.sound(SHORT), ["+79440001234"])
    assert service.finished(campaign) == {"delivered": 1}


def test_demo_numbers_go_nowhere_but_to_the_sandbox(start: Start, peers: Peers) -> None:
    gateway = peers.gateway("answer")
    service = start("--no-sandbox")
    body = {"gateway_id": service.gateway(gateway.port), "audio_id": service.sound(SHORT), "numbers": ["+79440001234"]}
    answer = service.http.post("/dial", json=body)
    assert answer.status_code == 400
    assert answer.json()["errors"][0]["field"] == "numbers[0]"
    assert gateway.stats().dialogs == 0


def test_the_token_of_an_earlier_run_is_still_good(start: Start) -> None:
    service = start("--no-sandbox")
    token = service.http.headers["Authorization"]
    service.stop()
    again = start("--no-sandbox", data=service.data)
    answer = httpx.get(f"{again.http.base_url}/users/me", headers={"Authorization": token})
    assert answer.status_code == 200
