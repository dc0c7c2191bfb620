"""Logging in, refreshing, revoking and checking tokens, with the time passed in."""

from __future__ import annotations

import base64
import hashlib
import json
import threading
import uuid
from typing import Any

import jwt
import pytest
from argon2 import PasswordHasher
from sqlalchemy import delete, func, select

import auth as auth_module
from auth import Auth, ensure_first_user
from errors import OAuthError, TooMany, Unauthorized
from security import passwords
from store import tables, users
from store.engine import Store
from store.viewer import Viewer
from tests.conftest import PASSWORD

KEY = b"k" * 32
START = 1_800_000_000_000
PEER = "192.0.2.1"


class Clock:
    """A clock that stands until it is set."""

    def __init__(self) -> None:
        self.ms = START

    def __call__(self) -> int:
        return self.ms


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def auth(store: Store, clock: Clock) -> Auth:
    return Auth(store, KEY, clock)


def log_in(auth: Auth, login: str = "user", password: str = PASSWORD, peer: str = PEER) -> dict[str, Any]:
    return auth.login(login, password, peer)


def refused(auth: Auth, bearer: str) -> bool:
    with pytest.raises(Unauthorized) as caught:
        auth.check(bearer)
    return caught.value.headers["WWW-Authenticate"] == 'Bearer realm="dozvon", error="invalid_token"'


def forged(claims: dict[str, Any], key: bytes = KEY, **more: Any) -> str:
    good = {"iss": "dozvon", "sub": "x", "iat": START // 1000, "exp": START // 1000 + 600, "jti": str(uuid.uuid4())}
    return jwt.encode({**good, **claims}, key, algorithm="HS256", **more)


def rows(store: Store, table: Any) -> int:
    with store.read() as conn:
        return conn.execute(select(func.count()).select_from(table)).scalar_one()


def test_a_login_gives_tokens_that_tell_who_asks(auth: Auth, user: Viewer, admin: Viewer) -> None:
    answer = log_in(auth)
    assert (answer["token_type"], answer["expires_in"]) == ("Bearer", 600)
    assert auth.check(answer["access_token"]) == user
    assert auth.check(log_in(auth, "admin")["access_token"]) == admin


def test_the_access_token_is_a_jwt_with_these_claims(auth: Auth, user: Viewer) -> None:
    token = log_in(auth)["access_token"]
    claims = jwt.decode(token, KEY, algorithms=["HS256"], options={"verify_iat": False})
    assert set(claims) == {"iss", "sub", "iat", "exp", "jti"}
    assert claims["sub"] == user.uid
    assert claims["exp"] - claims["iat"] == 600
    assert claims["iat"] == START // 1000


def test_the_store_holds_hashes_only_and_the_seeds_columns(auth: Auth, store: Store, user: Viewer) -> None:
    answer = log_in(auth)
    with store.read() as conn:
        row = conn.execute(select(tables.users)).mappings().one()
        dump = json.dumps([[str(value) for value in one] for table in tables.metadata.sorted_tables for one in conn.execute(select(table))])
    assert row["acc_token"] == hashlib.sha256(answer["access_token"].encode()).hexdigest()
    assert row["expired"] == START / 1000 + 600
    assert answer["access_token"] not in dump
    assert answer["refresh_token"] not in dump
    assert PASSWORD not in dump


@pytest.mark.parametrize(
    ("login", "password"), [("user", "wrong"), ("nobody", PASSWORD), ("", ""), ("USER", PASSWORD), ("user", PASSWORD + " ")]
)
def test_a_wrong_password_and_an_unknown_login_get_the_same_answer(auth: Auth, user: Viewer, login: str, password: str) -> None:
    with pytest.raises(OAuthError) as caught:
        log_in(auth, login, password)
    assert (caught.value.status, caught.value.code, caught.value.detail) == (400, "invalid_grant", "The login or the password is wrong.")


def test_an_unknown_login_costs_the_same_work(auth: Auth, user: Viewer, monkeypatch: pytest.MonkeyPatch) -> None:
    verified = []

    def verify(hashed: str, password: str) -> bool:
        verified.append(hashed)
        return passwords.verify_password(hashed, password)

    monkeypatch.setattr(auth_module, "verify_password", verify)
    for login in ("user", "nobody"):
        with pytest.raises(OAuthError):
            log_in(auth, login, "wrong")
    known, unknown = (hashed.rsplit("$", 2)[0] for hashed in verified)
    assert known == unknown  # the same algorithm and parameters, with another salt and hash
    assert len(set(verified)) == 2


def test_an_expired_token_is_refused_to_the_millisecond(auth: Auth, clock: Clock, user: Viewer) -> None:
    token = log_in(auth)["access_token"]
    clock.ms = START + 600_000 - 1
    auth.check(token)
    clock.ms += 1
    assert refused(auth, token)


def test_a_token_of_another_key_is_refused(auth: Auth, store: Store, clock: Clock, user: Viewer) -> None:
    claims = jwt.decode(log_in(auth)["access_token"], KEY, algorithms=["HS256"], options={"verify_iat": False})
    assert auth.check(forged(claims)) == user  # so it is the key alone that decides below
    assert refused(auth, forged(claims, b"another key of thirty-two bytes!"))
    assert refused(Auth(store, b"n" * 32, clock), forged(claims))


def test_alg_none_and_other_algorithms_are_refused(auth: Auth, user: Viewer) -> None:
    head, body, _ = log_in(auth)["access_token"].split(".")
    none = base64.urlsafe_b64encode(b'{"alg":"none","typ":"JWT"}').decode().rstrip("=")
    claims = jwt.decode(f"{head}.{body}.", options={"verify_signature": False})
    assert refused(auth, f"{none}.{body}.")
    assert refused(auth, jwt.encode(claims, KEY * 2, algorithm="HS512"))


@pytest.mark.parametrize("claim", ["iss", "sub", "iat", "exp", "jti"])
def test_each_claim_is_needed(auth: Auth, user: Viewer, claim: str) -> None:
    claims = jwt.decode(log_in(auth)["access_token"], KEY, algorithms=["HS256"], options={"verify_iat": False})
    del claims[claim]
    assert refused(auth, jwt.encode(claims, KEY, algorithm="HS256"))


@pytest.mark.parametrize(
    "claims", [{}, {"jti": 5}, {"sub": 5}, {"exp": "soon"}, {"exp": True}, {"exp": 1e300}, {"iss": "else"}, {"jti": ["a"]}]
)
def test_a_well_signed_token_that_we_did_not_give_is_refused(auth: Auth, user: Viewer, claims: dict[str, Any]) -> None:
    assert refused(auth, forged({"sub": user.uid, **claims}))


def test_a_known_jti_with_another_users_uid_is_refused(auth: Auth, user: Viewer, admin: Viewer) -> None:
    claims = jwt.decode(log_in(auth)["access_token"], KEY, algorithms=["HS256"], options={"verify_iat": False})
    assert refused(auth, forged({**claims, "sub": admin.uid}))


@pytest.mark.parametrize(
    "bearer", ["", ".", "a.b.c", "x" * 5000, "\xff.\xff.\xff", "\ud800", base64.b64encode(b"[" * 700).decode() + ".e30.x"]
)
def test_what_is_no_token_is_refused(auth: Auth, bearer: str) -> None:
    assert refused(auth, bearer)


def test_a_refresh_gives_a_new_pair_and_keeps_the_older_access_token(auth: Auth, clock: Clock, user: Viewer) -> None:
    first = log_in(auth)
    clock.ms += 1000
    second = auth.refresh(first["refresh_token"])
    assert second["refresh_token"] != first["refresh_token"]
    assert auth.check(second["access_token"]) == auth.check(first["access_token"]) == user
    third = auth.refresh(second["refresh_token"])
    assert auth.check(third["access_token"]) == user


def test_a_reused_refresh_token_ends_the_whole_grant_and_no_other(auth: Auth, user: Viewer) -> None:
    elsewhere = log_in(auth)
    first = log_in(auth)
    second = auth.refresh(first["refresh_token"])
    with pytest.raises(OAuthError, match="used before") as caught:
        auth.refresh(first["refresh_token"])
    assert caught.value.code == "invalid_grant"
    assert refused(auth, first["access_token"])
    assert refused(auth, second["access_token"])
    with pytest.raises(OAuthError):
        auth.refresh(second["refresh_token"])
    auth.check(elsewhere["access_token"])
    auth.refresh(elsewhere["refresh_token"])


def test_of_two_refreshes_at_once_one_is_answered_and_the_grant_ends(auth: Auth, store: Store, user: Viewer) -> None:
    token = log_in(auth)["refresh_token"]
    gate = threading.Barrier(8)
    answers: list[dict[str, Any] | None] = []

    def refresh() -> None:
        gate.wait()
        try:
            answers.append(auth.refresh(token))
        except OAuthError:
            answers.append(None)

    threads = [threading.Thread(target=refresh) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    given = [answer for answer in answers if answer is not None]
    assert (len(answers), len(given)) == (8, 1)
    assert refused(auth, given[0]["access_token"])
    assert rows(store, tables.grants) == 0


def test_a_refresh_token_lasts_thirty_days(auth: Auth, clock: Clock, user: Viewer) -> None:
    early, late = log_in(auth)["refresh_token"], log_in(auth)["refresh_token"]
    clock.ms = START + 30 * 24 * 3600_000 - 1
    auth.refresh(early)
    clock.ms += 1
    with pytest.raises(OAuthError):
        auth.refresh(late)


@pytest.mark.parametrize("token", ["", "unknown", "\ud800", "x" * 100_000])
def test_an_unknown_refresh_token_is_refused(auth: Auth, token: str) -> None:
    with pytest.raises(OAuthError) as caught:
        auth.refresh(token)
    assert caught.value.code == "invalid_grant"


@pytest.mark.parametrize("kind", ["access_token", "refresh_token"])
def test_revoking_ends_the_login_at_once_and_no_other(auth: Auth, user: Viewer, kind: str) -> None:
    elsewhere, answer = log_in(auth), log_in(auth)
    auth.revoke(answer[kind])
    assert refused(auth, answer["access_token"])
    with pytest.raises(OAuthError):
        auth.refresh(answer["refresh_token"])
    auth.check(elsewhere["access_token"])


def test_revoking_takes_unknown_and_forged_tokens_calmly(auth: Auth, user: Viewer) -> None:
    answer = log_in(auth)
    claims = jwt.decode(answer["access_token"], options={"verify_signature": False})
    for token in ("", "unknown", "a.b.c", forged({}), forged(claims, b"another key of thirty-two bytes!")):
        auth.revoke(token)
    auth.check(answer["access_token"])


def test_a_second_login_leaves_the_first_valid(auth: Auth, user: Viewer) -> None:
    first = log_in(auth)
    log_in(auth)
    auth.check(first["access_token"])


def test_a_changed_password_or_role_and_a_deleted_user_act_at_once(auth: Auth, store: Store, user: Viewer, admin: Viewer) -> None:
    first = log_in(auth)
    users.change(store, user.uid, {"role": "admin"})
    assert auth.check(first["access_token"]).is_admin
    users.change(store, user.uid, {"role": "user"}, passwords.hash_password("another horse"))
    assert refused(auth, first["access_token"])
    with pytest.raises(OAuthError):
        auth.refresh(first["refresh_token"])
    second = log_in(auth, password="another horse")
    users.delete_user(store, admin, user.uid)
    assert refused(auth, second["access_token"])


def test_a_password_changed_during_a_login_ends_that_login(auth: Auth, store: Store, user: Viewer, monkeypatch: pytest.MonkeyPatch) -> None:
    def change_then_verify(hashed: str, password: str) -> bool:
        users.change(store, user.uid, {}, passwords.hash_password("another horse"))
        return passwords.verify_password(hashed, password)

    monkeypatch.setattr(auth_module, "verify_password", change_then_verify)
    with pytest.raises(OAuthError):
        log_in(auth)
    assert rows(store, tables.grants) == 0


def test_wrong_tries_are_slowed_and_the_right_password_has_to_wait_too(auth: Auth, clock: Clock, user: Viewer) -> None:
    for _ in range(5):
        with pytest.raises(OAuthError):
            log_in(auth, password="wrong")
    with pytest.raises(TooMany) as caught:
        log_in(auth)
    assert caught.value.headers["Retry-After"] == "1"
    log_in(auth, peer="192.0.2.2")
    clock.ms += 1000
    log_in(auth)


def test_a_throttled_try_costs_no_hashing(auth: Auth, user: Viewer, monkeypatch: pytest.MonkeyPatch) -> None:
    for _ in range(5):
        with pytest.raises(OAuthError):
            log_in(auth, password="wrong")
    monkeypatch.delattr(auth_module, "verify_password")
    with pytest.raises(TooMany):
        log_in(auth)


def test_parallel_tries_do_not_slip_past_the_throttle(auth: Auth, user: Viewer, monkeypatch: pytest.MonkeyPatch) -> None:
    checked, kinds = threading.Semaphore(0), []
    refuse, all_in_the_queue = auth._refuse_if_throttled, threading.Event()

    def refuse_and_count(login: str, peer: str) -> None:
        refuse(login, peer)
        checked.release()

    def verify(hashed: str, password: str) -> bool:
        assert all_in_the_queue.wait(20)
        return False

    def wrong() -> None:
        try:
            log_in(auth, password="wrong")
        except (OAuthError, TooMany) as err:
            kinds.append(type(err))

    monkeypatch.setattr(auth, "_refuse_if_throttled", refuse_and_count)
    monkeypatch.setattr(auth_module, "verify_password", verify)
    threads = [threading.Thread(target=wrong) for _ in range(12)]
    for thread in threads:
        thread.start()
    for _ in range(13):  # each before the queue, and one within it
        assert checked.acquire(timeout=20)
    all_in_the_queue.set()
    for thread in threads:
        thread.join()
    assert (kinds.count(OAuthError), kinds.count(TooMany)) == (5, 7)


def test_those_who_log_in_leave_threads_to_the_others(auth: Auth, user: Viewer, monkeypatch: pytest.MonkeyPatch) -> None:
    inside, go_on, told = threading.Semaphore(0), threading.Event(), []
    refuse = auth._refuse_if_throttled

    def refuse_and_count(login: str, peer: str) -> None:
        refuse(login, peer)
        inside.release()

    def verify(hashed: str, password: str) -> bool:
        assert go_on.wait(20)
        return True

    monkeypatch.setattr(auth, "_refuse_if_throttled", refuse_and_count)
    monkeypatch.setattr(auth_module, "verify_password", verify)
    threads = [threading.Thread(target=lambda: told.append(log_in(auth))) for _ in range(auth_module.MOST_AT_ONCE)]
    for thread in threads:
        thread.start()
    for _ in range(auth_module.MOST_AT_ONCE + 1):  # each before the queue, and one within it
        assert inside.acquire(timeout=20)
    while auth._queue.acquire(blocking=False):  # a thread may not have come into the queue yet
        auth._queue.release()
    with pytest.raises(TooMany) as refused:
        log_in(auth)
    assert refused.value.headers == {"Retry-After": "2"}
    go_on.set()
    for thread in threads:
        thread.join()
    assert len(told) == auth_module.MOST_AT_ONCE
    log_in(auth)


def test_a_hash_with_old_parameters_is_made_anew_and_tokens_stay(auth: Auth, store: Store, user: Viewer) -> None:
    old = PasswordHasher(time_cost=2, memory_cost=8, parallelism=1).hash(PASSWORD)
    users.change(store, user.uid, {}, old)
    answer = log_in(auth)
    seen = users.credentials(store, "user")
    assert seen is not None
    assert seen.password != old
    assert not passwords.is_outdated(seen.password)
    auth.check(answer["access_token"])
    log_in(auth)


def test_expired_tokens_are_cleaned_away_at_a_login(auth: Auth, store: Store, clock: Clock, user: Viewer) -> None:
    auth.refresh(log_in(auth)["refresh_token"])
    assert (rows(store, tables.grants), rows(store, tables.access_tokens), rows(store, tables.refresh_tokens)) == (1, 2, 2)
    clock.ms = START + 600_000
    auth.sweep(clock.ms)
    assert (rows(store, tables.grants), rows(store, tables.access_tokens), rows(store, tables.refresh_tokens)) == (1, 0, 2)
    clock.ms = START + 31 * 24 * 3600_000
    log_in(auth)
    assert (rows(store, tables.grants), rows(store, tables.access_tokens), rows(store, tables.refresh_tokens)) == (1, 1, 1)


def test_the_first_user_is_made_once(store: Store, auth: Auth) -> None:
    assert ensure_first_user(store, "chief", "short") is None  # the rules of length are for the API and the command line
    assert auth.check(log_in(auth, "chief", "short")["access_token"]).is_admin
    assert ensure_first_user(store, "another", None) is None
    assert rows(store, tables.users) == 1


def test_the_first_user_without_a_password_gets_a_random_one(store: Store, auth: Auth) -> None:
    made = ensure_first_user(store, "admin", None)
    assert made is not None
    assert len(made) >= 16
    log_in(auth, "admin", made)
    with store.write() as conn:
        conn.execute(delete(tables.users))
    assert ensure_first_user(store, "admin", None) != made
