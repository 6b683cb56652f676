"""Where jobs may read and write, as the OpenAPI document has it."""

import re
from collections.abc import Sequence
from typing import Any

from windvane.api.jobs.job_schemas import JobRequest
from windvane.facts import LOCATION_PART
from windvane.settings import Settings

SPECIAL = re.compile(r"[.+*?()|^$\[\]{}\\]")
"""JavaScript's patterns do not allow an escape before other characters."""


def limit_jobs(schemas: dict[str, Any], settings: Settings, _: Sequence[str]) -> None:
    """Add the allowed locations, where there are any."""
    fields = schemas[JobRequest.__name__]["properties"]
    for name, allowed, path in (
        ("input", settings.job_inputs, f"(?:/|(?:{LOCATION_PART})+/?)"),
        ("output", settings.job_outputs, f"(?:{LOCATION_PART})*/?"),
    ):
        if allowed:
            starts = "|".join(SPECIAL.sub(r"\\\g<0>", each.rstrip("/")) for each in allowed)
            fields[name]["pattern"] = f"^(?:{starts}){path}$"
