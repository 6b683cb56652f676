"""The fixtures of the API, which the functions serve."""

from tests.log_lines import log_lines
from tests.moto_server import moto_server
from tests.windvane.api.conftest import environ, lambda_client, recording_client

__all__ = ["environ", "lambda_client", "log_lines", "moto_server", "recording_client"]
