"""`/audio`: sounds are uploaded, checked and rendered for the phone at once, listed, fetched, renamed and deleted."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from itertools import chain
from pathlib import Path, PureWindowsPath
from typing import Any

import bottle

from api import http
from api.services import Services
from sounds import probe_and_render
from sounds.probe import check_size
from sounds.wav import header
from store import audio
from store.text_rules import as_line
from store.viewer import Viewer

CONTENT_TYPES = {"wav": "audio/wav", "mp3": "audio/mpeg", "flac": "audio/flac", "ogg": "audio/ogg"}
UPLOADS = "uploads"  # a folder in the data folder, empty but while an upload is being decoded


def routes(app: bottle.Bottle, services: Services) -> None:
    """Registers the routes. Uploads that a crash has left in the data folder go; the folder's lock says that they are nobody's."""
    shutil.rmtree(services.data / UPLOADS, ignore_errors=True)
    _collection_routes(app, services)
    _item_routes(app, services)


def _collection_routes(app: bottle.Bottle, services: Services) -> None:
    def made(viewer: Viewer, audio_id: str) -> dict[str, Any]:
        return http.created(f"/audio/{audio_id}", audio.get(services.store, viewer, audio_id))

    @app.get("/audio")
    def list_sounds() -> dict[str, Any]:
        return http.listing(*audio.list_page(services.store, http.viewer(), http.page()))

    @app.post("/audio", made=made)
    def add_sound() -> dict[str, Any]:
        upload, form = http.upload("file"), http.form()
        name = form.get("name") or _name_of(upload.raw_filename)
        audio.check_name(name)
        item = _add(services, upload, name, bool(form["normalize"]))
        return http.created(f"/audio/{item['id']}", item)


def _item_routes(app: bottle.Bottle, services: Services) -> None:
    @app.get("/audio/<audio_id>")
    def show_sound(audio_id: str) -> dict[str, Any]:
        return audio.get(services.store, http.viewer(), audio_id)

    @app.route("/audio/<audio_id>", method="PATCH")
    def rename_sound(audio_id: str) -> dict[str, Any]:
        return audio.rename(services.store, http.viewer(), audio_id, http.body()["name"])

    @app.delete("/audio/<audio_id>")
    def delete_sound(audio_id: str) -> None:
        audio.delete(services.store, http.viewer(), audio_id)
        http.no_content()

    @app.get("/audio/<audio_id>/content")
    def sound_content(audio_id: str) -> bottle.HTTPResponse:
        item = audio.get(services.store, http.viewer(), audio_id)
        rendering = http.query()["rendering"]
        return _original(services, item) if rendering == "original" else _rendering(services, item, wide=rendering == "wide")


def _add(services: Services, upload: bottle.FileUpload, name: str, normalize: bool) -> dict[str, Any]:
    uploads = services.data / UPLOADS
    uploads.mkdir(mode=0o700, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=uploads) as folder:
        original, phone, wide = Path(folder, "original"), Path(folder, "phone"), Path(folder, "wide")
        _save(upload, original)
        facts = probe_and_render(original, normalize, phone, wide)
        pieces = _pieces(original), _pieces(phone), _pieces(wide) if wide.exists() else iter(())
        return audio.create(services.store, http.viewer(), http.new_id(), name, normalize, facts, *pieces)


def _save(upload: bottle.FileUpload, path: Path) -> None:
    # The size is checked first: what is too large is not copied.
    upload.file.seek(0, 2)
    check_size(upload.file.tell())
    upload.file.seek(0)
    with path.open("wb") as file:
        shutil.copyfileobj(upload.file, file, audio.CHUNK_BYTES)


def _pieces(path: Path) -> Iterator[bytes]:
    with path.open("rb") as file:
        while piece := file.read(audio.CHUNK_BYTES):
            yield piece


def _name_of(filename: str) -> str:
    # PureWindowsPath takes both kinds of slashes for folders.
    return as_line(PureWindowsPath(filename).stem, 200) or "Sound"


def _original(services: Services, item: dict[str, Any]) -> bottle.HTTPResponse:
    pieces = audio.chunks(services.store, item["id"], "original")
    return _download(pieces, item["size"], CONTENT_TYPES[item["format"]], f"{item['name']}.{item['format']}")


def _rendering(services: Services, item: dict[str, Any], *, wide: bool) -> bottle.HTTPResponse:
    kind, rate, size = audio.choose(services.store, item["id"], wide=wide)
    head = header(size, rate)
    pieces = chain([head], audio.chunks(services.store, item["id"], kind))
    return _download(pieces, len(head) + size, "audio/wav", f"{item['name']}.{kind}.wav")


def _download(pieces: Iterator[bytes], size: int, content_type: str, filename: str) -> bottle.HTTPResponse:
    answer = http.stream(pieces, content_type, filename)
    answer.set_header("Content-Length", str(size))
    return answer
