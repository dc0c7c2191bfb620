"""What the tests of the documentation read out of Markdown: headings, fenced blocks, links, tables."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent

_FENCE = re.compile(r"^(?P<indent> *)```(?P<language>\w*)\n(?P<text>.*?)^(?P=indent)```$", re.MULTILINE | re.DOTALL)
_HEADING = re.compile(r"^(#+) (.+)$", re.MULTILINE)
_LINK = re.compile(r"!?\[[^\]]*\]\(([^)]+)\)")
_CODE = re.compile(r"`([^`]+)`")


@dataclass(frozen=True)
class Block:
    """A fenced block, and the words of the heading that it stands under."""

    heading: str
    language: str
    text: str


def read(name: str) -> str:
    """A file of the project."""
    return (ROOT / name).read_text("utf-8")


def headings(text: str) -> list[tuple[int, str]]:
    """Level and words of each heading."""
    return [(len(marks), words) for marks, words in _HEADING.findall(_FENCE.sub("", text))]


def blocks(text: str) -> list[Block]:
    """The fenced blocks in their order."""
    return [Block(_heading_before(text, found.start()), found["language"], found["text"]) for found in _FENCE.finditer(text)]


def _heading_before(text: str, place: int) -> str:
    before = headings(text[:place])
    return before[-1][1] if before else ""


def section(text: str, heading: str) -> str:
    """What stands under a heading, up to the next one of whatever level."""
    found = re.search(rf"^#+ {re.escape(heading)}\n(.*?)(?=^#+ |\Z)", text, re.MULTILINE | re.DOTALL)
    assert found, f"there is no heading {heading!r}"
    return found[1]


def links(text: str) -> list[str]:
    """The targets of links and pictures."""
    return _LINK.findall(_FENCE.sub("", text))


def anchors(text: str) -> set[str]:
    """The names by which a link reaches a heading."""
    return {re.sub(r"[^\w\- ]", "", words.lower()).replace(" ", "-") for _, words in headings(text)}


def code(text: str) -> list[str]:
    """The code spans."""
    return _CODE.findall(_FENCE.sub("", text))


def rows(text: str) -> Iterator[list[str]]:
    """The rows of the tables, without their heads; each cell without the spaces around it."""
    lines = text.splitlines()
    for before, line in pairwise(lines):
        if line.startswith("|") and before.startswith("|") and not line.startswith("|--"):
            yield [cell.strip() for cell in re.split(r"(?<!\\)\|", line)[1:-1]]
