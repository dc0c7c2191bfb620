"""The console in a tab: who uses it, and what must hold of each view."""

from __future__ import annotations

from importlib.resources import files
from pathlib import Path
from typing import Any

from playwright.sync_api import expect

from tests.browser import Tab
from tests.e2e.service import PASSWORD

AXE = Path(str(files("axe_playwright_python"))) / "axe.min.js"
assert AXE.is_file()
# The rules of WCAG 2.2 at level A and AA, and what axe holds for good practice.
_RUN = "axe.run(document, { resultTypes: ['violations'] })"


class Console(Tab):
    """A tab on the console."""

    def log_in(self, login: str = "admin", password: str = PASSWORD) -> Console:
        """Opens the page and logs in; blocks until the menu is there."""
        self.open("/")
        self.page.get_by_role("textbox", name="Login", exact=True).fill(login)
        self.page.locator("input[name=password]").fill(password)
        self.page.keyboard.press("Enter")
        expect(self.page.locator(".shell")).to_be_visible()
        return self

    def go(self, route: str, heading: str | None = None) -> Console:
        """Opens a place, such as `campaigns/ID`; blocks until its heading is there."""
        self.open(f"/#/{route}")
        title = self.page.get_by_role("heading", level=1)
        expect(title).to_have_text(heading) if heading else expect(title).to_be_visible()
        return self

    def axe(self) -> list[str]:
        """What axe-core finds serious or critical in the page as it is now: the rule and the places, empty when nothing."""
        self.page.evaluate(AXE.read_text("utf-8"))
        found: dict[str, Any] = self.page.evaluate(_RUN)
        return [
            f"{one['id']}: {one['help']}: {[node['html'][:200] for node in one['nodes'][:3]]}"
            for one in found["violations"]
            if one["impact"] in ("serious", "critical")
        ]

    def forget_errors(self) -> None:
        """After a fault that the test made on purpose: the browser itself notes each answer of 400 and above."""
        self.errors.clear()
