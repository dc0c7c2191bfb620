"""The form of a new campaign: what it tells beforehand, what it sends, that it never starts twice."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, Request, Route, expect

from tests.browser import PHONE
from tests.console.tab import Console
from tests.e2e.service import Service
from tests.sound_files import tone

Tabs = Callable[..., Console]


@pytest.fixture
def console(tab: Tabs) -> Console:
    """A tab of somebody in Moscow."""
    return tab(timezone_id="Europe/Moscow").log_in()


@pytest.fixture(scope="module")
def sound(service: Service) -> str:
    return service.sound(32767 * tone(1.0))


@pytest.fixture(autouse=True)
def people(service: Service, sound: str) -> str:
    """A callbase of three, one of them on the do-not-call list, with a refused row; gives its id."""
    service.made("/dnc", json={"numbers": ["+79440000012"]})
    text = "name,number\nAnna,+79440000010\nIvan,+79440000486\nOlga,+79440000012\nNobody,none\n"
    return str(service.made("/callbases", data={"name": "People"}, files={"file": ("people.csv", text.encode())})["id"])


@pytest.fixture
def sent(console: Console) -> list[dict[str, Any]]:
    """The bodies of POST /dial, in their order."""
    bodies: list[dict[str, Any]] = []

    def note(request: Request) -> None:
        if request.method == "POST" and request.url.endswith("/dial"):
            bodies.append(json.loads(request.post_data or ""))

    console.page.on("request", note)
    return bodies


def campaign_of(page: Page) -> str:
    page.wait_for_url(re.compile(r"#/campaigns/.+"))
    return page.url.rpartition("/")[2].partition("?")[0]


def figures(page: Page) -> Any:
    return page.get_by_role("complementary", name="What will happen")


def opened(page: Page, section: str) -> None:
    page.locator("summary", has=page.get_by_role("heading", name=section, exact=True)).click()


def test_what_will_happen_is_told_and_then_happens(console: Console, service: Service, people: str, sent: list[dict[str, Any]]) -> None:
    page = console.page
    console.go(f"callbases/{people}", "People")
    page.get_by_role("link", name="Call this list").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("New campaign")
    told = figures(page)
    expect(told.get_by_text("1 is on the do-not-call list")).to_be_visible()
    expect(told.get_by_text("1 row was refused when the list was uploaded")).to_be_visible()
    expect(told).to_contain_text(re.compile(r"Calls\s*2\s*of 3"))
    page.get_by_label("Name of the campaign").fill("Tonight")
    assert console.axe() == []
    page.get_by_role("button", name="Call 2 people").click()
    campaign = service.get(f"/campaigns/{campaign_of(page)}")
    assert (campaign["name"], campaign["callbase_id"], campaign["gateway_id"]) == ("Tonight", people, "sandbox")
    assert service.finished(campaign["id"]) == {"delivered": 1, "busy": 1, "do_not_call": 1}
    assert len(sent) == 1
    console.go("dial", "New campaign")
    expect(page.get_by_label("Name of the campaign")).to_have_value("")  # the form is empty for the next one
    assert console.is_clean()


def test_bad_numbers_are_named_by_their_lines_and_left_out(console: Console, service: Service, sent: list[dict[str, Any]]) -> None:
    page = console.page
    console.go("dial?gateway=sandbox", "New campaign")
    page.get_by_label("Numbers", exact=True).check()
    numbers = page.get_by_label("Numbers, one a line")
    numbers.fill("8 944 000-00-10\n\n12345\n+7 944 000 01 01; hello")
    expect(page.get_by_text("Line 3: 12345 – is too short")).to_be_visible()
    expect(page.get_by_text("Line 4: hello – has letters")).to_be_visible()
    expect(figures(page)).to_contain_text("2 numbers are none (lines 3, 4)")
    assert console.axe() == []
    page.get_by_role("button", name="Call 2 people").click()
    assert service.finished(campaign_of(page)) == {"delivered": 2}
    assert sent[0]["numbers"] == ["8 944 000-00-10", "+7 944 000 01 01"]
    console.go("dial", "New campaign")
    page.get_by_label("Numbers", exact=True).check()
    numbers.fill("8 944 000-00-10\n12345")
    page.get_by_role("button", name="Take 1 out").click()
    expect(numbers).to_have_value("8 944 000-00-10")
    assert console.is_clean()


def test_a_text_that_is_no_list_of_numbers_is_not_started(console: Console) -> None:
    page = console.page
    console.go("dial?gateway=sandbox", "New campaign")
    page.get_by_label("Numbers", exact=True).check()
    page.get_by_label("Numbers, one a line").fill("+79440000010\n" + "a line of a letter\n" * 101)
    expect(page.get_by_text("101 numbers can't be called.")).to_be_visible()
    expect(page.get_by_role("button", name="Call 1 person")).to_be_disabled()
    page.get_by_role("button", name="Take these 100 out").click()
    expect(page.get_by_text("Line 2: a line of a letter – has letters")).to_be_visible()
    expect(page.get_by_role("button", name="Call 1 person")).to_be_enabled()
    assert console.is_clean()


def test_a_campaign_that_is_not_there_is_told_and_the_form_can_be_used(console: Console) -> None:
    page = console.page
    console.go("dial?from=00000000-0000-4000-8000-000000000000&outcomes=busy", "New campaign")
    expect(page.get_by_role("alert")).to_be_visible()
    page.get_by_role("button", name="Try again").click()
    expect(page.get_by_role("alert")).to_be_visible()
    expect(page.get_by_role("progressbar")).to_have_count(0)
    expect(page.get_by_label("Name of the campaign")).to_be_enabled()


def test_every_setting_reaches_the_service(console: Console, service: Service, sound: str, people: str, sent: list[dict[str, Any]]) -> None:
    page = console.page
    console.go(f"dial?callbase={people}&sound={sound}&gateway=sandbox", "New campaign")
    fill_when(page)
    fill_how(page)
    fill_keys_and_answers(page)
    assert console.axe() == []
    assert not console.is_too_wide()
    page.get_by_role("button", name="Call 2 people").click()
    campaign = service.get(f"/campaigns/{campaign_of(page)}")
    service.http.post(f"/campaigns/{campaign['id']}/cancel")
    assert sent[0].pop("start_at") == "2031-05-06T07:30:00.000Z"
    assert sent[0] == {
        **{"gateway_id": "sandbox", "audio_id": sound, "callbase_id": people, "max_lines": 3, "calls_per_second": 0.5, "max_attempts": 4},
        **{"window": {"from": "10:00", "to": "24:00", "timezone": "Asia/Tokyo", "days": ["mon", "tue", "wed", "thu", "fri"]}},
        **{"retry": {"busy": {"after_s": 150, "max_attempts": 3}, "no_answer": {"after_s": 300, "max_attempts": 2}}},
        **{"repeat": 2, "repeat_pause_ms": 1500, "lead_in_ms": 500, "tail_ms": 0, "collect_digits": 2, "ring_timeout_s": 25},
        **{"opt_out_digit": "9", "opt_out_audio_id": sound, "transfer_digit": "1", "transfer_to": "100", "redial_interrupted": True},
        **{
            "machine_detection": "message_after_beep",
            "machine_detection_params": {"greeting_ms": 2000},
            "record_s": 10,
            "recording_days": 7,
        },
    }
    assert campaign["status"] == "scheduled"
    assert {name: campaign[name] for name in ("repeat", "transfer_to", "record_s")} == {"repeat": 2, "transfer_to": "100", "record_s": 10}
    assert console.is_clean()


def fill_when(page: Page) -> None:
    opened(page, "When")
    page.get_by_label("At a time").check()
    expect(figures(page)).to_contain_text("when it begins")
    page.get_by_label("Begin at").fill("2031-05-06T10:30")
    page.get_by_label("Call only in certain hours").check()
    page.get_by_label("From", exact=True).fill("10:00")
    page.get_by_label("Until", exact=True).fill("00:00")
    page.get_by_label("Sat").uncheck()
    page.get_by_label("Sun").uncheck()
    page.get_by_label("Time zone").fill("Toky")
    expect(figures(page)).to_contain_text("the time zone")
    page.get_by_label("Time zone").fill("Asia/Tokyo")


def fill_how(page: Page) -> None:
    opened(page, "Speed")
    page.get_by_label("Calls at once").fill("3")
    page.get_by_label("New calls a second").fill("0.5")
    opened(page, "Calling again")
    for outcome in ("When it was busy", "When nobody answered"):
        page.get_by_label(outcome).check()
    page.get_by_label("After how many minutes").first.fill("2.5")
    page.get_by_label("How many times more").first.fill("3")
    page.get_by_label("Calls to one person in all").fill("4")
    opened(page, "Message")
    page.get_by_label("How many times it is played").fill("2")
    page.get_by_label("Seconds between two times").fill("1.5")
    page.get_by_label("Seconds of silence before it").fill("0.5")
    page.get_by_label("Seconds of silence after it").fill("0")


def fill_keys_and_answers(page: Page) -> None:
    opened(page, "Keys")
    page.get_by_label("Key for “never call me again”").select_option("9")
    page.get_by_label("Sound that confirms it").select_option(index=1)
    page.get_by_label("How many keys to note").fill("2")
    page.get_by_label("Key that transfers the call").select_option("1")
    expect(figures(page)).to_contain_text("where calls are transferred to")
    page.get_by_label("Where to").fill("100")
    opened(page, "Voicemail")
    page.get_by_label("Leave the message after the beep").check()
    opened(page, "Recording")
    page.get_by_label("Seconds to record after the message").fill("10")
    expect(page.get_by_text("people must be told before they are recorded")).to_be_visible()
    page.get_by_label("Days until the recordings are deleted").fill("7")
    opened(page, "Advanced")
    page.get_by_label("How long it may ring").fill("25")
    page.get_by_label("Call again those whose call was cut").check()
    page.get_by_label("Speaks longer than").fill("2000")


def test_the_form_stays_when_the_view_is_left_and_can_be_cleared(console: Console) -> None:
    page = console.page
    console.go("dial", "New campaign")
    page.get_by_label("Name of the campaign").fill("Half done")
    page.get_by_label("Numbers", exact=True).check()
    page.get_by_label("Numbers, one a line").fill("+79440000010")
    console.go("sounds", "Sounds").go("dial", "New campaign")
    expect(page.get_by_label("Numbers, one a line")).to_have_value("+79440000010")
    page.reload()
    expect(page.get_by_label("Name of the campaign")).to_have_value("Half done")
    page.get_by_role("button", name="Clear the form").click()
    expect(page.get_by_label("Name of the campaign")).to_have_value("")
    assert console.is_clean()


def test_those_who_were_not_reached_are_called_again_with_the_same_settings(console: Console, service: Service, sound: str) -> None:
    page = console.page
    first = service.dial("sandbox", sound, ["+79440000010", "+79440000486", "+79440000404"], name="First", ring_timeout_s=8, repeat=3)
    service.finished(first)
    console.go(f"dial?from={first}&outcomes=busy,invalid_number", "New campaign")
    expect(page.get_by_text("The settings of “First”, and 2 of its numbers: busy, no such number.")).to_be_visible()
    expect(page.get_by_label("Name of the campaign")).to_have_value("First (again)")
    expect(page.get_by_label("Numbers, one a line")).to_have_value("+79440000486\n+79440000404")
    assert "from=" not in page.url
    page.get_by_role("button", name="Call 2 people").click()
    again = service.get(f"/campaigns/{campaign_of(page)}")
    assert (again["counts"]["total"], again["repeat"], again["ring_timeout_s"]) == (2, 3, 8)
    assert console.is_clean()


def test_a_trial_call_goes_to_one_number_and_is_watched(console: Console, service: Service, sound: str, sent: list[dict[str, Any]]) -> None:
    page = console.page
    console.go(f"dial?sound={sound}&gateway=sandbox", "New campaign")
    page.get_by_label("Name of the campaign").fill("Big one")
    page.get_by_role("button", name="Call me first").click()
    dialog = page.get_by_role("dialog", name="Call me first")
    dialog.get_by_label("Your number").fill("8 944 000-01-01")
    assert console.axe() == []
    dialog.get_by_role("button", name="Call this number").click()
    expect(dialog.get_by_text("Delivered")).to_be_visible()
    expect(dialog.get_by_text("0:01 of 0:01 was played.")).to_be_visible()
    dialog.get_by_role("button", name="Close").last.click()
    expect(page.get_by_label("Name of the campaign")).to_have_value("Big one")
    assert (sent[0]["numbers"], sent[0]["name"]) == (["8 944 000-01-01"], "Trial: Big one")
    assert service.get("/campaigns", limit=1)["items"][0]["name"] == "Trial: Big one"
    assert console.is_clean()


def test_a_start_without_an_answer_is_not_made_twice(console: Console, service: Service, people: str) -> None:
    page = console.page
    console.go(f"dial?callbase={people}&gateway=sandbox", "New campaign")
    page.get_by_label("Name of the campaign").fill("Only once")

    def lost(route: Route) -> None:
        route.fetch()  # the service has it, and the answer is lost on its way
        route.abort()

    page.route("**/dial", lost)
    page.get_by_role("button", name="Call 2 people").click()
    expect(page.get_by_text("No answer came")).to_be_visible()
    page.unroute("**/dial")
    page.get_by_role("button", name="Call 2 people").click()
    campaign_of(page)
    assert len(service.get("/campaigns", q="Only once")["items"]) == 1


def test_a_double_click_starts_once(console: Console, service: Service, people: str) -> None:
    page = console.page
    console.go(f"dial?callbase={people}&gateway=sandbox", "New campaign")
    page.get_by_label("Name of the campaign").fill("Double click")
    page.get_by_role("button", name="Call 2 people").dblclick()
    campaign_of(page)
    page.wait_for_load_state("networkidle")
    assert len(service.get("/campaigns", q="Double click")["items"]) == 1


def test_calls_that_cost_are_asked_about_first(console: Console, service: Service, people: str, sent: list[dict[str, Any]]) -> None:
    page = console.page
    gateway = service.gateway(9, name="Provider")
    console.go(f"dial?gateway={gateway}", "New campaign")
    page.get_by_label("Numbers", exact=True).check()
    page.get_by_label("Numbers, one a line").fill("\n".join(f"+7912345{n:04d}" for n in range(101)))
    page.get_by_role("button", name="Call 101 people").click()
    question = page.get_by_role("dialog", name="Call 101 people?")
    expect(question).to_contain_text("“Provider”")
    question.get_by_role("button", name="Cancel").click()
    expect(question).to_have_count(0)
    assert sent == []
    assert console.is_clean()


def test_what_the_gateway_may_not_call_and_that_it_is_down_is_told(console: Console, service: Service, people: str) -> None:
    page = console.page
    gateway = service.gateway(9, name="British", allowed_prefixes=["+44"])
    console.go(f"dial?callbase={people}&gateway={gateway}", "New campaign")
    told = figures(page)
    expect(told).to_contain_text("Nobody would be called.")
    expect(told).to_contain_text("3 numbers are not allowed for this gateway")
    expect(page.get_by_role("button", name="Start the campaign")).to_be_disabled()
    down = {
        **service.get(f"/gateways/{gateway}/status"),
        "breaker": {"state": "open", "reason": "the gateway does not answer", "since": None, "next_try_at": None},
    }
    page.route("**/status", lambda route: route.fulfill(json=down))
    page.get_by_label("Through which gateway").select_option("Sandbox")
    page.get_by_label("Through which gateway").select_option("British")
    expect(page.get_by_text("Does not work")).to_be_visible()
    expect(page.get_by_text("the gateway does not answer")).to_be_visible()
    assert console.axe() == []
    assert console.is_clean()


def test_closed_hours_are_told(console: Console, people: str) -> None:
    page = console.page
    console.go(f"dial?callbase={people}&gateway=sandbox", "New campaign")
    opened(page, "When")
    page.get_by_label("Call only in certain hours").check()
    for day in ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"):
        page.get_by_label(day).uncheck()
    expect(figures(page)).to_contain_text("the days of the week")
    tomorrow = page.evaluate("['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat'][(new Date().getDay() + 2) % 7]")
    page.get_by_label(tomorrow).check()
    expect(page.get_by_text("The hours are closed now. Calls begin at")).to_be_visible()
    expect(page.get_by_role("button", name="Call 2 people")).to_be_enabled()
    assert console.is_clean()


def test_faults_that_the_service_finds_are_told_at_their_fields(console: Console, people: str) -> None:
    page = console.page
    console.go(f"dial?callbase={people}&gateway=sandbox", "New campaign")
    opened(page, "Advanced")
    page.get_by_label("How long it may ring").fill("3")
    opened(page, "Advanced")
    fault = page.locator(".field.wrong .error")
    expect(fault).to_be_visible()  # the section opens by itself
    expect(fault).to_contain_text("5")
    expect(figures(page)).to_contain_text("Something is not right yet")
    page.get_by_label("How long it may ring").fill("30")
    expect(fault).to_have_count(0)
    expect(page.get_by_role("button", name="Call 2 people")).to_be_enabled()


def test_the_sound_can_be_heard(console: Console, sound: str) -> None:
    page = console.page
    console.go(f"dial?sound={sound}", "New campaign")
    with page.expect_request(lambda request: "rendering=phone" in request.url):
        page.get_by_role("button", name="Play Message").click()
    expect(page.get_by_role("button", name="Stop Message")).to_be_visible()
    expect(page.get_by_role("button", name="Play Message")).to_be_visible()  # it is at its end
    assert console.is_clean()


def test_without_estimates_it_can_be_started_all_the_same(console: Console, service: Service, people: str) -> None:
    page = console.page
    page.route("**/dial/estimate", lambda route: route.fulfill(status=404, json={"code": "not_found", "detail": "There is nothing here."}))
    console.go(f"dial?callbase={people}&gateway=sandbox", "New campaign")
    expect(figures(page)).to_contain_text("It can't be told beforehand")
    expect(page.get_by_role("alert")).to_have_count(0)
    page.get_by_role("button", name="Start the campaign").click()
    assert service.get(f"/campaigns/{campaign_of(page)}")["counts"]["total"] == 3


def test_with_the_keyboard_alone(console: Console, service: Service, people: str) -> None:
    page = console.page
    console.go(f"dial?callbase={people}&gateway=sandbox", "New campaign")
    page.get_by_label("Name of the campaign").focus()
    page.keyboard.type("By keyboard")
    page.locator("summary").first.focus()
    page.keyboard.press("Enter")
    expect(page.get_by_label("Call only in certain hours")).to_be_visible()
    button = page.get_by_role("button", name="Call 2 people")
    expect(button).to_be_enabled()
    for _ in range(60):
        if button.evaluate("(element) => element === document.activeElement"):
            break
        page.keyboard.press("Tab")
    expect(button).to_be_focused()
    page.keyboard.press("Enter")
    assert service.get(f"/campaigns/{campaign_of(page)}")["name"] == "By keyboard"
    assert console.is_clean()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_on_a_phone_in_russian_with_everything_open(tab: Tabs, people: str, scheme: str) -> None:
    console = tab(PHONE, color_scheme=scheme).log_in()
    page = console.page
    page.evaluate("""async () => (await import("/assets/language.js")).setLanguage("ru")""")
    console.go(f"dial?callbase={people}&gateway=sandbox", "Новая кампания")
    for summary in page.locator("summary").all():
        summary.click()
    for label in ("Звонить только в определённые часы", "Если было занято"):
        page.get_by_label(label).check()
    expect(page.get_by_role("button", name="Позвонить 2 людям")).to_be_visible()
    assert console.axe() == []
    assert not console.is_too_wide()
    assert console.is_clean()
