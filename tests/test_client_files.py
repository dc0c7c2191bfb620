"""Files on their way: lists with the server's reading shown, exports and sounds saved whole or not at all, numbers by their lines."""

from __future__ import annotations

import stat
import sys
from pathlib import Path
from typing import Any

import pytest

from dozvon_client import import_progress, player
from dozvon_client.number_file import AT_ONCE, add_all, numbers_in
from dozvon_client.number_table import Numbered
from dozvon_client.progress import Lines, Shown, UploadLines
from tests.client_things import DROP, Client, FakeServer, Reply, problem

ID = "00000000-0000-4000-8000-000000000001"
REPORT = {"rows": 1, "accepted": 1, "duplicates": 0, "rejected": 0, "do_not_call": 0, "details": []}
ADDED = Reply(201, {"id": ID, "name": "people", "report": REPORT}, delay_s=1.2)


@pytest.fixture
def people(tmp_path: Path) -> Path:
    """A small list."""
    file = tmp_path / "people.csv"
    file.write_text("number\n+79440000010\n")
    return file


def test_the_servers_reading_is_asked_for_by_the_key_of_the_upload(logged_in: Client, server: FakeServer, people: Path) -> None:
    server.answer("POST", "/callbases", ADDED)
    run = logged_in("callbase", "add", str(people), "--json")
    assert run.json()["id"] == ID
    (upload,) = server.of("POST", "/callbases")
    asked = [request.path for request in server.seen if request.path.startswith("/imports/")]
    assert set(asked) == {f"/imports/{upload.headers['idempotency-key']}"}  # again and again, although each answer is 404
    assert len(asked) >= 2


class Noted(Shown):
    """Notes what is shown."""

    def __init__(self) -> None:
        self.stages: list[tuple[str, int | None, int | None]] = []

    def stage(self, words: str, done: int | None, total: int | None) -> None:
        self.stages.append((words, done, total))


@pytest.mark.parametrize(
    ("state", "stage"),
    [
        ({"stage": "reading", "rows": 12000, "bytes_read": 5, "bytes_total": 10}, ("The server reads the list: 12 000 rows", 5, 10)),
        ({"stage": "writing", "rows": 7, "bytes_read": 10, "bytes_total": 10}, ("The server saves the list: 7 rows", 10, 10)),
        ({"stage": "reading", "rows": 0, "bytes_read": 0, "bytes_total": None}, ("The server reads the list", None, None)),
    ],
)
def test_how_far_the_server_is(state: dict[str, Any], stage: tuple[str, int | None, int | None]) -> None:
    noted = Noted()
    import_progress.tell(noted, state)
    import_progress.tell(noted, {"stage": "done"})
    assert noted.stages == [stage]


def test_without_a_terminal_the_stages_are_lines() -> None:
    written: list[str] = []
    shown = UploadLines(Lines(written.append, every_s=0.0), "people.csv", 10)
    shown.sent(10)
    shown.stage("The server reads the list", 5, 10)
    assert written == ["Sending people.csv: 100 % of 0.0 MB", "The server reads the list, 50 %"]


def file_of(content: bytes, **headers: str) -> Reply:
    return Reply(200, content, {"Content-Type": "text/csv", **headers})


def test_an_export_is_a_file_by_its_ending(logged_in: Client, server: FakeServer, tmp_path: Path) -> None:
    for path in ("calls.csv", "calls.xlsx", "targets.xlsx"):
        server.answer("GET", f"/campaigns/{ID}/{path}", file_of(path.encode()))
    for words, name in (((), "a.csv"), ((), "a.XLSX"), (("--targets", "--outcome", "busy"), "b.xlsx")):
        run = logged_in("campaign", "export", ID, "-o", str(tmp_path / name), *words, "--json")
        assert run.json() == {"file": str(tmp_path / name), "bytes": (tmp_path / name).stat().st_size}
    assert (tmp_path / "a.XLSX").read_bytes() == b"calls.xlsx"
    assert server.of("GET", f"/campaigns/{ID}/targets.xlsx")[0].query == {"outcome": ["busy"]}
    assert stat.S_IMODE((tmp_path / "a.csv").stat().st_mode) & 0o400


def test_an_export_without_a_file_goes_to_stdout(logged_in: Client, server: FakeServer) -> None:
    server.answer("GET", f"/callbases/{ID}/subscribers.csv", file_of("номер\r\n".encode()))
    assert logged_in("callbase", "export", ID).out == "номер\n"  # text mode takes the \r
    assert logged_in("callbase", "export", ID, "--json").code == 2


def test_another_ending_is_refused_before_anything_is_asked(logged_in: Client, server: FakeServer, tmp_path: Path) -> None:
    run = logged_in("campaign", "export", ID, "-o", str(tmp_path / "a.pdf"))
    assert (run.code, [one for one in server.seen if one.method == "GET"]) == (2, [])
    assert ".csv or .xlsx" in run.err


@pytest.mark.parametrize("reply", [problem(409, "No."), file_of(b"half", **{"Content-Length": "1000"}), DROP])
def test_a_download_that_fails_leaves_the_old_file(logged_in: Client, server: FakeServer, tmp_path: Path, reply: Reply | None) -> None:
    server.answer("GET", f"/callbases/{ID}/subscribers.csv", reply)
    target = tmp_path / "out" / "people.csv"
    target.parent.mkdir()
    target.write_text("old")
    run = logged_in("callbase", "export", ID, "-o", str(target))
    assert run.code in (4, 5)
    assert [(file.name, file.read_text()) for file in target.parent.iterdir()] == [("people.csv", "old")]


def test_a_folder_that_is_not_there_is_2(logged_in: Client, server: FakeServer, tmp_path: Path) -> None:
    server.answer("GET", f"/calls/{ID}/recording", file_of(b"RIFF"))
    run = logged_in("call", "recording", ID, "-o", str(tmp_path / "none" / "x.wav"))
    assert run.code == 2
    assert "can't be written" in run.err


def test_a_sound_is_saved_as_it_is_or_as_it_is_heard(logged_in: Client, server: FakeServer, tmp_path: Path) -> None:
    server.answer("GET", f"/audio/{ID}/content", file_of(b"RIFF"))
    for words in ((), ("--phone",), ("--wide",)):
        assert logged_in("audio", "download", ID, *words, "-o", str(tmp_path / "x.wav")).code == 0
    queries = [request.query.get("rendering") for request in server.of("GET", f"/audio/{ID}/content")]
    assert queries == [None, ["phone"], ["wide"]]


@pytest.mark.skipif(sys.platform == "win32", reason="a shell script stands for the player")
def test_a_sound_is_played_by_what_is_there(logged_in: Client, server: FakeServer, tmp_path: Path) -> None:
    server.answer("GET", f"/audio/{ID}", Reply(200, {"id": ID, "name": "hello", "format": "wav"}))
    server.answer("GET", f"/audio/{ID}/content", file_of(b"RIFF heard"))
    folder = tmp_path / "bin"
    folder.mkdir()
    (folder / "aplay").write_text(f'#!/bin/sh\n/bin/cat "$2" >{tmp_path}/heard\n')
    (folder / "aplay").chmod(0o755)
    assert logged_in("audio", "play", ID, "--phone", env={"PATH": str(folder)}).code == 0
    assert (tmp_path / "heard").read_bytes() == b"RIFF heard"
    (folder / "aplay").write_text("#!/bin/sh\nexit 3\n")
    assert logged_in("audio", "play", ID, env={"PATH": str(folder)}).code == 2
    run = logged_in("audio", "play", ID, env={"PATH": str(tmp_path)})
    assert run.code == 2
    assert all(words[0] in run.err for words in player.PLAYERS)


ONE, TWO, THREE = "+79440000010", "8 944 000 00 11", "8 (944) 000-0012"


@pytest.mark.parametrize(
    ("content", "numbers", "bad"),
    [
        ("", [], []),
        (f"{ONE}\n\n{THREE}\n", [(1, ONE), (3, THREE)], []),
        (f"{ONE}\r{TWO}\r", [(1, ONE), (2, TWO)], []),
        (f"{ONE}\n{TWO}, {THREE}\n", [(1, ONE), (2, TWO), (2, THREE)], []),
        (f"{ONE} ; {TWO}\n{THREE}\n", [(1, ONE), (1, TWO), (2, THREE)], []),
        (f"{ONE}\nИван\nПётр {TWO}\n12\n", [(1, ONE), (3, f"Пётр {TWO}")], [2, 4]),
        (f"{ONE};моб\n{TWO};дом\n", [(1, ONE), (2, TWO)], []),
        ("имя;Номер\nАнна;+7944\nИван;\n", [(2, "+7944")], [3]),
        ("Phone,note\n1,a\n", [(2, "1")], []),
        ("Телефон\n12345, 67\n", [(2, "12345"), (2, "67")], []),
        (f"Номер договора;Телефон\n12345678;{ONE}\n12345679;\n", [(2, ONE)], [3]),
        (f"Номер;Моб.\n12345678;{ONE}\n", [(2, ONE)], []),
        (f"Телефон;Имя;mobile phone\n;Анна;{ONE}\n{TWO};Иван;{THREE}\nнет;Пётр;\n", [(2, ONE), (3, TWO), (3, THREE)], [4]),
        (f"Name,Contract,Phone,Note\nLee, Ann,9440000019,{ONE},x\nEva,1,{TWO},\n", [(3, TWO)], [2]),
        (f"Имя;Телефон\nАнна;{ONE};{TWO}\nИван;{THREE};;\n", [(3, THREE)], [2]),
        (f'Имя;Телефон\nАнна;"{ONE}, {TWO}\n{THREE}"\nИван;{ONE}/{TWO}\n', [(2, ONE), (2, TWO), (2, THREE), (4, ONE), (4, TWO)], []),
        ("Name;Phone\nMax;0171/1234567\nEva;0171 1234567/68\n", [(2, "0171/1234567"), (3, "0171 1234567/68")], []),
        (f'"Фамилия, имя";Телефон\n"Ли, ""Аня""\nиз дома 5";{ONE}\nкафе "Уют";{TWO}\n', [(2, ONE), (4, TWO)], []),
    ],
)
def test_numbers_of_a_file(tmp_path: Path, content: str, numbers: list[tuple[int, str]], bad: list[int]) -> None:
    file = tmp_path / "numbers"
    for encoding in ("utf-8", "utf-8-sig", "utf-16", "cp1251"):
        file.write_bytes(content.encode(encoding))
        found = numbers_in(file)
        assert [(one.line, one.value) for one in found.numbers] == numbers
        assert [one.line for one, _ in found.bad] == bad


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (f"Имя;Номер договора\nАнна;{ONE}\n".encode(), "Имя, Номер договора"),
        (f"Автомобиль;Адрес\n5;{ONE}\n".encode(), "Автомобиль, Адрес"),
        (f"{ONE} Анна;моб\n{TWO};моб\n".encode(), f"{ONE} Анна, моб"),
        (f'Имя;Телефон\n"Анна;{ONE}\nИван;{TWO}\n'.encode(), "line 2"),
        (f'Имя;Телефон\nА;{ONE}\n"хочет 5;{TWO}\nВ;{THREE}\nГ"\n'.encode(), "line 3"),
        (f'Имя;Телефон\n"А" Ли;{ONE}\n'.encode(), "line 2"),
        (b"PK\x03\x04 and so on", "is no text"),
        (ONE.encode("utf-16-le"), "is no text"),
    ],
)
def test_a_file_that_only_a_guess_could_read_is_refused(
    logged_in: Client, server: FakeServer, tmp_path: Path, content: bytes, told: str
) -> None:
    file = tmp_path / "never.csv"
    file.write_bytes(content)
    run = logged_in("dnc", "import", str(file), "--skip-bad")
    assert (run.code, server.of("POST", "/dnc")) == (2, [])
    assert told in run.err


def test_lines_without_a_number_are_told(logged_in: Client, server: FakeServer, tmp_path: Path) -> None:
    file = tmp_path / "never.txt"
    file.write_text("+79440000010\nabc\n+79440000011\n")
    run = logged_in("dnc", "import", str(file), "--json")
    errors = [{"field": "line 2", "reason": "has no phone number"}]
    assert (run.code, run.json()["error"]["errors"], server.of("POST", "/dnc")) == (4, errors, [])
    refusal = problem(400, "numbers[0]: is bad", code="bad_input", errors=[{"field": "numbers[0]", "reason": "is bad"}])
    server.answer("POST", "/dnc", refusal, Reply(201, {"items": [{}]}))
    rejected = logged_in("dnc", "import", str(file), "--json", "--skip-bad").json()["rejected"]
    assert [(one["line"], one["value"]) for one in rejected] == [(1, "+79440000010"), (2, "abc")]
    assert "1 number is on the do-not-call list now." in logged_in("dnc", "import", str(file), "--skip-bad").out


def test_bad_numbers_are_told_by_their_lines(logged_in: Client, server: FakeServer, tmp_path: Path) -> None:
    file = tmp_path / "never.txt"
    file.write_text("+79440000010\n\n1234567 abc\n+79440000011\n")
    errors = [{"field": "numbers[1]", "reason": "has letters"}]
    refusal = problem(400, "numbers[1]: has letters", code="bad_input", errors=errors)
    server.answer("POST", "/dnc", refusal)
    run = logged_in("dnc", "import", str(file), "--json")
    assert (run.code, run.json()["error"]["errors"]) == (4, [{"field": "line 3", "reason": "has letters"}])
    assert "line 3: has letters" in run.err
    server.answer("POST", "/dnc", refusal, Reply(201, {"items": [{}, {}]}))
    run = logged_in("dnc", "import", str(file), "--skip-bad", "--json", "--region", "KZ")
    assert run.json() == {"added": 2, "rejected": [{"line": 3, "value": "1234567 abc", "reason": "has letters"}]}
    assert server.of("POST", "/dnc")[-1].json() == {"numbers": ["+79440000010", "+79440000011"], "region": "KZ"}


def test_many_numbers_go_in_parts() -> None:
    sizes = []

    class Counting:
        def post(self, _path: str, body: dict[str, Any]) -> dict[str, Any]:
            sizes.append(len(body["numbers"]))
            return {"items": body["numbers"]}

    api: Any = Counting()
    assert add_all(api, [Numbered(1, "1")] * (AT_ONCE + 5), {}, skip_bad=False) == (AT_ONCE + 5, [])
    assert sizes == [AT_ONCE, 5]


def test_the_do_not_call_list_as_csv(logged_in: Client, server: FakeServer, tmp_path: Path) -> None:
    entry = {"number": "+79440000010", "created_at": "2030-01-01T00:00:00.000Z", "reason": "=1+1"}
    server.answer("GET", "/dnc", Reply(200, {"items": [entry], "next_cursor": None}))
    assert logged_in("dnc", "export", "-o", str(tmp_path / "never.csv"), "--json").json()["rows"] == 1
    text = (tmp_path / "never.csv").read_text(encoding="utf-8-sig")
    assert text.splitlines() == ["number,created_at,reason", "+79440000010,2030-01-01T00:00:00.000Z,'=1+1"]
    assert logged_in("dnc", "export").out.startswith("number,")
    assert logged_in("dnc", "export", "-o", str(tmp_path / "never.xlsx")).code == 2
