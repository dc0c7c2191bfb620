"""The campaigns of a crash test: which kinds there are, and a user who starts them and asks again when an answer was lost in a crash."""

from __future__ import annotations

import random
import time
from datetime import datetime, timedelta, timezone
from typing import Any

import httpx

from tests.e2e.service import Service
from tests.peers import signals
from tests.peers.scenarios import BY_NUMBER

Fields = dict[str, Any]

# The last four digits of numbers that SIPp does not simply answer. Those that ring on or get no reply take 5 s each, so there are few.
SLOW = ("487", "408")
ENDINGS = [f"{n}{digits}" for digits in BY_NUMBER for n in ((1,) if digits in SLOW else (1, 2, 3))]
PEOPLE = 60  # of a campaign
SPECIAL = 18  # of them, with an ending of their own
KEPT_BUSY = 60  # so many targets must be waiting or called when a process is killed
LIST_ROWS = 20_000

AGAIN_AT_ONCE = {
    "busy": {"after_s": 0, "max_attempts": 2},
    "no_answer": {"after_s": 1, "max_attempts": 1},
    "failed": {"after_s": 1, "max_attempts": 2},
}
KINDS: list[Fields] = [
    {"redial_interrupted": False},
    {"redial_interrupted": True, "retry": AGAIN_AT_ONCE, "max_attempts": None},
    {"redial_interrupted": False, "retry": {"busy": {"after_s": 1, "max_attempts": 1}}, "max_lines": 5, "calls_per_second": 8},
    {"redial_interrupted": True, "retry": AGAIN_AT_ONCE, "max_attempts": 2, "max_lines": 8},
    {"redial_interrupted": True, "calls_per_second": 12},
]


class Load:
    """A user of the service. Every POST carries an Idempotency-Key, and is sent again with it when its answer was lost.

    Args:
        port: of the SIPp gateway on loopback, with the scenario `by_number`.

    Attributes:
        promised: how many targets each campaign has whose start was answered with 202.
        lists: the callbases whose import was answered with 201.
        big: the scheduled campaign of a whole callbase whose cancel is cut short, when there is one.
    """

    def __init__(self, service: Service, rng: random.Random) -> None:
        self.promised: dict[str, int] = {}
        self.lists: set[str] = set()
        self.big = ""
        self.import_s = self.prepare_s = 1.0
        self._service = service
        self._rng = rng
        self._gateways: list[str] = []
        self._sounds: list[str] = []
        self._campaigns = 0
        self._keys = 0
        self._unanswered: list[tuple[str, str, Fields]] = []

    def prepare(self, port: int) -> None:
        """Makes gateways, sounds and a list, and measures how long the long requests take without a crash."""
        limits: list[Fields] = [{}, {"max_lines": 10, "calls_per_second": 15}]
        self._gateways = [self._service.gateway(port, **fields) for fields in limits]
        self._sounds = [self._service.sound(signals.speech_like(seconds)) for seconds in (0.4, 2.5)]
        started = time.monotonic()
        self.import_list()
        self.import_s = time.monotonic() - started
        started = time.monotonic()
        self.start_big()
        self.prepare_s = time.monotonic() - started
        self.start(self._sandbox_campaign())

    # -- what it asks --------------------------------------------------------------------------------------------------

    def start_one(self) -> bool:
        """POST /dial of the next kind. False when no answer came."""
        return self.start(self._next_campaign())

    def start(self, body: Fields) -> bool:
        """POST /dial. False when no answer came."""
        return self._post("/dial", json=body)

    def start_big(self) -> bool:
        """POST /dial of a whole list, for tomorrow. False when no answer came."""
        tomorrow = datetime.now(timezone.utc) + timedelta(days=1)
        body = {
            "gateway_id": self._gateways[0],
            "audio_id": self._sounds[0],
            "callbase_id": min(self.lists),
            "start_at": tomorrow.isoformat(),
        }
        return self.start(body)

    def import_list(self) -> bool:
        """POST /callbases with a long list. False when no answer came."""
        rows = "\n".join(f"Person {n};+7913{n:07}" for n in range(LIST_ROWS))
        return self._post("/callbases", files={"file": ("people.csv", f"name;number\n{rows}\n".encode())}, data={"name": "People"})

    def cancel(self, campaign_id: str) -> bool:
        """False when no answer came."""
        try:
            answer = self._service.http.post(f"/campaigns/{campaign_id}/cancel")
        except httpx.TransportError:
            return False
        assert answer.status_code in (200, 409), answer.text  # 409: it has completed meanwhile
        return True

    def ask_again(self) -> None:
        """Sends what was not answered once more, with the same keys."""
        waiting, self._unanswered = self._unanswered, []
        for path, key, request in waiting:
            self._send(path, key, request)
        assert not self._unanswered, "a request was not answered though nothing was killed"

    def live(self) -> list[Fields]:
        """The campaigns that dial."""
        return [one for one in self.all() if one["status"] in ("running", "paused")]

    def all(self) -> list[Fields]:
        """All campaigns."""
        answer: Fields = self._service.get("/campaigns", limit=1000)
        assert answer["next_cursor"] is None
        items: list[Fields] = answer["items"]
        return items

    def keep_busy(self) -> None:
        """Starts campaigns until enough is to be done."""
        while sum(one["counts"]["pending"] + one["counts"]["active"] for one in self.live()) < KEPT_BUSY:
            assert self.start_one()

    def to_cancel(self, *, scheduled: bool) -> str:
        """A campaign to be canceled: one that waits for tomorrow, with its whole list, or one that dials."""
        if not scheduled:
            return str(self._rng.choice(self.live())["id"])
        while True:
            ready = [one["id"] for one in self.all() if one["status"] == "scheduled"]
            if ready:
                return str(ready[0])
            assert self.start_big()

    # -- pieces --------------------------------------------------------------------------------------------------------

    def _post(self, path: str, **request: Any) -> bool:
        self._keys += 1
        return self._send(path, f"key-{self._keys}", request)

    def _send(self, path: str, key: str, request: Fields) -> bool:
        try:
            answer = self._service.http.post(path, headers={"Idempotency-Key": key}, **request)
        except httpx.TransportError:
            self._unanswered.append((path, key, request))
            return False
        if answer.status_code == 503:  # it is about to stop: as good as no answer
            self._unanswered.append((path, key, request))
            return False
        assert answer.status_code in (201, 202), f"{path}: {answer.text}"
        made = answer.json()
        if path == "/dial":
            self.promised[made["id"]] = len(request["json"].get("numbers") or range(LIST_ROWS))
        else:
            self.lists.add(made["id"])
        return True

    def _next_campaign(self) -> Fields:
        number = self._campaigns
        self._campaigns += 1
        ends = [f"{n:04}" for n in range(10, PEOPLE - SPECIAL + 10)]
        ends += self._rng.sample(ENDINGS, SPECIAL)
        self._rng.shuffle(ends)
        body = {"gateway_id": self._gateways[number % 2], "audio_id": self._rng.choice(self._sounds), "ring_timeout_s": 5}
        return {**body, "numbers": [f"+7912{number:03}{end}" for end in ends], **KINDS[number % len(KINDS)]}

    def _sandbox_campaign(self) -> Fields:
        numbers = [f"+7944000{end}" for end in (*range(1234, 1254), 1486, 2486, 1603, 1001)]
        return {"gateway_id": "sandbox", "audio_id": self._sounds[1], "numbers": numbers, "ring_timeout_s": 5, "calls_per_second": 2}
