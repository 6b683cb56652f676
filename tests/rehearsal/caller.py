"""A caller of the deployed API, over HTTPS."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import urllib3

from tests.rehearsal.expectations import StepError, expect_equal, expect_that
from windvane.cli.smoke.authorization import Authorization
from windvane.facts import PROBLEM_TYPE, PROBLEM_URI_PREFIX

ANSWER_SECONDS = 60
CONNECTIONS = 16


@dataclass(frozen=True, kw_only=True)
class Response:
    """What a caller gets.

    Attributes:
        request: Method and path, for messages.
        status: HTTP status.
        headers: Compared without regard to case.
        body: As it came.
    """

    request: str
    status: int
    headers: Mapping[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        """The body, read as JSON."""
        return json.loads(self.body)

    def expect(self, status: int) -> "Response":
        """Return this response.

        Raises:
            StepError: Its status is another.
        """
        if self.status != status:
            raise StepError(self.request, expected=status, got=f"{self.status} {self.body!r}")
        return self

    def expect_problem(self, status: int, name: str) -> "Response":
        """Return this response.

        Raises:
            StepError: It is not this problem, or not a problem document.
        """
        self.expect(status)
        expect_equal(self.request, self.headers.get("content-type"), PROBLEM_TYPE)
        expect_equal(self.request, self.json.get("type"), PROBLEM_URI_PREFIX + name)
        return self


@dataclass(frozen=True, kw_only=True)
class Caller:
    """Sends requests to one endpoint.

    Attributes:
        url: The endpoint, without a slash at its end.
        key: The API key.
        certificate: File with the certificate to trust.
        authorization: What is sent beside the key; None for nothing.
        domain: Name under which the endpoint is called; None for the URL's.
    """

    url: str
    key: str
    certificate: Path
    authorization: Authorization | None = None
    domain: str | None = None
    _pools: list[urllib3.PoolManager] = field(default_factory=list, repr=False)

    def send(
        self,
        method: str,
        path: str,
        body: object = None,
        *,
        key: str | None = "",
        headers: Mapping[str, str] | None = None,
    ) -> Response:
        """Send a request.

        Args:
            method: HTTP method.
            path: From the endpoint on.
            body: Sent as JSON, if any.
            key: Another API key than the caller's, or None for no key.
            headers: Further ones.
        """
        sent = dict(headers or {})
        if body is not None:
            sent["content-type"] = "application/json"
        if key is not None:
            sent["x-api-key"] = key or self.key
        content = None if body is None else json.dumps(body).encode()
        if self.domain:
            sent["host"] = self.domain
        if self.authorization is not None:
            named = f"https://{self.domain}{path}" if self.domain else self.url + path
            sent |= self.authorization.build_headers(method, named, content or b"")
        response = self._pool.request(
            method, self.url + path, body=content, headers=sent, timeout=ANSWER_SECONDS
        )
        return Response(
            request=f"{method} {path}",
            status=response.status,
            headers=response.headers,
            body=response.data,
        )

    def at_domain(self, url: str, domain: str) -> "Caller":
        """Return a caller of a domain, whose name nobody resolves here.

        Args:
            url: Where it is reached.
            domain: Its name.
        """
        return replace(self, url=url, domain=domain)

    def classify(self, text: str = "I love it", **options: Any) -> Response:
        """Send one text to ``/sentiment``."""
        return self.send("POST", "/sentiment", {"text": text}, **options)

    def record(self) -> str:
        """Classify a text and return the id of its result.

        Raises:
            StepError: It is not answered, or not recorded.
        """
        answer = self.classify().expect(200).json
        expect_that("POST /sentiment", answer["logged"], expected="recorded", got=answer)
        return str(answer["result_id"])

    def read_model(self) -> str:
        """Return the model that ``/health`` names, ``name@version``."""
        return str(self.send("GET", "/health", key=None).expect(200).json["model"])

    @property
    def _pool(self) -> urllib3.PoolManager:
        if not self._pools:
            self._pools.append(
                urllib3.PoolManager(
                    maxsize=CONNECTIONS, ca_certs=str(self.certificate), retries=False
                )
            )
        return self._pools[0]
