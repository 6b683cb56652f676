"""The container image, run as a person or an orchestrator runs it; `make image-check`."""

import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from tests.container.docker_commands import (
    HARDENED,
    Container,
    docker,
    inspect,
    run_container,
)
from tests.windvane.aws.self_signed import write_certificate

KEY = "key-of-the-operator-1"
LARGEST_IMAGE_BYTES = 250_000_000
STOP_SECONDS = 5
BUILD_TOOLS = ("apt", "pip", "uv", "gcc", "cc", "make", "curl", "perl", "bash")


@pytest.fixture
def container(image: str) -> Iterator[Container]:
    with run_container(image, *HARDENED) as running:
        running.wait_for()
        yield running


def classify(container: Container, **headers: str) -> httpx.Response:
    return httpx.post(f"{container.url}/sentiment", json={"text": "I love it"}, headers=headers)


def test_image_is_small_and_says_what_it_is(image: str) -> None:
    facts = inspect(image)

    labels = facts["Config"]["Labels"]

    assert facts["Size"] < LARGEST_IMAGE_BYTES
    assert labels["org.opencontainers.image.title"] == "windvane"
    assert labels["org.opencontainers.image.licenses"] == "Apache-2.0"
    assert labels["org.opencontainers.image.base.name"]


def test_image_runs_as_a_user_without_privileges(image: str) -> None:
    assert inspect(image)["Config"]["User"] == "10001:10001"


def test_image_holds_no_build_tools(container: Container) -> None:
    script = f"for tool in {' '.join(BUILD_TOOLS)}; do command -v $tool; done; command -v cat"

    found = container.run("sh", "-c", script)

    assert found == "/usr/bin/cat"


def test_no_program_lacks_a_library(container: Container) -> None:
    """What was purged from the base is needed by nothing that stayed."""
    programs = "/usr/bin/* /usr/sbin/* /usr/local/bin/* /usr/local/lib/python3.13/lib-dynload/*.so"
    script = f"""
        for loader in /lib64/ld-linux-*.so.2 /lib/ld-linux-*.so.1; do [ -e $loader ] && break; done
        for file in {programs}; do
            found=$($loader --list "$file" 2>&1) && echo "$file loads"
            case $found in *"shared object file"*|*"not found"*) echo "$file: $found";; esac
        done
        true
    """

    lines = container.run("sh", "-c", script).splitlines()

    assert [line for line in lines if not line.endswith(" loads")] == []
    assert len(lines) > 100


def test_container_classifies_with_a_read_only_file_system(container: Container) -> None:
    response = classify(container)

    assert response.status_code == httpx.codes.OK
    assert response.json()["sentiment"] == "positive"
    assert response.json()["logged"]


def wait_for_health(container: Container) -> str:
    """Wait until Docker calls the container healthy; return what it calls it."""
    end = time.monotonic() + 15
    while container.state["Health"]["Status"] != "healthy" and time.monotonic() < end:
        time.sleep(0.2)
    return str(container.state["Health"]["Status"])


def test_container_is_healthy_by_its_own_check(image: str) -> None:
    with run_container(image, *HARDENED, "--health-interval=1s") as container:
        assert wait_for_health(container) == "healthy"


def test_results_outlive_the_container(image: str) -> None:
    volume = docker("volume", "create")
    options = (*HARDENED, f"--volume={volume}:/data")
    try:
        with run_container(image, *options) as first:
            first.wait_for()
            result_id = classify(first).json()["result_id"]
            docker("stop", first.id)
        with run_container(image, *options) as second:
            second.wait_for()
            stored = httpx.get(f"{second.url}/v1/results/{result_id}")
            listed = second.run("windvane", "results", "list")
    finally:
        docker("volume", "rm", volume)

    assert stored.json()["label"] == "positive"
    assert result_id in listed


def test_sigterm_ends_the_server_with_success(container: Container) -> None:
    start = time.monotonic()

    docker("stop", "--time=30", container.id)

    assert time.monotonic() - start < STOP_SECONDS
    assert container.state["ExitCode"] == 0


def test_workers_share_the_volume_and_end_with_success(image: str) -> None:
    command = ("serve", "--workers", "2")
    with run_container(image, *HARDENED, command=command) as container:
        container.wait_for()
        results = [classify(container).json() for _ in range(8)]
        listed = container.run("windvane", "results", "list")
        docker("stop", "--time=30", container.id)
        exit_code = container.state["ExitCode"]

    assert all(result["logged"] and result["result_id"] in listed for result in results)
    assert exit_code == 0


def test_container_is_healthy_over_tls(image: str, tmp_path: Path) -> None:
    tmp_path.chmod(0o755)
    write_certificate(tmp_path / "both.pem").chmod(0o644)
    options = (f"--volume={tmp_path}:/tls:ro", "--health-interval=1s")
    files = ("--env=WINDVANE_TLS_CERT=/tls/both.pem", "--env=WINDVANE_TLS_KEY=/tls/both.pem")
    with run_container(image, *HARDENED, *options, *files) as container:
        assert wait_for_health(container) == "healthy"


def test_container_asks_for_the_key_that_it_is_given(image: str) -> None:
    with run_container(image, *HARDENED, f"--env=WINDVANE_API_KEYS={KEY}") as container:
        container.wait_for()
        without = classify(container)
        with_key = classify(container, **{"x-api-key": KEY})
        log = docker("logs", container.id)

    assert without.status_code == httpx.codes.FORBIDDEN
    assert with_key.status_code == httpx.codes.OK
    assert "There is no authentication" not in log


def test_container_without_keys_says_that_it_is_open(container: Container) -> None:
    assert "There is no authentication" in docker("logs", container.id)


def test_container_answers_to_its_names_alone(image: str) -> None:
    with run_container(image, *HARDENED, "--env=WINDVANE_ALLOWED_HOSTS=windvane") as container:
        container.wait_for()
        known, unknown = (
            classify(container, host=f"{name}:8080") for name in ("windvane", "elsewhere")
        )

    assert known.status_code == httpx.codes.OK
    assert unknown.status_code == httpx.codes.MISDIRECTED_REQUEST


@pytest.mark.parametrize(
    ("command", "shown"),
    [
        (("--version",), "windvane 0.1.0, model sentiment-minilm@"),
        (("classify", "I love it"), "positive"),
    ],
    ids=["version", "classify"],
)
def test_container_runs_other_commands(image: str, command: tuple[str, ...], shown: str) -> None:
    assert shown in docker("run", "--rm", *HARDENED, image, *command)


def test_setting_that_is_not_allowed_stops_the_start_with_a_sentence(image: str) -> None:
    options = ("--rm", *HARDENED, "--env=WINDVANE_THREADS=many")
    done = subprocess.run(
        ["docker", "run", *options, image],  # noqa: S607 - whichever Docker this machine has
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode != 0
    assert "WINDVANE_THREADS" in done.stderr
    assert "Traceback" not in done.stderr
