"""Rules that every short text of a caller must meet before it is stored or sent."""

from __future__ import annotations

import unicodedata

# Categories of Unicode: control characters (NUL, CR, LF, ...), lone surrogates (not storable as UTF-8), line and paragraph separators.
_REFUSED = frozenset({"Cc", "Cs", "Zl", "Zp"})


def line_fault(text: str, longest: int) -> str | None:
    """Why `text` can't be one line of at most `longest` characters; None when it can."""
    if len(text) > longest:
        return f"is longer than {longest} characters"
    if any(unicodedata.category(char) in _REFUSED for char in text):
        return "holds a line break or another control character; remove it"
    return None


def name_fault(text: str) -> str | None:
    """Why `text` can't be the name of a thing (1 to 200 characters of one line); None when it can."""
    return line_fault(text, 200) if text.strip() else "is empty; give it a name"


def as_line(text: str, longest: int) -> str:
    """`text` as one clean line: what is refused above becomes a space, runs of spaces become one, the rest is cut at `longest`."""
    clean = "".join(" " if unicodedata.category(char) in _REFUSED else char for char in text)
    return " ".join(clean.split())[:longest].strip()
