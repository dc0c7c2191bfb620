"""`python -m help_site.build [FOLDER]` builds the pages of /help; FOLDER is web/help unless given. The same input gives the same files."""

from __future__ import annotations

import logging
import os
import shutil
import sys
from importlib.metadata import files
from pathlib import Path
from tempfile import TemporaryDirectory

from help_site.tidy import share_assets, tidy

ROOT = Path(__file__).resolve().parent.parent
SITE = ROOT / "web/help"


def build(folder: Path) -> None:
    """Builds both languages into a folder, in the place of what is there. Takes some seconds.

    Raises:
        mkdocs.exceptions.Abort: a page or link is missing; the log on stderr tells which.
    """
    with TemporaryDirectory() as made:
        site = Path(made) / "help"
        for config, place in (("mkdocs.yml", site), ("mkdocs.ru.yml", site / "ru")):
            _mkdocs(config, place)
            tidy(place)
        share_assets(site, site / "ru")
        (site / "assets/LICENSE.txt").write_text(_licence(), "utf-8")
        shutil.rmtree(folder, ignore_errors=True)
        shutil.copytree(site, folder)


def _mkdocs(config: str, folder: Path) -> None:
    # MkDocs is no part of the service: imported only to build.
    os.environ.setdefault("NO_MKDOCS_2_WARNING", "1")
    sys.path.insert(0, str(ROOT))
    from mkdocs.commands.build import build as build_site
    from mkdocs.config import load_config

    build_site(load_config(str(ROOT / config), site_dir=str(folder), strict=True))


def _licence() -> str:
    """Those of the theme, whose scripts and styles are in the site, and of its icons."""
    found = {str(path): path for path in files("mkdocs-material") or [] if path.name == "LICENSE"}
    theme = next(path for name, path in found.items() if ".dist-info/" in name)
    icons = next(path for name, path in found.items() if name.endswith(".icons/material/LICENSE"))
    return f"Material for MkDocs, the theme of these pages:\n\n{theme.read_text('utf-8')}\nIts icons:\n\n{icons.read_text('utf-8')}"


if __name__ == "__main__":
    logging.basicConfig(level=logging.WARNING, format="%(levelname)s %(message)s")
    build(Path(sys.argv[1]) if len(sys.argv) > 1 else SITE)
