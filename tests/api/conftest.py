"""The API under WebTest: every answer is checked against swagger.yaml, whoever made it."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import bottle
import pytest
from bravado_core.response import get_response_spec
from bravado_core.spec import Spec
from bravado_core.validate import validate_schema_object
from webtest import TestApp, TestResponse

from api.services import Services
from api.swagger_adapter import load_contract
from api_srv import make_app
from auth import Auth
from security.keys import SecretBox
from store.engine import Store
from store.viewer import Viewer
from tests.conftest import PASSWORD

KEY = b"a key for tests, of 32 bytes or more"


@dataclass
class RecordingDialer:
    """The dialer's place in API tests: remembers what it was asked. Its answers can be set."""

    asked: list[tuple[str, ...]] = field(default_factory=list)
    is_ready: bool = True
    all_lines: tuple[int, int] = (8, 0)
    eta: int | None = None
    tempo: float = 0.0
    unusable: set[str] = field(default_factory=set)
    waiting: str | None = None
    check: dict[str, Any] = field(default_factory=lambda: {"ok": True, "sip_code": 200, "reason": "OK", "rtt_ms": 3})

    def wake(self) -> None:
        self.asked.append(("wake",))

    def hangup(self, call_id: str) -> None:
        self.asked.append(("hangup", call_id))

    def check_gateway(self, gateway_id: str) -> dict[str, Any]:
        self.asked.append(("check_gateway", gateway_id))
        return dict(self.check)

    def gateway_status(self, gateway_id: str) -> dict[str, Any]:
        self.asked.append(("gateway_status", gateway_id))
        registration = {"state": "off", "sip_code": None, "reason": "", "at": None}
        breaker = {"state": "closed", "reason": "", "since": None, "next_try_at": None}
        return {"registration": registration, "breaker": breaker, "lines_in_use": 0, "last_error": ""}

    def gateway_statuses(self, gateway_ids: Sequence[str]) -> dict[str, dict[str, Any]]:
        return {gateway_id: self.gateway_status(gateway_id) for gateway_id in gateway_ids if gateway_id not in self.unusable}

    def resume_gateway(self, gateway_id: str) -> None:
        self.asked.append(("resume_gateway", gateway_id))

    def gateway_changed(self, gateway_id: str) -> None:
        self.asked.append(("gateway_changed", gateway_id))

    def lines(self) -> tuple[int, int]:
        return self.all_lines

    def eta_s(self, campaign_id: str) -> int | None:
        return self.eta

    def calls_per_second_now(self, campaign_id: str) -> float:
        return self.tempo

    def why_waiting(self, campaign_id: str) -> str | None:
        return self.waiting

    def ready(self) -> bool:
        return self.is_ready


class Client:
    """Asks as one user and checks each answer against swagger.yaml. `status` is what is expected; 4xx are no exceptions then."""

    def __init__(self, app: bottle.Bottle, token: str | None = None) -> None:
        self._app = TestApp(app)
        self._headers = {"Authorization": f"Bearer {token}"} if token else {}

    def get(self, path: str, *, status: int | str = "2*", **options: Any) -> TestResponse:
        return self._ask("get", path, status, options)

    def post(self, path: str, body: Any = None, *, status: int | str = "2*", **options: Any) -> TestResponse:
        """A POST of a JSON `body`, or of a form (`params=`, `upload_files=`)."""
        return self._ask("post" if body is None else "post_json", path, status, _with_body(body, options))

    def patch(self, path: str, body: Any, *, status: int | str = "2*", **options: Any) -> TestResponse:
        return self._ask("patch_json", path, status, _with_body(body, options))

    def delete(self, path: str, *, status: int | str = "2*", **options: Any) -> TestResponse:
        return self._ask("delete", path, status, options)

    def raw(self, method: str, path: str, body: bytes, content_type: str, *, status: int | str = "2*") -> TestResponse:
        """Any bytes as the body."""
        headers = {**self._headers, "Content-Type": content_type}
        answer = self._app.request(path, method=method, body=body, headers=headers, status=status)
        return _checked(method, path, answer)

    def _ask(self, verb: str, path: str, status: int | str, options: dict[str, Any]) -> TestResponse:
        options["headers"] = {**self._headers, **options.get("headers", {})}
        answer = getattr(self._app, verb)(path, status=status, **options)
        return _checked(verb.partition("_")[0], path, answer)


def _with_body(body: Any, options: dict[str, Any]) -> dict[str, Any]:
    return options if body is None else {**options, "params": body}


def operation_of(method: str, path: str) -> Any:
    """The operation of swagger.yaml that a path belongs to; None for pages and for what is not there."""
    plain = path.partition("?")[0]
    patterns = sorted(SPEC.spec_dict["paths"], key=lambda pattern: pattern.count("{"))
    for pattern in patterns:
        if re.fullmatch(re.sub(r"\\?\{[^}]+\\?\}", "[^/]+", re.escape(pattern)), plain):
            return SPEC.get_op_for_request(method, pattern)
    return None


def _checked(method: str, path: str, answer: TestResponse) -> TestResponse:
    operation = operation_of(method, path)
    if operation is None:
        assert answer.status_code in (200, 304, 308, 401, 404, 405), f"{method} {path} is not in swagger.yaml"
        return answer
    spec = get_response_spec(answer.status_code, operation)
    if answer.content_type in ("application/json", "application/problem+json"):
        validate_schema_object(SPEC, spec["schema"], answer.json)
    elif answer.status_code == 204:
        assert answer.body == b""
    else:
        assert spec["schema"]["type"] == "file"
        assert answer.content_type in operation.produces
    return answer


SPEC: Spec = Spec.from_dict(json.loads(json.dumps(load_contract())))


@dataclass
class Api:
    """The service's API with three logged-in users and nobody (`anyone`)."""

    services: Services
    dialer: RecordingDialer
    app: bottle.Bottle
    admin: Client
    user: Client
    other: Client
    anyone: Client
    login: Callable[[str, str], TestResponse]


@pytest.fixture
def dialer() -> RecordingDialer:
    """Remembers what the API asked of it."""
    return RecordingDialer()


@pytest.fixture
def services(store: Store, box: SecretBox, dialer: RecordingDialer, tmp_path: Path) -> Services:
    """The real services but for the dialer."""
    return Services(store=store, auth=Auth(store, KEY), box=box, dialer=dialer, sandbox_port=5062, version="0.1.0", data=tmp_path)


@pytest.fixture
def api(services: Services, dialer: RecordingDialer, admin: Viewer, user: Viewer, other: Viewer) -> Iterator[Api]:
    """Everything on, also the checks of answers."""
    app = make_app(services, validate_responses=True)
    anyone = Client(app)

    def login(name: str, password: str) -> TestResponse:
        return anyone.post("/oauth/token", params={"grant_type": "password", "username": name, "password": password}, status="*")

    def client(name: str) -> Client:
        return Client(app, login(name, PASSWORD).json["access_token"])

    yield Api(services, dialer, app, client("admin"), client("user"), client("other"), anyone, login)
    app.close()
