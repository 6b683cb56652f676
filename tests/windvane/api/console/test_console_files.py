import re

import pytest

from windvane.api.console.console_files import build_page, get_file, get_version, to_base


@pytest.mark.parametrize(
    ("path", "base"),
    [
        ("/prod", "/prod/"),
        ("/prod/", "/prod/"),
        ("/prod//", "/prod/"),
        ("/a.b/c~d/e_f-g", "/a.b/c~d/e_f-g/"),
        ("/", "./"),
        ("", "./"),
        (None, "./"),
        ("//elsewhere.example", "./"),
        ("/\\elsewhere.example", "./"),
        ("/../up", "./"),
        ('/"><script>', "./"),
        ("/a b", "./"),
        ("/prod\n", "./"),
        ("javascript:alert(1)", "./"),
    ],
)
def test_to_base_takes_plain_paths_alone(path: str | None, base: str) -> None:
    assert to_base(path) == base


def test_build_page_names_its_base_once() -> None:
    page = build_page("/prod").body

    assert re.findall("<base [^>]*>", page) == ['<base href="/prod/">']


def test_build_page_names_files_that_exist_with_their_version() -> None:
    named = re.findall(r'(?:href|src)="console/([^"]+)"', build_page(None).body)

    assert len(named) >= 4
    for name in named:
        file, _, version = name.partition("?v=")
        assert get_file(file)
        assert version == get_version()


def test_get_file_names_modules_that_exist_with_their_version() -> None:
    app = get_file("app.js")
    assert app

    named = re.findall(r'"\./([^"]+)"', app.body)

    assert len(named) >= 4
    for name in named:
        file, _, version = name.partition("?v=")
        assert get_file(file)
        assert version == get_version()


@pytest.mark.parametrize(
    "name", ["index.html", "none.js", "", "..", "../console_files.py", "app.js\n", "/etc/passwd"]
)
def test_get_file_knows_the_pages_files_alone(name: str) -> None:
    assert get_file(name) is None


def test_build_page_shows_jobs_only_where_there_are_any() -> None:
    without, with_jobs = build_page("/"), build_page("/", has_jobs=True)

    assert '<html lang="en">' in without.body
    assert '<html lang="en" data-jobs>' in with_jobs.body
    assert without.etag != with_jobs.etag
