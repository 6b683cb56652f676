"""The table of several files and models."""

from dataclasses import replace

from tests.windvane.evaluation.predicted_sets import LABELS, build_predicted
from windvane.evaluation.file_figures import FileFigures
from windvane.evaluation.file_measurement import build_figures, compare
from windvane.evaluation.markdown_table import to_markdown
from windvane.evaluation.summary_table import summary_table


def build_file(name: str, ignored: tuple[str, ...] = ()) -> FileFigures:
    predicted = build_predicted()
    columns = [i for i, label in enumerate(LABELS) if label not in ignored]
    rows = [i for i, label in enumerate(predicted.labelled.labels) if label not in ignored]
    labelled = predicted.labelled
    chosen = replace(
        predicted,
        labelled=replace(
            labelled,
            name=name,
            texts=[labelled.texts[i] for i in rows],
            labels=[labelled.labels[i] for i in rows],
            lines=[labelled.lines[i] for i in rows],
        ),
        labels=tuple(LABELS[i] for i in columns),
        logits=predicted.logits[rows][:, columns],
        tokens=predicted.tokens[rows],
    )
    return build_figures(chosen, [compare("VADER", chosen, chosen)])


def test_summary_table_has_a_row_for_each_file_and_model() -> None:
    table = summary_table([build_file("a.csv")], LABELS)

    assert [row[:3] for row in table.rows] == [
        ("a.csv", "this bundle", "4"),
        ("a.csv", "VADER", "4"),
    ]
    [ours, rival] = table.rows
    assert ours[2:] == rival[2:]
    # negative and neutral are right, and one of two positive texts is.
    assert str(ours[3]).startswith("75.00 ±")
    assert [str(cell).partition(" ")[0] for cell in ours[6:9]] == ["100.00", "100.00", "50.00"]


def test_summary_table_ends_with_the_means_of_each_model() -> None:
    table = summary_table([build_file("a.csv"), build_file("b.csv", ("neutral",))], LABELS)

    ours, rival = table.rows[-2:]
    assert (ours[0], ours[1], ours[2]) == ("mean of 2 files", "this bundle", "7")
    assert rival[1] == "VADER"
    assert ours[3] == f"{100 * (3 / 4 + 2 / 3) / 2:.2f}"
    # Recall of neutral is that of the one file that has it.
    assert ours[7] == "100.00"
    assert table.rows[2][7] == "-"


def test_summary_table_in_markdown_escapes_names() -> None:
    markdown = to_markdown(summary_table([build_file("a|b_<i>.csv")], LABELS))

    assert "a\\|b\\_\\<i\\>.csv" in markdown
    assert markdown.splitlines()[1] == "| --- | --- |" + " ---: |" * 8


def test_figures_have_an_interval_of_the_calibration_error() -> None:
    calibration = build_file("a.csv").model.calibration

    low, high = calibration.ece_interval
    assert 0 <= low < high <= 1
    assert low < calibration.ece < high
