"""Reading a suite."""

from pathlib import Path

import pytest

from tests.windvane.evaluation.behaviour.suite_folder import WEATHER, write_suite
from windvane.evaluation.behaviour.suite import load_suite
from windvane.evaluation.errors import SuiteError

ABOUT = 'about = "x"\n'


def test_load_suite_reads_a_capability_from_each_file(tmp_path: Path) -> None:
    write_suite(tmp_path, small_talk=WEATHER, arts=WEATHER)

    suite = load_suite(tmp_path)

    assert [capability.name for capability in suite] == ["arts", "small talk"]
    assert suite[0].about == "Knows good from bad."


def test_load_suite_tells_written_cases_from_those_of_templates(tmp_path: Path) -> None:
    [capability] = load_suite(write_suite(tmp_path, weather=WEATHER))

    assert len(capability.cases) == 10
    made = [case.case.texts for case in capability.cases if case.from_template]
    assert made == [
        ("a very good day",),
        ("a very good week",),
        ("Ann had a good day", "Bob had a good day"),
        ("Ann had a good week", "Bob had a good week"),
    ]


@pytest.mark.parametrize(
    ("content", "fault"),
    [
        ("about = ", "odd.toml is not TOML: "),
        ("", "odd.toml, the file: Object missing required field `about`"),
        (ABOUT, "odd.toml: it holds no case"),
        (ABOUT + "[[maximum]]", "odd.toml, the file: Object contains unknown field `maximum`"),
        (
            ABOUT + '[[minimum]]\nname = "n"\nlabels = []',
            r"odd.toml, minimum\[0\].labels: Expected `array` of length >= 1",
        ),
        (
            ABOUT + '[[minimum]]\nname = "n"\nlabels = ["positive"]',
            r'odd.toml, minimum\[0\] "n": it holds no case',
        ),
        (
            ABOUT + '[[minimum]]\nname = "n"\nlabels = ["a"]\ntexts = ["b"]\ntemplate = ["c"]',
            r"odd.toml, minimum\[0\]: Object contains unknown field `template`",
        ),
        (
            ABOUT + '[[minimum]]\nname = "n"\nlabels = ["a"]\ntexts = ["b", " "]',
            r'minimum\[0\] "n", case 2: a text must be not blank',
        ),
        (
            ABOUT + '[[minimum]]\nname = "n"\nlabels = ["a"]\ntexts = ["b", "b"]',
            r'minimum\[0\] "n", case 2: the file has one of its texts already',
        ),
        (
            ABOUT + '[[minimum]]\nname = "n"\nlabels = ["a"]\ntemplates = ["{it}"]',
            r'minimum\[0\] "n", templates\[0\]: there are no words for the fill-in "it"',
        ),
        (
            ABOUT + '[[invariance]]\nname = "n"\ntolerance = 0.1\ntexts = [["b"]]',
            r"invariance\[0\].texts\[0\]: Expected `array` of length >= 2",
        ),
        (
            ABOUT + '[[invariance]]\nname = "n"\ntolerance = 2\ntexts = [["b", "c"]]',
            r"invariance\[0\].tolerance: Expected `float` <= 1",
        ),
        (
            ABOUT + '[fill]\nit = ["c"]\n[[invariance]]\nname = "n"\ntolerance = 0.1\n'
            'vary = "it"\ntemplates = ["{it}"]',
            r'invariance\[0\] "n", templates\[0\]: the fill-in "it" needs two words or more',
        ),
        (
            ABOUT + '[[direction]]\nname = "n"\nmargin = 0.1\nchange = "up"\npairs = [["b", "c"]]',
            r"direction\[0\].change: Invalid enum value 'up'",
        ),
    ],
)
def test_load_suite_names_file_case_and_rule(tmp_path: Path, content: str, fault: str) -> None:
    write_suite(tmp_path, odd=content)

    with pytest.raises(SuiteError, match=fault):
        load_suite(tmp_path)


def test_load_suite_refuses_bytes_that_are_no_utf8(tmp_path: Path) -> None:
    (tmp_path / "odd.toml").write_bytes(b'about = "\xff"')

    with pytest.raises(SuiteError, match=r"odd\.toml is not UTF-8"):
        load_suite(tmp_path)


def test_load_suite_needs_a_file(tmp_path: Path) -> None:
    with pytest.raises(SuiteError, match=r"There is no \.toml file"):
        load_suite(tmp_path)
