"""MkDocs calls these: what the README tells in full is put into the pages that name it, and links are made to fit /help.

A page names a section of the README so; what stands between the two comments is for whoever reads the file itself:

    <!-- README: Settings -->
    [Settings](../README.md#settings)
    <!-- end -->
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

from help_site.links import rewritten

ROOT = Path(__file__).resolve().parent.parent
_INCLUDE = re.compile(r"^<!-- README: (?P<heading>[^\n]+) -->\n.*?^<!-- end -->$", re.MULTILINE | re.DOTALL)


def on_page_markdown(markdown: str, *, config: Any, **_: Any) -> str:
    """A page's text with the README's sections in it and its links rewritten."""
    readme = (ROOT / ("README.ru.md" if config.theme["language"] == "ru" else "README.md")).read_text("utf-8")
    return rewritten(_INCLUDE.sub(lambda found: section(readme, found["heading"]), markdown))


def section(readme: str, heading: str) -> str:
    """What stands under a heading, up to the next one.

    Raises:
        ValueError: there is no such heading.
    """
    found = re.search(rf"^#+ {re.escape(heading)}\n(.*?)(?=^#+ |\Z)", readme, re.MULTILINE | re.DOTALL)
    if not found:
        raise ValueError(f"the README has no heading {heading!r}")
    return found[1].strip()
