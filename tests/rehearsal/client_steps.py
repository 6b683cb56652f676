"""Two clients of the stage: one sees all results, the other its own alone."""

import time
from collections.abc import Callable

from tests.rehearsal.caller import Caller
from tests.rehearsal.deployed_stage import DeployedStage
from tests.rehearsal.expectations import expect_equal, expect_that
from tests.rehearsal.stage_folder import LIMITED_CLIENT, OPEN_CLIENT
from windvane.result_log.dynamodb.dynamodb_listing import INDEX_DELAY_MS
from windvane.result_log.result_id import to_timestamp

PAUSE_SECONDS = 0.5


def check_clients(stage: DeployedStage, caller: Caller) -> None:
    """Results carry their client; a limited client sees its own, and nobody gets another's answer.

    Raises:
        StepError: A client is sent what is not its own, or not what is.
    """
    limited = stage.open_caller(LIMITED_CLIENT)
    other = stage.open_caller(OPEN_CLIENT)
    own, of_other, of_operator = limited.record(), other.record(), caller.record()
    for result in (of_other, of_operator):
        limited.send("GET", f"/v1/results/{result}").expect_problem(404, "result-not-found")
        limited.send("DELETE", f"/v1/results/{result}").expect_problem(404, "result-not-found")
        other.send("GET", f"/v1/results/{result}").expect(200)
    expect_equal("results of the limited client", list_results(limited), {own: LIMITED_CLIENT})
    expect_equal(
        "results of the other, by the stage's key",
        list_results(caller, f"?client={OPEN_CLIENT}"),
        {of_other: OPEN_CLIENT},
    )
    everybody = list_results(caller)
    expect_that(
        "/v1/results", {own, of_operator} <= {*everybody}, expected="results of all", got=everybody
    )
    expect_equal("client of the stage's key", everybody[of_operator], None)
    headers = {"Idempotency-Key": "rehearsal-of-clients"}
    answers = {each.classify("once", headers=headers).expect(200).body for each in (limited, other)}
    expect_equal("answers to one Idempotency-Key of two clients", len(answers), 2)


def fail_to_list_client(caller: Caller, take_away: Callable[[], None]) -> None:
    """The results of a client cannot be listed."""
    deadline = time.monotonic() + INDEX_DELAY_MS / 1000
    while not (found := list_results(caller, query_index())) and time.monotonic() < deadline:
        time.sleep(PAUSE_SECONDS)
    expect_that("/v1/results", bool(found), expected="a result by the index", got=found)
    take_away()
    caller.send("GET", f"/v1/results{query_index()}").expect_problem(503, "log-unavailable")


def query_index() -> str:
    """Write the query string that lists a client's results by the index alone."""
    indexed = to_timestamp(time.time_ns() // 1_000_000 - INDEX_DELAY_MS)
    return f"?client={OPEN_CLIENT}&to={indexed}"


def list_results(caller: Caller, query: str = "") -> dict[str, str | None]:
    """List the clients of a page of results, by the results' ids."""
    page = caller.send("GET", f"/v1/results{query}").expect(200).json
    return {record["result_id"]: record.get("client") for record in page["results"]}
