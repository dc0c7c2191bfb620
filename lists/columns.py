"""Which column of a list is which: by the headings, in English or Russian; else by what stands in the first rows."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from lists import damage
from lists.export import FIELDS
from lists.numbers import NumberError, parse
from lists.rows import Row

MAX_COLUMNS = 100
_MANY_DIGITS = 5  # as many as a number has at least, good or bad
MAX_TITLES = 10  # records in which the headings are looked for


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


# A heading is compared in lower case and without what is not a letter or a digit.
_PHONES = _words("""
    phone phonenumber mobile mobilephone mobilenumber cell cellphone tel telephone telephonenumber msisdn e164 contactnumber
    телефон номертелефона телефонномер тел моб мобильный номерабонента контактныйтелефон
    контактныйномер мобильныйномер мобномер телномер сотномер абонентскийномер рабочийномер домашнийномер номердлясвязи
    telefon telefonnummer telefonnr telnr handy handynummer handynr mobil mobilnummer mobiltelefon rufnummer""")
_PHONE_BEGINNINGS = ("телефон", "phone", "номертел", "номермоб", "номерсот", "мобильныйт", "мобильныйн", "сотов")
_PHONE_ENDS = ("телефон", "phone")
# Of a phone or of a contract: taken where no other heading tells of phones.
_BARE_NUMBERS = _words("number номер")
# Is a heading, but rather of an account or an order than of phones.
_SOME_NUMBER_ENDS = ("номер",)
_WHOLE_NAMES = _words("""
    фио фамилияимяотчество фамилияимя имяфамилия fullname подписчик абонент клиент контакт contact customer client
    контрагент покупатель заказчик сотрудник пациент плательщик""")
_GIVEN_NAMES = _words("firstname givenname имя")
_NAME_PARTS = _GIVEN_NAMES | _words("""
    name lastname middlename surname familyname additionalname
    фамилия отчество название наименование""")
# Beside a given name `Name` is the whole one, and the parts would tell it twice.
_WHOLE_BESIDE_PARTS = _words("name")
_COMMENTS = _words("""
    comment comments note notes remark remarks description
    комментарий комментарии примечание примечания заметка заметки описание""")
_KNOWN = _WHOLE_NAMES | _NAME_PARTS | _COMMENTS
_NO_LETTER = re.compile(r"[\W_]+")


def plain(heading: str) -> str:
    """`"№ Телефона:"` → `"телефона"`: the form in which headings are compared."""
    return _NO_LETTER.sub("", heading).casefold().replace("ё", "е")


@dataclass(frozen=True)
class Columns:
    """Where things stand in a record, counted from 0. `number` is None when no column could be it."""

    number: int | None
    names: tuple[int, ...] = ()
    comment: int | None = None
    extra: dict[int, str] = field(default_factory=dict)  # further columns by their headings
    skip: int = 0  # so many records at the beginning are headings, and titles above them
    ids: int | None = None  # the column of ids in a list that was exported here: they are made anew
    spare: tuple[int, ...] = ()  # further columns with numbers, asked where the first one is empty

    def row(self, line: int, cells: Sequence[str]) -> Row:
        """The row that the record in `line` tells of."""
        width = len(cells)
        number = cells[self.number] if self.number is not None and self.number < width else ""
        if not number and self.spare:
            number = next((cells[place] for place in self.spare if place < width and cells[place]), "")
        name = cells[self.names[0]] if self.names and self.names[0] < width else ""
        if len(self.names) > 1:
            name = " ".join([cells[place] for place in self.names if place < width and cells[place]])
        comment = cells[self.comment] if self.comment is not None and self.comment < width else ""
        return Row(line, number, name, comment, self._further(cells) if width > len(self._used) else None)

    @cached_property
    def _used(self) -> frozenset[int]:
        return frozenset(place for place in (self.number, self.comment, self.ids, *self.names) if place is not None)

    def _further(self, cells: Sequence[str]) -> dict[str, str] | None:
        used = self._used
        found = {self.extra.get(place, f"column {place + 1}"): cell for place, cell in enumerate(cells) if cell and place not in used}
        return found or None


def is_heading(cells: Sequence[str], region: str) -> bool:
    """Whether a file's first record holds headings: a known one, and nothing that is a number."""
    return any(_is_known(plain(cell)) for cell in cells) and not any(is_number(cell, region) for cell in cells)


def find(sample: Sequence[Sequence[str]], region: str) -> Columns:
    """The columns of a list, by its first records."""
    if not sample:
        return Columns(number=None)
    headings = _heading_place(sample, region)
    if headings is not None:
        return _by_headings(sample[headings], sample[headings + 1 :], region, skip=headings + 1)
    number = _number_column(sample, region)
    others = [place for place in range(max(map(len, sample))) if place != number]
    return Columns(number, tuple(others[:1]), others[1] if len(others) > 1 else None)


def of_keys(keys: Sequence[str]) -> Columns:
    """The same for the keys of a JSON object."""
    return _by_headings(keys, [], "")


def is_number(cell: str, region: str) -> bool:
    """Whether the cell holds a valid number."""
    if not any(map(str.isdigit, cell)) or damage.altered(cell):
        return False
    try:
        return bool(parse(cell, region))
    except NumberError:
        return False


def _heading_place(sample: Sequence[Sequence[str]], region: str) -> int | None:
    """Where the headings are: first, or below the title of a report, which may hold a date, a tax number or the firm's own phone."""
    found = None
    numbers_above = False
    for place, cells in enumerate(sample[:MAX_TITLES]):
        if is_heading(cells, region) and (place == 0 or _filled(cells) > 1):
            if _are_headings_of_phones(cells, sample[:place]):
                return place
            if found is None and not numbers_above:
                found = place
        numbers_above = numbers_above or any(is_number(cell, region) for cell in cells)
    return found


def _are_headings_of_phones(cells: Sequence[str], above: Sequence[Sequence[str]]) -> bool:
    """Whether these are headings beyond doubt: people write `no phone` into a row of their list, too."""
    words = [plain(cell) for cell in cells]
    if sum(map(_is_known, words)) > 1:
        return any(_is_of_phones(word) or word in _BARE_NUMBERS for word in words)
    return not _PHONES.isdisjoint(words) and all(_filled(cells) > _filled(row) for row in above)


def _filled(cells: Sequence[str]) -> int:
    return sum(map(bool, cells))


def _by_headings(headings: Sequence[str], rows: Sequence[Sequence[str]], region: str, skip: int = 0) -> Columns:
    words = [plain(heading) for heading in headings]
    if tuple(words[: len(FIELDS)]) == FIELDS:
        return _exported(headings, skip)
    numbers = _headed_numbers(words, rows, region) or ([_number_column(rows, region)] if rows else [])
    number, spare = (numbers[0], numbers[1:]) if numbers else (None, [])
    names = _name_columns(words, number)
    comment = _first(words, _COMMENTS)
    if comment == number:
        comment = None
    return Columns(number, names, comment, _extra(headings, {number, comment, *names}), skip, spare=tuple(spare))


def _exported(headings: Sequence[str], skip: int) -> Columns:
    """The columns of a list that was exported here: whatever the further ones are called, they are further ones."""
    ids, name, number, comment = range(len(FIELDS))
    return Columns(number, (name,), comment, _extra(headings, {ids, name, number, comment}), skip, ids)


def _extra(headings: Sequence[str], used: Collection[int | None]) -> dict[int, str]:
    extra: dict[int, str] = {}
    for place, heading in enumerate(headings):
        if place not in used:
            extra[place] = heading if heading and heading not in extra.values() else f"column {place + 1}"
    return extra


def _headed_numbers(words: Sequence[str], rows: Sequence[Sequence[str]], region: str) -> list[int]:
    """The columns whose headings tell of numbers, the best one first: of `Phone 1 - Type` and `Phone 1 - Value` the one that has some.

    `Number` may be that of a contract: it is none of them where another one tells of phones, unless that has only words.
    """
    phones = [place for place, word in enumerate(words) if _is_of_phones(word)]
    bare = [place for place, word in enumerate(words) if word in _BARE_NUMBERS]
    cells = {place: [row[place] for row in rows if place < len(row)] for place in phones + bare}
    valid = {place for place in cells if any(is_number(cell, region) for cell in cells[place])}
    digits = {place for place in cells if any(sum(map(str.isdigit, cell)) >= _MANY_DIGITS for cell in cells[place])}

    def order(place: int) -> tuple[bool, bool, bool, int]:
        return place not in valid, place not in digits, words[place] not in _PHONES, place

    only_words = all(any(cells[place]) and place not in digits for place in phones)
    if bare and only_words:
        return [min(bare, key=order)]
    phones.sort(key=order)
    return [place for index, place in enumerate(phones) if index == 0 or place in valid]


def _name_columns(words: Sequence[str], number: int | None) -> tuple[int, ...]:
    """One column with the whole name, or all those that together make it."""
    whole = _first(words, _WHOLE_NAMES)
    if whole is None and _GIVEN_NAMES.intersection(words):
        whole = _first(words, _WHOLE_BESIDE_PARTS)
    if whole is not None and whole != number:
        return (whole,)
    return tuple(place for place, word in enumerate(words) if word in _NAME_PARTS and place != number)


def _is_known(word: str) -> bool:
    return word in _KNOWN or word in _BARE_NUMBERS or word.endswith(_SOME_NUMBER_ENDS) or _is_of_phones(word)


def _is_of_phones(word: str) -> bool:
    return word in _PHONES or word.startswith(_PHONE_BEGINNINGS) or word.endswith(_PHONE_ENDS)


def _first(words: Sequence[str], wanted: frozenset[str]) -> int | None:
    return next((place for place, word in enumerate(words) if word in wanted), None)


def _number_column(rows: Sequence[Sequence[str]], region: str) -> int:
    """The column with the most valid numbers; among equals the one with the most that are spelled as phone numbers, then the first."""
    width = max(map(len, rows))
    scores = []
    for place in range(width):
        cells = [row[place] for row in rows if place < len(row)]
        valid = [cell for cell in cells if is_number(cell, region)]
        spelled = sum(not cell.isdigit() for cell in valid)
        digits = sum(any(map(str.isdigit, cell)) for cell in cells)
        scores.append((len(valid), spelled, digits, -place))
    return -max(scores)[3]
