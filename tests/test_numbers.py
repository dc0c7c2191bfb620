"""Numbers as people write them → E.164: examples, refusals, and the quick way held equal to the library's."""

from __future__ import annotations

import random
import time

import phonenumbers
import pytest

from lists import plan
from lists.numbers import NumberError, by_library, known_region, parse


@pytest.mark.parametrize(
    ("text", "region", "e164"),
    [
        ("8 (912) 345-67-89", "RU", "+79123456789"),
        ("+7 912 345 67 89", "RU", "+79123456789"),
        ("79123456789", "RU", "+79123456789"),
        ("9123456789", "RU", "+79123456789"),
        ("  +7.912.345.67.89 ", "RU", "+79123456789"),
        ("8-800-555-35-35", "RU", "+78005553535"),
        ("\u202a+79123456789\u202c", "RU", "+79123456789"),  # as copied from a phone's address book
        ("\u00a08\u00a0912\u00a0345\u00a067\u00a089", "RU", "+79123456789"),
        ("８（９１２）３４５-６７-８９", "RU", "+79123456789"),  # full-width digits
        ("٨٩١٢٣٤٥٦٧٨٩", "RU", "+79123456789"),  # Arabic digits
        ("00 49 30 901820", "RU", "+4930901820"),  # ITU's prefix, though Russia's own is another
        ("8 10 49 30 901820", "RU", "+4930901820"),
        ("0079123456789", "DE", "+79123456789"),
        ("(212) 736-5000", "US", "+12127365000"),
        ("030 901820", "DE", "+4930901820"),
        ("06 698 12345", "IT", "+390669812345"),  # Italy keeps its 0
        ("0171/1234567", "DE", "+491711234567"),
        ("0171 1234567/", "DE", "+491711234567"),
        ("8/912/345/67/89", "RU", "+79123456789"),
    ],
)
def test_the_usual_spellings(text: str, region: str, e164: str) -> None:
    assert parse(text, region) == e164


@pytest.mark.parametrize(
    ("text", "region", "reason"),
    [
        ("", "RU", "is empty"),
        (" \u200b ", "RU", "is empty"),
        ('"><script>', "RU", "has letters"),
        ("1-800-FLOWERS", "US", "has letters"),
        ("tel:+79123456789", "RU", "has letters"),
        ("+7 912\r\nX-Evil: 1", "RU", "has control characters or line breaks"),
        ("+79123456789\n", "RU", "has control characters or line breaks"),
        ("+7912345\x0067-89", "RU", "has control characters or line breaks"),
        ("\ud800+79123456789", "RU", "has control characters or line breaks"),
        ("+79123456789 ext. 5", "RU", "has an extension, which cannot be dialled"),
        ("8 912 345 67 89 доб. 12", "RU", "has an extension, which cannot be dialled"),
        ("+79123456789#5", "RU", "has an extension, which cannot be dialled"),
        ("+79123456789, +79123456780", "RU", "has characters that are no part of a phone number"),
        ("<+79123456789>", "RU", "has characters that are no part of a phone number"),
        ("1" * 300, "RU", "is longer than 64 characters"),
        ("+7912345678", "RU", "is too short"),
        ("+79123456789/84951234567", "RU", "is too long"),
        ("+70000000000", "RU", "is not in use by its country's numbering plan"),
        ("+999123456789", "RU", "has no known country code"),
        ("+++", "RU", "is not a phone number"),
        ("112", "RU", "is an emergency number"),
        ("911", "US", "is an emergency number"),
    ],
)
def test_what_is_no_number_is_refused_with_its_reason(text: str, region: str, reason: str) -> None:
    with pytest.raises(NumberError) as caught:
        parse(text, region)
    assert caught.value.reason == reason


@pytest.mark.parametrize(
    ("text", "region"),
    [
        ("0171 1234567/8", "DE"),
        ("0171 1234567/8/", "DE"),
        ("0171 1234567／8", "DE"),
        ("030 1234567/8", "DE"),
        ("030/1234567/8", "DE"),
        ("030 123456-12/13", "DE"),
        ("030 12345 / 67890", "DE"),
        ("+49 30 1234567/8", "DE"),
        ("0664 1234567/8", "AT"),
        ("01/5123456/10", "AT"),
        ("040 1234567/8", "FI"),
        ("02 1234567/8", "IT"),
        ("021 1234567/8", "ID"),
        ("08-123 456/78", "SE"),
    ],
)
def test_two_numbers_with_a_slash_between_are_not_a_third_one(text: str, region: str) -> None:
    with pytest.raises(NumberError, match="may be several numbers with a slash between them"):
        parse(text, region)


@pytest.mark.parametrize("space", ["\u00a0", "\u2002", "\u2007", "\u2009", "\u202f", "\u3000"])
def test_every_kind_of_space_may_stand_within_a_number(space: str) -> None:
    assert parse(f"{space}8{space}912{space}345{space}67{space}89{space}", "RU") == "+79123456789"


def test_emergency_and_short_numbers_are_no_subscribers_anywhere() -> None:
    for region in REGIONS:
        for text in ("112", "911", "+112", "00112", "999", "110", "101", "102", "+7112", "+1911", "+44999"):
            with pytest.raises(NumberError):
                by_library(text, region)
    for region in ("RU", "US", "DE"):
        for text in ("112", "911", "8112", "+112"):
            with pytest.raises(NumberError):
                parse(text, region)


def test_hostile_length_is_refused_at_once() -> None:
    start = time.process_time()
    for _ in range(1000):
        with pytest.raises(NumberError):
            parse("1" * 1_000_000, "RU")
    assert time.process_time() - start < 1


def test_known_regions() -> None:
    assert known_region("RU")
    assert not any(known_region(region) for region in ("ru", "XX", "", "RUS", "RU\n", "001"))


def test_the_quick_way_says_what_the_library_says() -> None:
    found = random.Random()
    quick = 0
    # Each region's expression takes some 20 ms to make, so not all of them at a time.
    regions = [*found.sample(REGIONS, 20), "RU", "KZ", "US", "DE", "AR", "BR", "MX", "IT"]
    for _ in range(5000):
        region = found.choice(regions)
        text = _spelling(found, region)
        answer = plan.quick(text, region)
        if answer is not None:
            quick += 1
            assert by_library(text, region) == answer, (text, region)
    assert quick > 500  # it did answer


def test_the_quick_way_knows_all_usual_spellings() -> None:
    found = random.Random(7)
    for _ in range(2000):
        digits = f"9{found.randrange(10**9):09}"
        spellings = [f"+7{digits}", f"7{digits}", f"8{digits}", digits, f"8 ({digits[:3]}) {digits[3:6]}-{digits[6:8]}-{digits[8:]}"]
        try:
            e164 = by_library(spellings[0], "RU")
        except NumberError:
            assert {plan.quick(text, "RU") for text in spellings} == {None}
        else:
            assert {plan.quick(text, "RU") for text in spellings} == {e164}


REGIONS = sorted(phonenumbers.SUPPORTED_REGIONS)


def _spelling(found: random.Random, region: str) -> str:
    """Something near a number of the region or of another: right, one digit short or long, with any prefix and punctuation."""
    home = region if found.random() < 0.9 else found.choice(REGIONS)
    metadata = phonenumbers.PhoneMetadata.metadata_for_region(home)
    assert metadata is not None
    example = phonenumbers.example_number_for_type(home, found.randrange(11)) or phonenumbers.example_number(home)
    digits = phonenumbers.national_significant_number(example) if example else str(found.randrange(10**9))
    kept = found.randint(0, len(digits))
    digits = digits[:kept] + "".join(found.choice("0123456789") for _ in digits[kept:])
    if found.random() < 0.2:
        digits = found.choice((digits[:-1], digits + found.choice("0123456789")))
    code, trunk = str(metadata.country_code), metadata.national_prefix or ""
    text = (
        found.choice(["", "", "+" + code, code, "+" + code + trunk, trunk, "00" + code, "810" + code, "0", "8", "1", "+7", "+1"]) + digits
    )
    if found.random() < 0.3:
        place = found.randint(0, len(text))
        text = text[:place] + found.choice(" -().") + text[place:]
    return text
