"""Around the views: logging in and out, the menu, the languages, the themes, the policy."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from tests.browser import PHONE, WIDE
from tests.console.tab import Console
from tests.e2e.service import PASSWORD, Service, until

PLACES = ["campaigns", "dial", "callbases", "sounds", "gateways", "dnc", "users", "account"]
Tabs = Callable[..., Console]


def test_logging_in_and_out(tab: Tabs) -> None:
    console = tab()
    console.open("/")
    page = console.page
    expect(page.get_by_role("textbox", name="Login", exact=True)).to_be_focused()
    expect(page.get_by_role("status").first).to_have_text(re.compile(r"^Ready · 0 of 24 lines in use$"))
    assert console.axe() == []
    page.keyboard.type("admin")
    page.keyboard.press("Tab")
    page.keyboard.type("not the password")
    page.keyboard.press("Enter")
    expect(page.get_by_role("alert")).to_have_text("The login or the password is wrong.")
    console.forget_errors()
    page.locator("input[name=password]").fill(PASSWORD)
    page.get_by_role("button", name="Log in").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Campaigns")
    page.reload()
    expect(page.get_by_role("heading", level=1)).to_have_text("Campaigns")
    page.get_by_role("button", name="Log out").click()
    expect(page.get_by_role("textbox", name="Login", exact=True)).to_be_visible()
    page.reload()
    expect(page.get_by_role("textbox", name="Login", exact=True)).to_be_visible()
    assert page.evaluate("Object.keys(localStorage).filter((key) => key.includes('token'))") == []
    assert console.is_clean()


def test_logging_out_ends_all_tabs_and_their_tokens(tab: Tabs, service: Service) -> None:
    console = tab().log_in()
    token = console.page.evaluate("JSON.parse(localStorage.getItem('dozvon.tokens')).access")
    other = Console(console.page.context.new_page(), console.base)
    other.go("sounds", "Sounds")
    console.page.get_by_role("button", name="Log out").click()
    expect(other.page.get_by_role("button", name="Log in")).to_be_visible()
    # The page forgets the token first, and does not wait for the service's answer.
    mine = {"Authorization": f"Bearer {token}"}
    assert until(lambda: service.http.get("/users/me", headers=mine).status_code == 401, 5, "the token is ended")


def test_tokens_are_renewed_once_for_all_that_is_asked_at_the_same_moment(tab: Tabs) -> None:
    console = tab().log_in()
    page = console.page
    page.evaluate("""() => {
        const tokens = JSON.parse(localStorage.getItem("dozvon.tokens"));
        localStorage.setItem("dozvon.tokens", JSON.stringify({ ...tokens, until: Date.now() }));
    }""")
    console.requests.clear()
    page.evaluate("""async () => {
        const { get } = await import("/assets/api.js");
        await Promise.all([get("/users/me"), get("/gateways"), get("/audio"), get("/callbases"), get("/dnc")]);
    }""")
    assert sum(url.endswith("/oauth/token") for url in console.requests) == 1
    assert console.is_clean()


def test_a_token_that_was_ended_leads_to_the_login(tab: Tabs) -> None:
    console = tab().log_in()
    page = console.page
    page.evaluate("""async () => {
        const { refresh } = JSON.parse(localStorage.getItem("dozvon.tokens"));
        await fetch("/oauth/revoke", { method: "POST", body: new URLSearchParams({ token: refresh }) });
    }""")
    # No click: what the page asks for by itself may have found out already.
    console.open("/#/sounds")
    expect(page.get_by_role("button", name="Log in")).to_be_visible()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [WIDE, PHONE])
@pytest.mark.parametrize("locale", ["en-GB", "ru-RU"])
def test_every_view_is_clean_and_accessible(tab: Tabs, width: int, scheme: str, locale: str) -> None:
    console = tab(width, color_scheme=scheme, locale=locale)
    console.open("/")
    page = console.page
    page.locator("input[name=username]").fill("admin")
    page.locator("input[name=password]").fill(PASSWORD)
    page.keyboard.press("Enter")
    expect(page.locator(".shell")).to_be_visible()
    assert page.evaluate("document.documentElement.dataset.theme") == scheme
    assert page.evaluate("document.documentElement.lang") == locale[:2]
    for place in PLACES:
        console.go(place)
        page.wait_for_load_state("networkidle")
        assert console.axe() == [], place
        assert not console.is_too_wide(), place
    assert console.is_clean()


def test_both_languages_have_the_same_words(tab: Tabs) -> None:
    # Every file that brings words is loaded by the page, so its tables are all there.
    console = tab().log_in()
    tables = console.page.evaluate("""async () => {
        const { tables } = await import("/assets/language.js");
        return tables.map((table) => ({ en: table.en, ru: table.ru }));
    }""")
    assert len(tables) > 10
    for table in tables:
        assert table["en"].keys() == table["ru"].keys()
        for key, word in table["en"].items():
            russian = table["ru"][key]
            assert _names(word) == _names(russian), key
            if isinstance(word, dict):
                assert word.keys() >= {"one", "other"}, key
                assert russian.keys() >= {"one", "few", "many", "other"}, key


def _names(word: str | dict[str, str]) -> set[str]:
    text = word if isinstance(word, str) else " ".join(word.values())
    return set(re.findall(r"\{(\w+)\}", text))


def test_language_and_theme_are_chosen_and_kept(tab: Tabs) -> None:
    console = tab().log_in()
    page = console.page
    page.get_by_label("Language").select_option("ru")
    expect(page.get_by_role("heading", level=1)).to_have_text("Кампании")
    page.get_by_role("button", name="Цвета: как в системе").click()
    assert page.evaluate("document.documentElement.dataset.theme") == "light"
    page.get_by_role("button", name="Цвета: светлые").click()
    assert page.evaluate("document.documentElement.dataset.theme") == "dark"
    page.reload()
    expect(page.get_by_role("heading", level=1)).to_have_text("Кампании")
    assert page.evaluate("document.documentElement.dataset.theme") == "dark"


def test_the_menu_on_a_phone(tab: Tabs) -> None:
    console = tab(PHONE).log_in()
    page = console.page
    expect(page.get_by_role("link", name="Gateways")).to_be_hidden()
    page.get_by_role("button", name="Menu").click()
    page.get_by_role("link", name="Gateways").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Gateways")
    expect(page.get_by_role("link", name="Gateways")).to_be_hidden()


def test_the_keyboard_alone(tab: Tabs) -> None:
    console = tab().log_in()
    page = console.page
    page.locator("body").focus()
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="To the content")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("#content")).to_be_focused()
    page.get_by_role("link", name="Sounds").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1, name="Sounds")).to_be_focused()


def test_users_who_are_no_admins_see_no_users(tab: Tabs, service: Service) -> None:
    service.made("/users", json={"login": "olga", "name": "Olga", "password": "another long password"})
    console = tab().log_in("olga", "another long password")
    expect(console.page.get_by_role("link", name="Gateways")).to_be_visible()
    expect(console.page.get_by_role("link", name="Users")).to_have_count(0)
    console.go("users", "Campaigns")
    assert console.is_clean()


def test_the_service_is_not_ready_or_gone(tab: Tabs) -> None:
    console = tab().log_in()
    page = console.page
    starting = {"status": "starting", "version": "1", "lines": 0, "lines_in_use": 0}
    page.route("**/health", lambda route: route.fulfill(status=503, json=starting))
    expect(page.locator(".health")).to_have_text("Starting …")
    page.route("**/health", lambda route: route.abort())
    expect(page.locator(".health")).to_have_text("The service does not answer")


def test_the_policy_keeps_out_what_is_not_ours(tab: Tabs) -> None:
    console = tab().log_in()
    with console.page.expect_console_message(lambda message: "elsewhere.invalid" in message.text):
        console.page.evaluate("""() => {
            const script = document.createElement("script");
            script.textContent = "window.wasRun = true";
            const picture = document.createElement("img");
            picture.src = "https://elsewhere.invalid/picture.png";
            document.body.append(script, picture);
        }""")
    assert console.page.evaluate("window.wasRun") is None
    refused = [error for error in console.errors if "Content Security Policy" in error]
    assert len(refused) >= 2  # both were noted: a page without errors means something
