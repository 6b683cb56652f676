"""``windvane data check``: what it lists, what it counts, and how it ends."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from windvane.cli.main import windvane

Check = Callable[..., Result]


@pytest.fixture
def check(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Check:
    monkeypatch.chdir(tmp_path)
    files = {
        "reviews.csv": "text,label\ngood day,positive\nbad day,negative\nGood day!,negative\n",
        "test.csv": "text,label\nGOOD DAY,positive\nelse,neutral\n",
        "bad.csv": "text,label\n ,positive\nfine,\nfine,odd\nfine,positive\n",
        "stars.jsonl": '{"text": "good", "stars": 5}\n{"text": "so so", "stars": 3}\n',
        "lines.txt": "__label__positive good day\nnegative\tbad day\nneutral\n",
    }
    for name, content in files.items():
        Path(name).write_text(content, encoding="utf-8")

    def run(*arguments: str) -> Result:
        return CliRunner().invoke(windvane, ["data", "check", *arguments])

    return run


def test_check_shows_what_a_file_holds(check: Check) -> None:
    result = check("reviews.csv")

    assert result.exit_code == 0
    for shown in (
        "3 texts, 0 bad rows",
        "66.7%",
        "copies: 0 to the letter, 1 normalised\n  lines 2, 4\n",
        "several labels: 1\n  2 positive, 4 negative\n",
        "1 to 4      3  ███",
    ):
        assert shown in result.stdout


def test_check_ends_with_1_when_a_text_is_in_an_evaluation_file(check: Check) -> None:
    result = check("reviews.csv", "--against", "test.csv")

    assert result.exit_code == 1
    assert (
        "also in test.csv: 0 to the letter, 2 normalised; 1 of its 2 texts (50.0%)\n"
        "  line 2: line 2 there\n"
        "  line 4: line 2 there\n"
    ) in result.stdout


def test_check_shows_what_files_share_and_ends_with_0(check: Check) -> None:
    result = check("test.csv", "reviews.csv")

    assert result.exit_code == 0
    assert "also in test.csv: 0 to the letter, 2 normalised" in result.stdout


def test_check_ends_with_1_when_an_evaluation_file_has_bad_rows(check: Check) -> None:
    result = check("stars.jsonl,column=stars", "--against", "bad.csv")

    assert result.exit_code == 1
    assert "bad.csv, line 2:" in result.stderr


@pytest.mark.parametrize(
    ("labels", "said"),
    [
        (("outage", "billing"), "windvane train learns these labels: billing (2), outage (2)."),
        (("5", "1"), "windvane train refuses these labels: The data has numbers as labels: 1, 5."),
        (("odd", "odd"), "refuses these labels: The only label of the data is odd. Name all"),
    ],
)
def test_check_says_what_training_does_with_labels_of_ones_own(
    check: Check, labels: tuple[str, str], said: str
) -> None:
    rows = "".join(f"text {i},{label}\n" for i, label in enumerate(labels * 2))
    Path("own.csv").write_text(f"text,label\n{rows}", encoding="utf-8")

    assert said in check("own.csv").stderr
    assert said in check("own.csv", "--json").stderr


@pytest.mark.parametrize("arguments", [("reviews.csv",), ("stars.jsonl,column=stars,map=stars",)])
def test_check_says_nothing_of_the_default_models_labels(
    check: Check, arguments: tuple[str, ...]
) -> None:
    assert check(*arguments).stderr == ""


def test_check_names_a_few_cases_and_says_how_many_more_there_are(check: Check) -> None:
    rows = "".join(f"text {i},positive\ntext {i}.,negative\n" for i in range(8))
    Path("many.csv").write_text(f"text,label\n{rows}", encoding="utf-8")

    result = check("many.csv")

    assert "  10 positive, 11 negative\n  and 3 more; --json lists all" in result.stdout


def test_check_writes_every_place_as_json(check: Check) -> None:
    result = check("reviews.csv", "--against", "test.csv", "--json")

    found = json.loads(result.stdout)
    [file] = found["files"]
    assert file["file"] == "reviews.csv"
    assert file["conflicts"] == [
        {"lines": [2, 4], "labels": ["positive", "negative"], "exact": False}
    ]
    assert file["overlaps"][0]["rows"] == [
        {"line": 2, "other_lines": [2], "exact": False},
        {"line": 4, "other_lines": [2], "exact": False},
    ]
    assert file["leaked"] is True
    assert [each["file"] for each in found["against"]] == ["test.csv"]


def test_check_never_shows_a_text(check: Check) -> None:
    result = check("reviews.csv", "bad.csv", "--against", "test.csv", "--json")

    assert "day" not in result.output.lower()


def test_check_reads_a_file_of_any_name_as_the_format_given(check: Check) -> None:
    Path("reviews.csv").rename("reviews.data")

    result = check("reviews.data", "--format", "csv")

    assert result.exit_code == 0
    assert "reviews.data: 3 texts" in result.stdout


def test_check_lists_bad_rows_with_line_and_reason(check: Check) -> None:
    result = check("bad.csv", "--labels", "negative,neutral,positive", "--rejects", "rejects.jsonl")

    assert result.exit_code == 1
    assert "bad.csv, line 2: the text breaks a rule: not blank" in result.stderr
    assert 'bad.csv, line 3: there is no "label"' in result.stderr
    assert "bad.csv, line 4: the label is none of negative, neutral, positive" in result.stderr
    rejects = Path("rejects.jsonl").read_text(encoding="utf-8").splitlines()
    assert [json.loads(line)["line"] for line in rejects] == [2, 3, 4]
    assert json.loads(rejects[1]) == {
        "file": "bad.csv",
        "line": 3,
        "reason": 'there is no "label"',
    }


@pytest.mark.parametrize("option", ["--rejects", "--report"])
def test_check_does_not_write_over_what_it_reads(check: Check, option: str) -> None:
    before = Path("test.csv").read_bytes()

    result = check("reviews.csv", "--against", "test.csv", option, "test.csv")

    assert result.exit_code == 2
    assert f"test.csv is given as data and as {option}" in result.stderr
    assert Path("test.csv").read_bytes() == before


def test_check_of_a_file_with_bad_rows_alone_lists_them_and_ends_with_2(check: Check) -> None:
    Path("blank.csv").write_text("text,label\n ,positive\n", encoding="utf-8")

    result = check("blank.csv", "--rejects", "rejects.jsonl")

    assert result.exit_code == 2
    assert "blank.csv, line 2: the text breaks a rule" in result.stderr
    assert "holds no row that can be used" in result.stderr
    assert json.loads(Path("rejects.jsonl").read_text(encoding="utf-8"))["line"] == 2


def test_check_says_how_many_bad_rows_it_does_not_list(check: Check) -> None:
    rows = "".join(" ,positive\n" for _ in range(25))
    Path("many.csv").write_text(f"text,label\n{rows}good,positive\n", encoding="utf-8")

    result = check("many.csv")

    assert result.stderr.count("not blank") == 20
    assert "5 more bad rows; --rejects FILE lists all" in result.stderr


def test_check_translates_labels_and_reads_every_format(check: Check) -> None:
    result = check("stars.jsonl,column=stars,map=stars", "lines.txt", "--json")

    stars, lines = json.loads(result.stdout)["files"]
    assert stars["labels"] == {"positive": 1, "neutral": 1}
    assert lines["labels"] == {"positive": 1, "negative": 1}
    assert lines["bad_rows"] == [{"line": 3, "reason": "there is no text behind the label"}]
    assert "lines.txt, line 3: there is no text behind the label" in result.stderr


def test_check_takes_a_label_that_is_not_in_the_map_for_a_bad_row(check: Check) -> None:
    values = ("5", "5.0", '"neutral"', "7", "true")
    rows = "".join(f'{{"text": "good", "stars": {value}}}\n' for value in values)
    Path("scale.jsonl").write_text(rows, encoding="utf-8")

    result = check("scale.jsonl,column=stars,map=stars", "--json")

    assert result.exit_code == 1
    [file] = json.loads(result.stdout)["files"]
    assert file["labels"] == {"positive": 2, "neutral": 1}
    reason = "the label is none of negative, neutral, positive"
    assert file["bad_rows"] == [{"line": line, "reason": reason} for line in (4, 5)]


def test_check_lets_the_labels_asked_for_go_beyond_the_map(check: Check) -> None:
    Path("scale.csv").write_text("text,stars\ngood,5\nodd,mixed\n", encoding="utf-8")

    result = check("scale.csv,column=stars,map=stars", "--labels", "positive,mixed", "--json")

    [file] = json.loads(result.stdout)["files"]
    assert file["labels"] == {"positive": 1, "mixed": 1}


def test_check_does_not_repeat_a_text_that_is_taken_for_a_label(check: Check) -> None:
    text = "a long story of a phone that broke on the first day"
    Path("swapped.csv").write_text(
        f"text,label\n{text},{text}\n{text},positive\n", encoding="utf-8"
    )

    result = check("swapped.csv", "--report", "data.html")

    assert "(51 characters)" in result.stdout
    assert text not in result.stdout
    assert text not in Path("data.html").read_text(encoding="utf-8")


def test_check_tells_files_of_the_same_name_apart(check: Check) -> None:
    for folder in ("a", "b"):
        Path(folder).mkdir()
        Path(folder, "test.csv").write_text("text,label\ngood day,positive\n", encoding="utf-8")

    result = check(
        "reviews.csv", "--against", "a/test.csv", "--against", "b/test.csv", "--report", "data.html"
    )

    page = Path("data.html").read_text(encoding="utf-8")
    for path in ("a/test.csv", "b/test.csv"):
        assert f"also in {path}: 1 to the letter" in result.stdout
        assert f"also in {path}, normalised" in page


def test_check_writes_a_page(check: Check) -> None:
    result = check("reviews.csv", "bad.csv", "--report", "data.html")

    assert result.exit_code == 1
    page = Path("data.html").read_text(encoding="utf-8")
    assert page.count("<svg") == 4
    assert "2 texts, 2 bad rows" in page
    assert "<summary>Bad rows: 2</summary>" in page
    assert "<td>3</td><td>there is no &#34;label&#34;</td>" in page
    assert "<td>2, 4</td><td>positive, negative</td>" in page


def test_check_draws_labels_that_look_like_formulas(check: Check) -> None:
    Path("money.csv").write_text("text,label\ngood,$a_{$\n", encoding="utf-8")

    result = check("money.csv", "--report", "data.html")

    assert result.exit_code == 0
    assert "$a_{$" in Path("data.html").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("arguments", "fault"),
    [
        (["reviews.csv,map=six"], 'there is no map "six", but two, three, five, stars'),
        (["reviews.csv,color=red"], "is none of column=, map=, ignore=, weight="),
        (["reviews.csv,column=truth"], 'no column "truth" for the labels; it has: text, label'),
        (["none.csv"], "Cannot open none.csv"),
        (["reviews.csv", "--labels", "a,,b"], "write one name or more"),
        ([], "Missing argument"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else "",
)
def test_check_that_makes_no_sense_ends_with_2(
    check: Check, arguments: list[str], fault: str
) -> None:
    result = check(*arguments)

    assert result.exit_code == 2
    assert fault in result.stderr
