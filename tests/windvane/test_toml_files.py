"""TOML files of bounded size and depth."""

from pathlib import Path

import pytest

from windvane.toml_files import MAX_BYTES, read_toml


class LimitError(Exception):
    """What a caller of `read_toml` raises."""


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"a = " + b"[" * 5_000, "is nested too deeply."),
        (b"a = " + b"{a = " * 5_000, "is nested too deeply."),
        (b"a = " + b"9" * 5_000, "is not TOML: "),
        (b"[a", "is not TOML: "),
        (b"a = '\xff'", "is not UTF-8."),
        (b"#" * (MAX_BYTES + 1), "is longer than 65,536 bytes."),
        (b"a = 'b'", "Expected `int`, got `str`"),
        (b"a.a.a = 1", "Expected `int`, got `object`"),
    ],
    ids=["arrays", "tables", "digits", "syntax", "encoding", "long", "type", "dotted"],
)
def test_read_toml_refuses_in_one_line(tmp_path: Path, content: bytes, message: str) -> None:
    file = tmp_path / "some.toml"
    file.write_bytes(content)

    with pytest.raises(LimitError) as raised:
        read_toml(file, dict[str, int], LimitError)

    assert str(raised.value).startswith(f"{file}")
    assert message in str(raised.value)
    assert "\n" not in str(raised.value)


def test_read_toml_does_not_read_an_endless_file_to_its_end() -> None:
    with pytest.raises(LimitError, match="longer than"):
        read_toml(Path("/dev/zero"), dict[str, int], LimitError)


def test_read_toml_reads_a_file_of_the_greatest_length(tmp_path: Path) -> None:
    file = tmp_path / "some.toml"
    file.write_bytes(b"a = 1\n".ljust(MAX_BYTES, b"#"))

    assert read_toml(file, dict[str, int], LimitError) == {"a": 1}
