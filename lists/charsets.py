"""The character encoding of a text file: its byte order mark, else UTF-16, else UTF-8 when nearly all of it is, else the likeliest 8-bit
one.
"""

from __future__ import annotations

import codecs
import re
from typing import BinaryIO

from charset_normalizer import from_bytes

from lists.kinds import HEAD_BYTES, wide

_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),  # before UTF-16, whose mark it begins with
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_PIECE = 1 << 20
# An 8-bit encoding is judged by the lines that are not ASCII, up to this many bytes.
_SAMPLE_BYTES = 64 * 1024
# Of the characters beyond ASCII, so many are whole in a UTF-8 file of which a program cut a byte; in an 8-bit encoding hardly one is.
_NEARLY_ALL = 0.95
_CYRILLIC = ("cp1251", "koi8_r", "cp866")
_LATIN = ["cp1252", "cp1250", "cp1254", "cp1257"]
_OFTEN = frozenset("оеаинтслрвкмдпуя")
_WORD = re.compile(r"[^\W\d_]+")


def detect(file: BinaryIO) -> str:
    """The name of a codec. Reads the file and leaves it at its start."""
    file.seek(0)
    head = file.read(HEAD_BYTES)
    for mark, codec in _MARKS:
        if head.startswith(mark):
            file.seek(0)
            return codec
    codec = wide(head) or ("utf-8" if _is_utf8(file) else _of_sample(_sample(file)))
    file.seek(0)
    return codec


def _is_utf8(file: BinaryIO) -> bool:
    file.seek(0)
    decoder = codecs.getincrementaldecoder("utf-8")()
    try:
        while piece := file.read(_PIECE):
            decoder.decode(piece)
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return False
    return True


def _sample(file: BinaryIO) -> bytes:
    file.seek(0)
    kept = bytearray()
    while len(kept) < _SAMPLE_BYTES and (line := file.readline(HEAD_BYTES)):
        if not line.isascii():
            kept += line
    return bytes(kept)


def _of_sample(sample: bytes) -> str:
    text = sample.decode("utf-8", "replace")
    beyond = sum(not char.isascii() for char in text)
    return "utf-8" if beyond - text.count("\ufffd") > _NEARLY_ALL * beyond else _likeliest(sample)


def _likeliest(sample: bytes) -> str:
    """Cyrillic by our own measure, which needs one short name; charset-normalizer, which takes such for Latin, for all others."""
    scores = {codec: _russianness(sample.decode(codec, "replace")) for codec in _CYRILLIC}
    best = max(scores, key=lambda codec: scores[codec])
    if scores[best] > 0.4:
        return best
    guess = from_bytes(sample, cp_isolation=_LATIN).best()
    return guess.encoding if guess else "cp1252"


def _russianness(text: str) -> float:
    """0 to 1: how much of the letters beyond ASCII stands in words of one alphabet and one case, and is frequent in Russian."""
    words = [word for word in _WORD.findall(text) if not word.isascii()]
    letters = sum(map(len, words))
    good = sum(sum(char in _OFTEN for char in word.lower()) for word in words if _is_regular(word))
    return good / letters if letters else 0.0


def _is_regular(word: str) -> bool:
    cyrillic = all("\u0400" <= char <= "\u04ff" for char in word)
    return cyrillic and (word.islower() or word.isupper() or word.istitle())
