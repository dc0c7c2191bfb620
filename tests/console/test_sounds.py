"""Sounds: uploaded, recorded, listened to, used, deleted."""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from playwright.sync_api import FilePayload, Page, Route, expect

from tests.browser import PHONE
from tests.console.tab import Console
from tests.e2e.service import Service, until, wav

Tabs = Callable[..., Console]
RATE = 8000
QUICK_S = 4.0


def voice(seconds: float) -> np.ndarray:
    """Something that a telephone plays: tones that come and go."""
    time_s = np.arange(int(RATE * seconds)) / RATE
    return (9000 * np.sin(2 * np.pi * 600 * time_s) * np.abs(np.sin(2 * np.pi * time_s))).astype(np.int16)


@pytest.fixture
def sound(service: Service) -> str:
    """A sound of two seconds; its id."""
    return service.sound(voice(2))


def drawn(page: Page) -> int:
    """How many columns of the waveform have something in them."""
    columns: int = page.evaluate("""() => {
        const canvas = document.querySelector(".waveform canvas");
        const { data, width, height } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
        const has = (x) => Array.from({ length: height }, (_, y) => data[(y * width + x) * 4 + 3]).some(Boolean);
        return Array.from({ length: width }, (_, x) => has(x)).filter(Boolean).length;
    }""")
    return columns


def position(page: Page) -> float:
    return float(page.get_by_role("slider", name="Where it plays").get_attribute("aria-valuenow") or "nan")


def test_a_file_is_uploaded_listened_to_renamed_and_deleted(console: Console, service: Service, tmp_path: Path) -> None:
    page = console.page
    console.go("sounds", "Sounds")
    file = tmp_path / "spring_offer.wav"
    file.write_bytes(wav(voice(3)))
    page.locator("input[type=file]").set_input_files(file)
    dialog = page.get_by_role("dialog", name="Upload a sound")
    expect(dialog.get_by_label("Name")).to_have_value("spring offer")
    assert console.axe() == []
    dialog.get_by_role("button", name="Save the sound").click()
    expect(page.get_by_role("heading", level=1, name="spring offer")).to_be_visible()
    made = service.get("/audio")["items"][0]
    assert (made["name"], made["duration_ms"]) == ("spring offer", 3000)
    _listen(page)
    _download_both(page, service, made["id"])
    page.get_by_role("button", name="Rename").click()
    page.get_by_role("dialog").get_by_label("Name").fill("Summer offer")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1, name="Summer offer")).to_be_visible()
    expect(page.get_by_role("link", name="Use in a campaign")).to_have_attribute("href", f"#/dial?sound={made['id']}")
    page.get_by_role("button", name="Delete").click()
    page.get_by_role("dialog", name="Delete Summer offer?").get_by_role("button", name="Delete").click()
    expect(page.get_by_role("heading", level=1, name="Sounds")).to_be_visible()
    assert made["id"] not in [one["id"] for one in service.get("/audio")["items"]]
    assert console.is_clean()


def _listen(page: Page) -> None:
    slider = page.get_by_role("slider", name="Where it plays")
    expect(slider).to_have_attribute("aria-valuemax", "3")
    page.get_by_role("button", name="Play", exact=True).click()
    expect(page.get_by_role("button", name="Pause", exact=True)).to_be_visible()
    until(lambda: position(page) > 0.3, 5, "it plays")
    assert drawn(page) > 300
    page.get_by_role("button", name="Pause", exact=True).click()
    slider.press("End")
    slider.press("ArrowLeft")
    assert position(page) == pytest.approx(2.0, abs=0.15)
    page.get_by_label("The original").check()
    expect(page.get_by_role("button", name="Play", exact=True)).to_be_enabled()
    until(lambda: page.evaluate("document.querySelector('.player audio').currentTime > 1.8"), 5, "the other take goes on at the same place")
    slider.press("Home")
    box = slider.bounding_box()
    assert box
    slider.click(position={"x": box["width"] / 2, "y": 10})
    assert position(page) == pytest.approx(1.5, abs=0.1)


def _download_both(page: Page, service: Service, sound: str) -> None:
    for button, rendering in (("Download the original", "original"), ("Download what the phone hears", "phone")):
        with page.expect_download() as download:
            page.get_by_role("button", name=button).click()
        content = service.http.get(f"/audio/{sound}/content", params={"rendering": rendering}).content
        assert Path(download.value.path()).read_bytes() == content


def test_a_file_is_dropped_and_what_is_no_sound_is_refused(console: Console) -> None:
    page = console.page
    console.go("sounds", "Sounds")
    page.evaluate("""() => {
        const transfer = new DataTransfer();
        transfer.items.add(new File(["this is no sound"], "letter.mp3", { type: "audio/mpeg" }));
        document.querySelector(".drop").dispatchEvent(new DragEvent("drop", { dataTransfer: transfer, bubbles: true, cancelable: true }));
    }""")
    dialog = page.get_by_role("dialog", name="Upload a sound")
    expect(dialog.get_by_label("Name")).to_have_value("letter")
    dialog.get_by_role("button", name="Save the sound").click()
    expect(dialog.get_by_role("alert")).to_be_visible()
    expect(dialog.get_by_role("button", name="Save the sound")).to_be_enabled()
    console.forget_errors()
    page.keyboard.press("Escape")
    expect(dialog).to_have_count(0)
    assert console.is_clean()


def test_an_upload_is_stopped(console: Console, service: Service) -> None:
    before = service.get("/audio")["items"]
    page = console.page
    console.go("sounds", "Sounds")
    page.route("**/audio", lambda route: None if route.request.method == "POST" else route.fallback())  # it never ends
    page.locator("input[type=file]").set_input_files(FilePayload(name="a.wav", mimeType="audio/wav", buffer=wav(voice(1))))
    dialog = page.get_by_role("dialog", name="Upload a sound")
    dialog.get_by_role("button", name="Save the sound").click()
    expect(dialog.get_by_role("progressbar")).to_be_visible()
    expect(dialog.get_by_role("button", name="Save the sound")).to_be_disabled()
    with page.expect_event("requestfailed"):
        dialog.get_by_role("button", name="Cancel").click()
    expect(dialog).to_have_count(0)
    assert service.get("/audio")["items"] == before
    assert console.is_clean()


def test_an_upload_without_an_answer_is_sent_again_with_its_key(console: Console, service: Service) -> None:
    keys: list[str | None] = []

    def answer(route: Route) -> None:
        if route.request.method != "POST":
            return route.fallback()
        keys.append(route.request.headers.get("idempotency-key"))
        return route.abort() if len(keys) == 1 else route.continue_()

    page = console.page
    console.go("sounds", "Sounds")
    page.route("**/audio", answer)
    page.locator("input[type=file]").set_input_files(FilePayload(name="twice.wav", mimeType="audio/wav", buffer=wav(voice(1))))
    save = page.get_by_role("button", name="Save the sound")
    save.click()
    expect(page.get_by_role("alert")).to_contain_text("The service does not answer.")
    save.click()
    expect(page.get_by_role("heading", level=1, name="twice")).to_be_visible()
    assert keys[0]
    assert keys == [keys[0]] * 2
    console.forget_errors()
    assert console.is_clean()


def test_the_list_plays_what_the_phone_hears(console: Console, sound: str) -> None:
    page = console.page
    console.go("sounds", "Sounds")
    with page.expect_response(lambda answer: f"/audio/{sound}/content?rendering=phone" in answer.url):
        page.get_by_role("button", name="Play Message").first.click()
    expect(page.get_by_role("button", name="Stop Message")).to_be_visible()
    expect(page.get_by_role("button", name="Stop Message")).to_have_count(0)  # it has come to its end
    assert console.is_clean()


def test_a_message_is_recorded_with_the_keyboard_alone(console: Console, service: Service) -> None:
    page = console.page
    console.go("sounds", "Sounds")
    page.get_by_role("button", name="Record with the microphone").focus()
    page.keyboard.press("Enter")
    page.get_by_role("button", name="Start recording").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("meter", name="Level")).to_be_visible()
    expect(page.get_by_role("button", name="Stop", exact=True)).to_be_focused()
    assert console.axe() == []
    until(lambda: int(page.get_by_role("meter").get_attribute("aria-valuenow") or 0) > 30, 5, "the browser's beep is heard")
    expect(page.get_by_role("timer")).to_contain_text("0:02")
    page.keyboard.press("Enter")
    name = page.get_by_role("dialog").get_by_label("Name")
    expect(name).to_have_value(re.compile("Recording .+"))
    expect(page.get_by_role("button", name="Record again")).to_be_visible()
    name.fill("Spoken")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1, name="Spoken")).to_be_visible()
    made = service.get("/audio")["items"][0]
    assert (made["name"], made["channels"], made["format"]) == ("Spoken", 1, "wav")
    assert 1400 < made["duration_ms"] < 6000
    phone = service.http.get(f"/audio/{made['id']}/content", params={"rendering": "phone"}).content
    assert np.abs(np.frombuffer(phone[44:], "<i2")).max() > 1000
    assert console.is_clean()


@pytest.mark.parametrize(
    ("script", "words"),
    [
        ("Object.defineProperty(window, 'isSecureContext', { get: () => false })", "only over HTTPS, or on this very computer"),
        (
            "navigator.mediaDevices.getUserMedia = async () => { throw new DOMException('', 'NotAllowedError') }",
            "does not let this page use",
        ),
        ("navigator.mediaDevices.getUserMedia = async () => { throw new DOMException('', 'NotFoundError') }", "No microphone was found"),
    ],
)
def test_without_a_microphone_it_says_why(tab: Tabs, script: str, words: str) -> None:
    console = tab()
    console.page.add_init_script(script)
    page = console.log_in().page
    console.go("sounds", "Sounds")
    page.get_by_role("button", name="Record with the microphone").click()
    if "getUserMedia" in script:
        page.get_by_role("button", name="Start recording").click()
    expect(page.get_by_role("dialog")).to_contain_text(words)
    assert console.is_clean()


def test_a_sound_that_a_campaign_plays_stays(console: Console, service: Service, sound: str) -> None:
    campaign = service.dial("sandbox", sound, ["+79440001111"], start_at="2099-01-01T00:00:00.000Z")
    page = console.page
    console.go(f"sounds/{sound}")
    page.get_by_role("button", name="Delete").click()
    page.get_by_role("dialog").get_by_role("button", name="Delete").click()
    expect(page.get_by_text("A campaign that has not ended plays this sound")).to_be_visible()
    console.forget_errors()
    assert console.axe() == []
    assert service.get(f"/audio/{sound}")["id"] == sound
    assert service.http.post(f"/campaigns/{campaign}/cancel").status_code == 200


def test_ten_minutes_are_drawn_quickly(console: Console, service: Service) -> None:
    long = service.sound(np.tile(voice(10), 60))
    page = console.page
    started = time.monotonic()
    console.go(f"sounds/{long}")
    expect(page.get_by_role("button", name="Play", exact=True)).to_be_enabled()
    expect(page.get_by_role("slider", name="Where it plays")).to_have_attribute("aria-valuemax", "600")
    until(lambda: page.evaluate("document.querySelector('.waveform canvas').width > 300"), 5, "it is drawn")
    took = time.monotonic() - started
    assert drawn(page) > 300
    assert took < QUICK_S
    took = page.evaluate("""async () => {
        const { peaksOf } = await import("/assets/sound/peaks.js");
        const samples = new Int16Array(4_800_000);
        const started = performance.now();
        peaksOf(samples, 1000);
        return performance.now() - started;
    }""")
    assert took < 500
    assert console.is_clean()


def test_a_phone_shows_it_whole(tab: Tabs, sound: str) -> None:
    console = tab(PHONE).log_in()
    for place in ("sounds", f"sounds/{sound}"):
        console.go(place)
        console.page.wait_for_load_state("networkidle")
        assert not console.is_too_wide()
        assert console.axe() == []
    assert console.is_clean()


def test_the_empty_list_says_what_to_do(tab: Tabs, service: Service) -> None:
    service.made("/users", json={"login": "newcomer", "password": "another long password"})
    console = tab(PHONE).log_in("newcomer", "another long password").go("sounds", "Sounds")
    expect(console.page.get_by_text("No sound yet. Add the message that people shall hear")).to_be_visible()
    assert console.axe() == []
    assert console.is_clean()
