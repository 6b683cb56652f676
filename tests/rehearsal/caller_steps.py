"""What a caller does: each function is a step, and its first line is the step's title."""

from tests.rehearsal.caller import Caller
from tests.rehearsal.expectations import StepError, expect_equal, expect_that
from windvane.facts import SECURITY_HEADERS

MOST_REQUESTS = 400
"""One after the other; each takes about 15 ms, and an open route answers ten a second."""
KEYED = (("POST", "/sentiment"), ("POST", "/v1/classify"), ("GET", "/v1/results"))
TEXTS = ("I love it", "This is dreadful.", "The meeting is at noon.")


def check_open_routes(caller: Caller) -> None:
    """/health, / and /docs are open."""
    for path, content in (("/health", b'"ok"'), ("/", b"<html"), ("/docs", b"/sentiment")):
        response = caller.send("GET", path, key=None).expect(200)
        expect_that(path, content in response.body, expected=repr(content), got=response.body)


def check_key(caller: Caller) -> None:
    """No key and a wrong key: 403 problem key-needed."""
    for method, path in KEYED:
        body = {"text": "I love it"} if method == "POST" else None
        for key in (None, "wrong" * 8):
            response = caller.send(method, path, body, key=key).expect_problem(403, "key-needed")
            for name, value in SECURITY_HEADERS.items():
                expect_equal(f"{name} of {path}", response.headers.get(name), value)


def check_sentiment(caller: Caller) -> None:
    """POST /sentiment: positive, recorded; a blank text: 422 problem field-rule."""
    answer = caller.classify("I love it").expect(200).json
    expect_equal("answer", (answer["sentiment"], answer["logged"]), ("positive", True))
    caller.classify("").expect_problem(422, "field-rule")


def check_classify(caller: Caller) -> None:
    """POST /v1/classify: a label for each text, in order."""
    answer = caller.send("POST", "/v1/classify", {"texts": TEXTS}).expect(200).json
    labels = [result["label"] for result in answer["results"]]
    expect_equal("labels", labels, ["positive", "negative", "neutral"])


def check_idempotency(caller: Caller) -> None:
    """Idempotency-Key: the stored response again; another request: 422 problem key-reused."""
    headers = {"Idempotency-Key": "rehearsal-4711"}
    first = caller.classify("once", headers=headers).expect(200)
    second = caller.classify("once", headers=headers).expect(200)
    expect_equal("second response", second.body, first.body)
    expect_equal("its header", second.headers.get("Idempotency-Replayed"), "true")
    caller.classify("twice", headers=headers).expect_problem(422, "key-reused")


def check_results(caller: Caller) -> None:
    """A result is listed, read, corrected and deleted."""
    result = f"/v1/results/{caller.record()}"
    listed = caller.send("GET", "/v1/results").expect(200).json["results"]
    ids = [record["result_id"] for record in listed]
    expect_that("/v1/results", result.rpartition("/")[2] in ids, expected=result, got=ids)
    caller.send("POST", f"{result}/feedback", {"label": "neutral"}).expect(200)
    record = caller.send("GET", result).expect(200).json
    expect_equal("feedback_label", record["feedback_label"], "neutral")
    caller.send("DELETE", result).expect(204)
    caller.send("GET", result).expect_problem(404, "result-not-found")


def check_subjects(caller: Caller) -> None:
    """All results of a subject are found and deleted, and no others."""
    for subject in ("4711", "4711", "4712"):
        body = {"text": "I love it", "subject": f"rehearsal-{subject}"}
        answer = caller.send("POST", "/sentiment", body).expect(200).json
        expect_equal("logged", answer["logged"], True)
    path = "/v1/results?subject=rehearsal-"
    expect_equal("results of 4711", _count(caller, f"{path}4711"), 2)
    deleted = caller.send("DELETE", f"{path}4711").expect(200).json
    expect_equal("deletion", deleted, {"deleted": 2, "remaining": False})
    expect_equal("results of 4711 afterwards", _count(caller, f"{path}4711"), 0)
    expect_equal("results of 4712", _count(caller, f"{path}4712"), 1)


def _count(caller: Caller, path: str) -> int:
    return len(caller.send("GET", path).expect(200).json["results"])


def check_throttling(caller: Caller) -> None:
    """Too many requests: 429 problem throttled, with Retry-After."""
    for _ in range(MOST_REQUESTS):
        response = caller.send("GET", "/health", key=None)
        if response.status != 200:
            response.expect_problem(429, "throttled")
            expect_equal("Retry-After", response.headers.get("retry-after"), "1")
            return
    raise StepError("GET /health", expected="429", got=f"200 for {MOST_REQUESTS} requests")


CALLER_STEPS = (
    check_open_routes,
    check_key,
    check_sentiment,
    check_classify,
    check_idempotency,
    check_results,
    check_subjects,
    check_throttling,
)
