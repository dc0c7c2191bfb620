"""Gateways: their state, the check in words, the form."""

from __future__ import annotations

import json
import re
import socket
import threading
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import Locator, expect

from tests.browser import PHONE
from tests.console.tab import Console
from tests.e2e.service import ROOT, Service, until
from tests.peers.ports import free_port
from tests.peers.signals import speech_like

Tabs = Callable[..., Console]


class Refuser:
    """Answers every SIP request on UDP with 403, as a provider does that does not know one's address."""

    def __init__(self) -> None:
        self._socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self._socket.bind(("127.0.0.1", 0))
        self.port = int(self._socket.getsockname()[1])
        self._thread = threading.Thread(target=self._serve, daemon=True)
        self._thread.start()

    def _serve(self) -> None:
        while True:
            data, sender = self._socket.recvfrom(65535)
            if data == b"stop":
                return
            head = data.decode(errors="replace").split("\r\n\r\n")[0].split("\r\n")[1:]
            kept = [line for line in head if line.partition(":")[0].strip().lower() in ("via", "from", "to", "call-id", "cseq")]
            answer = ["SIP/2.0 403 Forbidden", *(f"{line};tag=1" if line.lower().startswith("to:") else line for line in kept)]
            self._socket.sendto("\r\n".join([*answer, "Content-Length: 0", "", ""]).encode(), sender)

    def stop(self) -> None:
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as other:
            other.sendto(b"stop", ("127.0.0.1", self.port))
        self._thread.join(5)
        self._socket.close()


@pytest.fixture
def refuser() -> Iterator[Refuser]:
    made = Refuser()
    yield made
    made.stop()


@pytest.fixture(autouse=True)
def no_gateways(service: Service) -> Iterator[None]:
    """Each test begins with the sandbox alone."""
    yield
    for one in service.get("/gateways")["items"]:
        if one["id"] != "sandbox":
            service.http.delete(f"/gateways/{one['id']}")


@pytest.fixture
def peer_port(service: Service) -> int:
    """Where something real answers SIP: the sandbox."""
    return int(service.get("/gateways/sandbox")["port"])


def card(console: Console, name: str) -> Locator:
    return console.page.get_by_role("region", name=name, exact=True)


def own(service: Service) -> list[dict[str, Any]]:
    return [one for one in service.get("/gateways")["items"] if one["id"] != "sandbox"]


def test_the_first_gateway_from_nothing_to_a_good_check(console: Console, service: Service, peer_port: int) -> None:
    page = console.page
    console.go("gateways", "Gateways")
    page.get_by_role("link", name="An extension of our own PBX").click()
    expect(page.get_by_role("heading", level=1, name="New gateway")).to_be_visible()
    page.get_by_label("Name", exact=True).fill("Office")
    page.get_by_label("Address", exact=True).fill("127.0.0.1")
    page.get_by_label("Port", exact=True).fill(str(peer_port))
    page.get_by_label("User optional").fill("900")
    page.get_by_label("Password optional").fill("a secret of the office")
    page.get_by_label("Put in front").fill("9")
    expect(page.get_by_role("group", name="An example")).to_contain_text("sip:979123456789@127.0.0.1")
    assert console.axe() == []
    page.get_by_role("button", name="Save and check").click()
    office = card(console, "Office")
    expect(office.get_by_role("status").filter(has_text="The gateway answered: 200 OK, after")).to_be_visible()
    expect(office).to_contain_text("The password is not proven by this")
    expect(office).to_contain_text("Ready to call")
    expect(office).to_contain_text("0 of 4")
    made = own(service)[0]
    assert {name: made[name] for name in ("name", "port", "username", "dial_prefix", "strip_plus", "max_lines", "register")} == {
        "name": "Office", "port": peer_port, "username": "900", "dial_prefix": "9", "strip_plus": True, "max_lines": 4, "register": False,
    }  # fmt: skip
    assert "a secret of the office" not in page.content()
    expect(office.get_by_role("link", name="Test call")).to_have_attribute("href", f"#/dial?gateway={made['id']}")
    assert console.axe() == []
    assert console.is_clean()


def test_faults_stand_at_their_fields(console: Console, service: Service) -> None:
    page = console.page
    console.go("gateways/new", "New gateway")
    page.get_by_label("Name", exact=True).fill("Wrong")
    page.get_by_label("Address", exact=True).fill("no host at all!")
    page.locator("summary", has_text="Behind a NAT").click()
    page.get_by_label("Our public address").fill("also none!")
    page.locator("summary", has_text="Behind a NAT").click()
    expect(page.get_by_label("Our public address")).to_be_hidden()
    page.get_by_role("button", name="Save and check").click()
    address = page.get_by_role("textbox", name="Address", exact=True)
    expect(address).to_be_focused()
    expect(address).to_have_attribute("aria-invalid", "true")
    expect(address).to_have_accessible_description(re.compile("is no hostname"))
    address.fill("127.0.0.1")
    page.get_by_role("button", name="Save and check").click()
    expect(page.get_by_label("Our public address")).to_be_focused()  # what was folded is open, for it is wrong
    expect(page.get_by_label("Our public address")).to_have_attribute("aria-invalid", "true")
    expect(address).not_to_have_attribute("aria-invalid", "true")
    assert console.axe() == []
    console.forget_errors()
    page.get_by_label("Our public address").fill("")
    page.get_by_role("button", name="Save and check").click()
    expect(card(console, "Wrong")).to_be_visible()
    assert [one["name"] for one in own(service)] == ["Wrong"]
    assert console.is_clean()


def test_only_what_was_changed_is_sent_and_the_password_only_when_typed(console: Console, service: Service, peer_port: int) -> None:
    gateway = service.gateway(peer_port, username="900", password="the old one", codecs=["PCMA", "PCMU"])
    bodies: list[Any] = []
    console.page.on("request", lambda one: bodies.append(json.loads(one.post_data or "")) if one.method == "PATCH" else None)
    page = console.page
    console.go(f"gateways/{gateway}", "Provider")
    expect(page.get_by_label("Password optional")).to_have_attribute("placeholder", "kept as it is")
    page.locator("summary", has_text="Sound").click()
    page.get_by_label("G722", exact=True).check()
    up = page.get_by_role("button", name="G722 up")
    up.focus()
    page.keyboard.press("Enter")
    expect(page.locator(".codecs li").nth(1)).to_contain_text("G722")
    expect(up).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.get_by_role("button", name="G722 down")).to_be_focused()  # it is at the top
    page.get_by_label("Only numbers that begin with").fill("7912 +7495")
    expect(page.get_by_role("group", name="An example")).to_contain_text("sip:+79123456789@127.0.0.1")
    page.get_by_label("Try a number").fill("+49 151 23456789")
    expect(page.get_by_role("group", name="An example")).to_contain_text("Not called")
    page.get_by_role("button", name="Save and check").click()
    expect(card(console, "Provider")).to_contain_text("200 OK")
    assert bodies == [{"codecs": ["G722", "PCMA", "PCMU"], "allowed_prefixes": ["+7912", "+7495"]}]
    console.go(f"gateways/{gateway}", "Provider")
    page.get_by_label("Password optional").fill("a new one")
    page.get_by_label("Transport").select_option("tcp")
    page.get_by_role("button", name="Save and check").click()
    expect(card(console, "Provider")).to_contain_text("TCP")
    assert bodies[1:] == [{"transport": "tcp", "password": "a new one"}]
    assert console.is_clean()


def test_a_refused_registration_is_told_in_words_and_resumed(console: Console, service: Service, refuser: Refuser) -> None:
    service.gateway(refuser.port, username="900", password="x", register=True)
    page = console.page
    console.go("gateways", "Gateways")
    provider = card(console, "Provider")
    provider.get_by_role("button", name="Check").click()
    expect(provider).to_contain_text("The gateway is there, and forbids it.")
    expect(provider).to_contain_text("does the provider know this machine's public address?")
    expect(provider).to_contain_text("It said: 403")
    expect(provider).to_contain_text("Stopped")
    expect(provider).to_contain_text(re.compile(r"the registration failed: 403 Forbidden"))
    expect(provider).to_contain_text("It is tried again with one call")
    assert console.axe() == []
    with page.expect_response(re.compile("/resume$")) as answer:
        provider.get_by_role("button", name="Resume").click()
    assert answer.value.ok
    expect(page.get_by_text("The gateway calls again, one call first.")).to_be_visible()
    assert console.is_clean()


def test_a_gateway_that_is_not_there(console: Console, service: Service) -> None:
    service.gateway(free_port(), transport="tcp")
    console.go("gateways", "Gateways")
    provider = card(console, "Provider")
    provider.get_by_role("button", name="Check").click()
    expect(provider.get_by_role("alert").filter(has_text="See the address, the port and the transport")).to_be_visible()
    assert console.is_clean()


def test_a_gateway_that_says_nothing(console: Console, service: Service) -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as mute:
        mute.bind(("127.0.0.1", 0))
        service.gateway(mute.getsockname()[1])
        page = console.page
        # What the service answers after its 15 s, in its own words.
        late = re.search(r'Unavailable\("(The check .*?)"', (ROOT / "dialer/dialer.py").read_text("utf-8"))
        assert late
        body = {"type": "urn:dozvon:unavailable", "title": "Not available now", "status": 503, "code": "unavailable", "detail": late[1]}
        page.route("**/check", lambda route: route.fulfill(status=503, json=body))
        console.go("gateways", "Gateways")
        card(console, "Provider").get_by_role("button", name="Check").click()
        expect(card(console, "Provider").get_by_role("alert")).to_contain_text("Nothing came back.")
    console.forget_errors()
    assert console.is_clean()


def test_the_sandbox_tells_what_its_numbers_do(console: Console) -> None:
    page = console.page
    console.go("gateways", "Gateways")
    sandbox = card(console, "Sandbox")
    expect(sandbox).to_contain_text("Built in")
    expect(sandbox.get_by_role("button", name="Delete")).to_have_count(0)
    sandbox.get_by_role("button", name="Check").click()
    expect(sandbox).to_contain_text("The gateway answered: 200 OK")
    sandbox.locator("summary").click()
    told = {row.locator("code").inner_text(): row.locator(".badge").inner_text() for row in sandbox.locator("tbody tr").all()}
    # As the documentation has it.
    rows = re.findall(r"^\| `(\d{3})`(?: to `(\d{3})`)? \|.*\| `(\w+)` \|$", (ROOT / "docs/sandbox.md").read_text("utf-8"), re.MULTILINE)
    assert len(rows) == 9
    words = page.evaluate("async () => { const { words } = await import('/assets/ui/outcome.js'); return Object.fromEntries(" + json.dumps(
        sorted({outcome for _, _, outcome in rows})) + ".map((one) => [one, words(one)])); }")  # fmt: skip
    assert told == {(f"{first}–{last}" if last else first): words[outcome] for first, last, outcome in rows}
    assert console.axe() == []
    console.go("gateways/sandbox", "Gateways")
    expect(page.get_by_text("It can't be changed.")).to_be_visible()
    assert console.is_clean()


def test_a_gateway_in_use_stays_and_another_is_deleted(console: Console, service: Service, peer_port: int) -> None:
    gateway = service.gateway(peer_port)
    campaign = service.dial(gateway, service.sound(speech_like(1.0)), ["+79120001111"], start_at="2099-01-01T00:00:00.000Z")
    page = console.page
    console.go("gateways", "Gateways")
    provider = card(console, "Provider")

    def delete() -> None:
        provider.get_by_role("button", name="Delete").click()
        page.get_by_role("dialog", name="Delete Provider?").get_by_role("button", name="Delete").click()

    delete()
    expect(provider).to_contain_text("A campaign that has not ended calls through this gateway")
    console.forget_errors()
    service.http.post(f"/campaigns/{campaign}/cancel")
    until(lambda: service.get(f"/campaigns/{campaign}")["ended_at"], 10, "it is canceled")
    delete()
    expect(provider).to_have_count(0)
    assert own(service) == []
    assert console.is_clean()


def test_on_a_phone_in_russian_and_dark(tab: Tabs, service: Service, peer_port: int) -> None:
    gateway = service.gateway(
        peer_port, name="Шлюз с очень длинным названием, которое не помещается в одну строку телефона", username="74951234567"
    )
    console = tab(PHONE, locale="ru-RU", color_scheme="dark")
    console.open("/")
    page = console.page
    page.locator("input[name=username]").fill("admin")
    page.locator("input[name=password]").fill("a long enough password")
    page.keyboard.press("Enter")
    console.go("gateways", "Шлюзы")
    page.locator("summary").click()
    page.get_by_role("button", name="Проверить").first.click()
    expect(page.get_by_text("Шлюз ответил: 200 OK").first).to_be_visible()
    assert not console.is_too_wide()
    assert console.axe() == []
    console.go(f"gateways/{gateway}")
    page.evaluate("for (const one of document.querySelectorAll('details')) one.open = true")
    assert not console.is_too_wide()
    assert console.axe() == []
    assert console.is_clean()
