"""Watching a campaign to its end: progress, the table, exit codes, Ctrl+C, a server that is away for a moment."""

from __future__ import annotations

import os
import signal
import sys
from pathlib import Path
from typing import Any

import pytest

from dozvon_client.api import Api
from dozvon_client.campaign_words import OUTCOMES, exit_code, line
from dozvon_client.errors import Unreachable
from dozvon_client.output import Output
from dozvon_client.progress import Lines
from dozvon_client.watch import Watch
from tests.client_things import DROP, Client, FakeServer, Reply, wait_until

CAMPAIGN = "00000000-0000-4000-8000-000000000005"
PATH = f"/campaigns/{CAMPAIGN}"


def campaign(status: str, total: int = 10, **counts: int) -> Reply:
    full = {"total": total, "pending": 0, "active": 0, **dict.fromkeys(OUTCOMES, 0), **counts}
    return Reply(200, {"id": CAMPAIGN, "name": "Май", "status": status, "counts": full, "eta_s": 75 if status == "running" else None})


@pytest.fixture
def client(tmp_path: Path, server: FakeServer) -> Client:
    made = Client(tmp_path, server.url)
    made.login()
    return made


def test_dial_and_wait_shows_progress_and_the_outcomes(client: Client, server: FakeServer) -> None:
    server.answer("POST", "/dial", Reply(202, {"id": CAMPAIGN}))
    server.answer("GET", PATH, campaign("running", active=4, pending=6), campaign("completed", delivered=8, no_answer=2))
    run = client("dial", "--gateway", "sandbox", "--audio", CAMPAIGN, "--callbase", CAMPAIGN, "--wait")
    assert run.code == 0
    assert "running: 0 of 10 done, 4 on the line, about 1 min 15 s left" in run.err
    assert "completed: 10 of 10 done" in run.err
    assert "Май: completed" in run.out
    table = [row.split() for row in run.out.splitlines()]
    assert ["delivered", "8", "80.0"] in table
    assert ["no", "answer", "2", "20.0"] in table
    assert ["total", "10", "100.0"] in table


def test_watch_with_json_is_one_document(client: Client, server: FakeServer) -> None:
    server.answer("GET", PATH, campaign("running", active=10), campaign("canceled", canceled=10))
    run = client("campaign", "watch", CAMPAIGN, "--json", "--interval", "0.1")
    assert (run.code, run.json()["status"]) == (6, "canceled")


def test_why_nobody_is_called_is_told(client: Client, server: FakeServer) -> None:
    server.answer("GET", PATH, campaign("running", pending=10), campaign("completed", delivered=10))
    server.answer("GET", PATH + "/targets", Reply(200, {"items": [{"why_waiting": "gateway"}], "next_cursor": None}))
    assert "waits (gateway)" in client("campaign", "watch", CAMPAIGN, "--interval", "0.1").err


@pytest.mark.skipif(sys.platform == "win32", reason="signals")
def test_ctrl_c_ends_the_watching_only(client: Client, server: FakeServer) -> None:
    server.answer("GET", PATH, campaign("running", active=10))
    process = client.start("campaign", "watch", CAMPAIGN, "--interval", "0.1")
    wait_until(lambda: len(server.of("GET", PATH)) > 2)
    process.send_signal(signal.SIGINT)
    out, err = process.communicate(timeout=20)
    assert (process.returncode, out) == (130, "")
    assert "The campaign goes on" in err
    assert "Traceback" not in err
    assert server.of("POST", PATH + "/cancel") == []


@pytest.mark.skipif(sys.platform == "win32", reason="pseudo terminals")
def test_in_a_terminal_there_is_a_bar(client: Client, server: FakeServer) -> None:
    import pty

    server.answer("GET", PATH, *[campaign("running", active=5, delivered=5)] * 5, campaign("completed", delivered=10))
    terminal, inner = pty.openpty()
    env = {"TERM": "xterm", "COLUMNS": "120"}
    process = client.start("campaign", "watch", CAMPAIGN, "--interval", "0.1", env=env, stderr=inner)
    os.close(inner)
    shown = b""
    try:
        while piece := os.read(terminal, 4096):
            shown += piece
    except OSError:
        pass  # the end of a pseudo terminal
    out, _ = process.communicate(timeout=20)
    assert process.returncode == 0
    assert "━" in shown.decode()
    assert "5 of 10 done" in shown.decode()
    assert "delivered" in out


class Scripted:
    """Stands for the Api: gives each answer once, raises those that are failures."""

    def __init__(self, *answers: Any) -> None:
        self.answers = list(answers)

    def get(self, path: str, params: Any = None) -> Any:
        answer = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        if isinstance(answer, Exception):
            raise answer
        return answer.body


def watch(*answers: Any) -> tuple[Watch, list[float]]:
    clock = [0.0]

    def sleep(seconds: float) -> None:
        clock[0] += seconds

    api: Any = Scripted(*answers)
    assert callable(Api.get)
    return Watch(api, Output(as_json=True), now=lambda: clock[0], sleep=sleep), clock


def test_a_server_that_comes_back_within_a_minute_is_waited_for() -> None:
    watching, clock = watch(campaign("running", active=1), *[Unreachable("away")] * 50, campaign("completed", delivered=10))
    assert watching.until_end(CAMPAIGN)["status"] == "completed"
    assert clock[0] == pytest.approx(51)


def test_a_server_that_stays_away_ends_the_watching() -> None:
    watching, clock = watch(campaign("running", active=1), Unreachable("away"))
    with pytest.raises(Unreachable):
        watching.until_end(CAMPAIGN)
    assert clock[0] == pytest.approx(61)


def test_a_broken_look_is_asked_again(client: Client, server: FakeServer) -> None:
    server.answer("GET", PATH, campaign("running", active=1), DROP, campaign("completed", delivered=10))
    assert client("campaign", "watch", CAMPAIGN, "--interval", "0.1").code == 0


def test_the_line_counts_every_outcome() -> None:
    reply = campaign("paused", total=len(OUTCOMES) + 1, pending=1, **dict.fromkeys(OUTCOMES, 1))
    told = line(reply.body)
    assert told.startswith(f"paused: {len(OUTCOMES)} of {len(OUTCOMES) + 1} done, 0 on the line, delivered 1")
    assert all(name.replace("_", " ") in told for name in OUTCOMES)


def test_exit_codes() -> None:
    assert [exit_code({"status": status}) for status in ("completed", "canceled")] == [0, 6]


def test_lines_come_now_and_then() -> None:
    written: list[str] = []
    now = [0.0]
    lines = Lines(written.append, every_s=5.0, now=lambda: now[0])
    for second, text in enumerate("aabbccddee"):
        now[0] = float(second)
        lines.tell(text)
    lines.tell("end", at_once=True)
    lines.tell("end", at_once=True)
    assert written == ["a", "c", "end"]


def test_a_quick_upload_is_one_line() -> None:
    written: list[str] = []
    lines = Lines(written.append, now=lambda: 0.0, first=False)
    lines.tell("0 %")
    lines.tell("35 %")
    lines.tell("100 %", at_once=True)
    assert written == ["100 %"]
