"""What spreadsheets do to phone numbers: undone where nothing was lost, else named, so that a person can mend the list.

Most of it is asked only about cells that are no valid number as they stand.
"""

from __future__ import annotations

import re

from lists.numbers import NumberError, parse

MAX_PARTS = 10  # numbers in one cell
MAX_CELL = 400  # characters of a cell in which several numbers are looked for
_LEAST_DIGITS = 5  # of a part that may be a number; an extension or a comment has fewer

_AS_TEXT = "format the column as text and enter the number again"
_IS_DATE = f"is a date: a spreadsheet made it of what was entered; {_AS_TEXT}"
_FRACTION = re.compile(r"(\+?\d{5,15})[.,]0+")
_SCIENTIFIC = re.compile(r"(\d)(?:[.,](\d+))?[eе]\+?(\d{1,2})", re.IGNORECASE)  # the second letter is Cyrillic
# Both are ways to keep a spreadsheet from taking a text for a number.
_KEPT_AS_TEXT = re.compile(r"""(?:="?|')([^"']*)"?""")
_MONTH = r"(?:янв|фев|мар|апр|ма[йя]|июн|июл|авг|сен|окт|ноя|дек|jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-zа-я]*\.?"
_DAY_AND_MONTH = r"(?:0?[1-9]|[12]\d|3[01])([./-])(?:0?[1-9]|[12]\d|3[01])\1"
_ISO = r"(?:19|20)\d{2}-[01]\d-[0-3]\d"
# With all of its year: a number of six digits, as some countries have, may look like a short date.
_WHOLE_DATE = re.compile(rf"{_DAY_AND_MONTH}(?:19|20)\d{{2}}|{_ISO}")
_DATE = re.compile(
    rf"(?:{_DAY_AND_MONTH}(?:19|20)?\d{{2}}|{_ISO}|\d{{1,2}}[-. ]{_MONTH}(?:[-. ]\d{{2,4}})?|{_MONTH}[-. ]\d{{2,4}})"
    r"(?:[ T]\d{1,2}:\d{2}(?::\d{2}(?:\.\d+)?)?)?",
    re.IGNORECASE,
)
_FORMULA_ERROR = re.compile(r"#(?!#)[^\s#]{1,12}[!?]?|#Н/Д|#N/A", re.IGNORECASE)
_ONLY_HASHES = re.compile(r"#{2,}")
# Google's contacts put `:::` between the values of a cell.
_BETWEEN = re.compile(
    r"\s*(?::::|[,;|\n\r])\s*|\s+(?:и|или|and|or)\s+|\s{2,}|\s+(?=\+)|(?<=\d{10})\s(?=\+?\d{10})",
    re.IGNORECASE,
)
_BETWEEN_OR_SLASH = re.compile(rf"\s*/\s*|{_BETWEEN.pattern}", re.IGNORECASE)
LONGEST_DATE_LIKE = 10  # characters


def altered(text: str) -> str | None:
    """Why a cell that reads as a valid number is none all the same: `31.12.2026` is one in Denmark."""
    if len(text) <= LONGEST_DATE_LIKE and not text.isdigit() and _WHOLE_DATE.fullmatch(text):
        return _IS_DATE
    return None


def without_fraction(text: str) -> str:
    """`79123456789.0` → `79123456789`; whatever else as it is."""
    found = _FRACTION.fullmatch(text)
    return found[1] if found else text


def restored(text: str) -> str | None:
    """The number that the cell held, when all of it is still there: `7.9123456789E+10`, `="89123456789"`, `'89123456789`."""
    if found := _KEPT_AS_TEXT.fullmatch(text):
        return found[1]
    if found := _SCIENTIFIC.fullmatch(text):
        digits, power = found[1] + (found[2] or ""), int(found[3])
        # Of a number that is whole there are as many digits as the power says; a rounded one has fewer.
        return digits if len(digits) == power + 1 else None
    return None


def parts(text: str, region: str) -> list[str]:
    """The numbers of a cell that holds several, in the cell's order, the bad ones among them too; empty when it does not.

    Each part must look like a number, and one at least be valid. A slash may stand within a number (`0171/1234567`), so it counts only
    where the other separators do not give valid numbers alone.
    """
    if len(text) > MAX_CELL:
        return []
    ways = [(found, [_is_valid(part, region) for part in found]) for found in _ways(text)]
    whole = [found for found, valid in ways if all(valid)]
    # Where the whole would be a number without its slash, nobody knows whether a part of it is one.
    some = [found for found, valid in ways if any(valid) and not _is_valid(text.replace("/", ""), region)]
    return next(iter(whole or some), [])


def _ways(text: str) -> list[list[str]]:
    """How the cell may be divided into what looks like numbers."""
    ways = [[part for part in between.split(text.strip()) if part] for between in (_BETWEEN, _BETWEEN_OR_SLASH)]
    return [found for found in ways if 2 <= len(found) <= MAX_PARTS and all(map(_has_enough_digits, found))]


def _has_enough_digits(part: str) -> bool:
    return sum(map(str.isdigit, part)) >= _LEAST_DIGITS


def named(text: str, region: str) -> str | None:
    """The damage that made the cell no number; None when it is another fault."""
    text = text.strip()
    if _SCIENTIFIC.fullmatch(text):
        return f"was rounded by a spreadsheet (scientific notation), so its last digits are lost; {_AS_TEXT}"
    if _DATE.fullmatch(text):
        return _IS_DATE
    if _ONLY_HASHES.fullmatch(text):
        return "is only #: its column was too narrow when it was copied; make the column wider and copy it again"
    if _FORMULA_ERROR.fullmatch(text):
        return "is the error of a formula in a spreadsheet, not a number"
    return _lost_beginning(text, region)


def _lost_beginning(text: str, region: str) -> str | None:
    if not (text.isascii() and text.isdigit()):
        return None
    if _is_valid("0" + text, region):
        return f"seems to have lost its leading zero in a spreadsheet; {_AS_TEXT}"
    if len(text) > 10 and _is_valid("+" + text, region):
        return "seems to have lost its + or its leading zeros in a spreadsheet: with a + in front it is a number of another country"
    return None


def _is_valid(text: str, region: str) -> bool:
    try:
        return bool(parse(text, region))
    except NumberError:
        return False
