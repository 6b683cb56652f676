"""Install a Chromium: Debian's own where this is Debian, Playwright's build elsewhere."""

import os
import platform
import shutil
import subprocess
import sys
from collections.abc import Sequence

from playwright.sync_api import sync_playwright

from tests.console.browser import find_browser

Command = Sequence[str]


def list_commands(system: str, *, is_root: bool) -> list[Command]:
    """List what installs it.

    Args:
        system: The ID of ``/etc/os-release``; Ubuntu's package is a stub for a snap, which
            containers cannot run.
        is_root: Whether this may install packages.
    """
    if system != "debian":
        return [[sys.executable, "-m", "playwright", "install", "chromium"]]
    as_root = [] if is_root else ["sudo"]
    return [
        [*as_root, "apt-get", "update", "--quiet"],
        [*as_root, "apt-get", "install", "--yes", "--no-install-recommends", "chromium"],
    ]


def main() -> int:
    """Install it where there is none; answers the exit code."""
    with sync_playwright() as playwright:
        found = find_browser(playwright)
    if found:
        sys.stdout.write(f"The page is tested in {found}.\n")
        return 0
    for command in list_commands(_name_system(), is_root=os.geteuid() == 0):
        if shutil.which(command[0]) is None or subprocess.run(command, check=False).returncode:
            sys.stderr.write(
                f"This failed: {' '.join(command)}. Install Chromium or Chrome in another way, so "
                "that `chromium` or `google-chrome` is on the PATH.\n"
            )
            return 1
    return 0


def _name_system() -> str:
    try:
        return platform.freedesktop_os_release()["ID"]
    except OSError:  # not Linux
        return ""


if __name__ == "__main__":
    sys.exit(main())
