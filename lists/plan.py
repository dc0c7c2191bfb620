"""The quick way from the usual spellings of a number to E.164: one regular expression a region, made of `phonenumbers`' metadata.

It answers only where the library would answer the same without looking further: numbers of the region's own country code, written with
`+`, with the code alone, with the national prefix, or bare. Everything doubtful is None, and the library decides.
"""

from __future__ import annotations

import re
from functools import cache

from phonenumbers import COUNTRY_CODE_TO_REGION_CODE, PhoneMetadata
from phonenumbers.phonemetadata import PhoneNumberDesc

# Whatever else is in the text makes the expression fail.
_PUNCTUATION = str.maketrans("", "", " -().")
_NEVER = re.compile(r"(?!)")
_KINDS = ("premium_rate", "toll_free", "shared_cost", "voip", "personal_number", "pager", "uan", "voicemail", "fixed_line", "mobile")


def quick(text: str, region: str) -> str | None:
    """`text` as E.164, or None: it is no number, or one of those that only the library knows."""
    plus_code, expression = _expression(region)
    found = expression.fullmatch(text.translate(_PUNCTUATION))
    if found is None or found.lastgroup is None:
        return None
    return plus_code + found[found.lastgroup]


@cache
def _expression(region: str) -> tuple[str, re.Pattern[str]]:
    """The country code with its plus, and how the region's numbers are written; the last group is the number without its code."""
    plan = PhoneMetadata.metadata_for_region(region)
    if plan is None or plan.country_code is None:
        return "", _NEVER
    code = str(plan.country_code)
    regions = [each for name in COUNTRY_CODE_TO_REGION_CODE[plan.country_code] if (each := PhoneMetadata.metadata_for_region(name))]
    # Short numbers and those that begin with 0 (Italy) are left to the library.
    number = f"(?=[1-9]\\d{{6}}){_valid(regions)}"
    # What the library may cut off in front of a number, by the plan of the region or of the code's main region.
    uncut = "".join(_not(each.national_prefix_for_parsing) for each in (plan, regions[0]) if each.national_prefix_for_parsing)
    possible = _whole(plan.general_desc)
    ways = [f"{uncut}{possible}(?P<bare>{number})", f"(?!{possible}){code}{uncut}{possible}(?P<code>{number})"]
    trunk = plan.national_prefix
    if trunk and trunk == plan.national_prefix_for_parsing and trunk[0] != code[0]:
        ways.append(f"{trunk}{possible}(?P<trunk>{number})")
    abroad = _not(plan.international_prefix) if plan.international_prefix else ""
    return "+" + code, re.compile(f"\\+{code}{uncut}(?P<plus>{number})|{abroad}(?:{'|'.join(ways)})", re.ASCII)


def _not(pattern: str) -> str:
    return f"(?!{pattern})"


def _whole(desc: PhoneNumberDesc | None) -> str:
    """Looks ahead: the rest is a number of `desc`, in its pattern and its length."""
    if desc is None or desc.national_number_pattern is None:
        return "(?!)"
    lengths = "|".join(f"\\d{{{length}}}" for length in desc.possible_length if length > 0)
    return f"(?=(?:{lengths})\\Z)(?=(?:{desc.national_number_pattern})\\Z)"


def _valid(regions: list[PhoneMetadata]) -> str:
    """Takes the rest when it is a valid number of one of a country code's regions, tried in the library's order.

    A region with leading digits decides alone about the numbers that begin so.
    """
    ways = []
    others = ""
    for plan in regions:
        descs = [getattr(plan, kind) for kind in _KINDS]
        kinds = "|".join(_whole(desc) for desc in descs if desc)
        ways.append(f"{others}{f'(?={plan.leading_digits})' if plan.leading_digits else ''}{_whole(plan.general_desc)}(?:{kinds})")
        if plan.leading_digits:
            others += _not(plan.leading_digits)
    return f"(?:{'|'.join(ways)})\\d+"
