"""The detection on voices: a part of the corpus here, the whole of it in `python -m bench.voicemail`."""

from __future__ import annotations

from collections import Counter

import pytest

from tests.listening import texts, voices
from tests.listening.corpus import cases
from tests.listening.score import Score, hear
from tests.listening.voices import Voices

PART = 3  # every so many-th case
LEAST = 250  # cases in it


@pytest.fixture(scope="module")
def score(tmp_path_factory: pytest.TempPathFactory) -> Score:
    """What became of the part of the corpus."""
    spoken = Voices(tmp_path_factory.mktemp("voices"))
    return Score(hear(case, spoken) for case in cases()[::PART])


def test_the_corpus_is_large_and_held_out_cases_share_nothing_with_the_tuning() -> None:
    every = cases()
    counted = Counter((case.truth, case.held_out) for case in every)
    assert len(every) == len({case.name for case in every}) >= 700
    assert min(counted[truth, held_out] for truth in ("human", "machine") for held_out in (False, True)) >= 100
    assert not set(texts.TUNING) & set(texts.HELD_OUT)
    assert not set(voices.TUNING) & set(voices.HELD_OUT)


@pytest.mark.peer("espeak-ng")
def test_a_case_is_the_same_each_time(tmp_path_factory: pytest.TempPathFactory) -> None:
    case = next(case for case in cases() if "babble" in case.name and case.truth == "machine")
    first, again = (case.make(Voices(tmp_path_factory.mktemp("voices"))) for _ in range(2))
    assert (first.samples == again.samples).all()
    assert first.beep_end_ms == again.beep_end_ms


@pytest.mark.peer("espeak-ng")
def test_people_and_machines_are_told_apart(score: Score) -> None:
    assert len(score.heard) >= LEAST
    assert score.right >= 0.95, score.wrong
    told_as_people = sum(score.confusion[truth, "human"] for truth in ("nobody", "music"))
    assert told_as_people <= 0.05 * sum(1 for one in score.heard if one.case.truth in ("nobody", "music")), score.wrong


@pytest.mark.peer("espeak-ng")
def test_nobody_waits_longer_than_two_seconds(score: Score) -> None:
    assert len(score.waits_ms) >= 100
    assert score.waits_ms[len(score.waits_ms) // 2] < 1000
    assert score.waits_ms[-1] <= 2000


@pytest.mark.peer("espeak-ng")
def test_hardly_anybody_is_talked_over(score: Score) -> None:
    assert score.interrupted <= 0.02, score.wrong


@pytest.mark.peer("espeak-ng")
def test_beeps_are_found_in_time_and_no_other_sound_is_one(score: Score) -> None:
    assert score.beeps >= 70
    assert score.beeps_found >= 0.95, score.wrong
    assert score.false_beeps <= 0.02, score.wrong


@pytest.mark.peer("espeak-ng")
def test_a_machine_without_a_beep_is_never_talked_over(score: Score) -> None:
    silent = [one for one in score.heard if one.ready and one.ready.reason == "silence" and one.recording.beep_end_ms is None]
    greeted = [one for one in silent if one.recording.greeting_end_ms is not None and "transfer" not in one.case.name]
    assert len(greeted) >= 5
    assert all(one.ready and one.ready.at_ms > (one.recording.greeting_end_ms or 0) + 3000 for one in greeted)
