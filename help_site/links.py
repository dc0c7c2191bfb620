"""Where the links of the Markdown files lead within /help: the README's sections are pages there, and some files are served elsewhere."""

from __future__ import annotations

import re

# The page of /help that tells what a section of the README tells, by the section's anchor in English and in Russian.
SECTIONS = {
    "": "index.md",
    "try-it": "operating.md#try-it",
    "start-the-service": "operating.md#start-the-service",
    "the-first-campaign": "console.md",
    "in-the-console": "console.md",
    "with-curl": "curl.md",
    "with-the-client": "client.md",
    "your-own-sip-provider": "providers.md",
    "what-became-of-each-call": "outcomes.md",
    "settings": "settings.md",
    "users": "users.md",
    "words": "words.md",
    "попробовать": "operating.md#попробовать",
    "запустить-сервис": "operating.md#запустить-сервис",
    "первая-кампания": "console.md",
    "в-консоли": "console.md",
    "через-curl": "curl.md",
    "через-клиента": "client.md",
    "свой-провайдер-sip": "providers.md",
    "чем-закончился-каждый-вызов": "outcomes.md",
    "настройки": "settings.md",
    "пользователи": "users.md",
    "слова": "words.md",
}
SERVED = {"swagger.yaml": "/swagger.json"}

_LINK = re.compile(r"(!?\[[^\]]*\]\()([^)\s]+)(\))")
_FENCE = re.compile(r"^( *)```.*?^\1```$", re.MULTILINE | re.DOTALL)
_PAGE = re.compile(r"^(?:docs/)?(?:ru/)?([\w-]+\.md)(#.*)?$")
_README = re.compile(r"^README(?:\.ru)?\.md$")


def in_help(link: str) -> str:
    """A link, written from the root of the tree or from a page in `docs/` or `docs/ru/`, as it must be in a page of /help.

    Raises:
        ValueError: it leads out of what is served.
    """
    if link.startswith(("https://", "http://", "/")):
        return link
    bare = re.sub(r"^(\.\./)+", "", link)
    path, _, anchor = bare.partition("#")
    if _README.match(path) or (not path and anchor in SECTIONS):
        return SECTIONS[anchor]
    if not path:
        return link
    if path in SERVED:
        return SERVED[path]
    if page := _PAGE.match(bare):
        return page[1] + (page[2] or "")
    if found := re.match(r"^(?:docs/)?((?:samples|pictures)/.+|[\w-]+\.png)$", bare):
        return f"/help/{found[1]}"
    raise ValueError(f"{link}: there is no such thing in /help")


def rewritten(markdown: str) -> str:
    """A page with its links as they must be in /help; what stands in fenced blocks stays."""
    out, end = [], 0
    for fence in _FENCE.finditer(markdown):
        out += [_without_fences(markdown[end : fence.start()]), fence[0]]
        end = fence.end()
    return "".join([*out, _without_fences(markdown[end:])])


def _without_fences(text: str) -> str:
    return _LINK.sub(lambda found: found[1] + in_help(found[2]) + found[3], text)
