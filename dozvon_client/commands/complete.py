"""`completion`: what a shell needs to complete the words of this program."""

from __future__ import annotations

import argparse

from argcomplete.finders import CompletionFinder
from argcomplete.shell_integration import shellcode

from dozvon_client.command import Commands, Context, command
from dozvon_client.errors import OK

NAME = "dozvon"


def register(commands: Commands) -> None:
    """Declare the command."""
    about = (
        "Print what makes a shell complete commands, options and names with the Tab key. "
        "Bash: write it to ~/.local/share/bash-completion/completions/dozvon. Zsh: to a file _dozvon in a folder of $fpath. "
        "Fish: to ~/.config/fish/completions/dozvon.fish."
    )
    folder = "~/.local/share/bash-completion/completions/dozvon"
    examples = [
        f"completion bash > {folder}",
        "completion zsh > ~/.zfunc/_dozvon",
        "completion fish > ~/.config/fish/completions/dozvon.fish",
    ]
    parser = command(commands, "completion", show, about, examples)
    parser.add_argument("shell", choices=("bash", "zsh", "fish"), help="the shell")
    parser.set_defaults(needs_no_server=True)


def show(args: argparse.Namespace, context: Context) -> int:
    """Print the script."""
    script = shellcode([NAME], shell=args.shell)
    context.out.raw({"shell": args.shell, "script": script}, script)
    return OK


def answer(parser: argparse.ArgumentParser) -> None:
    """Answer the shell's question, which the environment tells; ends the process."""
    CompletionFinder()(parser, always_complete_options=False)
