"""What a function that is measured finds of AWS: S3 with a bundle, and a result table."""

import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import IO, cast

from benchmarks.paths import ROOT
from tests.moto_server import serve_moto
from windvane.facts import MEMORY_MB_PER_VCPU


@contextmanager
def serve_aws(*bundles: Path) -> Iterator[list[dict[str, str]]]:
    """Serve bundles and a result table from child processes until the block ends.

    Yields:
        The environment of a function for each bundle.
    """
    with serve_moto() as moto:
        environ = {
            **moto.environ,
            "AWS_DEFAULT_REGION": moto.environ["AWS_REGION"],
            "AWS_LAMBDA_FUNCTION_MEMORY_SIZE": str(MEMORY_MB_PER_VCPU),
            "AWS_LAMBDA_FUNCTION_NAME": "windvane-bench",
            "WINDVANE_BUNDLE_URI": "s3://bench/bundles/bench/",
            "WINDVANE_RESULT_LOG_URI": f"dynamodb://{moto.make_result_table()}",
        }
        with ExitStack() as stack:
            urls = [stack.enter_context(_serve_files(bundle)) for bundle in bundles]
            yield [{**environ, "AWS_ENDPOINT_URL_S3": url} for url in urls]


@contextmanager
def _serve_files(folder: Path) -> Iterator[str]:
    """Serve a folder's files from a child process; gives the URL."""
    command = [sys.executable, "-m", "benchmarks.cold_start.file_server", str(folder)]
    server = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True)  # noqa: S603 - ours
    try:
        port = cast(IO[str], server.stdout).readline().strip()
        yield f"http://127.0.0.1:{port}"
    finally:
        server.kill()
        server.communicate()
