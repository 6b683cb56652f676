"""``python -m benchmarks.drift_alarms``: how often `windvane monitor` alarms, rightly and wrongly.

Days of records are drawn from texts that the model has classified. A quiet day and the profile come
from two random halves of the held-out texts, so that each alarm of it is a false one.
"""

import json
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from itertools import islice
from pathlib import Path
from typing import NamedTuple

import click
import msgspec
import numpy as np

from benchmarks.table import Cell, Table, to_markdown
from windvane import load_classifier
from windvane.inference.classifier import Classifier
from windvane.inference.reference_profile import ReferenceProfile
from windvane.monitoring.drift_limits import LIMITS_FILE, check_limits, load_limits
from windvane.monitoring.drift_report import compare_records
from windvane.monitoring.features import build_features
from windvane.monitoring.observation import Observation, observe
from windvane.monitoring.profile_building import build_profile
from windvane.monitoring.record_counts import count_records
from windvane.rows.byte_source import open_input
from windvane.rows.file_reader import read_texts
from windvane.rows.reading import Reading
from windvane.rows.row import Row

DAY = "2026-11-22"
SEED = 17
FLOOD_SHARES = (0.05, 0.1, 0.2)
DRIFT_SHARES = (0.5, 1.0)
MOST_DRIFTED_TEXTS = 600

Observations = Sequence[Observation]
DrawDay = Callable[[Observations, int, np.random.Generator], list[Observation]]


class Scenario(NamedTuple):
    """What a day of records is drawn from, beside the held-out texts that are not the profile's."""

    name: str
    draw: DrawDay


class Alarms(NamedTuple):
    """How many days of a scenario raised an alarm, and by which features."""

    days: int
    alarms: int
    features: Counter[str]


@click.command()
@click.option("--bundle", help="The bundle.  [default: WINDVANE_BUNDLE_URI, else the included]")
@click.option(
    "--held-out", required=True, multiple=True, metavar="FILE", help="Texts like the profile's."
)
@click.option(
    "--drifted", multiple=True, metavar="FILE", help="Texts of another kind; the first 600 count."
)
@click.option("--size", "sizes", multiple=True, type=click.IntRange(100), default=(200, 500, 2000))
@click.option("--quiet-days", default=1000, show_default=True, type=click.IntRange(1))
@click.option("--drifted-days", default=200, show_default=True, type=click.IntRange(1))
@click.option("--json", "as_json", is_flag=True, help="Write JSON instead of a table.")
def main(
    bundle: str | None,
    held_out: Sequence[str],
    drifted: Sequence[str],
    sizes: Sequence[int],
    **options: int,
) -> None:
    """Count the alarms of days of records that are drawn from files of texts."""
    with load_classifier(bundle) as classifier:
        pool = [each for file in held_out for each in classify_file(file, classifier)]
        scenarios = [
            Scenario("held-out texts", draw_quiet),
            *flood_scenarios(),
            *(
                scenario
                for file in drifted
                for scenario in drift_scenarios(
                    Path(file).stem, classify_file(file, classifier, MOST_DRIFTED_TEXTS)
                )
            ),
        ]
        labels = classifier.labels
    table = [
        [
            count_alarms(scenario, pool, labels, size, options[_choose_days(scenario)])
            for size in sizes
        ]
        for scenario in scenarios
    ]
    names = [scenario.name for scenario in scenarios]
    if options["as_json"]:
        rows = [dict(zip(map(str, sizes), map(_to_json, row), strict=True)) for row in table]
        click.echo(json.dumps(dict(zip(names, rows, strict=True)), indent=2))
    else:
        click.echo(to_markdown(build_table(names, sizes, table)))


def classify_file(file: str, classifier: Classifier, most: int | None = None) -> list[Observation]:
    """Classify the texts of a file, or the first of them, and keep of each what a record would."""
    with open_input(file) as stream:
        rows = (each for each in read_texts(stream, Reading()).records if isinstance(each, Row))
        texts = [row.text for row in islice(rows, most)]
    return [
        msgspec.structs.replace(observe(text, prediction), created_at=f"{DAY}T12:00:00.000Z")
        for text, prediction in zip(texts, classifier.classify(texts), strict=True)
    ]


def count_alarms(
    scenario: Scenario, pool: Observations, labels: Sequence[str], size: int, days: int
) -> Alarms:
    """Draw days, each with a profile of its own, and count those with an alarm."""
    random = np.random.default_rng(SEED)
    features: Counter[str] = Counter()
    alarms = 0
    for _ in range(days):
        mixed = [pool[i] for i in random.permutation(len(pool))]
        reference, rest = mixed[: len(pool) // 2], mixed[len(pool) // 2 :]
        exceeded = find_exceeded(
            build_profile(reference, labels), scenario.draw(rest, size, random)
        )
        alarms += bool(exceeded)
        features.update(exceeded)
    return Alarms(days, alarms, features)


def find_exceeded(profile: ReferenceProfile, records: Observations) -> set[str]:
    """Return the features that exceed the shipped limits."""
    limits = load_limits(LIMITS_FILE, tuple(build_features(profile)))
    report = compare_records(count_records(records, profile), profile)
    return {check.feature for check in check_limits(report, limits) if check.exceeded}


def draw(texts: Observations, count: int, random: np.random.Generator) -> list[Observation]:
    """Draw texts, without replacement where there are enough."""
    return [texts[i] for i in random.choice(len(texts), count, replace=count > len(texts))]


def draw_quiet(rest: Observations, size: int, random: np.random.Generator) -> list[Observation]:
    """Draw a day like the profile."""
    return draw(rest, size, random)


def drift_scenarios(name: str, texts: Observations) -> Iterator[Scenario]:
    """Yield days of which a share is drawn from other texts."""
    for share in DRIFT_SHARES:

        def draw_day(
            rest: Observations, size: int, random: np.random.Generator, share: float = share
        ) -> list[Observation]:
            count = round(size * share)
            return draw(texts, count, random) + draw(rest, size - count, random)

        yield Scenario(f"{name}, {share:.0%} of the day", draw_day)


def flood_scenarios() -> Iterator[Scenario]:
    """Yield days of which a share is one text."""
    for share in FLOOD_SHARES:

        def draw_day(
            rest: Observations, size: int, random: np.random.Generator, share: float = share
        ) -> list[Observation]:
            count = round(size * share)
            return draw(rest, 1, random) * count + draw(rest, size - count, random)

        yield Scenario(f"one text, {share:.0%} of the day", draw_day)


def build_table(
    names: Sequence[str], sizes: Sequence[int], rows: Sequence[Sequence[Alarms]]
) -> Table:
    """Build the table of shares of days with an alarm, and the features that raised most."""
    headers = ["texts", *(f"{size:,} records a day" for size in sizes), "by"]
    return Table(
        headers,
        [
            [Cell(name), *(Cell(_describe(each)) for each in row), Cell(_name_features(row))]
            for name, row in zip(names, rows, strict=True)
        ],
    )


def _choose_days(scenario: Scenario) -> str:
    return "quiet_days" if scenario.draw is draw_quiet else "drifted_days"


def _describe(each: Alarms) -> str:
    if each.alarms in {0, each.days}:
        return f"{each.alarms:,} of {each.days:,}"
    return f"{each.alarms / each.days:.1%}"


def _name_features(row: Sequence[Alarms]) -> str:
    total = sum((each.features for each in row), Counter[str]())
    return ", ".join(name for name, _ in total.most_common(3))


def _to_json(each: Alarms) -> dict[str, object]:
    return {"days": each.days, "alarms": each.alarms, "features": dict(each.features)}


if __name__ == "__main__":
    main()
