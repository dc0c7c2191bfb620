"""`audio add|list|delete`."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

from client.api import path_to
from client.command import Commands, Context, add_limit, command, group, show_list
from client.errors import OK
from client.names import find_id
from client.output import Column, facts
from client.progress import upload_progress
from client.upload import file_size, opened

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
    about = "Upload a sound: WAV, MP3, FLAC or OGG, up to 128 MB and 10 minutes."
    parser = command(inner, "add", add, about, ["audio add message.wav", 'audio add hello.mp3 --name "Hello" --normalize'])
    parser.add_argument("file", type=Path, metavar="FILE")
    parser.add_argument("--name", metavar="NAME", help="default: the file's name without its ending")
    parser.add_argument("--normalize", action="store_true", help="bring it to the usual loudness of speech")
    add_limit(command(inner, "list", list_all, "List the sounds.", ["audio list"]))
    parser = command(inner, "delete", delete, "Delete a sound that no running campaign uses.", ["audio delete message"])
    parser.add_argument("audio", metavar="AUDIO", help="the sound's id or name")


def add(args: argparse.Namespace, context: Context) -> int:
    """Upload a sound."""
    sound = upload_sound(context, args.file, args.name, normalize=args.normalize)
    context.out.show(sound, f"Added the sound {sound.get('name')}.", facts(sound))
    return OK


def upload_sound(context: Context, path: Path, name: str | None = None, *, normalize: bool = False) -> dict[str, Any]:
    """Send the file with its progress shown; gives the sound."""
    fields = {"name": name or path.stem}
    if normalize:
        fields["normalize"] = "true"
    with upload_progress(context.out, path.name, file_size(path)) as progress, opened(path, progress) as file:
        return context.api.upload("/audio", fields, file)


def list_all(args: argparse.Namespace, context: Context) -> int:
    """List the sounds."""
    return show_list(args, context, "/audio", COLUMNS)


def delete(args: argparse.Namespace, context: Context) -> int:
    """Delete a sound."""
    audio_id = find_id(context.api, "/audio", "sound", args.audio)
    context.api.delete(path_to("audio", audio_id))
    context.out.show({"deleted": audio_id}, "Deleted.")
    return OK
