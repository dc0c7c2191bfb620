"""The pages at /help as they are served: to anybody, under a strict policy, and nothing but what was built."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from urllib.parse import unquote, urljoin, urlsplit

import pytest

from api.help import SITE
from tests.api.conftest import Api
from tests.markdown import ROOT

PAGES = sorted(f"/help/{path.parent.relative_to(SITE).as_posix()}/".replace("/./", "/") for path in SITE.rglob("index.html"))
LANGUAGES = ("/help/", "/help/ru/")


class Page(HTMLParser):
    """The links and anchors of a page, and what a strict policy forbids."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.links: list[str] = []
        self.anchors: set[str] = {""}
        self.forbidden: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        given = dict(attributes)
        if tag in ("a", "img", "link", "script") and (link := given.get("href") or given.get("src")):
            self.links.append(link)
        self.anchors.add(given.get("id") or "")
        self.forbidden += [name for name in given if name.startswith("on") or name == "style"]
        if tag in ("style", "iframe") or (tag == "script" and "src" not in given and given.get("type") != "application/json"):
            self.forbidden.append(tag)


@pytest.fixture(scope="module")
def pages() -> dict[str, Page]:
    """All of both languages, by their addresses."""
    return {page: Page((SITE / page.removeprefix("/help/") / "index.html").read_text("utf-8")) for page in PAGES}


def test_there_are_as_many_pages_as_sources_in_both_languages() -> None:
    for language, folder in zip(LANGUAGES, ("docs", "docs/ru"), strict=True):
        names = {path.stem for path in (ROOT / folder).glob("*.md")} - {"index"}
        served = {page for page in PAGES if page.startswith("/help/ru/") == (folder == "docs/ru")}
        assert served == {language, *(f"{language}{name}/" for name in names)}


def test_every_link_and_every_file_of_a_page_is_here(api: Api, pages: dict[str, Page]) -> None:
    asked: dict[str, int] = {}
    for address, page in pages.items():
        for link in page.links:
            whole = urlsplit(urljoin(f"http://here{address}", link))
            assert whole.netloc == "here", f"{address} leads elsewhere: {link}"
            path = unquote(whole.path)
            if path not in asked:
                asked[path] = api.anyone.get(path, expect_errors=True).status_int
            assert asked[path] == 200, f"{address}: {link}"
            if path in pages:
                assert unquote(whole.fragment) in pages[path].anchors, f"{address}: {link}"
    assert {"/", "/docs", "/swagger.json", "/help/samples/people.xlsx"} <= set(asked)


def test_each_page_leads_to_its_twin(pages: dict[str, Page]) -> None:
    for address, page in pages.items():
        twin = address.replace("/help/ru/", "/help/") if "/ru/" in address else address.replace("/help/", "/help/ru/")
        assert twin in {urljoin(address, link) for link in page.links}


def test_no_page_has_what_the_policy_forbids(pages: dict[str, Page]) -> None:
    assert {address: page.forbidden for address, page in pages.items() if page.forbidden} == {}


@pytest.mark.parametrize("path", [*LANGUAGES, "/help/lists/", "/help/samples/people.csv"])
def test_a_strict_policy_and_nosniff(api: Api, path: str) -> None:
    answer = api.anyone.get(path, status=200)
    policy = dict(part.split(" ", 1) for part in answer.headers["Content-Security-Policy"].split("; "))
    assert policy["default-src"] == "'none'"
    assert policy["script-src"] == policy["style-src"] == policy["connect-src"] == "'self'"
    assert "unsafe" not in answer.headers["Content-Security-Policy"]
    assert answer.headers["X-Content-Type-Options"] == "nosniff"


@pytest.mark.parametrize(("path", "to"), [("/help", "/help/"), ("/help/ru", "/help/ru/"), ("/help/ru/lists", "/help/ru/lists/")])
def test_a_path_without_its_slash_leads_on(api: Api, path: str, to: str) -> None:
    assert urlsplit(api.anyone.get(path, status=308).location).path == to


@pytest.mark.parametrize(("path", "words"), [("/help/nothing/", "There is no such page"), ("/help/ru/nothing", "Такой страницы нет")])
def test_an_unknown_page_says_so(api: Api, path: str, words: str) -> None:
    answer = api.anyone.get(path, headers={"Accept": "text/html,*/*"}, status=404)
    assert words in answer.text
    assert "default-src 'none'" in answer.headers["Content-Security-Policy"]
    for link in Page(answer.text).links:
        api.anyone.get(urlsplit(urljoin(f"http://here{path}", link)).path, status=200)
    assert api.anyone.get(path, status=404).json["code"] == "not_found"  # to a program


@pytest.mark.parametrize(
    "path",
    [
        "/help/../help.py",
        "/help/%2e%2e/index.html",
        "/help/..%2f..%2fREADME.md",
        "/help//etc/passwd",
        "/help/%00",
        "/help/index.html/",
        "/help/.",
        "/help/ru/../../x",
    ],
)
def test_nothing_else_is_served(api: Api, path: str) -> None:
    assert api.anyone.get(path, expect_errors=True).status_int in (401, 404)


def test_the_samples_can_be_downloaded(api: Api) -> None:
    for path in (ROOT / "docs/samples").iterdir():
        answer = api.anyone.get(f"/help/samples/{path.name}", status=200)
        assert answer.body == path.read_bytes()
        assert answer.body
    assert re.search(r'href="[^"]*samples/people\.csv" download', api.anyone.get("/help/lists/").text)


def test_the_console_leads_to_pages_that_are_here() -> None:
    scripts = "\n".join(path.read_text("utf-8") for path in (ROOT / "web/console").rglob("*.js"))
    named = set(re.findall(r'<\$\{HelpLink\} page="([^"]+)"', scripts))
    assert named
    for name in named:
        assert {f"{language}{name}/" for language in LANGUAGES} <= set(PAGES)
