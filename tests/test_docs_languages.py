"""The pages in English and in Russian say the same: each has its twin, with the same headings, tables, commands and links."""

from __future__ import annotations

import re

import pytest

from tests.markdown import ROOT, blocks, code, headings, links, read, rows

TWINS = [("README.md", "README.ru.md")] + [(f"docs/{path.name}", f"docs/ru/{path.name}") for path in sorted(ROOT.glob("docs/*.md"))]


def test_every_page_is_in_both_languages() -> None:
    assert {path.name for path in ROOT.glob("docs/*.md")} == {path.name for path in ROOT.glob("docs/ru/*.md")}
    assert len(TWINS) > 20


@pytest.mark.parametrize(("english", "russian"), TWINS)
def test_the_headings_are_the_same(english: str, russian: str) -> None:
    assert [level for level, _ in headings(read(russian))] == [level for level, _ in headings(read(english))]


@pytest.mark.parametrize(("english", "russian"), TWINS)
def test_the_rows_of_tables_name_the_same(english: str, russian: str) -> None:
    def named(page: str) -> list[list[str]]:
        return [code(row[0]) for row in rows(read(page))]

    assert named(russian) == named(english)


@pytest.mark.parametrize(("english", "russian"), TWINS)
def test_the_commands_are_the_same(english: str, russian: str) -> None:
    def bare(text: str) -> list[tuple[str, str]]:
        """The blocks; of a drawing without the words in it, which are translated."""
        return [(one.language, re.sub('"[^"]*"', '""', one.text) if one.language == "mermaid" else one.text) for one in blocks(text)]

    assert bare(read(russian)) == bare(read(english))


@pytest.mark.parametrize(("english", "russian"), TWINS)
def test_the_same_words_of_the_api_are_named(english: str, russian: str) -> None:
    def named(page: str) -> set[str]:
        # What a person would type: with a space or a bracket in it, it may be prose in another language.
        return {word for word in code(read(page)) if re.fullmatch(r"[\w./*=+-]+", word, re.ASCII)}

    assert named(russian) == named(english)


@pytest.mark.parametrize(("english", "russian"), TWINS)
def test_the_links_are_the_same(english: str, russian: str) -> None:
    def plain(page: str) -> list[str]:
        """Without the folders of the languages and the words of anchors."""
        return sorted(re.sub(r"#.*", "#", re.sub(r"(\.\./)+|docs/|ru/|\.ru\b|-ru(?=\.png)", "", link)) for link in links(read(page)))

    assert plain(russian) == plain(english)


@pytest.mark.parametrize("russian", [russian for _, russian in TWINS])
def test_a_russian_page_leads_to_russian_pages(russian: str) -> None:
    for link in links(read(russian)):
        if link.endswith(".md") and "CHANGELOG" not in link and link != "README.md":
            assert "ru" in link.split(".") or (ROOT / russian).parent.joinpath(link).resolve().parent.name == "ru", link


def test_the_behaviours_of_gateways_end_alike() -> None:
    def ends(page: str) -> list[list[str]]:
        return [[*code(row[2]), *row[3:]] for row in rows(read(page)) if len(row) == 5]

    assert ends("docs/ru/interop.md") == ends("docs/interop.md")
    assert len(ends("docs/interop.md")) > 150
