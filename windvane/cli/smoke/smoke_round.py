"""The steps of a smoke test, in their order, and what each response has to be."""

import math
import re
from collections.abc import Iterator
from http import HTTPStatus
from typing import TypeGuard
from uuid import uuid4

from windvane.cli.smoke.expectation import Expectation
from windvane.cli.smoke.service_client import ServiceClient, ServiceResponse
from windvane.cli.smoke.steps import Step, StepResult, Verdict

MODEL_ID = re.compile(r"[^@\s]{1,200}@[^@\s]{1,100}")
RESULT_ID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
SCORE_TOLERANCE = 0.01
"""Scores are rounded, so that their sum is only near 1."""

HOW_TO_AUTHORIZE = "give a token in WINDVANE_SMOKE_TOKEN, or --stage, which signs"


class SmokeRound:
    """One run through all steps.

    Attributes:
        correlation_id: In every request, so that the service's log shows the round.
        model: ``name@version`` that classified the text; None before that.
    """

    def __init__(self, client: ServiceClient, expectation: Expectation) -> None:
        self.correlation_id = f"smoke-{uuid4()}"
        self.model: str | None = None
        self._client = client
        self._expectation = expectation
        self._result_id: str | None = None
        self._label = ""
        self._why_no_result = "there is no result id"

    def run(self) -> Iterator[StepResult]:
        """Run the steps one by one; a result that was recorded is deleted whatever failed."""
        self._client.begin_round()
        for step in (
            Step(
                name="health",
                method="GET",
                path="/health",
                expected="200 with status ok and a model",
                check=self._check_health,
                proofs=frozenset(),
            ),
            Step(
                name="no key",
                method="GET",
                path="/v1/model",
                expected="403 key-needed",
                check=self._check_refused,
                proofs=frozenset({"authorization"}),
            ),
            *self._list_authorization_steps(),
            Step(
                name="classify",
                method="POST",
                path="/sentiment",
                expected=self._expectation.describe(),
                check=self._check_classified,
                body={"text": self._expectation.text},
            ),
        ):
            yield step.run(self._client, self.correlation_id)
        for step in self._list_result_steps():
            if self._result_id is None:
                yield step.skip(self._why_no_result)
            else:
                yield step.run(self._client, self.correlation_id)

    def _list_authorization_steps(self) -> Iterator[Step]:
        if self._client.authorization is not None:
            yield Step(
                name="key alone",
                method="GET",
                path="/v1/model",
                expected="401 token-needed or 403 not-authorized",
                check=_check_not_authorized,
                proofs=frozenset({"key"}),
            )

    def _list_result_steps(self) -> Iterator[Step]:
        path = f"/v1/results/{self._result_id}"
        listed, gone = "200 with the same label", "404 result-not-found"
        yield Step(
            name="listed", method="GET", path=path, expected=listed, check=self._check_listed
        )
        yield Step(name="deleted", method="DELETE", path=path, expected="204", check=_check_deleted)
        yield Step(name="gone", method="GET", path=path, expected=gone, check=_check_gone)

    def _check_health(self, response: ServiceResponse) -> Verdict:
        model = response.body.get("model")
        if response.status != HTTPStatus.OK or response.body.get("status") != "ok":
            return Verdict("failed", response.describe())
        if not _is_model(model):
            return Verdict("failed", "200 without a model")
        return Verdict("ok", model)

    def _check_refused(self, response: ServiceResponse) -> Verdict:
        if response.is_problem(HTTPStatus.FORBIDDEN, "key-needed"):
            return Verdict("ok", response.describe())
        if response.status == HTTPStatus.OK and not self._client.has_key:
            return Verdict("skipped", "the service asks for no key, and none was given")
        return Verdict("failed", response.describe())

    def _check_classified(self, response: ServiceResponse) -> Verdict:
        if response.is_problem(HTTPStatus.FORBIDDEN, "key-needed") and not self._client.has_key:
            return Verdict("failed", "403 key-needed; give the key in WINDVANE_SMOKE_KEY")
        if _is_not_authorized(response) and self._client.authorization is None:
            return Verdict("failed", f"{response.describe()}; {HOW_TO_AUTHORIZE}")
        if response.status != HTTPStatus.OK:
            return Verdict("failed", response.describe())
        self._keep_result(response)
        fault = self._find_fault(response)
        if fault:
            return Verdict("failed", f"200 {fault}")
        return Verdict("ok", f"{self._label} {response.body['score']}, {self.model}")

    def _keep_result(self, response: ServiceResponse) -> None:
        """Keep what later steps need, of a response that may be wrong otherwise."""
        result_id = response.body.get("result_id")
        if result_id is None:
            self._why_no_result = "the service records no results"
        elif response.body.get("logged") is not True:
            self._why_no_result = "the result was not logged"
        elif isinstance(result_id, str) and RESULT_ID.fullmatch(result_id):
            self._result_id = result_id
        self._label = str(response.body.get("sentiment"))[:100]

    def _find_fault(self, response: ServiceResponse) -> str | None:
        """Say what is wrong with a classified text, or return None."""
        body, expected = response.body, self._expectation
        scores, model = body.get("scores"), body.get("model")
        if not _are_scores(scores, body.get("sentiment"), body.get("score")):
            return "with scores that do not fit the label"
        wanted = expected.label_among(scores)
        if wanted is not None and self._label != wanted:
            return f"with the label {self._label}"
        if not _is_model(model):
            return "without a model"
        self.model = model
        if not expected.accepts_model(model):
            return f"with the model {model}"
        if self._result_id is None and ("result_id" in body or expected.must_record):
            return f"but {self._why_no_result}"
        return None

    def _check_listed(self, response: ServiceResponse) -> Verdict:
        if response.status != HTTPStatus.OK:
            return Verdict("failed", response.describe())
        label = response.body.get("label")
        is_same = response.body.get("result_id") == self._result_id and label == self._label
        return Verdict("ok", f"{label}") if is_same else Verdict("failed", "200 of another result")


def _check_not_authorized(response: ServiceResponse) -> Verdict:
    return Verdict("ok" if _is_not_authorized(response) else "failed", response.describe())


def _is_not_authorized(response: ServiceResponse) -> bool:
    return response.is_problem(HTTPStatus.UNAUTHORIZED, "token-needed") or response.is_problem(
        HTTPStatus.FORBIDDEN, "not-authorized"
    )


def _check_deleted(response: ServiceResponse) -> Verdict:
    is_deleted = response.status == HTTPStatus.NO_CONTENT
    return Verdict("ok" if is_deleted else "failed", response.describe())


def _check_gone(response: ServiceResponse) -> Verdict:
    is_gone = response.is_problem(HTTPStatus.NOT_FOUND, "result-not-found")
    return Verdict("ok" if is_gone else "failed", response.describe())


def _is_model(model: object) -> TypeGuard[str]:
    return isinstance(model, str) and MODEL_ID.fullmatch(model) is not None


def _are_scores(scores: object, label: object, score: object) -> bool:
    """Return whether scores are probabilities, of which the label has the highest."""
    if not isinstance(scores, dict) or not isinstance(label, str) or label not in scores:
        return False
    values = [value for value in scores.values() if isinstance(value, int | float)]
    return (
        len(values) == len(scores)
        and all(0 <= value <= 1 for value in values)
        and math.isclose(sum(values), 1, abs_tol=SCORE_TOLERANCE)
        and score == scores[label] == max(values)
    )
