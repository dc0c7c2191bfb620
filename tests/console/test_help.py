"""The pages at /help in Chromium: found, read, searched in both languages, without the internet and without a log-in."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from tests.browser import PHONE, WIDE
from tests.console.tab import Console

Tabs = Callable[..., Console]


@pytest.mark.parametrize(
    ("start", "box", "typed", "title"),
    [
        ("/help/", "Search", "voicemail", "Voicemail and recordings"),
        ("/help/ru/", "Поиск", "автоответчик", "Автоответчики и запись"),
    ],
)
def test_a_page_is_found_by_searching(tab: Tabs, start: str, box: str, typed: str, title: str) -> None:
    console = tab()
    console.open(start)
    page = console.page
    page.get_by_role("textbox", name=box).click()
    page.keyboard.type(typed)
    page.keyboard.press("End")  # a key that is none of an English keyboard is typed without being pressed
    found = page.locator(".md-search-result__link").first
    expect(found).to_contain_text(title)
    found.click()
    expect(page.get_by_role("heading", level=1)).to_contain_text(title)
    assert console.is_clean()


@pytest.mark.parametrize(
    ("path", "width", "scheme"),
    [
        ("/help/lists/", WIDE, "light"),
        ("/help/lists/", PHONE, "dark"),
        ("/help/ru/gateways/", PHONE, "light"),
        ("/help/ru/gateways/", WIDE, "dark"),
    ],
)
def test_a_page_is_readable(tab: Tabs, path: str, width: int, scheme: str) -> None:
    console = tab(width, color_scheme=scheme)
    console.open(path)
    expect(console.page.locator("body")).to_have_attribute("data-md-color-scheme", "slate" if scheme == "dark" else "default")
    assert not console.is_too_wide()
    assert console.axe() == []
    assert console.is_clean()


def test_the_scheme_and_the_language_are_changed_and_kept(tab: Tabs) -> None:
    console = tab(color_scheme="light")
    console.open("/help/lists/")
    page = console.page
    page.locator("label[title=Dark]").click()
    page.get_by_role("link", name="По-русски").click()
    page.wait_for_url("**/help/ru/lists/")
    expect(page.get_by_role("heading", level=1)).to_contain_text("Списки")
    expect(page.locator("html")).to_have_attribute("lang", "ru")
    expect(page.locator("body")).to_have_attribute("data-md-color-scheme", "slate")
    page.get_by_role("link", name="In English").click()
    page.wait_for_url("**/help/lists/")
    assert console.is_clean()


def test_a_sample_is_saved_and_not_shown(tab: Tabs) -> None:
    console = tab()
    console.open("/help/lists/")
    with console.page.expect_download() as caught:
        console.page.get_by_role("link", name="people.txt").click()
    assert caught.value.suggested_filename == "people.txt"


def test_the_console_leads_here_and_back(tab: Tabs) -> None:
    console = tab()
    console.open("/")
    console.page.get_by_role("link", name="Help").click()
    expect(console.page.get_by_role("heading", level=1)).to_contain_text("Help")
    console.page.get_by_role("link", name="Dozvon").first.click()
    expect(console.page.get_by_role("button", name="Log in")).to_be_visible()
    assert console.is_clean()
