"""`audio add|list|rename|play|download|delete`."""

from __future__ import annotations

import argparse
import tempfile
from pathlib import Path
from typing import Any

from dozvon_client import player
from dozvon_client.command import Commands, Context, add_limit, command, command_on, delete_thing, group, show_list, thing_path
from dozvon_client.download import fetch, save
from dozvon_client.errors import OK
from dozvon_client.names import SOUND
from dozvon_client.output import Column, facts
from dozvon_client.progress import upload_progress
from dozvon_client.upload import file_size, opened

COLUMNS = (
    Column("Id", "id"),
    Column("Name", "name"),
    Column("Duration, ms", "duration_ms", True),
    Column("Rate, Hz", "sample_rate", True),
    Column("Channels", "channels", True),
    Column("Format", "format"),
    Column("Size, bytes", "size", True),
)


def register(commands: Commands) -> None:
    """Declare the commands."""
    inner = group(commands, "audio", "Sounds: the messages that are played to the people who answer.")
    about = "Upload a sound: WAV, MP3, FLAC or OGG, up to 128 MB and 10 minutes. It is brought to the usual loudness."
    parser = command(inner, "add", add, about, ["audio add message.wav", 'audio add hello.mp3 --name "Hello" --no-normalize'])
    parser.add_argument("file", type=Path, metavar="FILE")
    parser.add_argument("--name", metavar="NAME", help="default: the file's name without its ending")
    parser.add_argument(
        "--normalize", action=argparse.BooleanOptionalAction, help="bring it to the usual loudness of speech, or keep its own level"
    )
    add_limit(command(inner, "list", list_all, "List the sounds.", ["audio list"]))
    parser = command_on(inner, SOUND, "rename", rename, "Give a sound another name.", "message", ["reminder"])
    parser.add_argument("name", metavar="NAME", help="the new name")
    about = "Play a sound with a player of this machine (such as ffplay, mpv or aplay)."
    _add_rendering(command_on(inner, SOUND, "play", play, about, "message", ["", "--phone"]))
    about = "Save a sound as a file: as it was uploaded, or as WAV what the called person hears."
    parser = command_on(inner, SOUND, "download", download, about, "message", ["-o message.wav", "--phone -o heard.wav"])
    _add_rendering(parser)
    parser.add_argument("-o", "--output", type=Path, required=True, metavar="FILE", help="where to; - is stdout")
    command_on(inner, SOUND, "delete", delete, "Delete a sound that no running campaign uses.", "message")


def _add_rendering(parser: argparse.ArgumentParser) -> None:
    which = parser.add_mutually_exclusive_group()
    which.add_argument("--phone", dest="rendering", action="store_const", const="phone", help="what the called person hears (8 kHz)")
    which.add_argument("--wide", dest="rendering", action="store_const", const="wide", help="the same over G722 (16 kHz)")


def add(args: argparse.Namespace, context: Context) -> int:
    """Upload a sound."""
    sound = upload_sound(context, args.file, args.name, normalize=args.normalize)
    context.out.show(sound, f"Added the sound {sound.get('name')}.", facts(sound))
    return OK


def upload_sound(context: Context, path: Path, name: str | None = None, *, normalize: bool | None = None) -> dict[str, Any]:
    """Send the file with its progress shown; gives the sound. `normalize`: None leaves it to the server."""
    fields = {"name": name or path.stem}
    if normalize is not None:
        fields["normalize"] = "true" if normalize else "false"
    with upload_progress(context.out, path.name, file_size(path)) as progress, opened(path, progress.sent) as file:
        return context.api.upload("/audio", fields, file)


def list_all(args: argparse.Namespace, context: Context) -> int:
    """List the sounds."""
    return show_list(args, context, "/audio", COLUMNS)


def rename(args: argparse.Namespace, context: Context) -> int:
    """Give a sound another name."""
    sound = context.api.patch(thing_path(args, context, SOUND), {"name": args.name})
    context.out.show(sound, f"It is called {sound.get('name')} now.")
    return OK


def play(args: argparse.Namespace, context: Context) -> int:
    """Fetch a sound into a file of its own and play it."""
    found = player.find()
    path = thing_path(args, context, SOUND)
    sound = context.api.get(path)
    ending = "wav" if args.rendering else str(sound.get("format") or "wav")
    with tempfile.TemporaryDirectory(prefix="dozvon-") as folder:
        file = Path(folder) / f"sound.{ending}"
        fetch(context, f"{path}/content", file, _rendering(args))
        player.play(found, file)
    context.out.show({"played": sound.get("id"), "rendering": args.rendering or "original"}, f"Played {sound.get('name')}.")
    return OK


def download(args: argparse.Namespace, context: Context) -> int:
    """Save a sound."""
    return save(context, thing_path(args, context, SOUND) + "/content", args.output, _rendering(args))


def delete(args: argparse.Namespace, context: Context) -> int:
    """Delete a sound."""
    return delete_thing(args, context, SOUND)


def _rendering(args: argparse.Namespace) -> dict[str, str] | None:
    return {"rendering": args.rendering} if args.rendering else None
