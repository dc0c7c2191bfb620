"""`Idempotency-Key` through the whole application, and the plugin's own corners on a small one."""

from __future__ import annotations

import threading
import uuid
from collections.abc import Callable
from dataclasses import dataclass, field
from io import BytesIO
from typing import Any

import bottle
import pytest
from sqlalchemy import select
from webtest import TestApp, TestResponse

from api import http
from api.idempotency import IdempotencyPlugin
from api.problems import ProblemPlugin
from errors import BadInput, Conflict, NotFound, TooMany, Unavailable
from security.keys import SecretBox
from store import idempotency, tables
from store.engine import Store
from store.viewer import Viewer
from tests.api.conftest import Api

START = 1_800_000_000_000
ANNA = {"login": "anna", "password": "correct horse battery"}


def keyed(key: str = "k1") -> dict[str, dict[str, str]]:
    return {"headers": {"Idempotency-Key": key}}


# -- the whole application ---------------------------------------------------------------------------------------------


def test_the_same_again_gives_the_first_answer_and_makes_nothing(api: Api) -> None:
    first = api.admin.post("/users", ANNA, status=201, **keyed())
    again = api.admin.post("/users", dict(reversed(ANNA.items())), status=201, **keyed())
    assert "Idempotent-Replayed" not in first.headers
    assert again.headers["Idempotent-Replayed"] == "true"
    assert (again.json, again.headers["Location"]) == (first.json, first.headers["Location"])
    assert len(api.admin.get("/users").json["items"]) == 4


def test_something_else_under_the_same_key_is_422(api: Api) -> None:
    api.admin.post("/users", ANNA, status=201, **keyed())
    assert api.admin.post("/users", {**ANNA, "login": "boris"}, status=422, **keyed()).json["code"] == "idempotency_key_reused"
    api.admin.post("/users", {**ANNA, "login": "boris"}, status=201, **keyed("k2"))


def test_a_refusal_after_validation_is_replayed_and_one_by_validation_is_not(api: Api) -> None:
    api.admin.post("/users", {"login": "anna"}, status=400, **keyed())
    api.admin.post("/users", {**ANNA, "login": "user"}, status=409, **keyed())
    again = api.admin.post("/users", {**ANNA, "login": "user"}, status=409, **keyed())
    assert again.headers["Idempotent-Replayed"] == "true"
    assert again.content_type == "application/problem+json"
    assert again.json["code"] == "conflict"


@pytest.mark.parametrize("key", ["", "x" * 256])
def test_a_bad_key_is_refused(api: Api, key: str) -> None:
    api.admin.post("/users", ANNA, status=400, **keyed(key))
    api.admin.post("/users", ANNA, status=201, **keyed("x" * 255))


def test_neither_the_store_nor_its_fingerprint_gives_a_password_away(api: Api, store: Store, box: SecretBox) -> None:
    api.admin.post("/users", ANNA, status=201, **keyed())
    with store.read() as conn:
        row = conn.execute(select(tables.idempotency)).mappings().one()
    assert ANNA["password"].encode() not in row["body"]
    assert len(row["fingerprint"]) == 64


# -- the plugin alone --------------------------------------------------------------------------------------------------


@dataclass
class Small:
    """One route that makes things, and what happened. `work` can be changed."""

    store: Store
    box: SecretBox
    viewer: Viewer
    now: int = START
    made: dict[str, Any] = field(default_factory=dict)
    runs: int = 0
    work: Callable[[str], Any] = lambda _id: None

    def start(self, run_id: str = "") -> TestApp:
        """A run of the service, on the same store."""
        app = bottle.Bottle()
        app.install(ProblemPlugin())
        app.install(IdempotencyPlugin(self.store, self.box, run_id, lambda: self.now))
        for path in ("/things", "/others"):
            app.post(path, made=self.find)(self._make)
        app.post("/nothing")(self._nothing)
        return TestApp(app)

    def post(
        self,
        app: TestApp,
        path: str = "/things",
        *,
        key: str = "k1",
        status: Any = "*",
        viewer: Viewer | None = None,
        params: dict[str, Any] | None = None,
    ) -> TestResponse:
        parsed = {"path": {}, "query": {}, "formData": {}, "body": {}, "files": {}, **(params or {})}
        environ = {http.VIEWER: viewer or self.viewer, http.PARAMS: parsed}
        return app.post(path, headers={"Idempotency-Key": key}, extra_environ=environ, status=status)

    def find(self, _viewer: Viewer, resource_id: str) -> Any:
        if resource_id not in self.made:
            raise NotFound("There is no such thing.")
        return http.created(f"/things/{resource_id}", {"id": resource_id, "state": self.made[resource_id]})

    def _make(self) -> Any:
        self.runs += 1
        new = http.new_id()
        self.work(new)
        self.made[new] = "new"
        return http.created(f"/things/{new}", {"id": new, "state": "new"})

    def _nothing(self) -> None:
        self.runs += 1
        http.no_content()


@pytest.fixture
def small(store: Store, box: SecretBox, user: Viewer) -> Small:
    return Small(store, box, user)


def replayed(answer: TestResponse) -> bool:
    return bool(answer.headers.get("Idempotent-Replayed") == "true")


def failing(error: Exception) -> Callable[[str], Any]:
    def work(_id: str) -> None:
        raise error

    return work


def test_a_key_belongs_to_one_user_and_one_route(small: Small, other: Viewer) -> None:
    app = small.start()
    answers = [small.post(app), small.post(app, viewer=other), small.post(app, "/others"), small.post(app, key="k2")]
    assert small.runs == 4
    assert not any(replayed(answer) for answer in answers)
    assert replayed(small.post(app))


def test_without_a_key_each_request_runs(small: Small) -> None:
    app = small.start()
    for _ in range(2):
        app.post("/things", status=201)
    assert small.runs == 2


def test_a_key_is_kept_for_24_hours(small: Small) -> None:
    app = small.start()
    small.post(app)
    small.now = START + 24 * 3600_000 - 1
    assert replayed(small.post(app))
    small.now += 1
    assert not replayed(small.post(app))
    assert small.runs == 2


def test_files_are_compared_by_their_content_and_left_at_their_start(small: Small) -> None:
    app, read = small.start(), []

    def files(content: bytes, name: str) -> dict[str, Any]:
        upload = bottle.FileUpload(BytesIO(content), "file", name)
        read.append(upload)
        return {"files": {"file": upload}}

    assert small.post(app, params=files(b"one", "a.wav")).status_code == 201
    assert read[0].file.read() == b"one"
    assert replayed(small.post(app, params=files(b"one", "b.wav")))
    assert small.post(app, params=files(b"two", "a.wav")).status_code == 422


@pytest.mark.parametrize("where", ["query", "formData", "body"])
def test_fields_are_compared_wherever_they_are(small: Small, where: str) -> None:
    app = small.start()
    small.post(app, params={where: {"a": 1, "b": [1, 2]}})
    assert replayed(small.post(app, params={where: {"b": [1, 2], "a": 1}}))
    assert small.post(app, params={where: {"a": 1, "b": [2, 1]}}).status_code == 422


def test_an_answer_without_a_body_is_replayed(small: Small) -> None:
    app = small.start()
    assert small.post(app, "/nothing").status_code == 204
    again = small.post(app, "/nothing")
    assert (again.status_code, again.body, replayed(again), small.runs) == (204, b"", True, 1)


@pytest.mark.parametrize("error", [BadInput.of("a", "is bad"), Conflict("No."), NotFound("No.")])
def test_a_4xx_of_the_work_is_replayed(small: Small, error: Exception) -> None:
    app, small.work = small.start(), failing(error)
    first, again = small.post(app), small.post(app)
    assert (replayed(again), again.body, again.status_code) == (True, first.body, first.status_code)
    assert small.runs == 1


@pytest.mark.parametrize("error", [TooMany("Later."), Unavailable("Later."), RuntimeError("unforeseen")])
def test_429_and_5xx_leave_the_key_free(small: Small, error: Exception) -> None:
    app, small.work = small.start(), failing(error)
    assert small.post(app).status_code in (429, 500, 503)
    small.work = lambda _id: None
    good = small.post(app, params={"body": {"now": "something else"}})
    assert (good.status_code, replayed(good)) == (201, False)


def test_a_failure_after_the_thing_was_made_does_not_make_it_twice(small: Small) -> None:
    def make_then_fail(new: str) -> None:
        small.made[new] = "running"
        raise RuntimeError("the dialer could not be woken")

    app, small.work = small.start(), make_then_fail
    assert small.post(app).status_code == 500
    again = small.post(app)
    assert (again.status_code, again.json["state"], replayed(again)) == (201, "running", True)
    assert small.runs == 1


def test_after_a_crash_before_the_work_it_is_done_with_the_same_id(small: Small) -> None:
    first = crash(small, make=False)
    answer = small.post(small.start("run 2"))
    assert (answer.status_code, answer.json["id"], replayed(answer)) == (201, first, False)
    assert replayed(small.post(small.start("run 3")))


def test_after_a_crash_behind_the_work_its_present_state_is_the_answer(small: Small) -> None:
    first = crash(small, make=True)
    runs = small.runs
    app = small.start("run 2")
    answer, again = small.post(app), small.post(app)
    assert (answer.status_code, answer.json, replayed(answer)) == (201, {"id": first, "state": "done since"}, True)
    assert answer.headers["Location"] == f"/things/{first}"
    assert (again.body, replayed(again), small.runs) == (answer.body, True, runs)


def crash(small: Small, *, make: bool) -> str:
    """A run that dies in the middle of the work: its row stays open. Gives the id that it reserved."""
    ids = []

    def work(new: str) -> None:
        ids.append(new)
        if make:
            small.made[new] = "done since"
        raise KeyboardInterrupt  # as a kill: nothing of ours handles it

    small.work = work
    with pytest.raises(KeyboardInterrupt):
        small.post(small.start("run 1"))
    small.work = lambda _id: None
    assert small.post(small.start("run 1")).status_code == 409  # of the same run it counts as still running
    return str(ids[0])


def test_of_many_at_once_exactly_one_runs_and_the_rest_are_told_to_come_back(small: Small) -> None:
    app, gate, finish = small.start(), threading.Barrier(8), threading.Event()
    small.work = lambda _id: finish.wait(20)
    answers: list[TestResponse] = []

    def ask() -> None:
        gate.wait()
        answers.append(small.post(app))
        if len(answers) == 7:
            finish.set()  # all but the one that works have been answered

    threads = [threading.Thread(target=ask) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert sorted(answer.status_code for answer in answers) == [201] + [409] * 7
    assert small.runs == 1
    assert all(int(answer.headers["Retry-After"]) >= 1 for answer in answers if answer.status_code == 409)
    assert replayed(small.post(app))


def test_two_stores_on_one_database_agree_by_one_insert(store: Store, user: Viewer) -> None:
    second, gate = Store(store.url), threading.Barrier(2)
    place = idempotency.Place(user.uid, "POST /things", "k")
    taken: list[object] = []

    def reserve(own: Store) -> None:
        gate.wait()
        try:
            taken.append(idempotency.reserve(own, place, "f", str(uuid.uuid4()), "run", START))
        except Conflict as err:
            taken.append(err)

    threads = [threading.Thread(target=reserve, args=(own,)) for own in (store, second)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    second.close()
    assert sorted(type(one).__name__ for one in taken) == ["Conflict", "Reservation"]


def test_a_late_end_of_an_earlier_run_does_not_overwrite_the_new_ones(store: Store, user: Viewer) -> None:
    place = idempotency.Place(user.uid, "POST /things", "k")
    idempotency.reserve(store, place, "f", "id-1", "run 1", START)
    resumed = idempotency.reserve(store, place, "f", "id-2", "run 2", START)
    assert resumed == idempotency.Reservation("id-1", resumed=True)
    idempotency.finish(store, place, "run 1", idempotency.Answer(500, {}, b"late"))
    idempotency.release(store, place, "run 1")
    idempotency.finish(store, place, "run 2", idempotency.Answer(201, {"Location": "/x"}, b"{}"))
    idempotency.release(store, place, "run 2")  # what is finished stays
    assert idempotency.reserve(store, place, "f", "id-3", "run 3", START) == idempotency.Answer(201, {"Location": "/x"}, b"{}")
