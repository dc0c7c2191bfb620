"""What stands in web/help is what `make docs` makes of docs/, and small."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from api.help import SITE
from api.static_files import below
from help_site.build import build
from help_site.hooks import section
from help_site.links import in_help, rewritten
from tests.markdown import ROOT

MOST_BYTES = 2_000_000


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The pages built anew."""
    folder = tmp_path_factory.mktemp("help")
    build(folder)
    return folder


def test_the_pages_are_those_of_docs(built: Path) -> None:
    anew, kept = below(built), below(SITE)
    assert sorted(anew) == sorted(kept), "run make docs"
    assert [name for name in anew if anew[name].read_bytes() != kept[name].read_bytes()] == [], "run make docs"


def test_the_site_is_small_and_has_no_more_than_it_needs() -> None:
    files = below(SITE)
    assert sum(path.stat().st_size for path in files.values()) < MOST_BYTES
    assert [name for name in files if name.endswith((".map", ".gz", ".md"))] == []
    assert "Permission is hereby granted" in (SITE / "assets/LICENSE.txt").read_text("utf-8")


@pytest.mark.parametrize(("folder", "words"), [("", "voicemail"), ("ru", "автоответчик")])
def test_each_language_is_searched_alone(folder: str, words: str) -> None:
    index = json.loads((SITE / folder / "search/search_index.json").read_text("utf-8"))
    assert index["config"]["lang"] == [folder or "en"]
    text = json.dumps(index["docs"], ensure_ascii=False)
    assert words in text.casefold()
    assert (sum("а" <= letter <= "я" for letter in text) > len(text) / 4) == bool(folder)


def test_a_readme_section_stands_whole_in_its_page() -> None:
    page = (SITE / "settings/index.html").read_text("utf-8")
    assert section((ROOT / "README.md").read_text("utf-8"), "Settings").count("\n| ") == page.count("<tr>")
    assert "README" not in page
    with pytest.raises(ValueError, match="no heading"):
        section("# One\n", "Two")


@pytest.mark.parametrize(
    ("link", "page"),
    [
        ("#settings", "settings.md"),
        ("../README.md#with-curl", "curl.md"),
        ("../../README.ru.md#через-curl", "curl.md"),
        ("docs/ru/operating.md#tls", "operating.md#tls"),
        ("operating.md#tls", "operating.md#tls"),
        ("#a-heading-of-its-own", "#a-heading-of-its-own"),
        ("../samples/people.csv", "/help/samples/people.csv"),
        ("docs/console.png", "/help/console.png"),
        ("/docs", "/docs"),
    ],
)
def test_where_links_lead_in_help(link: str, page: str) -> None:
    assert in_help(link) == page


def test_what_is_not_served_is_no_link() -> None:
    with pytest.raises(ValueError, match="no such thing in /help"):
        in_help("../tests/conftest.py")


def test_what_stands_in_a_fence_stays() -> None:
    assert rewritten("[a](#settings)\n```sh\n[a](#settings)\n```\n[b](#words)\n") == (
        "[a](settings.md)\n```sh\n[a](#settings)\n```\n[b](words.md)\n"
    )
