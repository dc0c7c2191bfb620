"""What an ear hears of a sound in the bridge, in a process of its own: the library can be started once in a process."""

from __future__ import annotations

import json
import subprocess
import sys
import textwrap
from pathlib import Path

import numpy as np
import pytest

from tests.peers.signals import speech_like, write_wav

ROOT = Path(__file__).resolve().parents[2]
PROGRAM = """
    import json, sys, time
    import numpy as np
    from pjsua2 import pjsua2 as pj
    from sip import native
    from sip.endpoint import library_config
    from sip.received import Ear, free_rings

    native.be_quiet()
    library = pj.Endpoint()
    library.libCreate()
    library.libInit(library_config("test", wide=sys.argv[2] == "wide"))
    library.audDevManager().setNullDev()
    library.libStart()
    player = pj.AudioMediaPlayer()
    player.createPlayer(sys.argv[1], pj.PJMEDIA_FILE_NO_LOOP)
    ear, heard = Ear(), []
    ear.connect(player)
    end = time.monotonic() + float(sys.argv[3])
    while time.monotonic() < end:
        library.libHandleEvents(int(sys.argv[4]))
        heard.append(ear.take())
    ear.disconnect(player)
    library.libHandleEvents(50)
    del ear
    again = Ear()
    nothing = len(again.take())
    del player, again
    free_rings()
    library.libDestroy()
    samples = np.frombuffer(b"".join(heard), np.int16)
    print(json.dumps([nothing, samples.tolist()]))
"""


def hear(path: Path, clock: str, seconds: float, every_ms: int) -> tuple[int, np.ndarray]:
    command = [sys.executable, "-c", textwrap.dedent(PROGRAM), str(path), clock, str(seconds), str(every_ms)]
    ended = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=30)
    assert ended.returncode == 0, ended.stderr[-3000:]
    nothing, samples = json.loads(ended.stdout)
    return nothing, np.array(samples, np.int16)


@pytest.mark.parametrize("every_ms", [15, 400])
def test_every_sample_is_heard_also_when_the_ring_goes_round(tmp_path: Path, every_ms: int) -> None:
    said = speech_like(4.6)  # the ring holds 4 s
    nothing, heard = hear(write_wav(tmp_path / "said.wav", said), "phone", 5.2, every_ms)
    first = int(np.flatnonzero(heard)[0]) - int(np.flatnonzero(said)[0])
    assert np.array_equal(heard[first : first + len(said)], said)
    assert nothing == 0


def test_it_hears_at_8_khz_where_the_bridge_has_16(tmp_path: Path) -> None:
    _, heard = hear(write_wav(tmp_path / "said.wav", speech_like(0.6)), "wide", 0.9, 50)
    assert 0.6 * 8000 <= len(heard) <= 1.0 * 8000
    assert np.abs(heard.astype(int)).max() > 3000
