"""A real Chromium for the tests of the pages: the fixture `chromium`, and a tab that notes what goes wrong in its page."""

from __future__ import annotations

import shutil
import time
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, ConsoleMessage, Page, Response, sync_playwright

# As root (in CI) there is no sandbox of the browser's own; the next ones keep it from asking for its maker's hosts. The microphone
# is the browser's own beep.
ARGUMENTS = (
    "--no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking --disable-component-update --disable-sync "
    "--use-fake-device-for-media-stream --use-fake-ui-for-media-stream"
)
WIDE, PHONE = 1280, 390
HEIGHT = 800
LIMIT_MS = 15_000.0


class Tab:
    """One tab with a profile of its own. Notes what its page asks for and what goes wrong in it."""

    def __init__(self, page: Page, base: str) -> None:
        self.page = page
        self.base = base
        self.requests: list[str] = []
        self.errors: list[str] = []
        page.set_default_timeout(LIMIT_MS)
        page.on("request", lambda request: self.requests.append(request.url))
        page.on("console", self._note)
        page.on("pageerror", lambda error: self.errors.append(str(error)))

    def _note(self, message: ConsoleMessage) -> None:
        # What the page's policy forbids is an error here too.
        if message.type in ("error", "warning"):
            self.errors.append(f"{message.text} ({message.location['url']})")

    def open(self, path: str) -> Response | None:
        """Blocks until the page's scripts have run. None when only the part behind # changed."""
        return self.page.goto(self.base + path)

    def wait_until(self, function: str, argument: Any = None) -> None:
        """Blocks until a function of JavaScript gives something true. Asked from here each time: Playwright's own way of waiting evaluates
        text within the page, which the page's policy forbids."""
        end = time.monotonic() + LIMIT_MS / 1000
        while not self.page.evaluate(function, argument):
            assert time.monotonic() < end, f"never true: {function}"
            self.page.wait_for_timeout(50)

    def is_clean(self) -> bool:
        """Whether nothing went wrong, and nothing came from elsewhere."""
        assert self.requests
        assert [url for url in self.requests if not url.startswith((f"{self.base}/", "data:", f"blob:{self.base}/"))] == []
        assert self.errors == []
        return True

    def is_too_wide(self) -> bool:
        """Whether the page must be scrolled sideways."""
        return bool(self.page.evaluate("document.documentElement.scrollWidth > innerWidth"))


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """The Chromium of the system."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=ARGUMENTS.split())
        yield browser
        browser.close()


def viewport(width: int) -> Any:
    """The size of a window so wide, in CSS pixels."""
    return {"width": width, "height": HEIGHT}
