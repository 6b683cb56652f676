"""The schemes say what they cost, and the default is the careful one."""

import pytest

from model_export.schemes import DEFAULT_SCHEME, LARGEST_CODE, SCHEMES, Scheme


@pytest.mark.parametrize("scheme", SCHEMES.values(), ids=SCHEMES)
def test_scheme_says_in_a_line_or_two_what_it_costs(scheme: Scheme) -> None:
    assert 20 < len(scheme.help) < 200
    assert "\n" not in scheme.help


@pytest.mark.parametrize("scheme", SCHEMES.values(), ids=SCHEMES)
def test_scheme_fits_8_bits_or_keeps_floats(scheme: Scheme) -> None:
    assert scheme.largest_code is None or 0 < scheme.largest_code <= LARGEST_CODE
    assert not (scheme.half and scheme.largest_code)


def test_default_scheme_uses_every_means() -> None:
    default = SCHEMES[DEFAULT_SCHEME]

    assert DEFAULT_SCHEME == "int8"
    assert default.smooth
    assert default.compensate
    assert default.shift_first_token


def test_schemes_that_lose_more_pass_more() -> None:
    tolerances = [SCHEMES[name].tolerance for name in ("fp32", "fp16", "int8", "int8-plain")]

    assert tolerances == sorted(tolerances)
    assert len(set(tolerances)) == len(tolerances)
