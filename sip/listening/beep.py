"""Which of the steady tones that ended in silence is a voicemail's beep, and which is something else: a vowel, a key, the network, a fax,
music."""

from __future__ import annotations

from collections.abc import Sequence

from sip.listening.params import DetectionParams
from sip.listening.tones import Tone

CLEAR = 0.94  # of the power lies in a clear tone; vowels, whose overtones are near, have less
VOICE_HZ = 250  # a frequency below it, and two that are nearer than this, are of a voice: its pitch and its overtones
LOW_HZ = 500  # up to here a voice's pitch or first formant may be a single frequency: a tone must be steadier and purer
LOW_CLEAR = 0.985
SHORT_MS = 200  # so must a tone that is as short as a vowel
SHORT_CLEAR = 0.97
FLAT = 0.015  # a drift that is none
WIDE = 0.65  # bins²; one frequency has 0.35 to 0.5, two that are 40 Hz apart 0.85
DRIFT = 0.06  # over its length a beep's frequency moves at most by this part
OVERTONE = 0.02  # a second frequency so near to a multiple of the first is an instrument's or a voice's
EXACT_HZ = 4  # exchanges make their tones to the hertz

# ITU-T Q.23
KEY_LOW_HZ = (697, 770, 852, 941)
KEY_HIGH_HZ = (1209, 1336, 1477, 1633)
KEY_TOLERANCE = 0.02
# ITU-T E.180, supplement 2
NETWORK_PAIRS_HZ = ((350, 440), (400, 450), (440, 480), (480, 620))
NETWORK_WIDE_HZ = (380, 470)  # where the pairs lie that are too near to be told apart
NETWORK_BELOW_HZ = 500  # before anybody spoke every lower tone is ringback, busy or dial tone
# Single tones of the network that also come after a greeting, of a call that is put through or cut off: Hz, from and to ms.
NETWORK_SINGLE = ((425, 230, 10_000), (400, 380, 420), (400, 900, 10_000), (440, 900, 10_000), (450, 900, 10_000))
FAX_ANSWER_HZ, FAX_ANSWER_MS, FAX_TOLERANCE_HZ = 2100, 1000, 25  # ITU-T V.25
FAX_CALLING_HZ, FAX_CALLING_TOLERANCE_HZ = 1100, 40  # ITU-T T.30

SIGNAL_MS = 100  # a shorter tone tells nothing
NOTE_MS, LOW_NOTE_HZ = 140, 350  # a shorter or lower one is no note of a melody
MELODY_MS = 2500  # another note so shortly before: a melody
RHYTHM_MS = 7000  # the same tone so shortly before: ringback, busy


def is_beep(tone: Tone, earlier: Sequence[Tone], after_greeting: bool, params: DetectionParams) -> bool:
    """Whether the tone is a beep.

    Args:
        tone: ended in silence.
        earlier: the tones before it, oldest first.
        after_greeting: whether somebody spoke before it.
        params: the limits of its length and frequency.
    """
    return (
        params.beep_min_ms <= tone.length_ms <= params.beep_max_ms
        and params.beep_low_hz <= tone.hz
        and max(tone.hz, tone.high_hz) <= params.beep_high_hz
        and is_clear(tone)
        and abs(tone.drift) <= DRIFT
        and not _is_vowel(tone)
        and not (is_key(tone) or is_fax(tone) or _is_network(tone) or _has_overtone(tone))
        and (after_greeting or not _is_before_greeting(tone))
        and not any(_is_melody(one, tone) or _is_rhythm(one, tone) for one in earlier)
    )


def is_clear(tone: Tone) -> bool:
    """Whether it is more than a moment of a voice in which one or two overtones are strong."""
    if tone.purity < CLEAR:
        return False
    if _is_network(tone):
        return True
    if tone.high_hz:
        return tone.hz >= VOICE_HZ and tone.high_hz >= tone.hz + VOICE_HZ
    steady = tone.hz >= LOW_HZ or (tone.purity >= LOW_CLEAR and abs(tone.drift) <= FLAT)
    return tone.hz >= VOICE_HZ and tone.width <= WIDE and steady


def is_key(tone: Tone) -> bool:
    """Whether it is a key's double tone (DTMF)."""
    return _among(tone.hz, KEY_LOW_HZ) and _among(tone.high_hz, KEY_HIGH_HZ)


def is_fax(tone: Tone) -> bool:
    """Whether it is a fax's or a modem's answer tone."""
    return not tone.high_hz and abs(tone.hz - FAX_ANSWER_HZ) <= FAX_TOLERANCE_HZ and tone.length_ms >= FAX_ANSWER_MS


def is_signal(tone: Tone) -> bool:
    """Whether it is a clear tone of some length: of the network, an instrument, a machine."""
    return tone.length_ms >= SIGNAL_MS and is_clear(tone)


def is_music(earlier: Sequence[Tone], now_ms: int) -> bool:
    """Whether two different notes ended not long ago."""
    notes = [one for one in earlier if now_ms - one.end_ms < MELODY_MS and _is_note(one)]
    return any(not _same(one, notes[-1]) for one in notes)


def _is_network(tone: Tone) -> bool:
    if tone.high_hz:
        return any(_among(tone.hz, (low,)) and _among(tone.high_hz, (high,)) for low, high in NETWORK_PAIRS_HZ)
    if tone.width > WIDE:
        return NETWORK_WIDE_HZ[0] <= tone.hz <= NETWORK_WIDE_HZ[1]
    return any(abs(tone.hz - hz) <= EXACT_HZ and low <= tone.length_ms <= high for hz, low, high in NETWORK_SINGLE)


def _is_before_greeting(tone: Tone) -> bool:
    return tone.hz < NETWORK_BELOW_HZ or abs(tone.hz - FAX_CALLING_HZ) <= FAX_CALLING_TOLERANCE_HZ


def _is_vowel(tone: Tone) -> bool:
    return tone.length_ms < SHORT_MS and (tone.purity < SHORT_CLEAR or abs(tone.drift) > FLAT)


def _has_overtone(tone: Tone) -> bool:
    return bool(tone.high_hz) and any(abs(tone.high_hz - times * tone.hz) <= OVERTONE * tone.high_hz for times in (2, 3, 4))


def _among(hz: float, known: Sequence[int]) -> bool:
    return any(abs(hz - one) <= KEY_TOLERANCE * one for one in known)


def _is_note(one: Tone) -> bool:
    """Flat; a voice glides."""
    return is_signal(one) and not is_key(one) and abs(one.drift) <= FLAT


def _is_pure_note(one: Tone) -> bool:
    """As pure as a beep, so that it could be one: a voice is not, and an instrument's overtones tell it by themselves."""
    return _is_note(one) and not one.high_hz and one.hz >= LOW_NOTE_HZ and one.length_ms >= NOTE_MS and one.purity >= LOW_CLEAR


def _same(one: Tone, other: Tone) -> bool:
    return abs(one.hz - other.hz) <= 0.03 * other.hz and abs(one.high_hz - other.high_hz) <= 0.03 * max(other.high_hz, 1)


def _is_melody(one: Tone, tone: Tone) -> bool:
    return _is_pure_note(one) and tone.start_ms - one.end_ms < MELODY_MS and not _same(one, tone)


def _is_rhythm(one: Tone, tone: Tone) -> bool:
    return one.ended and is_signal(one) and tone.start_ms - one.end_ms < RHYTHM_MS and _same(one, tone)
