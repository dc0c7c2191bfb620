"""The do-not-call list: typed, pasted, from a file, searched, taken off."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import FilePayload, Page, expect

from tests.browser import PHONE
from tests.console.tab import Console
from tests.e2e.service import Service

Tabs = Callable[..., Console]


@pytest.fixture(autouse=True)
def empty(service: Service) -> Iterator[None]:
    """Each test begins with nobody on the list."""
    yield
    for number in entered(service):
        service.http.delete(f"/dnc/{number}")


def entered(service: Service) -> list[str]:
    found, cursor = [], ""
    while cursor is not None:
        page = service.get("/dnc", limit=1000, **({"cursor": cursor} if cursor else {}))
        found += [one["number"] for one in page["items"]]
        cursor = page["next_cursor"]
    return sorted(found)


def choose(page: Page, name: str, kind: str, content: bytes) -> None:
    page.locator("input[type=file]").set_input_files(FilePayload(name=name, mimeType=kind, buffer=content))


def test_pasted_numbers_are_added_and_bad_ones_named(console: Console, service: Service) -> None:
    page = console.page
    console.go("dnc", "Do not call")
    expect(page.get_by_text("Nobody is on the list yet.")).to_be_visible()
    expect(page.get_by_text("Everybody's entries are obeyed.")).to_be_visible()
    assert console.axe() == []
    page.get_by_label("Numbers", exact=True).fill("8 (912) 345-67-01, 12\n+7 912 345-67-02; abc")
    page.get_by_label("Why").fill("asked on the phone")
    page.get_by_role("button", name="Add", exact=True).click()
    expect(page.get_by_text("2 numbers are on the list.")).to_be_visible()
    refused = page.get_by_role("status").filter(has_text="2 numbers can't be read")
    expect(refused.get_by_role("listitem")).to_have_count(2)
    expect(refused).to_contain_text("abc")
    expect(page.get_by_role("row").filter(has_text="+7 912 345-67-02")).to_contain_text("asked on the phone")
    assert entered(service) == ["+79123456701", "+79123456702"]
    console.forget_errors()
    assert console.axe() == []
    assert console.is_clean()


def test_another_country(console: Console, service: Service) -> None:
    page = console.page
    console.go("dnc", "Do not call")
    page.get_by_label("Numbers", exact=True).fill("030 901820")
    page.get_by_label("Country of local numbers").select_option("DE")
    page.get_by_role("button", name="Add", exact=True).click()
    expect(page.get_by_text("1 number is on the list.")).to_be_visible()
    assert entered(service) == ["+4930901820"]
    assert console.is_clean()


@pytest.mark.parametrize("encoding", ["utf-8-sig", "cp1251", "utf-16"])
def test_a_table_is_read_by_its_heading(console: Console, service: Service, encoding: str) -> None:
    text = 'Имя;Дата;Телефон\r\nИван;01.02.2024;"8 (912) 345-67-03"\r\nПётр;02.02.2024;+7 912 345-67-04\r\n'
    page = console.page
    console.go("dnc", "Do not call")
    choose(page, "people.csv", "text/csv", text.encode(encoding))
    expect(page.get_by_text("people.csv: 2 numbers")).to_be_visible()
    page.get_by_role("button", name="Add", exact=True).click()
    expect(page.get_by_text("2 numbers are on the list.")).to_be_visible()
    assert entered(service) == ["+79123456703", "+79123456704"]
    assert console.is_clean()


def test_a_long_list_goes_in_pieces_and_its_bad_numbers_stop_nothing(console: Console, service: Service) -> None:
    good = [f"+7912{number:07d}" for number in range(2100)]
    bad = [f"+7{number:03d}" for number in range(150)]
    page = console.page
    console.go("dnc", "Do not call")
    choose(page, "long.txt", "text/plain", "\n".join([*good[:500], *bad, *good[500:]]).encode())
    page.get_by_label("Numbers", exact=True).fill("12345")
    page.get_by_role("button", name="Add", exact=True).click()
    expect(page.get_by_text("2,100 numbers are on the list.")).to_be_visible()
    expect(page.get_by_text("151 numbers can't be read")).to_be_visible()
    expect(page.get_by_role("button", name="Next")).to_be_enabled()
    assert entered(service) == good
    console.forget_errors()
    assert console.is_clean()


def test_a_file_without_numbers(console: Console) -> None:
    page = console.page
    console.go("dnc", "Do not call")
    choose(page, "people.xlsx", "application/zip", b"PK\x03\x04\x14\x00\x00\x00\x08\x00")
    expect(page.get_by_role("alert")).to_contain_text("There is no phone number in people.xlsx.")
    expect(page.get_by_role("button", name="Add", exact=True)).to_be_disabled()
    assert console.is_clean()


def test_search_and_allow_again(tab: Tabs, service: Service) -> None:
    service.made("/dnc", json={"numbers": ["+79123456705", "+79161234567"]})
    console = tab(PHONE).log_in()
    page = console.page
    console.go("dnc", "Do not call")
    page.get_by_role("searchbox", name="Search for a number").fill("8 916")
    expect(page.get_by_text("+7 916 123-45-67")).to_be_visible()
    expect(page.get_by_text("+7 912 345-67-05")).to_have_count(0)
    assert page.url.endswith("#/dnc?q=8+916")
    assert not console.is_too_wide()
    page.get_by_role("button", name="Allow calls to +7 916 123-45-67 again").click()
    page.get_by_role("dialog").get_by_role("button", name="Allow calls").click()
    expect(page.get_by_text("No entry has these digits.")).to_be_visible()
    assert entered(service) == ["+79123456705"]
    assert console.axe() == []
    assert console.is_clean()
