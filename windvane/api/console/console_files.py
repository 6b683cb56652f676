"""The page's files, read once and told apart by what they hold."""

import hashlib
import re
from functools import cache
from html import escape
from pathlib import Path

import msgspec

FOLDER = Path(__file__).with_name("static")
PAGE = "index.html"
CONTENT_TYPES = {
    ".html": "text/html; charset=utf-8",
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".svg": "image/svg+xml",
}
BASE = '<base href="./">'
"""As it stands in the page, for a server that does not know below which path it answers."""

PATH = re.compile(r"(/[A-Za-z0-9_~-][A-Za-z0-9._~-]*)+")
"""A path that may become the page's base: no empty part, which would name another server."""

ADDRESS = re.compile(r'"((?:\./|console/)[\w-]+\.(?:css|js|svg))"')
"""How the page names its files, and a module the modules that it imports."""


class ConsoleFile(msgspec.Struct, frozen=True):
    """A file as it is sent.

    Attributes:
        content_type: With the character set.
        body: The text.
        etag: Differs where the body does.
    """

    content_type: str
    body: str
    etag: str


@cache
def get_version() -> str:
    """Name what all files hold together."""
    digest = hashlib.sha256()
    for name, text in sorted(_read_folder().items()):
        digest.update(f"{name}\0{text}\0".encode())
    return digest.hexdigest()[:12]


@cache
def get_file(name: str) -> ConsoleFile | None:
    """Answer one of the files that the page asks for, or nothing where it has no such file."""
    text = _read_folder().get(name)
    if text is None or name == PAGE:
        return None
    return _to_file(name, text)


def build_page(path: str | None) -> ConsoleFile:
    """Build the page for the path that it is asked for by.

    Args:
        path: All of it, as the browser has it, so that the page finds its files below
            ``/prod`` as well as below ``/prod/``; nothing where that is not known.
    """
    base = f'<base href="{escape(to_base(path))}">'
    return _to_file(PAGE, _read_folder()[PAGE].replace(BASE, base))


def to_base(path: str | None) -> str:
    """Name the folder that relative addresses start from.

    A path with unusual characters gives the relative one, which is right where the path ends in
    a slash.
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


def _to_file(name: str, text: str) -> ConsoleFile:
    """Let every address in a file carry the version.

    So a file may be kept for good, and no module ever runs beside one of another version.
    """
    body = ADDRESS.sub(rf'"\1?v={get_version()}"', text)
    digest = hashlib.sha256(body.encode()).hexdigest()[:16]
    return ConsoleFile(CONTENT_TYPES[Path(name).suffix], body, f'"{digest}"')
