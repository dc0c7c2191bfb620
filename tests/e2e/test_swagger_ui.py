"""Swagger UI in a real Chromium, on a real service with its sandbox: what a newcomer sees and presses."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Locator, Response, expect

from demo import expected
from tests.browser import PHONE, WIDE, Tab, viewport
from tests.e2e.service import PASSWORD, ROOT, Service

pytestmark = pytest.mark.peer("chromium")

LINES = 24


class Docs(Tab):
    """A tab on Swagger UI."""

    def docs(self) -> Docs:
        self.open("/docs")
        self.page.locator("#operations-Dialling-dial").wait_for()
        return self

    def login_dialog(self) -> Locator:
        """Opens it."""
        self.page.locator(".auth-wrapper > .authorize").click()
        return self.page.locator(".dialog-ux .modal-ux")

    def log_in(self, password: str = PASSWORD) -> Docs:
        dialog = self.login_dialog()
        _give(dialog, password)
        expect(dialog.get_by_role("heading", name="Authorized")).to_be_visible()
        dialog.get_by_role("button", name="Close").click()
        return self

    def operation(self, name: str) -> Locator:
        """Unfolds it, unless it is; gives its part of the page."""
        block = self.page.locator(f"#operations-{name}")
        if "is-open" not in (block.get_attribute("class") or ""):
            block.locator(".opblock-summary-control").click()
        block.get_by_role("button", name="Execute").wait_for()
        return block

    def execute(self, name: str, status: int) -> Response:
        """Presses Execute; gives the answer, which the page must show too."""
        block = self.operation(name)
        with self.page.expect_response(lambda answer: answer.request.resource_type in ("fetch", "xhr")) as caught:
            block.get_by_role("button", name="Execute").click()
        expect(block.locator(".live-responses-table .response > .response-col_status")).to_have_text(re.compile(rf"^{status}"))
        assert caught.value.status == status
        return caught.value


def _give(dialog: Locator, password: str) -> None:
    dialog.get_by_label("username:").fill("admin")
    dialog.get_by_label("password:").fill(password)
    expect(dialog.get_by_label("client_id:")).to_have_value("")
    expect(dialog.get_by_label("client_secret:")).to_have_value("")
    dialog.get_by_role("button", name="Apply given OAuth2 credentials").click()


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    """One with its sandbox on."""
    made = Service(tmp_path_factory.mktemp("browser") / "data", "--lines", str(LINES)).start()
    yield made
    assert made.stop() < 5


@pytest.fixture
def tab(chromium: Browser, service: Service) -> Iterator[Callable[..., Docs]]:
    """`tab(width=..., **options)` opens a tab; it is closed when the test ends."""
    contexts = []

    def make(width: int = WIDE, **options: Any) -> Docs:
        contexts.append(chromium.new_context(viewport=viewport(width), **options))
        return Docs(contexts[-1].new_page(), str(service.http.base_url).rstrip("/"))

    yield make
    for context in contexts:
        context.close()
    print(f"--- the service's log\n{service.tail()}")


@pytest.mark.parametrize("width", [WIDE, PHONE])
def test_the_docs_load_whole_and_from_here_alone(tab: Callable[..., Docs], width: int) -> None:
    docs = tab(width).docs()
    expect(docs.operation("Dialling-dial").locator("textarea")).to_be_visible()
    assert not docs.is_too_wide()
    assert docs.is_clean()


def test_the_policy_keeps_out_what_is_not_ours(tab: Callable[..., Docs]) -> None:
    docs = tab().docs()
    with docs.page.expect_console_message(lambda message: "elsewhere.invalid" in message.text):
        docs.page.evaluate("""() => {
            const script = document.createElement("script");
            script.textContent = "window.wasRun = true";
            const picture = document.createElement("img");
            picture.src = "https://elsewhere.invalid/picture.png";
            document.body.append(script, picture);
        }""")
    assert docs.page.evaluate("window.wasRun") is None
    refused = [error for error in docs.errors if "Content Security Policy" in error]
    assert len(refused) >= 2  # both were noted: a page without errors means something


def test_only_what_must_be_given_is_filled_in(tab: Callable[..., Docs]) -> None:
    # An example in an optional field would be sent: an Idempotency-Key of yesterday, a filter that nobody chose.
    docs = tab().docs()
    upload = docs.operation("Audio-uploadAudio")
    expect(upload.get_by_placeholder("Idempotency-Key")).to_have_value("")
    expect(upload.get_by_placeholder("name")).to_have_value("")
    expect(upload.locator("[data-param-name=name]")).to_contain_text("For example: Reminder")
    targets = docs.operation("Dialling-listTargets")
    expect(targets.locator("[data-param-name=outcome] select")).to_have_value("")
    expect(targets.get_by_placeholder("limit")).to_have_value("100")
    expect(targets.get_by_placeholder("campaign_id")).not_to_have_value("")


def test_logging_in_and_out(tab: Callable[..., Docs]) -> None:
    docs = tab().docs()
    dialog = docs.login_dialog()
    _give(dialog, "not the password")
    expect(dialog.locator(".errors")).to_contain_text("The login or the password is wrong.")
    expect(dialog.locator(".errors")).to_be_in_viewport()
    dialog.get_by_role("button", name="Close").click()
    docs.execute("Users-getMe", 401)

    answer = docs.log_in().execute("Users-getMe", 200)
    assert answer.json()["login"] == "admin"
    assert answer.request.headers["authorization"].startswith("Bearer ey")

    dialog = docs.login_dialog()
    dialog.get_by_role("button", name="Remove authorization").click()
    expect(dialog.get_by_label("password:")).to_have_value("")
    dialog.get_by_role("button", name="Close").click()
    answer = docs.execute("Users-getMe", 401)
    assert "authorization" not in answer.request.headers
    assert answer.json()["code"] == "unauthorized"


def test_a_first_campaign_by_try_it_out(tab: Callable[..., Docs], service: Service) -> None:
    docs = tab().docs().log_in()
    docs.operation("Audio-uploadAudio").locator("input[type=file]").set_input_files(ROOT / "demo/message.wav")
    sound = docs.execute("Audio-uploadAudio", 201).json()
    assert (sound["name"], sound["format"]) == ("message", "wav")

    docs.operation("Callbases-createCallbase").locator("input[type=file]").set_input_files(ROOT / "demo/people.csv")
    people = docs.execute("Callbases-createCallbase", 201).json()
    assert {word: people["report"][word] for word in expected.REPORT} == expected.REPORT

    dialled = _dial(docs, audio_id=sound["id"], callbase_id=people["id"], ring_timeout_s=5)
    service.finished(dialled["id"], 40)
    docs.operation("Dialling-getCampaign").get_by_placeholder("campaign_id").fill(dialled["id"])
    campaign = docs.execute("Dialling-getCampaign", 200).json()
    assert (campaign["status"], campaign["counts"]["total"]) == ("completed", people["total"])
    targets = service.targets(dialled["id"])
    assert Counter(target["outcome"] for target in targets) == Counter(expected.outcome(target["number"]) for target in targets)
    assert docs.is_clean()


def _dial(docs: Docs, **fields: Any) -> dict[str, Any]:
    # The example is of numbers, and calls at office hours only.
    body = docs.operation("Dialling-dial").locator("textarea")
    example = json.loads(body.input_value())
    assert example["gateway_id"] == "sandbox"
    kept = {name: value for name, value in example.items() if name not in ("numbers", "window", "retry", "max_attempts")}
    body.fill(json.dumps({**kept, **fields}, indent=2))
    answer = docs.execute("Dialling-dial", 202)
    campaign: dict[str, Any] = answer.json()
    assert answer.headers["location"] == f"/campaigns/{campaign['id']}"
    return campaign
