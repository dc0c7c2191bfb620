"""The throttle of wrong passwords, with the time passed in."""

from __future__ import annotations

import pytest

from security import throttle
from security.throttle import Counter, LoginThrottle, peer_key

HOUR = 3600_000


def test_the_delay_grows_to_a_cap() -> None:
    counter = Counter(free=3, cap_s=10)
    waits = []
    for _ in range(8):
        counter.wrong("key", 0)
        waits.append(counter.wait_ms("key", 0) // 1000)
    assert waits == [0, 0, 1, 2, 4, 8, 10, 10]


def test_the_delay_passes_and_goes_on_growing_at_the_next_wrong_try() -> None:
    counter = Counter(free=1, cap_s=100)
    counter.wrong("key", 0)
    assert counter.wait_ms("key", 999) == 1
    assert counter.wait_ms("key", 1000) == 0
    counter.wrong("key", 1000)
    assert counter.wait_ms("key", 1000) == 2000


def test_a_key_is_forgotten_when_right_and_after_a_while() -> None:
    counter = Counter(free=1, cap_s=100)
    counter.wrong("key", 0)
    counter.forget("key")
    assert counter.wait_ms("key", 0) == 0
    for _ in range(5):
        counter.wrong("old", 0)
    counter.wrong("old", HOUR)
    assert counter.wait_ms("old", HOUR) == 1000


def test_memory_is_bounded() -> None:
    counter = Counter(free=1, cap_s=1)
    for number in range(throttle.MAX_KEYS + 50):
        counter.wrong(number, 0)
    assert len(counter) == throttle.MAX_KEYS
    assert counter.wait_ms(throttle.MAX_KEYS + 49, 0) > 0
    assert counter.wait_ms(0, 0) == 0


def test_five_wrong_tries_delay_this_address_only() -> None:
    tries = LoginThrottle()
    for _ in range(5):
        assert tries.wait_s("admin", "192.0.2.1", 0) == 0
        tries.wrong("admin", "192.0.2.1", 0)
    assert tries.wait_s("admin", "192.0.2.1", 0) == 1
    assert tries.wait_s("admin", "192.0.2.2", 0) == 0
    assert tries.wait_s("somebody", "192.0.2.1", 0) == 0


def test_a_right_one_starts_anew() -> None:
    tries = LoginThrottle()
    for _ in range(4):
        tries.wrong("admin", "192.0.2.1", 0)
    tries.right("admin", "192.0.2.1")
    for _ in range(4):
        tries.wrong("admin", "192.0.2.1", 0)
    assert tries.wait_s("admin", "192.0.2.1", 0) == 0


def test_one_address_that_tries_many_logins_is_slowed() -> None:
    tries = LoginThrottle()
    for number in range(20):
        tries.wrong(f"login{number}", "192.0.2.1", 0)
    assert tries.wait_s("yet another", "192.0.2.1", 0) == 1
    assert tries.wait_s("yet another", "192.0.2.2", 0) == 0


def test_many_addresses_slow_a_login_but_cannot_lock_its_owner_out() -> None:
    tries = LoginThrottle()
    tries.right("admin", "192.0.2.1")
    for number in range(1000):
        tries.wrong("admin", f"198.51.100.{number}", 0)
    assert tries.wait_s("admin", "203.0.113.9", 0) == 10
    assert tries.wait_s("admin", "192.0.2.1", 0) == 0


@pytest.mark.parametrize(
    ("address", "key"),
    [
        ("192.0.2.1", "192.0.2.1"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("2001:db8:1:2:ffff::", "2001:db8:1:2::/64"),
        ("::ffff:192.0.2.1", "192.0.2.1"),
        ("", "?"),
        ("unix:", "?"),
    ],
)
def test_what_of_an_address_is_counted(address: str, key: str) -> None:
    assert peer_key(address) == key
