"""The client as a real process: failures in plain sentences with their exit codes, lists, names, and what the commands send."""

from __future__ import annotations

import shlex
import sys
from pathlib import Path

import pytest

from tests.client_things import DROP, Client, FakeServer, Reply, problem, start_campaign

ID = "00000000-0000-4000-8000-00000000000{}"


def things(*names: str) -> Reply:
    return Reply(200, {"items": [{"id": ID.format(i), "name": name} for i, name in enumerate(names)], "next_cursor": None})


def test_bad_fields_are_told_one_by_one(logged_in: Client, server: FakeServer) -> None:
    errors = [{"field": "numbers[0]", "reason": "is no number"}, {"field": "repeat", "reason": "is too large"}]
    server.answer("POST", "/dial", problem(400, "The request has bad input", code="bad_input", errors=errors))
    run = start_campaign(logged_in)
    assert run.code == 4
    assert run.err == "The request has bad input\n  numbers[0]: is no number\n  repeat: is too large\n"
    told = run.json()
    assert (told["error"]["code"], told["error"]["status"], told["error"]["errors"], told["exit_code"]) == ("bad_input", 400, errors, 4)


@pytest.mark.parametrize("status", [500, 404])
def test_a_page_that_is_html_is_not_shown(logged_in: Client, server: FakeServer, status: int) -> None:
    server.answer("GET", "/gateways", Reply(status, b"<html><h1>Oops</h1></html>", {"Content-Type": "text/html"}))
    run = logged_in("gateway", "list")
    assert run.code == (5 if status == 500 else 4)
    assert "<" not in run.err
    assert str(status) in run.err


@pytest.mark.parametrize(
    "reply", [Reply(200, b"hello"), Reply(200, b"[" * 100_000), Reply(302, b"", {"Location": "http://127.0.0.1:1/"}), DROP]
)
def test_what_is_not_dozvon_is_5(logged_in: Client, server: FakeServer, reply: Reply | None) -> None:
    server.answer("GET", "/gateways", reply)
    run = logged_in("gateway", "list")
    assert (run.code, run.out) == (5, "")
    assert run.err.count("\n") == 1


def test_a_server_that_is_not_there_is_5(client: Client) -> None:
    run = client("health", "--url", "http://127.0.0.1:1", "--json")
    assert (run.code, run.json()["error"]["code"]) == (5, "unreachable")
    assert "can't be reached" in run.err


@pytest.mark.parametrize("url", ["127.0.0.1:8080", "ftp://x", "http://admin:secret@x", "http://x:99999999", "http://"])
def test_a_wrong_address_is_2(client: Client, url: str) -> None:
    run = client("health", "--url", url)
    assert run.code == 2
    assert "secret" not in run.err


def test_a_file_that_is_not_there_is_2(logged_in: Client, server: FakeServer, tmp_path: Path) -> None:
    assert logged_in("audio", "add", str(tmp_path / "none.wav")).code == 2
    assert logged_in("audio", "add", str(tmp_path)).code == 2
    assert server.of("POST", "/audio") == []


def test_wrong_usage_with_json_is_a_document_too(client: Client) -> None:
    run = client("dial", "--json", "--gateway", "x")
    assert (run.code, run.json()["exit_code"]) == (2, 2)


def test_a_password_on_an_unencrypted_way_is_warned_of(client: Client) -> None:
    run = client(
        "login", "--login", "a", "--password-stdin", "--url", "http://192.0.2.1:1", stdin="x", env={"HTTP_PROXY": "http://127.0.0.1:1"}
    )
    assert run.code == 5
    assert "not encrypted" in run.err


def test_what_came_from_others_can_not_steer_the_terminal(logged_in: Client, server: FakeServer) -> None:
    server.answer("GET", "/gateways", things("\x1b[2Jevil\x07 [bold]x[/bold] Ёж"))
    run = logged_in("gateway", "list")
    assert "?[2Jevil? [bold]x[/bold] Ёж" in run.out
    assert "\x1b" not in run.out


def test_a_terminal_without_the_letters_is_no_failure(logged_in: Client, server: FakeServer) -> None:
    server.answer("GET", "/gateways", things("Ёж 🦔"))
    ascii_only = {"PYTHONIOENCODING": "ascii", "PYTHONUTF8": "0"}
    assert logged_in("gateway", "list", env=ascii_only).code == 0
    assert logged_in("gateway", "list", "--json", env=ascii_only).json()["items"][0]["name"] == "Ёж 🦔"


def test_a_reader_that_goes_away_is_no_failure(logged_in: Client, server: FakeServer) -> None:
    server.answer("GET", "/gateways", things("a"))
    for flags in ([], ["--json"]):
        process = logged_in.start("gateway", "list", *flags)
        assert process.stdout
        assert process.stderr
        process.stdout.close()
        assert (process.stderr.read(), process.wait(20)) == ("", 141)


def test_a_list_follows_the_cursor_to_its_limit(logged_in: Client, server: FakeServer) -> None:
    full = {"items": [{"id": str(i)} for i in range(1000)], "next_cursor": "c1"}
    server.answer("GET", "/dnc", Reply(200, full), Reply(200, {"items": [{"id": "x"}] * 200, "next_cursor": "c2"}))
    page = logged_in("dnc", "list", "--limit", "1200", "--json").json()
    assert (len(page["items"]), page["next_cursor"]) == (1200, "c2")
    first, second = (request.query for request in server.of("GET", "/dnc"))
    assert (first, second) == ({"limit": ["1000"]}, {"limit": ["200"], "cursor": ["c1"]})


def test_a_name_stands_for_an_id(logged_in: Client, server: FakeServer) -> None:
    server.answer("GET", "/audio", things("Hello", "hello", "other"))
    server.answer("DELETE", f"/audio/{ID.format(1)}", Reply(204))
    assert logged_in("audio", "delete", "hello", "--json").json() == {"deleted": ID.format(1)}


@pytest.mark.parametrize(("names", "words"), [(("a", "b"), "no sound"), (("x", "x"), "2 sounds"), (("X", "X"), "2 sounds")])
def test_a_name_of_none_or_of_two_is_refused(logged_in: Client, server: FakeServer, names: tuple[str, str], words: str) -> None:
    server.answer("GET", "/audio", things(*names))
    run = logged_in("audio", "delete", "x")
    assert run.code == 4
    assert words in run.err


def test_a_number_is_quoted_in_the_path(logged_in: Client, server: FakeServer) -> None:
    server.answer("DELETE", "/dnc/%2B79440000010", Reply(204))
    assert logged_in("dnc", "remove", "+79440000010").code == 0


def test_dial_sends_every_field(logged_in: Client, server: FakeServer) -> None:
    server.answer("POST", "/dial", Reply(202, {"id": ID.format(5)}))
    options = shlex.split(
        "--name Maj --max-lines 3 --calls-per-second 1.5 --ring-timeout 30 --max-attempts 4 --retry busy:300:2 --retry no-answer:60:1 "
        "--lead-in 0 --tail 100 --repeat 2 --repeat-pause-ms 1500 --opt-out-digit 9 --collect-digits 1 --redial-interrupted "
        "--machine-detection hang_up --detection-param greeting_ms=2000 --detection-param silence-dbov=-50 --record-s 10 "
        "--recording-days 7 --start-at 2030-05-20T09:00:00+03:00"
    )
    assert start_campaign(logged_in, *options, "--window", "sat-mon 09:00-20:00 Europe/Moscow").code == 0
    assert server.of("POST", "/dial")[0].json() == {
        "gateway_id": "sandbox",
        "audio_id": ID.format(1),
        "numbers": ["+79440000010"],
        "name": "Maj",
        "max_lines": 3,
        "calls_per_second": 1.5,
        "ring_timeout_s": 30,
        "max_attempts": 4,
        "retry": {"busy": {"after_s": 300, "max_attempts": 2}, "no_answer": {"after_s": 60, "max_attempts": 1}},
        "window": {"days": ["mon", "sat", "sun"], "from": "09:00", "to": "20:00", "timezone": "Europe/Moscow"},
        "start_at": "2030-05-20T06:00:00.000Z",
        "lead_in_ms": 0,
        "tail_ms": 100,
        "repeat": 2,
        "repeat_pause_ms": 1500,
        "opt_out_digit": "9",
        "collect_digits": 1,
        "redial_interrupted": True,
        "machine_detection": "hang_up",
        "machine_detection_params": {"greeting_ms": 2000, "silence_dbov": -50},
        "record_s": 10,
        "recording_days": 7,
    }


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="a device that is always full")
def test_an_output_that_can_not_be_written_is_2(logged_in: Client, server: FakeServer) -> None:
    server.answer("GET", "/gateways", things("a"))
    server.answer("GET", f"/callbases/{ID.format(1)}/subscribers.csv", Reply(200, b"number\n", {"Content-Type": "text/csv"}))
    listed, exported, refused = ("gateway", "list"), ("callbase", "export", ID.format(1)), ("call", "show", ID.format(1), "--json")
    for words in (listed, (*listed, "--json"), exported, refused, ("nonsense", "--json")):
        with open("/dev/full", "w") as full:
            process = logged_in.start(*words, stdout=full)
            told = process.communicate(timeout=20)[1].splitlines()
        assert (process.returncode, told[-1]) == (2, "The output can't be written: No space left on device.")
        assert "Traceback" not in told[0]


@pytest.mark.skipif(sys.platform == "win32", reason="arguments are text there")
def test_an_argument_that_is_no_text_is_2(logged_in: Client, server: FakeServer, tmp_path: Path) -> None:
    sound = tmp_path / "\udcff.wav"
    sound.write_bytes(b"RIFF")
    before = len(server.seen)
    for words in (("campaign", "list", "--q", "\udcff"), ("dnc", "add", "+79440000010", "\udcff", "--json"), ("audio", "add", str(sound))):
        run = logged_in(*words)
        assert (run.code, len(server.seen)) == (2, before)
        assert "is no valid text" in run.err


def test_a_gateways_password_comes_from_stdin(logged_in: Client, server: FakeServer) -> None:
    server.answer("POST", "/gateways", Reply(201, {"id": ID.format(1), "name": "pbx"}))
    args = ("gateway", "add", "--name", "pbx", "--host", "h", "--username", "u", "--register", "--codecs", "PCMA,G722", "--password-stdin")
    run = logged_in(*args, stdin="sesame\n")
    sent = server.of("POST", "/gateways")[0].json()
    assert sent == {"name": "pbx", "host": "h", "username": "u", "register": True, "codecs": ["PCMA", "G722"], "password": "sesame"}
    assert "sesame" not in run.out + run.err


def test_a_gateway_that_does_not_answer_is_1(logged_in: Client, server: FakeServer) -> None:
    answer = {"ok": False, "sip_code": 403, "reason": "Forbidden", "rtt_ms": 3}
    server.answer("POST", "/gateways/sandbox/check", Reply(200, answer))
    run = logged_in("gateway", "check", "sandbox")
    assert (run.code, run.out) == (1, "The gateway does not work: 403 Forbidden.\n")


def test_the_report_of_an_import_is_a_table(logged_in: Client, server: FakeServer, tmp_path: Path) -> None:
    people = tmp_path / "people.csv"
    people.write_text("name;number\n")
    details = [{"line": 7, "value": "abc", "reason": "has letters in it"}]
    report = {"rows": 9, "accepted": 6, "duplicates": 1, "rejected": 2, "do_not_call": 0, "details": details, "notes": ["The first sheet."]}
    server.answer("POST", "/callbases", Reply(200, {"name": "people", "report": report}))
    run = logged_in("callbase", "add", str(people), "--dry-run")
    assert run.code == 0
    assert "has letters in it" in run.out
    assert "... and 2 more." in run.out
    assert "Note: The first sheet." in run.out
    assert b'name="dry_run"\r\n\r\ntrue' in server.of("POST", "/callbases")[0].body
