"""Sections between markers."""

import pytest

from benchmarks.markdown_page import (
    LAST_MARKER,
    MarkersMissingError,
    first_marker,
    replace_sections,
)


def test_replace_sections_writes_between_the_markers_of_its_command() -> None:
    page = f"a{first_marker('one')}old{LAST_MARKER}b{first_marker('two')}kept{LAST_MARKER}"

    replaced = replace_sections(page, "one", "new")

    assert replaced == page.replace("old", "\n\nnew\n\n")


def test_page_without_markers_is_named() -> None:
    with pytest.raises(MarkersMissingError, match="The page has no lines"):
        replace_sections("# Bulk jobs\n", "one", "## Speed")
