"""Odoo's pages, as a person sees them."""

import re
import shutil
from collections.abc import Generator
from contextlib import contextmanager
from ctypes.util import find_library
from dataclasses import dataclass
from pathlib import Path

from playwright.sync_api import Page, expect, sync_playwright

from odoo_server import packages
from odoo_server.commands import UnavailableError
from odoo_server.installation import CHECKOUT
from odoo_server.server import LOGIN, PASSWORD, Odoo

PROGRAMS = ("chromium-headless-shell", "chromium", "google-chrome")
PATIENCE_MS = 180_000  # the first page has Odoo put its style sheets together
ARTIFACTS = CHECKOUT / ".artifacts"


@dataclass(frozen=True, slots=True)
class Desk:
    """A browser in which somebody is logged in."""

    odoo: Odoo
    page: Page

    def open(self, path: str, shows: str) -> None:
        """Go to a page of Odoo, and wait for what it is opened for.

        Args:
            path: The page's path.
            shows: The selector of what must be there.
        """
        self.page.goto(f"{self.odoo.base_url}{path}")
        expect(self.page.locator(shows).first).to_be_visible(timeout=PATIENCE_MS)

    def texts(self, selector: str) -> list[str]:
        """What stands in all places of the page that the selector names."""
        return [
            re.sub(r"\s+", " ", text).strip()
            for text in self.page.locator(selector).all_inner_texts()
        ]

    def value(self, selector: str) -> str:
        """What stands in an input of the page."""
        return self.page.locator(selector).input_value()

    def screenshot(self, name: str) -> Path:
        """Keep what is to be seen now."""
        ARTIFACTS.mkdir(exist_ok=True)
        path = ARTIFACTS / f"odoo_{name}.png"
        self.page.screenshot(path=path)
        return path


@contextmanager
def logged_in(odoo: Odoo) -> Generator[Desk]:
    """A browser of the administrator, as long as the block runs.

    Raises:
        UnavailableError: There is no browser, and none can be installed.
    """
    program = _program()
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=program, args=["--no-sandbox", "--disable-gpu"]
        )
        try:
            page = browser.new_page(viewport={"width": 1280, "height": 900})
            page.set_default_timeout(PATIENCE_MS)
            page.goto(f"{odoo.base_url}/web/login")
            page.fill("input[name=login]", LOGIN)
            page.fill("input[name=password]", PASSWORD)
            page.click("button[type=submit]")
            page.wait_for_selector(".o_main_navbar")
            yield Desk(odoo, page)
        finally:
            browser.close()


def _program() -> str:
    """The browser of this machine; it and what drives it are installed where they are missing."""
    if find_library("atomic") is None:
        packages.install("libatomic1", why="what the browser's driver is linked with")
    found = _found()
    if found is None:
        packages.install(PROGRAMS[0], why="a headless browser")
        found = _found()
    if found is None:
        raise UnavailableError(f"{PROGRAMS[0]} is installed, and not there")
    return found


def _found() -> str | None:
    return next(filter(None, map(shutil.which, PROGRAMS)), None)
