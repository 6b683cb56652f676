"""What a job in AWS will about cost, and how long it will take."""

import math
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

from windvane.cli.jobs.input_facts import InputFacts
from windvane.jobs.plan import MAX_PARTS, MAX_PIECES
from windvane.jobs.planning import FUNCTION_LIMITS
from windvane.prices import PRICES, Prices

SECONDS_BY_CHARS = ((87, 0.00207), (522, 0.00707), (3232, 0.0601))
"""Length of a text, and the seconds that a function of one vCPU takes for it: `make bench-cost`'s
figures of tweets, reviews and long texts in the largest requests. A test compares them."""
TRANSITIONS_A_PART = 2
TRANSITIONS_A_JOB = 4
GETS_A_PART = 8
PUTS_A_PART = 4
PLANNED_BYTES_A_SECOND = 2e8
"""Planning reads CSV once from end to end."""
START_SECONDS = 10.0
SECONDS_A_MINUTE = 60
MB_PER_GB = 1024
CENT = 0.01


@dataclass(frozen=True)
class WorkFunction:
    """The function that does the parts.

    Attributes:
        memory_mb: Its memory.
        architecture: ``arm64`` or ``x86_64``.
        concurrency: How many run at once.
    """

    memory_mb: int
    architecture: str
    concurrency: int


@dataclass(frozen=True)
class Estimate:
    """The estimate.

    Attributes:
        facts: The input.
        parts: Number of parts.
        concurrency: How many of them run at once.
        lambda_usd: Time and requests of the functions.
        step_functions_usd: State transitions.
        s3_usd: Requests to S3.
        seconds: From start to end.
        prices: The prices that it is made with.
    """

    facts: InputFacts
    parts: int
    concurrency: int
    lambda_usd: float
    step_functions_usd: float
    s3_usd: float
    seconds: float
    prices: Prices

    @property
    def usd(self) -> float:
        """Sum of all parts of the bill."""
        return self.lambda_usd + self.step_functions_usd + self.s3_usd

    def describe(self) -> Iterator[str]:
        """Describe it, a line at a time."""
        facts, prices = self.facts, self.prices
        at_once = min(self.parts, self.concurrency)
        yield (
            f"About {facts.rows:,} rows ({_show_size(facts.total_bytes)}, objects: "
            f"{facts.objects:,}), {self.parts:,} parts, {at_once:,} at once: "
            f"{_show_time(self.seconds)}."
        )
        yield (
            f"About {_show_usd(self.usd)}: Lambda {_show_usd(self.lambda_usd)}, Step Functions "
            f"{_show_usd(self.step_functions_usd)}, S3 {_show_usd(self.s3_usd)} (list prices of "
            f"{prices.region}, {prices.as_of}, without storage)."
        )


def estimate_job(
    facts: InputFacts, function: WorkFunction, prices: Prices = PRICES
) -> Estimate | None:
    """Estimate a job; None if the number of rows is not known."""
    if facts.rows is None or facts.text_chars is None:
        return None
    parts = count_parts(facts, facts.rows)
    busy_seconds = facts.rows * seconds_for(facts.text_chars)
    plan_seconds = facts.total_bytes / PLANNED_BYTES_A_SECOND
    second_usd = function.memory_mb / MB_PER_GB * prices.gb_second[function.architecture]
    requests = parts * (GETS_A_PART * prices.bucket_get + PUTS_A_PART * prices.bucket_put)
    transitions = TRANSITIONS_A_JOB + parts * TRANSITIONS_A_PART
    return Estimate(
        facts=facts,
        parts=parts,
        concurrency=function.concurrency,
        lambda_usd=(busy_seconds + plan_seconds) * second_usd + parts * prices.invocation,
        step_functions_usd=transitions * prices.state_transition,
        s3_usd=requests,
        seconds=START_SECONDS + plan_seconds + busy_seconds / min(parts, function.concurrency),
        prices=prices,
    )


def count_parts(facts: InputFacts, rows: int) -> int:
    """Count the parts that plan will about make, by the size that it will choose."""
    size = facts.unpacked_bytes
    part_bytes = FUNCTION_LIMITS.choose_part_bytes(facts.total_bytes, size / rows)
    by_size, by_objects = math.ceil(size / part_bytes), math.ceil(facts.objects / MAX_PIECES)
    most = MAX_PARTS if facts.is_cut else min(MAX_PARTS, facts.objects)
    return min(most, max(1, by_size, by_objects))


def seconds_for(text_chars: float) -> float:
    """Return the seconds for a text of that length, by straight lines through what was measured."""
    lines = list(pairwise(SECONDS_BY_CHARS))
    (low, low_seconds), (high, high_seconds) = next(
        (line for line in lines if text_chars <= line[1][0]), lines[-1]
    )
    return low_seconds + (text_chars - low) * (high_seconds - low_seconds) / (high - low)


def _show_size(size: float) -> str:
    for unit in ("bytes", "KB", "MB"):
        if size < 1000:  # noqa: PLR2004 - of any unit
            return f"{size:.3g} {unit}"
        size /= 1000
    return f"{size:,.1f} GB"


def _show_usd(usd: float) -> str:
    return f"${usd:,.2f}" if usd >= CENT else "less than $0.01"


def _show_time(seconds: float) -> str:
    minutes = seconds / SECONDS_A_MINUTE
    if minutes < 1:
        return "less than a minute"
    if minutes < 2 * SECONDS_A_MINUTE:
        return f"about {minutes:.0f} minutes"
    return f"about {minutes / SECONDS_A_MINUTE:.1f} hours"
