"""The console's files, read once, with ETags."""

import hashlib
import re
from functools import cache
from html import escape
from pathlib import Path

from windvane.api.static_response import StaticContent, build_etag

FOLDER = Path(__file__).with_name("static")
PAGE = "index.html"
CONTENT_TYPES = {
    ".html": "text/html; charset=utf-8",
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".svg": "image/svg+xml",
}
BASE = '<base href="./">'
"""The base element in `index.html`: for servers that do not know their path prefix."""

HTML = '<html lang="en">'
"""The root element in `index.html`; ``data-jobs`` on it shows the tab of bulk jobs."""

PATH = re.compile(r"(/[A-Za-z0-9_~-][A-Za-z0-9._~-]*)+")
"""A path that may become the base. ``//`` is not allowed: it would name another server."""

ADDRESS = re.compile(r'"((?:\./|console/)[\w-]+\.(?:css|js|svg))"')
"""References in the files to other files of the console."""

POLICY = (
    "default-src 'self'; base-uri 'self'; form-action 'none'; frame-ancestors 'none'; "
    "object-src 'none'"
)
"""Scripts and all other resources come from the page's own server alone."""


@cache
def get_version() -> str:
    """Return the hash of all files."""
    digest = hashlib.sha256()
    for name, text in sorted(_read_folder().items()):
        digest.update(f"{name}\0{text}\0".encode())
    return digest.hexdigest()[:12]


@cache
def get_file(name: str) -> StaticContent | None:
    """Return one of the page's files, or None if there is none of that name."""
    text = _read_folder().get(name)
    if text is None or name == PAGE:
        return None
    return _to_file(name, text)


def build_page(path: str | None, *, has_jobs: bool = False) -> StaticContent:
    """Build the page for the path that it was requested by.

    Args:
        path: The whole path in the browser, so that the page finds its files both below
            ``/prod`` and below ``/prod/``; None if it is not known.
        has_jobs: Whether the page shows its tab of bulk jobs.
    """
    base = f'<base href="{escape(to_base(path))}">'
    page = _read_folder()[PAGE].replace(BASE, base)
    return _to_file(PAGE, page.replace(HTML, f"{HTML[:-1]} data-jobs>", 1) if has_jobs else page)


def to_base(path: str | None) -> str:
    """Return the folder that relative addresses start from.

    A path with unusual characters gives ``./``, which is right if the path ends in a slash.
    """
    folder = (path or "").rstrip("/")
    return f"{folder}/" if PATH.fullmatch(folder) else "./"


@cache
def _read_folder() -> dict[str, str]:
    return {
        file.name: file.read_text(encoding="utf-8")
        for file in FOLDER.iterdir()
        if file.suffix in CONTENT_TYPES
    }


def _to_file(name: str, text: str) -> StaticContent:
    """Add the version to every reference in a file.

    So browsers may cache a file forever, and no module ever imports one of another version.
    """
    body = ADDRESS.sub(rf'"\1?v={get_version()}"', text)
    return StaticContent(
        content_type=CONTENT_TYPES[Path(name).suffix],
        body=body,
        etag=build_etag(body),
        policy=POLICY,
    )
