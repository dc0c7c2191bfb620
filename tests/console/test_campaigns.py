"""Campaigns in the console: the list, one that runs, why it does not, and what came of it."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Callable
from datetime import datetime, timedelta, timezone
from typing import Any

import numpy as np
import pytest
from playwright.sync_api import Page, expect

from tests.browser import PHONE, WIDE
from tests.console.tab import Console
from tests.e2e.service import Service
from tests.peers.ports import free_port

Tabs = Callable[..., Console]

PEOPLE = """name;number
Анна Белова;+79440000010
Boris;+79440000011
Vera;+79440000486
Gleb;+79440000404
Dina;+79440000101
Egor;+79440000503
"""
DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


@pytest.fixture(scope="module")
def sound(service: Service) -> str:
    """A second of it; gives its id."""
    return service.sound((np.random.default_rng(1).normal(size=8000) * 3000).astype(np.int16))


@pytest.fixture(scope="module")
def long_sound(service: Service) -> str:
    """So long that a call stays live for a test; gives its id."""
    return service.sound((np.random.default_rng(2).normal(size=8000 * 20) * 3000).astype(np.int16))


@pytest.fixture(scope="module")
def finished(service: Service, sound: str) -> str:
    """A campaign of six people that has ended in five ways; gives its id."""
    files = {"file": ("people.csv", PEOPLE.encode(), "text/csv")}
    callbase = service.made("/callbases", data={"name": "Customers", "region": "RU"}, files=files)["id"]
    body = {"gateway_id": "sandbox", "audio_id": sound, "callbase_id": callbase, "name": "Six people", "collect_digits": 1}
    campaign = str(service.made("/dial", json=body)["id"])
    assert service.finished(campaign) == {"delivered": 3, "busy": 1, "invalid_number": 1, "failed": 1}
    return campaign


def badge(page: Page) -> Any:
    return page.locator(".heading .badge")


def card(page: Page, title: str) -> Any:
    return page.locator(".card").filter(has=page.get_by_role("heading", name=title, exact=True))


def test_before_the_first_campaign(tab: Tabs, service: Service) -> None:
    service.made("/users", json={"login": "new", "name": "New", "password": "another long password"})
    console = tab(PHONE).log_in("new", "another long password")
    page = console.page
    expect(page.get_by_role("heading", name="Your first campaign")).to_be_visible()
    steps = page.locator(".first-steps").get_by_role("heading", level=3)
    expect(steps).to_have_text([re.compile("A sound"), re.compile("A callbase"), re.compile("Dial")])
    assert console.axe() == []
    assert not console.is_too_wide()
    page.get_by_role("link", name="Add a sound").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Sounds")
    assert console.is_clean()


def test_a_campaign_is_watched_to_its_end(console: Console, service: Service, long_sound: str) -> None:
    numbers = ["+79440000010", "+79440000101", "+79440000486"]
    campaign = service.dial("sandbox", long_sound, numbers, name="Watched", collect_digits=1)
    console.go(f"campaigns/{campaign}", "Watched")
    page = console.page
    expect(badge(page)).to_have_text("Running")
    live = card(page, "Live calls")
    expect(live.locator(".badge", has_text="Talking")).to_have_count(2)
    expect(page.locator(".legend button", has_text="Being called")).to_contain_text("2")
    assert console.axe() == []
    for number in ("+79440000010", "+79440000101"):
        live.get_by_role("button", name=f"Hang up on {number}").click()
    expect(badge(page)).to_have_text("Completed")
    expect(live).to_have_count(0)
    expect(page.locator(".legend button", has_text="Heard in part")).to_contain_text("2")
    expect(page.get_by_role("img", name=re.compile(r"^Of 3 people: Heard in part 2, Busy 1$"))).to_be_visible()
    expect(card(page, "Keys pressed")).to_contain_text("Key 1")
    assert [url for url in console.requests if "/targets" in url and "limit=" not in url] == []
    assert console.is_clean()


def test_how_it_went_over_time(console: Console, finished: str) -> None:
    console.go(f"campaigns/{finished}", "Six people")
    page = console.page
    over_time = card(page, "Over time")
    expect(over_time.locator("canvas")).to_have_count(2)
    expect(over_time.get_by_role("img", name=re.compile("^Chart: 6 calls that ended from"))).to_be_visible()
    over_time.get_by_text("The same as a table").click()
    cells = [row.split("\t") for row in over_time.locator("tbody tr").all_inner_texts()]
    assert sum(int(row[1]) for row in cells) == 6
    headings = ["Time", "Started", "Delivered", "Busy", "No such number", "Failed", "Lines in use"]
    expect(over_time.get_by_role("columnheader")).to_have_text(headings)
    width = over_time.locator("canvas").first.bounding_box()
    page.set_viewport_size({"width": PHONE, "height": 800})
    expect(over_time.locator("canvas").first).not_to_have_js_property("clientWidth", round(width["width"]) if width else 0)
    assert not console.is_too_wide()
    assert console.is_clean()


def test_the_charts_take_the_colours_of_the_theme(console: Console, finished: str) -> None:
    console.go(f"campaigns/{finished}", "Six people")
    page = console.page
    expect(page.locator("canvas")).to_have_count(2)
    colours = """() => {
        const canvas = document.querySelector("canvas");
        return [...canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height).data].join();
    }"""
    light = page.evaluate(colours)
    assert any(int(value) for value in light.split(",")[:40_000])  # something is drawn
    page.get_by_role("button", name="Colours: as the system has them").click()
    page.get_by_role("button", name="Colours: light").click()
    expect(page.locator("canvas")).to_have_count(2)
    console.wait_until(f"(before) => ({colours})() !== before", light)
    assert console.is_clean()


def test_pausing_going_on_canceling_and_deleting(console: Console, service: Service, long_sound: str) -> None:
    numbers = [f"+7944000{n:04d}" for n in range(20, 60)]
    campaign = service.dial("sandbox", long_sound, numbers, name="Steered", max_lines=1)
    console.go(f"campaigns/{campaign}", "Steered")
    page = console.page
    page.get_by_role("button", name="Pause", exact=True).click()
    expect(badge(page)).to_have_text("Paused")
    waiting = card(page, "Why the others wait")
    expect(waiting).to_contain_text("39 people · The campaign is paused.")
    rows = page.locator(".results tbody tr")
    expect(rows).to_have_count(25)
    page.get_by_role("button", name="Next").click()
    expect(page.get_by_text("Page 2")).to_be_visible()
    expect(rows).to_have_count(15)
    waiting.get_by_role("button", name="Resume").click()
    expect(badge(page)).to_have_text("Running")
    expect(waiting).to_contain_text("All lines are in use.")

    page.get_by_role("button", name="Cancel", exact=True).click()
    question = page.get_by_role("dialog", name="Cancel the campaign?")
    expect(question).to_contain_text("1 call that is going on now is hung up at once")
    expect(question).to_contain_text("39 people who were not reached yet are not called any more.")
    assert console.axe() == []
    question.get_by_role("button", name="Don't cancel it").click()
    expect(badge(page)).to_have_text("Running")
    page.get_by_role("button", name="Cancel", exact=True).click()
    question.get_by_role("button", name="Cancel the campaign").click()
    expect(badge(page)).to_have_text("Canceled")

    page.get_by_role("button", name="Delete", exact=True).click()
    page.get_by_role("dialog").get_by_role("button", name="Delete the campaign").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Campaigns")
    expect(page.get_by_role("link", name="Steered")).to_have_count(0)
    assert service.http.get(f"/campaigns/{campaign}").status_code == 404
    assert console.is_clean()


def test_outside_of_the_hours(console: Console, service: Service, sound: str) -> None:
    tomorrow = DAYS[(datetime.now(timezone.utc) + timedelta(days=1)).weekday()]
    window = {"days": [tomorrow], "from": "09:00", "to": "20:00", "timezone": "UTC"}
    campaign = service.dial("sandbox", sound, ["+79440000010", "+79440000011"], name="Not now", window=window)
    console.go(f"campaigns/{campaign}", "Not now")
    waiting = card(console.page, "Why the others wait")
    expect(waiting).to_contain_text("2 people · It is outside of the hours.")
    expect(waiting).to_contain_text(f"It goes on tomorrow at 09:00. The hours: {tomorrow.title()}, 09:00–20:00 (UTC).")
    waiting.get_by_role("button", name="Show them").click()
    expect(console.page.get_by_role("button", name="Only those who wait: outside the hours")).to_be_visible()
    expect(console.page.locator(".results tbody tr")).to_have_count(2)
    console.go("campaigns")
    expect(console.page.get_by_role("row", name=re.compile("Not now"))).to_contain_text("outside the hours")
    assert console.is_clean()


def test_one_that_has_not_begun(console: Console, service: Service, sound: str) -> None:
    campaign = service.dial("sandbox", sound, ["+79440000010", "+79440000011"], name="Later", start_at="2099-01-01T08:00:00.000Z")
    console.go(f"campaigns/{campaign}", "Later")
    expect(badge(console.page)).to_have_text("Scheduled")
    waiting = card(console.page, "Why the others wait")
    expect(waiting).to_contain_text("2 people · It has not begun yet.")
    expect(console.page.locator(".results tbody tr").first).to_contain_text("it has not begun yet")
    waiting.get_by_role("button", name="Show them").click()
    expect(console.page.get_by_role("button", name="Only those who wait: it has not begun yet")).to_be_visible()
    assert console.is_clean()


def test_a_gateway_that_does_not_work(console: Console, service: Service, sound: str) -> None:
    gateway = service.gateway(free_port(), name="Dead", transport="tcp")
    campaign = service.dial(gateway, sound, ["+74951234567", "+74951234568"], name="Held up")
    console.go(f"campaigns/{campaign}", "Held up")
    page = console.page
    notice = page.locator(".notice.warning")
    expect(notice).to_contain_text("The gateway “Dead” does not work")
    expect(notice).to_contain_text("the gateway can't be reached")
    expect(card(page, "Why the others wait")).to_contain_text("2 people · The gateway does not work.")
    assert console.axe() == []
    notice.get_by_role("button", name="Resume the gateway").click()
    expect(page.locator(".toast")).to_contain_text("The gateway is resumed.")
    assert service.http.post(f"/campaigns/{campaign}/cancel").status_code == 200
    expect(badge(page)).to_have_text("Canceled")
    assert console.is_clean()


def test_the_people_and_their_calls(console: Console, finished: str) -> None:
    console.go(f"campaigns/{finished}", "Six people")
    page = console.page
    rows = page.locator(".results tbody tr")
    expect(rows).to_have_count(6)
    page.locator(".legend button", has_text="Busy").click()
    expect(rows).to_have_count(1)
    expect(rows).to_contain_text("Vera")
    assert "outcome=busy" in page.url
    page.reload()  # the address tells it all
    expect(rows).to_have_count(1)
    page.get_by_label("Outcome", exact=True).select_option("")
    page.get_by_label("Search by name or number").fill("белова")
    expect(rows).to_have_count(1)
    expect(rows).to_contain_text("Анна Белова")
    page.get_by_label("Search by name or number").fill("8 944 000-05-03")
    expect(rows).to_contain_text("Egor")
    page.get_by_role("button", name="Details of Egor").click()
    person = page.get_by_role("dialog", name="Egor")
    expect(person).to_contain_text("503 Service Unavailable")
    assert console.axe() == []
    person.get_by_role("button", name=re.compile("Details of the call")).click()
    call = page.get_by_role("dialog", name="Call to +7 944 000-05-03")
    expect(call).to_contain_text("The network could not place the call.")
    expect(call).to_contain_text("The gateway or the network is overloaded, or out of lines.")
    expect(call).to_contain_text("34: no circuit available")
    assert console.axe() == []
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_have_count(0)
    page.get_by_label("Search by name or number").fill("nobody at all")
    expect(page.get_by_text("Nobody fits these filters.")).to_be_visible()
    page.get_by_role("button", name="Clear the filters").click()
    expect(rows).to_have_count(6)
    assert console.is_clean()


def test_by_keyboard_to_a_call_and_back(console: Console, finished: str) -> None:
    console.go(f"campaigns/{finished}", "Six people")
    page = console.page
    page.get_by_role("tab", name="People").focus()
    page.keyboard.press("ArrowRight")
    expect(page.get_by_role("tab", name="Calls")).to_be_focused()
    expect(page.get_by_role("tab", name="Calls")).to_have_attribute("aria-selected", "true")
    opener = page.locator(".results tbody tr").first.get_by_role("button")
    opener.focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("dialog")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_have_count(0)
    expect(opener).to_be_focused()
    page.get_by_label("Outcome", exact=True).select_option("delivered")
    expect(page.locator(".results tbody tr")).to_have_count(3)
    assert console.is_clean()


@pytest.mark.parametrize("tab_name", ["People", "Calls"])
def test_exporting_what_is_filtered(console: Console, finished: str, tab_name: str) -> None:
    console.go(f"campaigns/{finished}", "Six people")
    page = console.page
    page.get_by_role("tab", name=tab_name).click()
    page.get_by_label("Outcome", exact=True).select_option("busy")
    expect(page.locator(".results tbody tr")).to_have_count(1)
    with page.expect_download() as downloading:
        page.get_by_role("button", name="Save as CSV").click()
    lines = downloading.value.path().read_text("utf-8").splitlines()
    assert len(lines) == 2
    assert "+79440000486" in lines[1]
    assert downloading.value.suggested_filename == f"Six_people-{'targets' if tab_name == 'People' else 'calls'}.csv"
    with page.expect_download() as downloading:
        page.get_by_role("button", name="Save as Excel").click()
    workbook = zipfile.ZipFile(io.BytesIO(downloading.value.path().read_bytes()))
    assert workbook.testzip() is None
    assert "xl/workbook.xml" in workbook.namelist()
    assert console.is_clean()


def test_a_recording_is_listened_to(console: Console, service: Service, sound: str) -> None:
    campaign = service.dial("sandbox", sound, ["+79440000002"], name="Recorded", record_s=2)
    service.finished(campaign)
    console.go(f"campaigns/{campaign}?tab=calls", "Recorded")
    page = console.page
    page.locator(".results tbody tr").first.get_by_role("button").click()
    page.get_by_role("button", name=re.compile("^Listen")).click()
    player = page.locator("audio")
    expect(player).to_be_visible()
    console.wait_until("() => document.querySelector('audio').duration > 0.5")
    with page.expect_download() as downloading:
        page.get_by_role("button", name="Save the recording").click()
    assert downloading.value.path().read_bytes().startswith(b"RIFF")
    assert console.is_clean()


def test_calling_again_those_who_were_not_reached(console: Console, finished: str) -> None:
    console.go(f"campaigns/{finished}", "Six people")
    page = console.page
    page.get_by_role("button", name="Call again those who were not reached").click()
    dialog = page.get_by_role("dialog", name="Call again")
    expect(dialog).to_contain_text("2 people are chosen.")
    dialog.get_by_label("Failed: 1").uncheck()
    expect(dialog).to_contain_text("1 person is chosen.")
    dialog.get_by_label("No such number: 1").check()
    link = dialog.get_by_role("link", name="To the new campaign")
    expect(link).to_have_attribute("href", f"#/dial?from={finished}&outcomes=busy%2Cinvalid_number")
    link.click()
    expect(page.get_by_role("heading", level=1)).to_have_text("New campaign")


def test_the_list_is_filtered_and_keeps_up(console: Console, service: Service, finished: str, sound: str) -> None:
    console.go("campaigns", "Campaigns")
    page = console.page
    row = page.get_by_role("row", name=re.compile("Six people"))
    expect(row).to_contain_text("Completed")
    expect(row).to_contain_text("6 of 6")
    expect(row.get_by_role("img", name="Delivered: 3, Busy: 1, No such number: 1, Failed: 1")).to_be_visible()
    service.dial("sandbox", sound, ["+79440000010"], name="Came later")
    later = page.get_by_role("row", name=re.compile("Came later"))
    expect(later).to_contain_text("Completed")  # without a reload
    page.get_by_label("Search by name").fill("six")
    expect(later).to_have_count(0)
    expect(row).to_be_visible()
    page.get_by_label("State").select_option("paused")
    expect(page.get_by_text("No campaign fits these filters.")).to_be_visible()
    page.reload()
    expect(page.get_by_text("No campaign fits these filters.")).to_be_visible()
    page.get_by_role("button", name="Clear the filters").click()
    expect(later).to_be_visible()
    assert console.is_clean()


@pytest.mark.parametrize(("width", "scheme", "locale"), [(PHONE, "dark", "ru-RU"), (PHONE, "light", "en-GB"), (WIDE, "dark", "en-GB")])
def test_accessible_in_every_size_and_colour(tab: Tabs, finished: str, width: int, scheme: str, locale: str) -> None:
    console = tab(width, color_scheme=scheme, locale="en-GB").log_in()
    console.page.evaluate(f"localStorage.setItem('dozvon.language', '\"{locale[:2]}\"')")
    for route in ("campaigns", f"campaigns/{finished}?tab=calls"):
        console.go(route)
        console.page.reload()
        expect(console.page.locator("tbody tr").first).to_be_visible()
        for folded in console.page.locator("summary").all():
            folded.click()
        assert console.axe() == [], route
        assert not console.is_too_wide(), route
    assert console.is_clean()


def test_a_campaign_that_is_not_there(console: Console) -> None:
    console.go("campaigns/nobody-knows-it", "Campaign")
    expect(console.page.get_by_role("alert")).to_contain_text("There is no such campaign.")
    expect(console.page.locator("main").get_by_role("link", name="Campaigns")).to_be_visible()
