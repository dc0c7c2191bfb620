"""Reads what a request carries, in bounded memory: texts that are UTF-8 without NUL, JSON of sane depth, forms whose files lie on disk."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from typing import Any, NoReturn

import bottle
import multipart

from errors import BadInput, TooLarge

MAX_JSON_BYTES = 16 * 1024 * 1024
MAX_DEPTH = 32
MAX_FIELDS = 100
MAX_TEXT_BYTES = 64 * 1024
MAX_FORM_MEMORY = 1024 * 1024

_NUL = "holds a NUL character; remove it"
_NOT_UTF8 = "is not valid UTF-8"
_TWICE = "is given twice; give it once"
_TOO_DEEP = "is nested too deeply"
_SURROGATE = re.compile("[\ud800-\udfff]")
_PLAIN_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_-]{0,63}")


def shown_name(name: object) -> str:
    """A field's name as an error may tell it: names that are no plain words are not repeated."""
    return name if isinstance(name, str) and _PLAIN_NAME.fullmatch(name) else "(unknown)"


def text_fault(text: str) -> str | None:
    """Why this can't be stored as a text; None when it can."""
    if "\0" in text:
        return _NUL
    return _NOT_UTF8 if _SURROGATE.search(text) else None


def clean_texts(texts: Mapping[str, str]) -> dict[str, str]:
    """The same texts. Raises BadInput when one is no text."""
    for name, text in texts.items():
        if fault := text_fault(name) or text_fault(text):
            raise BadInput.of(shown_name(name), fault)
    return dict(texts)


def query_texts(request: bottle.BaseRequest) -> dict[str, str]:
    """The query's parameters. Raises BadInput when one is no text, or is given twice."""
    return clean_texts(_decoded(request.query))


def header_texts(request: bottle.BaseRequest, names: Iterable[str]) -> dict[str, str]:
    """Those of the headers that there are. Raises BadInput when one is no text."""
    found = {}
    for name in names:
        sent = request.environ.get("HTTP_" + name.upper().replace("-", "_"))
        if sent is None:
            continue
        try:
            found[name] = sent.encode("latin-1").decode("utf-8")  # WSGI has the bytes as Latin-1 (PEP 3333)
        except UnicodeError:
            raise BadInput.of(name, _NOT_UTF8) from None
    return clean_texts(found)


def form_fields(request: bottle.BaseRequest) -> tuple[dict[str, str], dict[str, bottle.FileUpload]]:
    """The texts and the files of a form. A file over 64 kB lies on the disk; all that lies in memory is at most 1 MB.

    Raises:
        BadInput: the form can't be read, or a field of it is given twice.
        TooLarge: it has too many fields, or too much text.
    """
    try:
        # Bottle's own `content_type` is in lower case, and a boundary is not.
        kind, options = multipart.parse_options_header(request.environ.get("CONTENT_TYPE", ""))
        if kind.lower() == "multipart/form-data":
            texts, files = _parts(request, options["boundary"])
        else:
            texts, files = _decoded(request.forms), {}
    except multipart.ParserLimitReached:
        raise TooLarge("The form has too many fields, or too much text in them. Send lists and sounds as files.") from None
    except bottle.HTTPError as error:
        if error.status_code == 413:
            raise TooLarge("The form is larger than 100 kB.") from None
        _refuse_form()
    except (ValueError, LookupError):
        _refuse_form()
    return clean_texts(texts), {name: one for name, one in files.items() if not _is_empty(one)}


def _parts(request: bottle.BaseRequest, boundary: str) -> tuple[dict[str, str], dict[str, bottle.FileUpload]]:
    parser = multipart.MultipartParser(
        request.body,
        boundary,
        part_limit=MAX_FIELDS,
        spool_limit=MAX_TEXT_BYTES,
        memory_limit=MAX_FORM_MEMORY,
    )
    texts: dict[str, str] = {}
    files: dict[str, bottle.FileUpload] = {}
    for part in parser:
        if part.name in texts or part.name in files:
            raise BadInput.of(shown_name(part.name), _TWICE)
        if part.filename is not None:
            files[part.name] = bottle.FileUpload(part.file, part.name, part.filename, part.headerlist)
        elif part.is_buffered():
            texts[part.name] = part.raw.decode("utf-8")
        else:
            raise multipart.ParserLimitReached("a text of more than 64 kB")
    return texts, files


def json_body(request: bottle.BaseRequest) -> Any:
    """The body as JSON (RFC 8259).

    Raises:
        BadInput: it is none, or it is nested deeper than any request is, or a text in it is no text, or a field is given twice.
        TooLarge: it is over 16 MB.
    """
    raw = request.body.read(MAX_JSON_BYTES + 1)
    if len(raw) > MAX_JSON_BYTES:
        raise TooLarge("A JSON body may have at most 16 MB.")
    try:
        # Some editors and shells put a byte order mark in front; RFC 8259 section 8.1 lets a reader overlook it.
        value = json.loads(raw.decode("utf-8-sig"), parse_constant=_refuse_constant, object_pairs_hook=_each_once)
    except RecursionError:
        raise BadInput.of("body", _TOO_DEEP) from None
    except UnicodeDecodeError:
        raise BadInput.of("body", _NOT_UTF8) from None
    except json.JSONDecodeError as error:
        raise BadInput.of("body", f"is not valid JSON at line {error.lineno}, column {error.colno}" if raw else "is empty") from None
    except ValueError:
        raise BadInput.of("body", "is not valid JSON: NaN, Infinity and endless numbers are none") from None
    _check_texts(value)
    return value


def _check_texts(value: Any) -> None:
    """Raises BadInput for a text that is no text, anywhere in the value, and for too deep a value. Without recursion."""
    level = [("", value)]
    for _depth in range(MAX_DEPTH):
        below: list[tuple[str, Any]] = []
        for field, one in level:
            if isinstance(one, str):
                if fault := text_fault(one):
                    raise BadInput.of(field or "body", fault)
            elif isinstance(one, list):
                below.extend((f"{field}[{index}]", item) for index, item in enumerate(one))
            elif isinstance(one, dict):
                below.extend(_members(field, one))
        if not below:
            return
        level = below
    raise BadInput.of("body", _TOO_DEEP)


def _members(field: str, members: dict[str, Any]) -> list[tuple[str, Any]]:
    found = []
    for name, item in members.items():
        path = f"{field}.{shown_name(name)}" if field else shown_name(name)
        if fault := text_fault(name):
            raise BadInput.of(path, fault)
        found.append((path, item))
    return found


def _decoded(fields: bottle.FormsDict) -> dict[str, str]:
    # Bottle keeps the bytes of a query as Latin-1.
    try:
        found = dict(fields.decode("utf8"))
    except UnicodeError:
        raise BadInput("The fields are not valid UTF-8.") from None
    for name in fields:
        if len(fields.getall(name)) > 1:
            raise BadInput.of(shown_name(name), _TWICE)
    return found


def _each_once(members: list[tuple[str, Any]]) -> dict[str, Any]:
    """An object of JSON. Which of two members with one name counts, each program decides for itself (RFC 8259 section 4)."""
    found: dict[str, Any] = {}
    for name, value in members:
        if name in found:
            raise BadInput.of(shown_name(name), _TWICE)
        found[name] = value
    return found


def _is_empty(upload: bottle.FileUpload) -> bool:
    # A browser sends a file field in which nothing was chosen as an empty file without a name.
    if upload.raw_filename or upload.file.read(1):
        upload.file.seek(0)
        return False
    return True


def _refuse_constant(_word: str) -> NoReturn:
    raise ValueError("NaN and Infinity are no JSON")


def _refuse_form() -> NoReturn:
    raise BadInput("The form can't be read. Send it as multipart/form-data, with its boundary in the Content-Type.")
