"""The harness itself: what it starts has to end."""

from pathlib import Path

from tests.e2e.emulator import LambdaRuntime, list_descendants, run_function

STUBBORN = """
import signal, time
signal.signal(signal.SIGTERM, signal.SIG_IGN)

def handler(event, context):
    while event["poisoned"]:
        time.sleep(0.1)
    return {}
"""


def test_run_function_ends_a_function_that_does_not_end_by_itself(
    runtime: LambdaRuntime, tmp_path: Path
) -> None:
    (tmp_path / "stubborn.py").write_text(STUBBORN)
    stubborn = LambdaRuntime(runtime.emulator, runtime.client, "stubborn.handler")

    with run_function(tmp_path, {}, stubborn, tmp_path) as function:
        function.invoke({"poisoned": False})
        started = list_descendants(function.process.pid)

    assert started
    assert not [pid for pid in started if Path(f"/proc/{pid}").exists()]
