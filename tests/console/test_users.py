"""Users and the own account."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import Locator, expect

from tests.browser import PHONE
from tests.console.tab import Console
from tests.e2e.service import PASSWORD, Service
from tests.peers.signals import speech_like

Tabs = Callable[..., Console]
OTHER = "another long password"


@pytest.fixture(autouse=True)
def only_the_admin(service: Service) -> Iterator[None]:
    """Each test leaves the admin alone."""
    yield
    for one in service.get("/users")["items"]:
        if one["login"] != "admin":
            service.http.delete(f"/users/{one['uid']}")


def logs_in(service: Service, login: str, password: str) -> bool:
    form = {"grant_type": "password", "username": login, "password": password}
    return bool(service.http.post("/oauth/token", data=form).status_code == 200)


def headers(service: Service, login: str, password: str) -> dict[str, str]:
    form = {"grant_type": "password", "username": login, "password": password}
    return {"Authorization": f"Bearer {service.http.post('/oauth/token', data=form).json()['access_token']}"}


def row(console: Console, login: str) -> Locator:
    return console.page.get_by_role("row").filter(has=console.page.get_by_text(login, exact=True))


def test_a_user_is_added_with_a_made_password_that_is_shown_once(console: Console, tab: Tabs) -> None:
    page = console.page
    console.go("users", "Users")
    page.get_by_role("button", name="Add a user").click()
    dialog = page.get_by_role("dialog", name="Add a user")
    dialog.get_by_label("Login").fill("anna")
    dialog.get_by_label("Name optional").fill("Anna Petrova")
    dialog.get_by_role("button", name="Make one").click()
    assert console.axe() == []
    dialog.get_by_role("button", name="Add", exact=True).click()
    shown = page.get_by_role("dialog", name="Give this to anna")
    password = shown.get_by_label("Password").input_value()
    assert re.fullmatch(r"([a-z2-9]{5}-){3}[a-z2-9]{5}", password)
    assert console.axe() == []
    shown.get_by_role("button", name="I have it").click()
    expect(row(console, "anna")).to_contain_text("Anna Petrova")
    assert password not in page.content()
    other = tab().log_in("anna", password)
    expect(other.page.get_by_role("link", name="Anna Petrova")).to_be_visible()
    assert console.is_clean()
    assert other.is_clean()


def test_a_typed_password_must_be_the_same_twice_and_a_login_free(console: Console, service: Service) -> None:
    page = console.page
    console.go("users", "Users")
    page.get_by_role("button", name="Add a user").click()
    dialog = page.get_by_role("dialog", name="Add a user")
    dialog.get_by_label("Login").fill("admin")
    dialog.get_by_label("Password", exact=True).fill(OTHER)
    again = dialog.get_by_label("The same password again")
    again.fill("something else")
    expect(again).to_have_accessible_description("The two are not the same.")
    expect(dialog.get_by_role("button", name="Add", exact=True)).to_be_disabled()
    again.fill(OTHER)
    dialog.get_by_role("button", name="Add", exact=True).click()
    expect(dialog.get_by_label("Login")).to_have_accessible_description(re.compile("This login is taken"))
    console.forget_errors()
    dialog.get_by_label("Login").fill("boris")
    dialog.get_by_label("Role").select_option("admin")
    dialog.get_by_role("button", name="Add", exact=True).click()
    expect(row(console, "boris")).to_contain_text("Admin")
    assert logs_in(service, "boris", OTHER)
    assert console.is_clean()


def test_role_and_password_of_another_are_changed(console: Console, service: Service) -> None:
    service.made("/users", json={"login": "anna", "password": OTHER})
    token = headers(service, "anna", OTHER)
    page = console.page
    console.go("users", "Users")
    page.get_by_role("button", name="Change anna").click()
    dialog = page.get_by_role("dialog", name="Change anna")
    dialog.get_by_label("Role").select_option("admin")
    dialog.get_by_label("Comment optional").fill("Night shift")
    dialog.get_by_role("button", name="Save").click()
    expect(row(console, "anna")).to_contain_text("Night shift")
    expect(row(console, "anna")).to_contain_text("Admin")
    assert service.http.get("/users/me", headers=token).status_code == 200
    page.get_by_role("button", name="Set a new password for anna").click()
    dialog = page.get_by_role("dialog", name="New password for anna")
    dialog.get_by_label("Password", exact=True).fill("a third long password")
    dialog.get_by_label("The same password again").fill("a third long password")
    page.keyboard.press("Enter")
    expect(dialog).to_have_count(0)
    assert service.http.get("/users/me", headers=token).status_code == 401
    assert logs_in(service, "anna", "a third long password")
    assert console.is_clean()


def test_the_last_admin_stays_one(console: Console) -> None:
    page = console.page
    console.go("users", "Users")
    expect(row(console, "admin")).to_contain_text("you")
    expect(page.get_by_role("button", name="Delete admin")).to_have_count(0)
    page.get_by_role("button", name="Change admin").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("Role").select_option("user")
    dialog.get_by_role("button", name="Save").click()
    expect(dialog.get_by_label("Role")).to_have_accessible_description(re.compile("This is the last admin"))
    console.forget_errors()
    assert console.is_clean()


def test_deleting_says_what_goes_and_what_is_in_the_way(console: Console, service: Service) -> None:
    service.made("/users", json={"login": "anna", "password": OTHER})
    hers = headers(service, "anna", OTHER)
    sound = _sound_of(service, hers)
    body: dict[str, Any] = {"gateway_id": "sandbox", "audio_id": sound, "numbers": ["+79440001111"], "start_at": "2099-01-01T00:00:00.000Z"}
    campaign = service.http.post("/dial", json=body, headers=hers).json()["id"]
    page = console.page
    console.go("users", "Users")

    def delete() -> None:
        page.get_by_role("button", name="Delete anna").click()
        question = page.get_by_role("dialog", name="Delete the user anna?")
        expect(question).to_contain_text("campaigns with all their results")
        question.get_by_role("button", name="Delete the user and all of it").click()

    delete()
    expect(page.get_by_text("anna has a campaign that has not ended.")).to_be_visible()
    console.forget_errors()
    assert service.http.post(f"/campaigns/{campaign}/cancel", headers=hers).status_code == 200
    delete()
    expect(row(console, "anna")).to_have_count(0)
    assert not logs_in(service, "anna", OTHER)
    assert console.is_clean()


def _sound_of(service: Service, whose: dict[str, str]) -> str:
    mine = service.sound(speech_like(1.0))
    content = service.http.get(f"/audio/{mine}/content").content
    files = {"file": ("message.wav", content, "audio/wav")}
    return str(service.http.post("/audio", files=files, headers=whose).json()["id"])


def test_the_own_account(tab: Tabs, service: Service) -> None:
    service.made("/users", json={"login": "anna", "password": OTHER})
    elsewhere = headers(service, "anna", OTHER)
    console = tab().log_in("anna", OTHER).go("account", "My account")
    page = console.page
    page.get_by_label("Name", exact=True).fill("Anna Petrova")
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_role("link", name="Anna Petrova")).to_be_visible()
    page.get_by_label("New password").fill("a fourth long password")
    page.get_by_label("The same again").fill("a fourth long passwor")
    expect(page.get_by_role("button", name="Change the password")).to_be_disabled()
    page.get_by_label("The same again").fill("a fourth long password")
    page.get_by_role("button", name="Change the password").click()
    expect(page.get_by_text("Everywhere else you are logged out.")).to_be_visible()
    assert service.http.get("/users/me", headers=elsewhere).status_code == 401
    assert console.axe() == []
    console.go("sounds", "Sounds")  # still logged in
    console.go("account", "My account")
    page.get_by_label("Colours", exact=True).select_option("dark")
    assert page.evaluate("document.documentElement.dataset.theme") == "dark"
    page.locator("main").get_by_role("button", name="Log out").click()
    expect(page.get_by_role("button", name="Log in")).to_be_visible()
    assert logs_in(service, "anna", "a fourth long password")
    assert console.is_clean()


def test_on_a_phone(tab: Tabs, service: Service) -> None:
    service.made("/users", json={"login": "anna", "password": OTHER, "name": "A name that is much too long for one line of a phone"})
    console = tab(PHONE).log_in("admin", PASSWORD)
    page = console.page
    console.go("users", "Users")
    expect(page.get_by_role("button", name="Delete anna")).to_be_visible()
    assert not console.is_too_wide()
    page.get_by_role("button", name="Add a user").click()
    expect(page.get_by_role("dialog")).to_be_visible()
    assert not console.is_too_wide()
    assert console.axe() == []
    assert console.is_clean()
