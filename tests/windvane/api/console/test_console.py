import re

import pytest

from tests.windvane.api.clients import Client


def find_address(client: Client, file: str) -> str:
    """Answer the address by which the page asks for a file."""
    [address] = re.findall(rf'"(console/{file}[^"]*)"', client.send("GET", "/").body)
    return f"/{address}"


def test_page_is_answered_at_the_root(client: Client) -> None:
    answer = client.send("GET", "/")

    assert answer.status == 200
    assert answer.headers["content-type"] == "text/html; charset=utf-8"
    assert answer.body.startswith("<!doctype html>")


def test_lambda_page_names_the_stage_it_is_below(lambda_client: Client) -> None:
    assert '<base href="/prod/">' in lambda_client.send("GET", "/").body


def test_local_page_is_relative_to_where_it_is(local_client: Client) -> None:
    assert '<base href="./">' in local_client.send("GET", "/").body


@pytest.mark.parametrize(
    ("file", "content_type"),
    [
        ("app.js", "text/javascript; charset=utf-8"),
        ("style.css", "text/css; charset=utf-8"),
        ("vane.svg", "image/svg+xml"),
    ],
)
def test_file_is_answered_with_its_type(client: Client, file: str, content_type: str) -> None:
    answer = client.send("GET", f"/console/{file}")

    assert answer.status == 200
    assert answer.headers["content-type"] == content_type
    assert answer.body


@pytest.mark.parametrize("path", ["/", "/console/app.js"])
def test_page_is_let_do_little(client: Client, path: str) -> None:
    headers = client.send("GET", path).headers

    policy = dict(
        part.strip().split(" ", 1) for part in headers["content-security-policy"].split(";")
    )
    assert policy == {
        "default-src": "'self'",
        "base-uri": "'self'",
        "form-action": "'none'",
        "frame-ancestors": "'none'",
        "object-src": "'none'",
    }
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "no-referrer"


def test_page_has_no_inline_script_or_style(client: Client) -> None:
    page = client.send("GET", "/").body

    assert re.findall(r"<script(?![^>]* src=)|<style|\sstyle=|\son\w+=|javascript:", page) == []


@pytest.mark.parametrize("path", ["/", "/console/app.js"])
def test_what_the_browser_has_is_not_sent_again(client: Client, path: str) -> None:
    etag = client.send("GET", path).headers["etag"]

    same = client.send("GET", path, headers={"If-None-Match": f'"other", {etag}'})
    other = client.send("GET", path, headers={"If-None-Match": '"other"'})

    assert (same.status, same.body) == (304, "")
    assert same.headers["etag"] == etag
    assert same.headers["cache-control"] == "no-cache"
    assert other.status == 200
    assert other.body


def test_file_is_kept_by_its_version_alone(local_client: Client) -> None:
    address = find_address(local_client, "app.js")

    kept = local_client.send("GET", address).headers["cache-control"]
    asked_again = [
        local_client.send("GET", other).headers["cache-control"]
        for other in ("/", "/console/app.js", "/console/app.js?v=0")
    ]

    assert kept == "public, max-age=31536000, immutable"
    assert asked_again == ["no-cache"] * 3


@pytest.mark.parametrize("name", ["none.js", "index.html", "..%2Fapi.py", "%2e%2e"])
def test_no_other_file_is_answered(client: Client, name: str) -> None:
    answer = client.send("GET", f"/console/{name}")

    assert answer.status == 404
    assert answer.json["type"] == "urn:windvane:problem:route-not-found"
