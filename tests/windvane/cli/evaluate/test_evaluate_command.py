"""``windvane evaluate``: figures of a bundle on labelled files."""

import json
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from msgspec.structs import replace

from tests.tiny_bundle import write_tiny_bundle
from tests.windvane.inference.bundle_faults import edit_manifest
from windvane.cli.main import windvane
from windvane.inference.bundle import load_bundle
from windvane.inference.manifest import renew_version, write_manifest
from windvane.rows.labelled_set import LabelledSet
from windvane.training.naive_bayes import fit_naive_bayes, save_naive_bayes

Evaluate = Callable[..., Result]
ROOT = Path(__file__).parents[4]

# The tiny bundle finds "good" positive, "bad" negative and anything else neutral.
LABELLED = [
    ("good", "positive"),
    ("good", "positive"),
    ("day", "positive"),
    ("bad", "negative"),
    ("good", "negative"),
    ("day", "neutral"),
]


@pytest.fixture
def evaluate(tiny_bundle: Path) -> Evaluate:
    def run(*arguments: str | Path) -> Result:
        return CliRunner().invoke(windvane, ["evaluate", str(tiny_bundle), *map(str, arguments)])

    return run


def write_csv(path: Path, rows: list[tuple[str, str]]) -> Path:
    lines = ("text,label", *(f"{text},{label}" for text, label in rows))
    path.write_text("\n".join(lines), encoding="utf-8")
    return path


def write_jsonl(path: Path, *rows: dict[str, object]) -> Path:
    path.write_text("\n".join(map(json.dumps, rows)), encoding="utf-8")
    return path


def test_evaluate_writes_the_figures_as_json(evaluate: Evaluate, tmp_path: Path) -> None:
    file = write_csv(tmp_path / "labelled.csv", LABELLED)

    result = evaluate(file, "--json")

    assert result.exit_code == 0
    [figures] = json.loads(result.stdout)["files"]
    assert (figures["file"], figures["rejected"]) == (str(file), 0)
    assert figures["metrics"]["texts"] == 6
    assert figures["metrics"]["accuracy"] == pytest.approx(4 / 6)
    assert figures["metrics"]["macro_recall"] == pytest.approx((1 / 2 + 1 + 2 / 3) / 3)
    assert figures["metrics"]["labels"]["positive"] == {
        "texts": 3,
        "predicted": 3,
        "recall": pytest.approx(2 / 3),
        "precision": pytest.approx(2 / 3),
        "f1": pytest.approx(2 / 3),
    }


def test_evaluate_names_the_bundle_in_its_json(evaluate: Evaluate, tmp_path: Path) -> None:
    result = evaluate(write_csv(tmp_path / "labelled.csv", LABELLED), "--json")

    assert json.loads(result.stdout)["bundle"].keys() == {"name", "version"}


def test_evaluate_prints_a_table_for_each_file(evaluate: Evaluate, tmp_path: Path) -> None:
    first = write_csv(tmp_path / "a.csv", LABELLED)
    second = write_jsonl(tmp_path / "b.jsonl", {"text": "good", "label": "positive"})

    result = evaluate(first, second)

    assert result.exit_code == 0
    assert "accuracy 66.67%" in result.stdout
    assert "accuracy 100.00%" in result.stdout


def test_evaluate_leaves_an_ignored_label_out_of_the_choice(
    evaluate: Evaluate, tmp_path: Path
) -> None:
    file = write_csv(tmp_path / "two.csv", [("good", "positive"), ("bad", "negative")])

    result = evaluate(file, "--ignore", "neutral", "--json")

    [figures] = json.loads(result.stdout)["files"]
    assert figures["metrics"]["labels"].keys() == {"negative", "positive"}
    assert figures["metrics"]["accuracy"] == 1


def test_evaluate_does_not_write_its_report_over_the_data(
    evaluate: Evaluate, tmp_path: Path
) -> None:
    file = write_csv(tmp_path / "labelled.csv", [("good", "positive")])
    before = file.read_bytes()

    result = evaluate(file, "--report", file)

    assert result.exit_code == 2
    assert "labelled.csv is given as data and as report." in result.stderr
    assert file.read_bytes() == before


def test_evaluate_never_chooses_an_ignored_label(evaluate: Evaluate, tmp_path: Path) -> None:
    file = write_csv(tmp_path / "two.csv", [("good", "negative"), ("day", "neutral")])

    result = evaluate(file, "--ignore", "positive", "--json")

    [figures] = json.loads(result.stdout)["files"]
    assert figures["metrics"]["labels"]["neutral"]["predicted"] == 2


def test_evaluate_translates_labels(evaluate: Evaluate, tmp_path: Path) -> None:
    file = write_jsonl(
        tmp_path / "five.jsonl", {"text": "good", "label5": 4}, {"text": "bad", "label5": 0}
    )

    result = evaluate(
        file, "--label-column", "label5", "--label-map", "0=negative, 4=positive", "--json"
    )

    [figures] = json.loads(result.stdout)["files"]
    assert figures["metrics"]["accuracy"] == 1


def test_evaluate_says_what_it_left_out(evaluate: Evaluate, tmp_path: Path) -> None:
    file = write_csv(tmp_path / "labelled.csv", [("good", "positive"), (" ", "positive")])

    result = evaluate(file)

    assert result.exit_code == 1
    assert "labelled.csv, line 3: the text breaks a rule: not blank" in result.stderr
    assert "1 row was left out" in result.stderr


@pytest.mark.parametrize(
    ("arguments", "fault"),
    [
        (["five.csv"], 'five.csv, line 2: the label "4" is not one to choose from'),
        (["two.csv", "--ignore", "positive"], 'line 2: the label "positive" is not one'),
        (["two.csv", "--ignore", "mixed"], 'no label "mixed" to ignore, but negative, neutral,'),
        (["two.csv", "--label-map", "0=mixed"], 'no label "mixed"'),
        (["two.csv", "--label-map", "0"], "write it as 0=negative"),
        (["two.csv", "--label-column", "truth"], 'no column "truth"'),
        (["two.csv,map=six"], 'there is no map "six"'),
        (["two.csv,colour=red"], '"colour=red" is none of column='),
        (["blank.csv"], "holds no row that can be used"),
        (["none.csv"], "Cannot open none.csv"),
        (
            ["two.csv", "--ignore", "negative", "--ignore", "neutral"],
            "too many labels are ignored",
        ),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else "",
)
def test_evaluate_that_makes_no_sense_ends_with_2(
    evaluate: Evaluate,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    arguments: list[str],
    fault: str,
) -> None:
    monkeypatch.chdir(tmp_path)
    write_csv(tmp_path / "two.csv", [("good", "positive")])
    write_csv(tmp_path / "five.csv", [("good", "4")])
    write_csv(tmp_path / "blank.csv", [(" ", "positive")])

    result = evaluate(*arguments)

    assert result.exit_code == 2
    assert fault in result.stderr


def test_evaluate_takes_each_file_as_it_is_described(evaluate: Evaluate, tmp_path: Path) -> None:
    five = write_jsonl(tmp_path / "five.jsonl", {"text": "good", "stars": 5})
    lines = tmp_path / "lines.txt"
    lines.write_text("negative\tbad\npositive good\n", encoding="utf-8")

    result = evaluate(f"{five},column=stars,map=stars,ignore=neutral", lines, "--json")

    stars, plain = json.loads(result.stdout)["files"]
    assert (stars["labels"], stars["ignored"]) == (["negative", "positive"], ["neutral"])
    assert stars["metrics"]["accuracy"] == plain["metrics"]["accuracy"] == 1
    assert plain["metrics"]["texts"] == 2


def test_evaluate_shows_calibration_coverage_and_length(evaluate: Evaluate, tmp_path: Path) -> None:
    result = evaluate(write_csv(tmp_path / "labelled.csv", LABELLED), "--json")

    [figures] = json.loads(result.stdout)["files"]
    # The tiny bundle is all but certain of every text, and right about four of six.
    assert figures["calibration"]["ece"] == pytest.approx(1 / 3, abs=0.001)
    assert figures["calibration"]["ece_before"] == figures["calibration"]["ece"]
    assert figures["coverage"][0]["accuracy"] == pytest.approx(4 / 6)
    assert [each["texts"] for each in figures["by_length"]] == [6]


def test_evaluate_counts_the_labels_with_a_lowest_score(evaluate: Evaluate, tmp_path: Path) -> None:
    file = write_csv(tmp_path / "labelled.csv", LABELLED)

    table = evaluate(file, "--min-score", "0.5").output
    [with_score] = json.loads(evaluate(file, "--min-score", "0.5", "--json").stdout)["files"]
    [without] = json.loads(evaluate(file, "--json").stdout)["files"]

    assert "labels with a score of 0.5 or more" in table
    assert with_score["answered"] == {
        "min_score": 0.5,
        "texts": 6,
        "share": 1.0,
        "accuracy": pytest.approx(4 / 6),
    }
    assert without["answered"] is None


def test_evaluate_tells_where_the_surest_mistakes_are(evaluate: Evaluate, tmp_path: Path) -> None:
    file = write_csv(tmp_path / "l.csv", [*LABELLED, ("bad goodbye", "positive")])

    result = evaluate(file)

    assert "l.csv:4 " in result.stdout
    assert "l.csv:8 " in result.stdout
    assert "goodbye" not in result.stdout


def test_evaluate_keeps_texts_out_of_its_json(evaluate: Evaluate, tmp_path: Path) -> None:
    result = evaluate(write_csv(tmp_path / "labelled.csv", LABELLED), "--json")

    [figures] = json.loads(result.stdout)["files"]
    assert [mistake["line"] for mistake in figures["mistakes"]] == [6, 4]
    assert figures["mistakes"][0].keys() == {"line", "truth", "predicted", "score"}


def test_evaluate_puts_other_bundles_beside(evaluate: Evaluate, tmp_path: Path) -> None:
    warm = write_tiny_bundle(tmp_path / "warm" / "bundle", temperature=4.0)
    hot = write_tiny_bundle(tmp_path / "hot" / "bundle", temperature=16.0)
    file = write_csv(tmp_path / "labelled.csv", LABELLED)

    result = evaluate(file, "--beside", warm, "--beside", hot, "--json")

    [figures] = json.loads(result.stdout)["files"]
    rivals = figures["rivals"]
    assert [rival["name"] for rival in rivals] == [str(warm), str(hot)]
    assert [rival["agreement"] for rival in rivals] == [1, 1]
    assert 0 < rivals[0]["largest_gap"] < rivals[1]["largest_gap"]
    assert rivals[0]["metrics"] == figures["metrics"]
    assert rivals[0]["calibration"]["temperature"] == 4


@pytest.fixture
def baseline(tmp_path: Path) -> Path:
    texts = ("good", "good", "bad", "bad", "day", "day")
    labels = ("positive", "positive", "negative", "negative", "neutral", "neutral")
    source = LabelledSet("words.csv", "0" * 64, texts, labels, range(2, 8))
    path = tmp_path / "naive-bayes.npz"
    save_naive_bayes(fit_naive_bayes([source], ("positive", "neutral", "negative")), path)
    return path


def test_evaluate_shows_the_baseline_in_every_table(
    evaluate: Evaluate, tmp_path: Path, baseline: Path
) -> None:
    file = write_csv(tmp_path / "labelled.csv", LABELLED)

    result = evaluate(file, "--baseline", baseline)

    assert result.exit_code == 0
    tables = result.stdout.strip().split("\n\n")[1:]
    assert len(tables) == 8
    assert all("Naive Bayes" in table or table.startswith("surest mistakes") for table in tables)


def test_evaluate_shows_several_baselines_in_every_table(
    evaluate: Evaluate, tmp_path: Path, baseline: Path
) -> None:
    file = write_csv(tmp_path / "labelled.csv", LABELLED)

    result = evaluate(file, "--baseline", "vader", "--baseline", baseline)

    assert result.exit_code == 0, result.output
    tables = [t for t in result.stdout.strip().split("\n\n")[1:] if "surest mistakes" not in t]
    assert len(tables) == 7
    assert all("Naive Bayes" in table and "VADER" in table for table in tables)


def test_evaluate_measures_vader_with_two_labels_and_in_json(
    evaluate: Evaluate, tmp_path: Path
) -> None:
    rows = [("good", "positive"), ("bad", "negative"), ("day", "negative")]
    file = write_csv(tmp_path / "labelled.csv", rows)

    result = evaluate(f"{file},ignore=neutral", "--baseline", "vader", "--json")

    [figures] = json.loads(result.stdout)["files"]
    [rival] = figures["rivals"]
    assert (rival["name"], rival["metrics"]["accuracy"]) == ("VADER", 1)
    assert "neutral" not in rival["metrics"]["labels"]


def test_evaluate_names_two_files_of_naive_bayes_apart(
    evaluate: Evaluate, tmp_path: Path, baseline: Path
) -> None:
    file = write_csv(tmp_path / "labelled.csv", LABELLED)
    other = Path(shutil.copy(baseline, tmp_path / "other.npz"))

    result = evaluate(file, "--baseline", baseline, "--baseline", other, "--json")

    [figures] = json.loads(result.stdout)["files"]
    names = [rival["name"] for rival in figures["rivals"]]
    assert names == [f"Naive Bayes {baseline}", f"Naive Bayes {other}"]


def test_evaluate_refuses_vader_beside_a_bundle_of_other_labels(tmp_path: Path) -> None:
    bundle = write_tiny_bundle(tmp_path / "bundle")
    edit_manifest(bundle, id2label={"0": "poor", "1": "fair", "2": "fine"})
    file = write_csv(tmp_path / "labelled.csv", [("good", "fine"), ("bad", "poor")])
    arguments = ["evaluate", str(bundle), str(file), "--baseline", "vader"]

    result = CliRunner().invoke(windvane, arguments)

    assert result.exit_code == 2
    assert "VADER has other labels than the bundle" in result.stderr


def test_evaluate_writes_a_summary_of_all_files_and_models(
    evaluate: Evaluate, tmp_path: Path
) -> None:
    first = write_csv(tmp_path / "first.csv", LABELLED)
    second = write_csv(tmp_path / "second.csv", LABELLED[:4])

    result = evaluate(first, f"{second},ignore=neutral", "--baseline", "vader", "--summary")

    lines = result.stdout.splitlines()
    assert result.exit_code == 0, result.output
    assert [line.split(" | ")[:2] for line in lines[2:]] == [
        ["| first.csv", "this bundle"],
        ["| first.csv", "VADER"],
        ["| second.csv", "this bundle"],
        ["| second.csv", "VADER"],
        ["| mean of 2 files", "this bundle"],
        ["| mean of 2 files", "VADER"],
    ]
    assert lines[0].count("recall, ") == 3


@pytest.mark.parametrize("options", [("labelled.csv", "--json"), ("--behaviour",)])
def test_evaluate_refuses_a_summary_of_nothing_or_in_json(
    evaluate: Evaluate, options: tuple[str, ...]
) -> None:
    result = evaluate("--summary", *options)

    assert result.exit_code == 2
    assert "--summary needs a FILE, and goes without --json." in result.stderr


def test_evaluate_finds_the_baseline_beside_the_bundle(tmp_path: Path, baseline: Path) -> None:
    write_tiny_bundle(baseline.parent / "bundle")
    file = write_csv(tmp_path / "labelled.csv", LABELLED)
    command = ["evaluate", str(baseline.parent / "bundle"), str(file), "--json"]

    result = CliRunner().invoke(windvane, command)

    [figures] = json.loads(result.stdout)["files"]
    [rival] = figures["rivals"]
    assert (rival["name"], rival["agreement"]) == ("Naive Bayes", 1)


def test_evaluate_writes_a_report(evaluate: Evaluate, tmp_path: Path) -> None:
    file = write_csv(tmp_path / "labelled.csv", [*LABELLED, ("bad goodbye", "positive")])

    result = evaluate(file, "--report", tmp_path / "report.html")

    page = (tmp_path / "report.html").read_text(encoding="utf-8")
    assert result.exit_code == 0
    assert "<h2>labelled.csv</h2>" in page
    assert "bad goodbye" in page


def test_evaluate_leaves_texts_out_of_the_report(evaluate: Evaluate, tmp_path: Path) -> None:
    file = write_csv(tmp_path / "labelled.csv", [*LABELLED, ("bad goodbye", "positive")])

    evaluate(file, "--report", tmp_path / "report.html", "--no-texts")

    assert "goodbye" not in (tmp_path / "report.html").read_text(encoding="utf-8")


def test_evaluate_puts_the_behaviour_suite_into_the_report(
    evaluate: Evaluate, tmp_path: Path
) -> None:
    result = evaluate("--behaviour", "--report", tmp_path / "report.html")

    page = (tmp_path / "report.html").read_text(encoding="utf-8")
    assert result.exit_code == 0
    assert 'id="behaviour"' in page


def test_evaluate_asks_for_the_reports_folder_before_it_starts(
    evaluate: Evaluate, tmp_path: Path
) -> None:
    result = evaluate("missing.csv", "--report", tmp_path / "none" / "report.html")

    assert result.exit_code == 2
    assert f"There is no folder {tmp_path / 'none'}" in result.stderr


def evaluate_without(package: str, folder: Path, *options: str) -> subprocess.CompletedProcess[str]:
    write_tiny_bundle(folder / "bundle")
    write_csv(folder / "labelled.csv", LABELLED)
    # What Python itself does when a package is not there, for this package alone.
    code = (
        f"import sys; sys.path.insert(0, {str(ROOT)!r}); sys.modules[{package!r}] = None; "
        "from windvane.cli.main import main; main()"
    )
    command = [sys.executable, "-c", code, "evaluate", "bundle", "labelled.csv", *options]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)


@pytest.mark.parametrize(
    ("package", "options"),
    [
        ("matplotlib", ["--report", "report.html"]),
        ("jinja2", ["--report", "report.html"]),
        ("sklearn", ["--baseline", "naive-bayes.npz"]),
        ("vaderSentiment", ["--baseline", "vader"]),
    ],
)
def test_evaluate_says_what_brings_a_package(
    tmp_path: Path, baseline: Path, package: str, options: list[str]
) -> None:
    assert baseline.is_file()

    result = evaluate_without(package, tmp_path, *options)

    assert (result.returncode, result.stdout) == (2, "")
    assert "is not installed" in result.stderr
    assert result.stderr.endswith(
        "with: make setup-evaluate, or pip install 'windvane[evaluate]'.\n"
    )


def test_evaluate_leaves_the_baseline_out_where_its_package_is_not_there(
    tmp_path: Path, baseline: Path
) -> None:
    assert baseline.is_file()

    result = evaluate_without("sklearn", tmp_path)

    assert result.returncode == 0
    assert "Naive Bayes is left out" in result.stderr


@pytest.mark.parametrize("package", ["matplotlib", "scipy", "jinja2", "sklearn", "vaderSentiment"])
def test_evaluate_needs_numpy_alone_for_figures(tmp_path: Path, package: str) -> None:
    result = evaluate_without(package, tmp_path)

    assert (result.returncode, result.stderr) == (0, "")


def test_evaluate_refuses_a_file_that_is_no_baseline(evaluate: Evaluate, tmp_path: Path) -> None:
    file = write_csv(tmp_path / "labelled.csv", LABELLED)

    result = evaluate(file, "--baseline", file)

    assert result.exit_code == 2
    assert "labelled.csv is no baseline" in result.stderr


def test_evaluate_refuses_a_bundle_of_other_labels_beside_it(
    evaluate: Evaluate, tmp_path: Path
) -> None:
    file = write_csv(tmp_path / "labelled.csv", LABELLED)
    other = write_tiny_bundle(tmp_path / "other")
    manifest = load_bundle(other).manifest
    id2label = {0: "poor", 1: "fair", 2: "fine"}
    write_manifest(other, renew_version(replace(manifest, id2label=id2label)))

    result = evaluate(file, "--beside", other)

    assert result.exit_code == 2
    assert f"{other} has other labels than the bundle" in result.stderr


def test_evaluate_refuses_a_baseline_of_other_labels(evaluate: Evaluate, tmp_path: Path) -> None:
    file = write_csv(tmp_path / "labelled.csv", LABELLED)
    source = LabelledSet("w.csv", "0" * 64, ("good", "good"), ("five", "five"), (2, 3))
    save_naive_bayes(fit_naive_bayes([source], ("five", "one")), tmp_path / "stars.npz")

    result = evaluate(file, "--baseline", tmp_path / "stars.npz")

    assert result.exit_code == 2
    assert "other labels than the bundle" in result.stderr
