"""The table of numbers that stood on a list already: it finds what a dict finds, and stays small."""

from __future__ import annotations

import random
import tracemalloc

from lists.seen import Seen


def test_it_finds_what_a_dict_finds() -> None:
    found = random.Random(7)
    seen, known = Seen(), dict[str, int]()
    for line in range(1, 60_000):
        number = f"+7912{found.randrange(30_000):07}"
        assert seen.add(number, line) == known.get(number)
        known.setdefault(number, line)


def test_numbers_of_all_lengths() -> None:
    seen = Seen()
    numbers = ["+1", "+999999999999999", "+7912", "+79120000000"]
    assert [seen.add(number, line) for line, number in enumerate(numbers, 1)] == [None] * 4
    assert [seen.add(number, 9) for number in numbers] == [1, 2, 3, 4]


def test_a_hundred_thousand_take_four_megabytes() -> None:
    seen = Seen()
    tracemalloc.start()
    for line in range(1, 100_001):
        seen.add(f"+7912{line * 7919 % 10_000_000:07}", line)
    taken, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert taken < 4 << 20
    assert most < 6 << 20
