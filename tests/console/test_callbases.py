"""Callbases in the console: uploading a list as people have it, the report, the people on it."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

from playwright.sync_api import Route, expect

from tests.browser import PHONE
from tests.console.tab import Console
from tests.e2e.service import Service

Tabs = Callable[..., Console]

ROOT = Path(__file__).resolve().parents[2]
PEOPLE = ROOT / "demo/people.csv"  # 25 rows: one number twice, one row without a number
ACCEPTED = 23


def upload(service: Service, name: str, text: str) -> str:
    """Makes a callbase over the API; gives its id."""
    return str(service.made("/callbases", data={"name": name}, files={"file": ("list.csv", text.encode())})["id"])


def test_a_file_is_checked_then_imported_and_its_report_seen_again(console: Console, service: Service) -> None:
    page = console.page
    console.go("callbases", "Callbases")
    expect(page.get_by_text("No lists yet.")).to_be_visible()
    assert console.axe() == []
    page.get_by_role("link", name="Upload a list").first.click()
    expect(page.get_by_role("button", name="Check first")).to_be_disabled()
    page.get_by_label("Drop the file here").set_input_files(PEOPLE)
    expect(page.get_by_label("Name of the list")).to_have_value("people")
    page.get_by_label("Name of the list").fill("Customers in May")
    page.get_by_role("button", name="Check first").click()
    refused = page.get_by_role("table", name="Rows that were not taken").get_by_role("row")
    expect(refused).to_have_count(3)
    expect(refused.nth(1)).to_contain_text("18")
    expect(refused.nth(1)).to_contain_text("is the number of line 3 again")
    expect(refused.nth(2)).to_contain_text("has letters")
    assert service.get("/callbases")["items"] == []
    assert console.axe() == []
    page.get_by_role("button", name=f"Import {ACCEPTED} people").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Customers in May")
    expect(page.get_by_role("table", name="Rows that were not taken")).to_be_visible()
    assert console.axe() == []
    page.get_by_role("link", name="People", exact=True).click()
    expect(page.get_by_role("table", name="People").get_by_role("row")).to_have_count(1 + ACCEPTED)
    console.go("callbases", "Callbases")
    page.get_by_role("link", name="1 row refused").click()
    expect(refused).to_have_count(3)
    (made,) = service.get("/callbases")["items"]
    assert (made["name"], made["total"], made["region"]) == ("Customers in May", ACCEPTED, "RU")
    assert console.is_clean()


def test_a_file_dropped_on_the_list_is_taken_to_the_form_and_imported_at_once(console: Console, service: Service) -> None:
    page = console.page
    upload(service, "Another", "+79440000010\n")
    console.go("callbases", "Callbases")
    data = page.evaluate_handle("""() => {
        const data = new DataTransfer();
        data.items.add(new File(["name,number\\nAnna,+79440000010\\nIvan,+79440000011\\n"], "dropped.csv", { type: "text/csv" }));
        return data;
    }""")
    page.get_by_role("table", name="Callbases").dispatch_event("drop", {"dataTransfer": data})
    expect(page.get_by_label("Name of the list")).to_have_value("dropped")
    page.get_by_role("button", name="Import at once").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("dropped")
    expect(page.get_by_role("table", name="People")).to_contain_text("Ivan")
    assert console.is_clean()


def test_local_numbers_are_read_in_the_chosen_country(console: Console, service: Service) -> None:
    page = console.page
    console.go("callbases/new?how=paste", "New list")
    page.get_by_label("Numbers", exact=True).fill("07911 123456\tAnna\tlikes tea\n+44 20 7946 0018\n")
    page.get_by_label("Name of the list").fill("Britons")
    page.get_by_label("Country of local numbers").select_option(label="United Kingdom (GB)")
    page.get_by_role("button", name="Check first").click()
    page.get_by_role("button", name="Import 2 people").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Britons")
    table = page.get_by_role("table", name="People")
    expect(table).to_contain_text("+447911123456")
    expect(table).to_contain_text("Anna")
    callbase = next(one for one in service.get("/callbases")["items"] if one["name"] == "Britons")
    assert callbase["region"] == "GB"
    assert console.is_clean()


def test_what_is_no_list_is_told_and_the_form_stays(console: Console, tmp_path: Path) -> None:
    page = console.page
    picture = tmp_path / "team photo.png"
    picture.write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(2000))
    console.go("callbases/new", "New list")
    page.get_by_label("Drop the file here").set_input_files(picture)
    page.get_by_role("button", name="Import at once").click()
    expect(page.get_by_role("alert")).to_be_visible()
    expect(page.locator(".file-fault")).to_contain_text("picture")
    expect(page.get_by_label("Name of the list")).to_have_value("team photo")
    expect(page.get_by_role("button", name="Check first")).to_be_enabled()
    console.forget_errors()
    assert console.axe() == []


def test_an_upload_is_watched_and_can_be_canceled(console: Console, service: Service) -> None:
    page = console.page
    console.go("callbases/new?how=paste", "New list")
    page.get_by_label("Numbers", exact=True).fill("+79440000010")
    page.get_by_label("Name of the list").fill("Never made")
    page.route("**/callbases", lambda route: None)  # the service takes its time
    page.get_by_role("button", name="Import at once").click()
    expect(page.get_by_role("progressbar")).to_be_visible()
    expect(page.get_by_role("button", name="Check first")).to_have_count(0)
    page.get_by_role("button", name="Cancel").click()
    expect(page.get_by_text("Canceled.")).to_be_visible()
    expect(page.get_by_label("Numbers", exact=True)).to_have_value("+79440000010")
    expect(page.get_by_role("button", name="Import at once")).to_be_enabled()
    assert "Never made" not in [one["name"] for one in service.get("/callbases")["items"]]


def test_the_stages_of_a_large_import_are_shown(console: Console) -> None:
    page = console.page
    console.go("callbases/new?how=paste", "New list")
    page.get_by_label("Numbers", exact=True).fill("+79440000010")
    # All bytes are sent, and the service is still reading.
    page.evaluate("() => { XMLHttpRequest.prototype.send = function () { this.upload.onprogress({ loaded: 9, total: 9 }); }; }")
    told = {"stage": "writing", "rows": 31000, "bytes_read": 400, "bytes_total": 1000, "started_at": "2026-01-31T09:00:00.000Z"}
    page.route("**/imports/*", lambda route: route.fulfill(json=told))
    page.get_by_role("button", name="Import at once").click()
    expect(page.get_by_text("The service saves the list")).to_be_visible()
    expect(page.get_by_text("31,000 rows")).to_be_visible()
    expect(page.get_by_role("progressbar")).to_have_attribute("value", "400")


def test_an_import_without_an_answer_is_sent_again_with_the_same_key(console: Console) -> None:
    page = console.page
    keys: list[str] = []

    def lost(route: Route) -> None:
        keys.append(route.request.headers["idempotency-key"])
        route.abort()

    console.go("callbases/new?how=paste", "New list")
    page.get_by_label("Numbers", exact=True).fill("+79440000010")
    page.route("**/callbases", lost)
    for _ in range(2):
        page.get_by_role("button", name="Import at once").click()
        expect(page.get_by_role("alert")).to_be_visible()
    page.get_by_label("Numbers", exact=True).fill("+79440000011")
    page.get_by_role("button", name="Import at once").click()
    expect(page.get_by_role("alert")).to_be_visible()
    assert keys[0] == keys[1] != keys[2]


def test_people_are_added_by_hand_with_the_keyboard_alone(console: Console, service: Service) -> None:
    page = console.page
    console.go("callbases/new?how=empty", "New list")
    page.get_by_label("Name of the list").focus()
    page.keyboard.type("Neighbours")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Neighbours")
    dialog = page.get_by_role("dialog", name="Add a person")
    number = dialog.get_by_label("Number")
    number.focus()
    page.keyboard.type("12345")
    page.keyboard.press("Enter")
    expect(dialog.get_by_text("is too short")).to_be_visible()
    console.forget_errors()
    number.fill("")
    page.keyboard.type("8 944 000 00 10")
    page.keyboard.press("Tab")
    page.keyboard.type("Anna")
    page.keyboard.press("Enter")
    expect(dialog).to_have_count(0)
    expect(page.get_by_role("table", name="People")).to_contain_text("+7 944 000-00-10")
    callbase = next(one for one in service.get("/callbases")["items"] if one["name"] == "Neighbours")
    assert callbase["total"] == 1
    assert console.is_clean()


def test_several_people_are_pasted_and_bad_lines_named(console: Console, service: Service) -> None:
    page = console.page
    callbase = upload(service, "Pasted", "+79440000010\n")
    console.go(f"callbases/{callbase}", "Pasted")
    page.get_by_role("button", name="Add several").click()
    lines = page.get_by_label("People, one a line")
    lines.fill("Olga\t+7 944 000-00-12\tfrom 9 to 5\n\n123;Nobody\n+79440000010")
    page.get_by_role("button", name="Add 3 people").click()
    expect(page.get_by_role("alert")).to_contain_text("Line 3: is too short")
    console.forget_errors()
    lines.fill("Olga\t+7 944 000-00-12\tfrom 9 to 5\n+79440000010")
    page.get_by_role("button", name="Add 2 people").click()
    expect(page.get_by_text("1 person was added. 1 was on the list already.")).to_be_visible()
    expect(page.get_by_role("row", name=re.compile("Olga"))).to_contain_text("from 9 to 5")
    assert console.is_clean()


def test_people_are_searched_changed_taken_off_and_never_called_again(console: Console, service: Service) -> None:
    page = console.page
    callbase = upload(service, "Many", "name,number\n" + "".join(f"Person {n},+7944000{n:04d}\n" for n in range(1000, 1120)))
    console.go(f"callbases/{callbase}", "Many")
    rows = page.get_by_role("table", name="People").get_by_role("row")
    expect(rows).to_have_count(51)
    page.get_by_role("button", name="Next").click()
    expect(page.get_by_text("Page 2")).to_be_visible()
    expect(rows.nth(1)).to_contain_text("Person 1050")
    page.get_by_label("Search").fill("person 111")
    expect(rows).to_have_count(11)
    assert "q=person" in page.url
    page.get_by_role("button", name="Change Person 1110").click()
    page.get_by_label("Name").fill("Boris")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("dialog")).to_have_count(0)
    expect(rows).to_have_count(10)
    for name in ("Person 1111", "Person 1112"):
        page.get_by_label(f"Choose {name}").check()
    page.get_by_role("button", name="Take off").click()
    page.get_by_role("dialog").get_by_role("button", name="Take off").click()
    expect(rows).to_have_count(8)
    page.get_by_label("Choose Person 1113").check()
    page.get_by_role("button", name="Never call").click()
    page.get_by_role("dialog").get_by_role("button", name="Never call").click()
    expect(page.get_by_text("They are on the do-not-call list.")).to_be_visible()
    assert "+79440001113" in [one["number"] for one in service.get("/dnc")["items"]]
    assert service.get(f"/callbases/{callbase}")["total"] == 118
    page.get_by_label("Search").fill("nobody at all")
    expect(page.get_by_text("Nobody fits this search.")).to_be_visible()
    assert console.axe() == []
    assert console.is_clean()


def test_a_list_is_renamed_exported_and_deleted(console: Console, service: Service) -> None:
    page = console.page
    callbase = upload(service, "Old name", "name,number\nAnna,+79440000010\n")
    console.go(f"callbases/{callbase}", "Old name")
    page.get_by_role("button", name="Rename").click()
    page.get_by_label("Name", exact=True).fill("New name")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("New name")
    for kind, ending, start in (("CSV", "csv", b"\xef\xbb\xbf"), ("Excel", "xlsx", b"PK")):
        with page.expect_download() as download:
            page.get_by_role("button", name=kind).click()
        assert download.value.suggested_filename == f"New name.{ending}"
        assert download.value.path().read_bytes().startswith((start, b"cid"))
    page.get_by_role("button", name="Delete").click()
    page.get_by_role("dialog").get_by_role("button", name="Delete").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Callbases")
    assert service.http.get(f"/callbases/{callbase}").status_code == 404
    assert console.is_clean()


def test_samples_can_be_imported_as_they_are(console: Console) -> None:
    page = console.page
    console.go("callbases/new", "New list")
    for kind in ("Table (CSV)", "Numbers only (TXT)", "JSON"):
        with page.expect_download() as download:
            page.get_by_role("button", name=kind).click()
        path = download.value.path().with_name(download.value.suggested_filename)
        download.value.save_as(path)
        page.locator("input[type=file]").set_input_files(path)
        page.get_by_role("button", name="Check first").click()
        expect(page.get_by_role("button", name="Import 3 people")).to_be_visible()
        expect(page.get_by_text("Every row was taken.")).to_be_visible()
    assert console.is_clean()


def test_further_columns_are_shown(console: Console, service: Service) -> None:
    callbase = upload(service, "With cities", "name,number,City\nAnna,+79440000010,Perm\nIvan,+79440000011,\n")
    page = console.go(f"callbases/{callbase}", "With cities").page
    expect(page.get_by_role("columnheader", name="City")).to_be_visible()
    expect(page.get_by_role("row", name="Anna")).to_contain_text("Perm")
    assert console.is_clean()


def test_on_a_phone_in_russian(tab: Tabs, service: Service) -> None:
    callbase = upload(service, "Длинное название базы клиентов", "имя;телефон\nАнна;+79440000010 / +79440000011\nБез номера;нет\n")
    console = tab(PHONE).log_in()
    page = console.page
    page.evaluate("""async () => (await import("/assets/language.js")).setLanguage("ru")""")
    for route, heading in [
        ("callbases", "Базы"),
        ("callbases/new", "Новая база"),
        (f"callbases/{callbase}", "Длинное название базы клиентов"),
        (f"callbases/{callbase}?tab=report", "Длинное название базы клиентов"),
    ]:
        console.go(route, heading)
        page.wait_for_load_state("networkidle")
        assert console.axe() == [], route
        assert not console.is_too_wide(), route
    expect(page.get_by_text("в номере есть буквы")).to_be_visible()
    expect(page.get_by_text("Ячеек, где было несколько номеров: 1.")).to_be_visible()
    assert console.is_clean()
