"""Variables from ``windvane serve --env-file``."""

import os
from pathlib import Path

import click
import pytest

from windvane.cli.errors import CliError
from windvane.cli.serve.environment_file import MAX_BYTES, load_environment, read_environment


def test_read_environment_reads_comments_quotes_and_dollars(tmp_path: Path) -> None:
    path = tmp_path / "windvane.env"
    path.write_text(
        "# a comment\n\nWINDVANE_THREADS=3\nPORT = 9000\nexport HOST='::1'\n"
        'WINDVANE_TLS_KEY="a file"  # comment\nWINDVANE_API_KEYS=key-$HOME-of-twenty-chars\n',
        encoding="utf-8",
    )

    assert read_environment(path) == {
        "WINDVANE_THREADS": "3",
        "PORT": "9000",
        "HOST": "::1",
        "WINDVANE_TLS_KEY": "a file",
        "WINDVANE_API_KEYS": "key-$HOME-of-twenty-chars",
    }


def test_load_environment_leaves_what_is_set(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "windvane.env"
    path.write_text("WINDVANE_THREADS=3\nWINDVANE_WORKERS=2\n", encoding="utf-8")
    monkeypatch.setenv("WINDVANE_THREADS", "1")
    monkeypatch.setenv("WINDVANE_WORKERS", "")
    monkeypatch.delenv("WINDVANE_WORKERS")
    context = click.Context(click.Command("serve"))

    load_environment(context, click.Option(["--env-file"]), str(path))

    assert (os.environ["WINDVANE_THREADS"], os.environ["WINDVANE_WORKERS"]) == ("1", "2")


@pytest.mark.parametrize(
    ("content", "rule"),
    [
        (b"A=1\n\n\nsecret key\n", "line 4 must be NAME=value"),
        (b"A=1\nSECRET\n", "line 2 must be NAME=value"),
        (b"A='secret\n", "line 1 must be NAME=value"),
        (b"A=se\0cret\n", "line 1 must be NAME=value"),
        (b"A=secr\xe9t\n", "must be UTF-8"),
        (b"#" * (MAX_BYTES + 1), "must have at most"),
    ],
    ids=["no-assignment", "no-value", "open-quote", "nul", "encoding", "size"],
)
def test_read_environment_names_the_line_and_not_what_it_holds(
    tmp_path: Path, content: bytes, rule: str
) -> None:
    path = tmp_path / "windvane.env"
    path.write_bytes(content)

    with pytest.raises(CliError) as caught:
        read_environment(path)

    assert rule in caught.value.message
    assert "secr" not in caught.value.message


def test_read_environment_names_a_file_that_is_missing(tmp_path: Path) -> None:
    with pytest.raises(CliError, match=r"Cannot open .*none\.env: No such file"):
        read_environment(tmp_path / "none.env")
