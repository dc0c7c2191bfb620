"""The live screen of a campaign in a terminal, its keys, and the question before many calls."""

from __future__ import annotations

import io
import sys
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from rich.console import Console

from dozvon_client.campaign_words import OUTCOMES, duration, line, waiting
from dozvon_client.errors import Refused
from dozvon_client.estimate import sentences
from dozvon_client.keyboard import plain_key
from dozvon_client.steering import QUESTION, Steering
from dozvon_client.watch_screen import Look, screen
from tests.client_things import Client, FakeServer, Reply, problem, wait_until

if sys.platform == "win32":
    pytest.skip("pseudo terminals", allow_module_level=True)

from tests.terminal import Terminal

CAMPAIGN = "00000000-0000-4000-8000-000000000005"
PATH = f"/campaigns/{CAMPAIGN}"
NOBODY = {"window": 0, "retry": 0, "lines": 0, "rate": 0, "paused": 0, "gateway": 0}
CALL = {"number": "+79440000010", "attempt": 1, "status": "in-progress", "initiated_at": "2030-01-01T09:00:00.000Z", "answered_at": None}
ESTIMATE = {
    "subscribers": 1000, "to_dial": 985, "do_not_call": 12, "not_allowed": 3, "bad_numbers": [], "bad_numbers_total": 0,
    "callbase_rejected": 4, "lines": 8, "calls_per_second": None, "call_s": 22.9, "duration_s": 2820,
    "starts_at": "2030-01-31T09:00:00.000Z", "ends_at": "2030-01-31T09:47:00.000Z", "window_open": False,
    "gateway_ok": False, "gateway_reason": "403 Forbidden",
}  # fmt: skip

Start = Callable[..., Terminal]


def body(status: str, **more: Any) -> dict[str, Any]:
    counts = {"total": 10, "pending": 0, "active": 0, **dict.fromkeys(OUTCOMES, 0), **more.pop("counts", {})}
    known = {"id": CAMPAIGN, "name": "Май", "status": status, "counts": counts, "eta_s": None, "waiting": NOBODY, "lines_in_use": 0}
    return {**known, "calls_per_second_now": 0.0, **more}


def running(**more: Any) -> Reply:
    return Reply(200, body("running", counts={"pending": 6, "active": 4}, lines_in_use=4, **more))


@pytest.fixture
def start(logged_in: Client) -> Iterator[Start]:
    """Starts the client in a terminal."""
    made: list[Terminal] = []

    def run(*words: str) -> Terminal:
        made.append(Terminal(list(words), logged_in.env))
        return made[-1]

    yield run
    for terminal in made:
        terminal.close()


def test_the_screen_shows_all_that_matters(server: FakeServer, start: Start) -> None:
    told = running(waiting={**NOBODY, "lines": 5, "retry": 1}, calls_per_second_now=1.5, eta_s=75)
    server.answer("GET", PATH, *[told] * 5, Reply(200, body("completed", counts={"delivered": 10})))
    server.answer("GET", PATH + "/calls", Reply(200, {"items": [CALL], "next_cursor": None}))
    terminal = start("campaign", "watch", CAMPAIGN, "--interval", "0.1")
    assert terminal.end() == 0
    for words in (
        "0 of 10 done",
        "4 on the line, 1.5 calls a second, about 1 min 15 s left",
        "lines 5",
        "retry 1",
        "+79440000010",
        "q leave",
    ):
        assert words in terminal.shown, words
    assert "Май: completed" in terminal.shown
    assert server.of("GET", PATH + "/calls")[0].query["status"] == ["initiated,ringing,in-progress"]


def test_keys_pause_resume_and_leave(server: FakeServer, start: Start) -> None:
    server.answer("GET", PATH, running())
    server.answer("POST", PATH + "/pause", Reply(200, body("paused")))
    server.answer("POST", PATH + "/resume", problem(409, "It has ended."))
    terminal = start("campaign", "watch", CAMPAIGN, "--interval", "30")
    terminal.until("p pause")
    terminal.press("p")
    wait_until(lambda: bool(server.of("POST", PATH + "/pause")))
    terminal.press("к")  # r, where the Russian layout is on
    terminal.until("It has ended.")
    assert len(server.of("POST", PATH + "/resume")) == 1
    terminal.press("q")
    assert terminal.end() == 0
    assert "The campaign goes on" in terminal.shown


def test_cancel_asks_first(server: FakeServer, start: Start) -> None:
    server.answer("GET", PATH, running())
    server.answer("POST", PATH + "/cancel", Reply(200, body("canceled")))
    terminal = start("campaign", "watch", CAMPAIGN, "--interval", "30")
    terminal.until("c cancel")
    terminal.press("c")
    terminal.until("Cancel the campaign for good")
    terminal.press("n")
    terminal.until("c cancel")
    assert server.of("POST", PATH + "/cancel") == []
    terminal.press("c")
    terminal.until("Cancel the campaign for good")
    server.answer("GET", PATH, Reply(200, body("canceled", counts={"canceled": 10})))
    terminal.press("y")
    assert terminal.end() == 6
    assert len(server.of("POST", PATH + "/cancel")) == 1


def test_ctrl_c_leaves_the_terminal_as_it_was(server: FakeServer, start: Start) -> None:
    server.answer("GET", PATH, running())
    terminal = start("campaign", "watch", CAMPAIGN)
    terminal.until("p pause")
    terminal.press("\x03")
    assert terminal.end() == 130
    assert terminal.echoes
    assert server.of("POST", PATH + "/cancel") == []


def test_an_older_server_that_refuses_the_list_of_live_calls_is_watched_too(server: FakeServer, start: Start) -> None:
    server.answer("GET", PATH, running(), running(), Reply(200, body("completed", counts={"delivered": 10})))
    server.answer("GET", PATH + "/calls", problem(400, "status: is none"))
    terminal = start("campaign", "watch", CAMPAIGN, "--interval", "0.1")
    assert terminal.end() == 0
    assert len(server.of("GET", PATH + "/calls")) == 1


def dial(start: Start, server: FakeServer, gateway: str, *more: str) -> Terminal:
    server.answer("POST", "/dial/estimate", Reply(200, ESTIMATE))
    server.answer("POST", "/dial", Reply(202, body("running")))
    return start("dial", "--gateway", gateway, "--audio", CAMPAIGN, "--callbase", CAMPAIGN, *more)


@pytest.mark.parametrize(("answer", "code", "dials"), [("n\n", 6, 0), ("\n", 6, 0), ("y\n", 0, 1), ("да\n", 0, 1)])
def test_many_calls_are_asked_about(server: FakeServer, start: Start, answer: str, code: int, dials: int) -> None:
    terminal = dial(start, server, CAMPAIGN)
    terminal.until("Call 985 people? [y/N]")
    assert server.of("POST", "/dial") == []
    terminal.press(answer)
    assert terminal.end() == code
    assert len(server.of("POST", "/dial")) == dials


@pytest.mark.parametrize(("gateway", "more"), [(CAMPAIGN, ["--yes"]), (CAMPAIGN, ["--json"]), ("sandbox", [])])
def test_nobody_is_asked_when_that_is_not_wanted(server: FakeServer, start: Start, gateway: str, more: list[str]) -> None:
    terminal = dial(start, server, gateway, *more)
    assert terminal.end() == 0
    assert "[y/N]" not in terminal.shown


@pytest.mark.parametrize(("answer", "code", "dials"), [("n\n", 6, 0), ("y\n", 0, 1)])
def test_how_many_is_asked_about_too_when_nobody_can_tell(server: FakeServer, start: Start, answer: str, code: int, dials: int) -> None:
    server.answer("POST", "/dial/estimate", problem(500, "the disk is full"))
    server.answer("POST", "/dial", Reply(202, body("running")))
    terminal = start("dial", "--gateway", CAMPAIGN, "--audio", CAMPAIGN, "--callbase", CAMPAIGN)
    terminal.until("the disk is full\r\nStart all the same? [y/N]")
    assert server.of("POST", "/dial") == []
    terminal.press(answer)
    assert terminal.end() == code
    assert len(server.of("POST", "/dial")) == dials


@pytest.mark.parametrize("more", [["--callbase", CAMPAIGN, "--yes"], ["--numbers", "+79440000010"]])
def test_a_failed_estimate_stops_nobody_who_agreed_or_calls_a_few(server: FakeServer, start: Start, more: list[str]) -> None:
    server.answer("POST", "/dial/estimate", problem(500, "the disk is full"))
    server.answer("POST", "/dial", Reply(202, body("running")))
    terminal = start("dial", "--gateway", CAMPAIGN, "--audio", CAMPAIGN, *more)
    assert terminal.end() == 0
    assert "[y/N]" not in terminal.shown


def test_without_a_terminal_nobody_is_asked(logged_in: Client, server: FakeServer) -> None:
    server.answer("POST", "/dial/estimate", Reply(200, ESTIMATE))
    server.answer("POST", "/dial", Reply(202, body("running")))
    run = logged_in("dial", "--gateway", CAMPAIGN, "--audio", CAMPAIGN, "--callbase", CAMPAIGN)
    assert run.code == 0
    assert "Will call 985 of 1000" in run.err


def test_an_estimate_calls_nobody(logged_in: Client, server: FakeServer) -> None:
    server.answer("POST", "/dial/estimate", Reply(200, ESTIMATE))
    words = ("dial", "--gateway", CAMPAIGN, "--audio", CAMPAIGN, "--callbase", CAMPAIGN, "--estimate")
    assert logged_in(*words, "--json").json() == ESTIMATE
    assert "about 47 min" in logged_in(*words).out.lower()
    assert server.of("POST", "/dial") == []


def test_the_estimate_tells_whom_and_what_is_in_the_way() -> None:
    told = "\n".join(sentences(ESTIMATE))
    for words in (
        "985 of 1000",
        "not 12 on the do-not-call list",
        "not 3 outside",
        "8 lines",
        "window is closed",
        "403 Forbidden",
        "taken: 4",
    ):
        assert words in told
    assert "bad numbers" not in told
    assert "numbers[1]: is short" in "\n".join(sentences({"bad_numbers": [{"index": 1, "reason": "is short"}], "bad_numbers_total": 1}))


class Server:
    """Stands for the Api: notes what is asked, and refuses when told to."""

    def __init__(self) -> None:
        self.asked: list[str] = []
        self.refuses = False

    def post(self, path: str) -> dict[str, Any]:
        if self.refuses:
            raise Refused("No.")
        self.asked.append(path)
        return {}


def test_steering() -> None:
    api: Any = Server()
    steering = Steering(api, "/campaigns/x")
    assert [steering.press(key) for key in ("p", "r", "x")] == [False] * 3
    assert api.asked == ["/campaigns/x/pause", "/campaigns/x/resume"]
    steering.press("c")
    assert steering.says({"status": "running"}) == QUESTION
    assert not steering.press("q")  # any other key than y is a no
    assert "p pause" in steering.says({"status": "running"})
    assert "r resume" in steering.says({"status": "paused"})
    api.refuses = True
    steering.press("p")
    assert "No." in steering.says({"status": "running"})
    assert steering.says({"status": "completed"}) == ""
    assert steering.press("q")


@pytest.mark.parametrize(("sent", "key"), [("P", "p"), ("й", "q"), ("С", "c"), ("\x1b[A", None), ("", None), ("y", "y")])
def test_keys(sent: str, key: str | None) -> None:
    assert plain_key(sent) == key


def test_a_small_screen_shows_some_of_the_calls() -> None:
    console = Console(file=io.StringIO(), width=100, height=30)
    look = Look(body("running", counts={"active": 9}), None, [CALL] * 40, "q leave")
    console.print(screen(look, 30))
    assert console.file.getvalue().count("+79440000010") == 6  # type: ignore[attr-defined]


def test_why_the_others_wait() -> None:
    assert waiting({"waiting": {**NOBODY, "lines": 5, "window": 2}}) == "window 2, lines 5"
    assert waiting({"waiting": NOBODY}) is None
    assert waiting({}) is None
    assert line(body("running", calls_per_second_now=0.25)).startswith("running: 0 of 10 done, 0 on the line, 0.2 calls a second")


@pytest.mark.parametrize(
    ("seconds", "words"), [(0, "0 s"), (75, "1 min 15 s"), (3600, "1 h 0 min"), (86399, "23 h 59 min"), (200_000, "2 d 7 h")]
)
def test_durations(seconds: float, words: str) -> None:
    assert duration(seconds) == words
