"""What MkDocs built, made fit to be served under a strict Content-Security-Policy and to be kept in the repository."""

from __future__ import annotations

import hashlib
import json
import re
from pathlib import Path

# Of no use here: dates, and the search of languages that no page is in.
LEFT_OUT = (
    "sitemap.xml",
    "sitemap.xml.gz",
    "assets/images/favicon.png",
    "assets/javascripts/lunr/tinyseg.js",
    "assets/javascripts/lunr/wordcut.js",
)
LUNR_KEPT = ("lunr.ru.min.js", "lunr.stemmer.support.min.js")

_SCRIPT = re.compile(r"<script>(.*?)</script>", re.DOTALL)
_SCOPE = re.compile(r'__md_scope=new URL\("[^"]*",location\)')
_ELSEWHERE = re.compile(r'<link rel="(?:canonical|alternate)"[^>]*>')
_SAMPLE = re.compile(r'(<a href="[^"]*/samples/[^"]+")>')
_NAMELESS = re.compile(r'(data-md-component="search") role="dialog"')  # what is in it is the search, and has its name
_KEPT_AS_IT_IS = re.compile(r"(<pre.*?</pre>|<textarea.*?</textarea>|<script.*?</script>)", re.DOTALL)
_MAP = re.compile(r"\n?(?://|/\*)# sourceMappingURL=\S+(?: \*/)?\s*$")


def tidy(site: Path) -> None:
    """Changes the files of one built site in place: no maps, no dates, no inline script, no spaces that nobody sees."""
    for name in LEFT_OUT:
        (site / name).unlink(missing_ok=True)
    for path in [*site.rglob("*.map"), *(one for one in site.glob("assets/javascripts/lunr/min/*") if one.name not in LUNR_KEPT)]:
        path.unlink()
    for path in [*site.rglob("*.js"), *site.rglob("*.css")]:
        path.write_text(_MAP.sub("\n", path.read_text("utf-8")), "utf-8")
    for path in site.rglob("*.html"):
        path.write_text(_page(path, site), "utf-8")
    index = site / "search/search_index.json"
    index.write_text(json.dumps(json.loads(index.read_text("utf-8")), ensure_ascii=False, separators=(",", ":")), "utf-8")


def _page(path: Path, site: Path) -> str:
    def moved(found: re.Match[str]) -> str:
        return f'<script src="{up}{_kept(found[1], site)}"></script>'

    up = "/help/" if path.name == "404.html" else "../" * (len(path.relative_to(site).parts) - 1)
    page = _SAMPLE.sub(r"\1 download>", _ELSEWHERE.sub("", path.read_text("utf-8")))
    page = page.replace("<table>", '<div class="wide"><table>').replace("</table>", "</table></div>")
    return _narrow(_SCRIPT.sub(moved, _NAMELESS.sub(r"\1", page)))


def _kept(script: str, site: Path) -> str:
    """Moves an inline script of the theme into a file; gives its path. Every page has the same few."""
    # What the script takes from the page's address it takes from its own: the same for both languages.
    script = _SCOPE.sub('__md_scope=new URL("../../",document.currentScript.src)', script)
    name = f"assets/javascripts/inline.{hashlib.sha256(script.encode()).hexdigest()[:8]}.js"
    (site / name).write_text(script + "\n", "utf-8")
    return name


def _narrow(page: str) -> str:
    """Without the spaces at the beginning and the end of lines and without empty lines, but where they are seen."""
    parts = _KEPT_AS_IT_IS.split(page)
    parts[::2] = [re.sub(r"\s*\n\s*", "\n", part) for part in parts[::2]]
    return "".join(parts)


def share_assets(site: Path, inner: Path) -> None:
    """Lets the pages of the site in the folder `inner` of `site` use the assets of `site`; their own are deleted.

    Raises:
        ValueError: they had others.
    """
    for path in sorted(inner.glob("assets/**/*"), reverse=True):
        if path.is_dir():
            path.rmdir()
            continue
        common = site / path.relative_to(inner)
        if path.name.startswith("inline."):
            common.write_bytes(path.read_bytes())
        elif common.read_bytes() != path.read_bytes():
            raise ValueError(f"{path} is another file than {common}")
        path.unlink()
    (inner / "assets").rmdir()
    for path in inner.rglob("*.html"):
        page = path.read_text("utf-8").replace("/help/ru/assets/", "/help/assets/")
        path.write_text(re.sub(r'"((?:\.\./)*)assets/', r'"../\1assets/', page), "utf-8")
