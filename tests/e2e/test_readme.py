"""A reader pastes the README's commands, in their order, and everything happens as it says. With a real service and real calls."""

from __future__ import annotations

import csv
import json
import os
import subprocess
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

from demo import expected
from tests.e2e.service import PASSWORD, ROOT, Service
from tests.markdown import blocks, read

SECTIONS = ("With the client", "With curl", "Your own SIP provider")
PHONE = "+79123456789"
OUTCOMES = {"delivered": 17, "partial": 1, "busy": 1, "no_answer": 1, "rejected": 1, "invalid_number": 1, "failed": 1}


def _commands() -> str:
    """All blocks to paste, of the first campaign and of the own provider."""
    found = [one for one in blocks(read("README.md")) if one.language == "sh" and one.heading in SECTIONS]
    assert {one.heading for one in found} == set(SECTIONS)
    return "\n".join(one.text for one in found)


class Reader:
    """Pastes into a shell. What only the reader can know is put in the place of the README's words."""

    def __init__(self, service: Service, folder: Path) -> None:
        self.service = service
        self._environment = {
            **{name: value for name, value in os.environ.items() if not name.startswith("DOZVON_")},
            "DOZVON_TOKEN_FILE": str(folder / "tokens.json"),
            "DOZVON_GATEWAY_PASSWORD": "the password from your provider",
        }
        sandbox = service.get("/gateways/sandbox")
        self._own = {
            "http://127.0.0.1:8080": str(service.http.base_url).rstrip("/"),
            "choose a long one": PASSWORD,
            '"sip.example.com", "port": 5060': f'"{sandbox["host"]}", "port": {sandbox["port"]}',
            "--host sip.example.com --port 5060": f"--host {sandbox['host']} --port {sandbox['port']}",
            "your own number": PHONE,
        }

    def paste(self, script: str) -> str:
        """What the commands print. Fails when one of them fails; blocks until all have ended."""
        for words, own in self._own.items():
            assert words in script, f"the README does not have {words!r} any more"
            script = script.replace(words, own)
        done = subprocess.run(["sh", "-eu"], input=script, cwd=ROOT, env=self._environment, capture_output=True, text=True, timeout=100)
        assert done.returncode == 0, f"{done.stdout}\n{done.stderr}"
        return done.stdout

    def campaign(self, name: str) -> dict[str, Any]:
        """The one campaign of this name, which has ended."""
        found: list[dict[str, Any]] = [one for one in self.service.get("/campaigns")["items"] if one["name"] == name]
        assert [one["status"] for one in found] == ["completed"]
        return found[0]


def _documents(text: str) -> list[dict[str, Any]]:
    """The JSON objects that stand in a text, among other things."""
    found, decoder = [], json.JSONDecoder()
    while (place := text.find("{")) >= 0:
        document, end = decoder.raw_decode(text[place:])
        found.append(document)
        text = text[place + end :]
    return found


def _table(text: str) -> list[dict[str, str]]:
    """The calls as CSV that stand in a text."""
    lines = text[text.index("id,campaign_id,") :].splitlines()
    return list(csv.DictReader(line for line in lines[: 1 + expected.REPORT["accepted"]]))


def _is_as_expected(service: Service, campaign: dict[str, Any]) -> None:
    seen = {target["number"]: target["outcome"] for target in service.targets(campaign["id"])}
    assert seen == {number: expected.outcome(number) for number in seen}
    assert {word: count for word, count in campaign["counts"].items() if count} == {**OUTCOMES, "total": len(seen)}


def test_all_commands_from_the_first_campaign_on(start: Callable[..., Service], tmp_path: Path) -> None:
    service = start("--lines", "24")
    reader = Reader(service, tmp_path)
    printed = reader.paste(_commands())
    callbase, campaign, check, to_myself, logged_out = _documents(printed)

    assert {name: callbase["report"][name] for name in expected.REPORT} == expected.REPORT
    assert campaign == reader.campaign("First campaign")
    _is_as_expected(service, campaign)
    assert Counter(call["outcome"] for call in _table(printed)) == OUTCOMES

    _is_as_expected(service, reader.campaign("first"))
    assert "has letters" in printed  # the client's report of the list

    assert check["ok"] is True
    assert service.finished(to_myself["id"]) == {"delivered": 1}
    assert [call["number"] for call in service.calls(to_myself["id"])] == [PHONE]
    assert logged_out == {}
    gateways = {one["name"]: one for one in service.get("/gateways")["items"]}
    assert gateways["office"]["id"] == to_myself["gateway_id"]
    assert gateways["provider"]["max_lines"] == 4


def test_a_reader_who_does_not_put_in_a_number_calls_nobody(start: Callable[..., Service]) -> None:
    service = start("--lines", "4")
    assert "PHONE='your own number'" in _commands()
    with (ROOT / "demo/message.wav").open("rb") as file:
        sound = service.made("/audio", files={"file": file}, data={"name": "x"})
    body = {"gateway_id": "sandbox", "audio_id": sound["id"], "numbers": ["your own number"]}
    assert service.http.post("/dial", json=body).status_code == 400
    assert service.get("/campaigns")["items"] == []
