"""The contract's rule for texts is the code's."""

import re

import pytest

from windvane.api.openapi.document import build_openapi
from windvane.api.openapi.text_schema import VISIBLE
from windvane.inference.errors import TextRuleError
from windvane.inference.text_rules import check_text
from windvane.settings import Settings

SURROGATES = range(0xD800, 0xE000)


def _is_taken(character: str) -> bool:
    try:
        check_text(character, max_chars=1)
    except TextRuleError:
        return False
    return True


def test_pattern_of_a_text_finds_what_the_code_takes_for_visible() -> None:
    characters = [chr(code) for code in range(0x10000) if code not in SURROGATES]

    found = [character for character in characters if re.search(VISIBLE, character)]

    assert found == [character for character in characters if _is_taken(character)]


@pytest.mark.parametrize(("max_chars", "explained"), [(500, 500), (10_000, 2000)])
def test_contract_bounds_every_text(max_chars: int, explained: int) -> None:
    settings = Settings(bundle_uri="", threads=1, max_text_chars=max_chars)

    schemas = build_openapi(settings)["components"]["schemas"]

    listed = schemas["ClassifyRequest"]["properties"]["texts"]["items"]["anyOf"][0]
    assert schemas["SentimentRequest"]["properties"]["text"]["maxLength"] == max_chars
    assert schemas["ExplainRequest"]["properties"]["text"]["maxLength"] == explained
    assert listed["maxLength"] == max_chars


def test_contract_names_the_labels_where_they_are_known() -> None:
    settings = Settings(bundle_uri="", threads=1)

    known = build_openapi(settings, ("bad", "good"))["components"]["schemas"]["ExplainRequest"]
    unknown = build_openapi(settings)["components"]["schemas"]["ExplainRequest"]

    assert known["properties"]["label"]["enum"] == ["bad", "good"]
    assert "enum" not in unknown["properties"]["label"]
