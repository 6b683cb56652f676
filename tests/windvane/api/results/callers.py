"""Callers with a key each, of the function and of the local server."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from pathlib import Path

import httpx

from tests.functions.classify_api.lambda_process import start_lambda_app
from tests.moto_server import MotoServer
from tests.windvane.api.clients import Client, HttpClient, LambdaClient
from tests.windvane.api.serve_process import run_serve

OPERATOR, SHOP, PARTNER, PARTNER_2 = "operator", "shop", "partner", "partner-2"
KEYS = {name: f"key-of-{name}-with-20-chars" for name in (OPERATOR, SHOP, PARTNER, PARTNER_2)}
LOCAL = {
    "WINDVANE_API_KEYS": KEYS[OPERATOR],
    "WINDVANE_CLIENT_KEYS": ",".join(f"{n}={KEYS[n]}" for n in (SHOP, PARTNER, PARTNER_2)),
    "WINDVANE_OWN_RESULTS_ONLY": f"{PARTNER},{PARTNER_2}",
}
VARIABLES = {
    "operator_keys": "id-operator,id-operator-new",
    "client_shop": "id-shop",
    "limited_client_partner": "id-partner,id-partner-new",
    "limited_client_partner_2": "id-partner-2",
}

OpenCaller = Callable[[str], Client]


@contextmanager
def open_function_callers(
    environ: Mapping[str, str], moto_server: MotoServer, **log: str
) -> Iterator[OpenCaller]:
    """Give the callers of the function, which has a table of its own and further variables."""
    uri = f"dynamodb://{moto_server.make_result_table()}"
    results = {"WINDVANE_RESULT_LOG_URI": uri, "WINDVANE_RETENTION_DAYS": "1", **log}
    app = start_lambda_app({**environ, **moto_server.environ, **results})
    yield lambda name: LambdaClient(app, key_id=f"id-{name}", variables=VARIABLES)


@contextmanager
def open_server_callers(environ: Mapping[str, str], folder: Path) -> Iterator[OpenCaller]:
    """Give the callers of the local server, whose results are in a folder."""
    uri = f"sqlite:///{folder}/results.db"
    with ExitStack() as stack:
        variables = {**environ, **LOCAL, "WINDVANE_RESULT_LOG_URI": uri}
        server = stack.enter_context(run_serve(environ=variables))

        def open_one(name: str) -> Client:
            headers = {"x-api-key": KEYS[name]}
            client = httpx.Client(base_url=server.url, headers=headers, timeout=30)
            return HttpClient(stack.enter_context(client))

        yield open_one


def list_ids(client: Client, query: str = "") -> list[str]:
    answer = client.send("GET", f"/v1/results?limit=200{query}")
    assert answer.status == 200, answer.body
    assert set(answer.json) <= {"results", "cursor"}
    return [one["result_id"] for one in answer.json["results"]]
