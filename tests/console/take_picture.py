"""Take the README's picture of the page: ``python -m tests.console.take_picture FILE``."""

import sys
from pathlib import Path

from playwright.sync_api import Page, ViewportSize, expect

from tests.console.browser import MISSING, open_browser
from tests.windvane.api.serve_process import run_serve

SIZE: ViewportSize = {"width": 1200, "height": 1000}


def take_picture(page: Page, url: str, file: Path) -> None:
    """Classify the first example, and save what is then seen."""
    page.goto(url)
    page.locator("#one-examples button").first.click()
    expect(page.locator("#one-tinted mark").first).to_be_visible()
    page.get_by_role("heading", level=1).hover()
    page.screenshot(path=file, full_page=True, animations="disabled")


def main(file: Path) -> int:
    """Take it in front of a server with the default model; answers the exit code."""
    with open_browser() as browser, run_serve() as server:
        if browser is None:
            sys.stderr.write(f"{MISSING}\n".capitalize())
            return 1
        page = browser.new_context(viewport=SIZE, reduced_motion="reduce").new_page()
        take_picture(page, server.url, file)
    return 0


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
