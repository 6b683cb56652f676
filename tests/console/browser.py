"""A Chromium without a window."""

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Browser, Playwright, sync_playwright

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
MISSING = "no Chromium is installed: `make setup-browser` installs one"
OPTIONS = (
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-gpu",
    "--disable-quic",
    "--disable-sync",
    "--no-first-run",
)


def find_browser(playwright: Playwright) -> str | None:
    """Find the system's Chromium, or else the one that Playwright has installed."""
    own = playwright.chromium.executable_path
    found = (shutil.which(name) for name in NAMES)
    return next(filter(None, found), own if Path(own).exists() else None)


@contextmanager
def open_browser() -> Iterator[Browser | None]:
    """Start the browser; nothing where there is none."""
    with sync_playwright() as playwright:
        path = find_browser(playwright)
        if path is None:
            yield None
            return
        # Chromium's sandbox refuses to be root, which containers are.
        sandbox = ["--no-sandbox"] if os.geteuid() == 0 else []
        browser = playwright.chromium.launch(executable_path=path, args=[*OPTIONS, *sandbox])
        try:
            yield browser
        finally:
            browser.close()
