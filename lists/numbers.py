"""A phone number as people write it → E.164, or the reason why it is none.

Valid means valid by the numbering plan, as the library `phonenumbers` knows it. The library takes some 30 µs a number; so the usual
spellings go through one regular expression a region, built from the library's own metadata (`lists/plan.py`), and only the rest is
left to the library. A test holds both ways equal.
"""

from __future__ import annotations

import re
import unicodedata

import phonenumbers
from phonenumbers import NumberParseException, PhoneNumber, ValidationResult

from lists import plan

# E.164 allows 15 digits. The cap keeps hostile input away from the library, whose expressions are slow on long text.
MAX_LENGTH = 64

_NO_PART_OF_A_NUMBER = re.compile(r"[^\d\s+＋()（）\[\]［］.\-‐-―−ー－/／~∼～]")
# What stands before the last slash that has digits behind it.
_BEFORE_SLASH = re.compile(r"(.*)[/／][^/／]*\d\D*")
_INVALID = "is not in use by its country's numbering plan"
_REASONS = {
    ValidationResult.TOO_SHORT: "is too short",
    ValidationResult.TOO_LONG: "is too long",
    ValidationResult.INVALID_COUNTRY_CODE: "has no known country code",
    ValidationResult.IS_POSSIBLE_LOCAL_ONLY: "lacks its area code",
}
_PARSE_REASONS = {
    NumberParseException.INVALID_COUNTRY_CODE: "has no known country code",
    NumberParseException.TOO_SHORT_AFTER_IDD: "is too short",
    NumberParseException.TOO_SHORT_NSN: "is too short",
    NumberParseException.TOO_LONG: "is too long",
}


class NumberError(ValueError):
    """It is not a number that can be dialled. `reason` says why, and never holds the number itself."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


def known_region(region: str) -> bool:
    """Whether `region` is a country whose numbering plan is known: two capital letters of ISO 3166-1, such as "RU"."""
    return region in phonenumbers.SUPPORTED_REGIONS


def parse(text: str, region: str) -> str:
    """`8 (912) 345-67-89` in region `RU` → `+79123456789`.

    Args:
        text: the number as a person wrote it; digits of every script are understood.
        region: how a number without a country code is read.

    Raises:
        NumberError: it is not a valid number.
    """
    if len(text) > MAX_LENGTH:
        raise NumberError(f"is longer than {MAX_LENGTH} characters")
    return plan.quick(text, region) or by_library(text, region)


def by_library(text: str, region: str) -> str:
    """As `parse`, without the quick way and without the cap on the length."""
    text = _visible(text)
    if phonenumbers.is_emergency_number(text, region):
        raise NumberError("is an emergency number")
    number, reason = _read(text, region)
    extension = number is not None and bool(number.extension)
    if extension:
        reason = "has an extension, which cannot be dialled"
    elif any(char.isalpha() for char in text):
        reason = "has letters"
    elif _NO_PART_OF_A_NUMBER.search(text):
        reason = "has characters that are no part of a phone number"
    elif not reason and _may_be_several(text, region):
        reason = "may be several numbers with a slash between them; put each in a row of its own"
    if reason or number is None:
        raise NumberError(reason)
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


def _visible(text: str) -> str:
    """`text` without spaces around it and without the invisible marks that phones put around copied numbers; all its spaces are plain."""
    if not text.isascii():
        kinds = ((char, unicodedata.category(char)) for char in text)
        text = "".join(" " if kind == "Zs" else char for char, kind in kinds if kind != "Cf")
    text = text.strip(" \t")
    if not text:
        raise NumberError("is empty")
    if any(unicodedata.category(char) in ("Cc", "Zl", "Zp", "Cs") for char in text):
        raise NumberError("has control characters or line breaks")
    return text


def _may_be_several(text: str, region: str) -> bool:
    """Whether a slash ends a number: `0171 1234567/8` is two, and read as one it is a third person's. `0171/1234567` is one."""
    found = _BEFORE_SLASH.fullmatch(text)
    return found is not None and not _read(found[1], region)[1]


def _read(text: str, region: str) -> tuple[PhoneNumber | None, str]:
    """The number and an empty reason when it is valid; else what was read, if anything, and why it is not valid."""
    number, reason = _parse(text, region)
    if reason and (found := re.match(r"\D*0\D*0", text)):
        # ITU-T E.123's international prefix, also where the region's own is another (RU: 810).
        abroad, its_reason = _parse("+" + text[found.end() :], region)
        return (abroad, "") if not its_reason else (number, reason)
    return number, reason


def _parse(text: str, region: str) -> tuple[PhoneNumber | None, str]:
    try:
        number = phonenumbers.parse(text, region)
    except NumberParseException as error:
        return None, _PARSE_REASONS.get(error.error_type, "is not a phone number")
    if phonenumbers.is_valid_number(number):
        return number, ""
    return number, _REASONS.get(phonenumbers.is_possible_number_with_reason(number), _INVALID)
