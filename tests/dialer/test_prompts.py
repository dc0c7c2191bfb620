"""What an agent plays: at 8 kHz, and at 16 kHz for gateways whose codecs begin with G722 where the sound has it."""

from __future__ import annotations

import wave
from pathlib import Path

import numpy as np
import pytest
from sqlalchemy import insert

from dialer.prompts import Prompts
from errors import NotFound
from security.keys import SecretBox
from store import tables
from store.engine import Store
from store.viewer import Viewer
from tests.campaign_things import a_gateway, a_sound, started
from tests.dialer.puppets import Bench

WIDE = np.arange(16_000, dtype="<i2").tobytes()  # a second at 16 kHz


def a_wide_sound(store: Store, user: Viewer) -> str:
    audio_id = a_sound(store, user)
    give_wide(store, audio_id)
    return audio_id


def give_wide(store: Store, audio_id: str) -> None:
    with store.write() as conn:
        for seq, piece in enumerate((WIDE[:20_000], WIDE[20_000:])):
            conn.execute(insert(tables.audio_chunks).values(audio_id=audio_id, kind="wide", seq=seq, data=piece))


@pytest.fixture
def prompts(store: Store, tmp_path: Path) -> Prompts:
    return Prompts(store, tmp_path)


def test_a_wide_prompt_counts_in_samples_of_16_khz(prompts: Prompts, store: Store, user: Viewer) -> None:
    prompt = prompts.prompt(a_wide_sound(store, user), 250, 2, 100, wide=True)
    assert (prompt.rate, prompt.lead_in, prompt.message, prompt.tail) == (16_000, 4000, 32_000, 1600)
    with wave.open(prompt.path) as file:
        assert (file.getframerate(), file.getnchannels(), file.getsampwidth()) == (16_000, 1, 2)
        assert file.readframes(99_999) == bytes(8000) + WIDE + WIDE + bytes(3200)


def test_silence_between_the_repeats(prompts: Prompts, store: Store, user: Viewer) -> None:
    prompt = prompts.prompt(a_wide_sound(store, user), 0, 3, 0, 50, wide=True)
    assert (prompt.message, prompt.repeat, prompt.pause, prompt.length) == (48_000, 3, 800, 49_600)
    with wave.open(prompt.path) as file:
        assert file.readframes(99_999) == bytes(1600).join([WIDE] * 3)


def test_the_phone_prompt_stays_beside_the_wide_one(prompts: Prompts, store: Store, user: Viewer) -> None:
    audio_id = a_wide_sound(store, user)
    wide, narrow = prompts.prompt(audio_id, 200, 1, 200, wide=True), prompts.prompt(audio_id, 200, 1, 200)
    assert (wide.rate, narrow.rate, narrow.lead_in, narrow.message, narrow.tail) == (16_000, 8000, 1600, 8000, 1600)
    assert prompts.prompt(audio_id, 200, 1, 200, wide=True) is wide
    with wave.open(narrow.path) as file:
        assert (file.getframerate(), file.getnframes()) == (8000, 11_200)
    prompts.forget_all_but(set())
    assert not Path(wide.path).exists()
    assert not Path(narrow.path).exists()


def test_a_sound_without_more_is_played_at_8_khz(prompts: Prompts, store: Store, user: Viewer) -> None:
    assert prompts.prompt(a_sound(store, user), 200, 1, 200, wide=True).rate == 8000
    with pytest.raises(NotFound):
        prompts.prompt("00000000-0000-4000-8000-000000000000", 200, 1, 200, wide=True)


@pytest.mark.parametrize(("codecs", "rate"), [(["G722", "PCMA"], 16_000), (["PCMA", "G722"], 8000), (["PCMA", "PCMU"], 8000)])
def test_the_gateways_codecs_choose_the_prompt(
    store: Store, box: SecretBox, user: Viewer, tmp_path: Path, codecs: list[str], rate: int
) -> None:
    bench = Bench(store, box, tmp_path)
    own = started(store, user, 1, gateway_id=a_gateway(store, user, codecs=codecs))
    give_wide(store, own["audio_id"])
    bench.look()
    ((_, dial),) = bench.dials()
    assert dial.prompt.rate == rate
