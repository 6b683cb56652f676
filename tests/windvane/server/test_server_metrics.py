"""``GET /metrics``, read as Prometheus reads it."""

import asyncio
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import httpx
import pytest
from prometheus_client.parser import text_string_to_metric_families

from tests.windvane.api.classified_texts import make_classified
from tests.windvane.api.fake_classifier import MANIFEST, FakeClassifier
from tests.windvane.api.serve_process import run_serve
from tests.windvane.server.asgi_connection import (
    Connection,
    SlowRoute,
    build_app,
    build_scope,
    call,
    request,
)
from windvane.api.routes import build_routes
from windvane.server.admission import Admission
from windvane.server.asgi_app import LocalApp
from windvane.server.server_metrics import ServerMetrics
from windvane.settings import Settings

ROUTES = build_routes(FakeClassifier, Settings(bundle_uri="", threads=1))
Samples = dict[tuple[str, tuple[str, ...]], float]


@pytest.fixture
def pool() -> Iterator[ThreadPoolExecutor]:
    with ThreadPoolExecutor(1) as pool:
        yield pool


@pytest.fixture
def app(pool: ThreadPoolExecutor) -> LocalApp:
    return build_app(ROUTES, pool)


@pytest.fixture
def metrics() -> ServerMetrics:
    return ServerMetrics(Admission(places=2, max_waiting=1))


def _parse(text: str) -> Samples:
    """Name each sample by its name and its labels' values, in the order of the labels' names."""
    return {
        (sample.name, tuple(value for _, value in sorted(sample.labels.items()))): sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
    }


def _read(app: LocalApp) -> Samples:
    return _parse(request(app, Connection(), path="/metrics").body.decode())


def _expose(metrics: ServerMetrics) -> Samples:
    body = metrics.expose(None).body  # type: ignore[arg-type] # the event is not looked at
    return _parse(body or "")


def test_metrics_are_prometheus_text(app: LocalApp) -> None:
    answer = request(app, Connection(), path="/metrics")

    assert answer.status == 200
    assert answer.headers[b"content-type"].startswith(b"text/plain; version=")
    assert b"# TYPE windvane_requests_total counter" in answer.body


def test_metrics_count_requests_by_route_and_status(app: LocalApp) -> None:
    for body in (b'{"text": "any"}', b'{"text": "any"}', b"{"):
        request(app, Connection([body]))
    request(app, Connection(), path="/v1/results/0123456789abcdef")

    counted = _read(app)
    by_route = {
        labels: value
        for (name, labels), value in counted.items()
        if name == "windvane_requests_total"
    }
    assert by_route == {
        ("POST", "/sentiment", "200"): 2,
        ("POST", "/sentiment", "400"): 1,
        ("GET", "/v1/results/<result_id>", "404"): 1,
    }
    assert counted["windvane_request_seconds_count", ("/sentiment",)] == 3
    assert counted["windvane_request_seconds_sum", ("/sentiment",)] > 0


@pytest.mark.parametrize("path", ["/secret/xyzzy", "/v1/results/xyzzy", "/v1/results/xyzzy/a/b"])
def test_metrics_never_hold_a_path_or_a_method_as_it_was_sent(app: LocalApp, path: str) -> None:
    asyncio.run(call(app, build_scope(path, "XYZZY"), Connection()))

    shown = request(app, Connection(), path="/metrics").body.decode()
    assert 'method="other"' in shown
    assert "xyzzy" not in shown.lower()


def test_metrics_count_texts_labels_tokens_windows_and_times(metrics: ServerMetrics) -> None:
    metrics.count_predictions(make_classified(["positive", "negative", "positive"]))
    metrics.count_predictions(make_classified(["positive"], logged=False))

    counted = _expose(metrics)
    assert counted["windvane_texts_total", ("positive",)] == 3
    assert counted["windvane_texts_total", ("negative",)] == 1
    assert counted["windvane_tokens_total", ()] == 1 + 2 + 3 + 1
    assert counted["windvane_windows_total", ()] == 4
    assert counted["windvane_score_sum", ()] == pytest.approx(4 * 0.75)
    assert counted["windvane_score_count", ()] == 4
    assert counted["windvane_encode_seconds_total", ()] == pytest.approx(2 * 0.0005)
    assert counted["windvane_run_seconds_total", ()] == pytest.approx(2 * 0.0115)
    assert counted["windvane_log_seconds_total", ()] == pytest.approx(2 * 0.0025)
    assert counted["windvane_not_logged_total", ()] == 1


def test_metrics_name_the_model(metrics: ServerMetrics) -> None:
    metrics.set_model(MANIFEST)

    assert _expose(metrics)["windvane_model_info", ("fake", "fp32", "0123456789ab")] == 1


def test_metrics_tell_of_the_process(metrics: ServerMetrics) -> None:
    assert _expose(metrics)["process_resident_memory_bytes", ()] > 0


def test_metrics_tell_who_runs_waits_and_was_refused(pool: ThreadPoolExecutor) -> None:
    admission, slow = Admission(places=1, max_waiting=1), SlowRoute()
    app = build_app([*ROUTES, slow.route], pool, admission)
    scraped = Connection()

    async def overload() -> None:
        tasks = []
        for _ in range(3):
            tasks.append(asyncio.create_task(call(app, build_scope("/slow"), Connection())))
            await asyncio.sleep(0)
        await tasks[2]
        await call(app, build_scope("/metrics"), scraped)
        slow.let_answer(2)
        await asyncio.gather(*tasks)

    asyncio.run(overload())

    during, after = _parse(scraped.body.decode()), _read(app)
    names = ("running", "waiting", "refused_total")
    assert [during[f"windvane_requests_{name}", ()] for name in names] == [1, 1, 1]
    assert [after[f"windvane_requests_{name}", ()] for name in names] == [0, 0, 1]
    assert after["windvane_requests_total", ("POST", "/slow", "503")] == 1


def test_serve_names_its_model_in_its_metrics(tiny_bundle: Path) -> None:
    with run_serve("--bundle", str(tiny_bundle)) as server:
        counted = _parse(httpx.get(f"{server.url}/metrics").text)

    told = next(labels for name, labels in counted if name == "windvane_model_info")
    assert told[0] in server.greeting
    assert told[2] in server.greeting
