"""``python -m tests.rehearsal.emulated``: ministack, with what it lacks.

Runs in the emulator's own Python; `tests.rehearsal.cloud_emulator` sets its environment. It ends
with the process that started it: then nobody holds the other end of stdin.
"""

import os
import signal
import sys
import threading

from ministack import app

from tests.rehearsal.emulated.absent_fields import add_absent_fields
from tests.rehearsal.emulated.cdk_functions import add_cdk_functions
from tests.rehearsal.emulated.codedeploy import add_codedeploy
from tests.rehearsal.emulated.concurrency_actions import add_concurrency_actions
from tests.rehearsal.emulated.execute_requests import add_execute_requests
from tests.rehearsal.emulated.function_errors import add_function_errors
from tests.rehearsal.emulated.gateway_failures import add_gateway_failures
from tests.rehearsal.emulated.key_identity import add_key_identity
from tests.rehearsal.emulated.machine_roles import add_machine_roles
from tests.rehearsal.emulated.map_runs import add_map_runs
from tests.rehearsal.emulated.method_settings import add_method_settings
from tests.rehearsal.emulated.qualified_functions import add_qualified_functions
from tests.rehearsal.emulated.redrive import add_redrive
from tests.rehearsal.emulated.stack_resources import add_stack_resources
from tests.rehearsal.emulated.weighted_alias import add_weighted_alias

ADDITIONS = (
    add_codedeploy,
    add_weighted_alias,
    add_stack_resources,
    add_cdk_functions,
    add_execute_requests,
    add_gateway_failures,
    add_method_settings,
    add_key_identity,
    add_qualified_functions,
    add_concurrency_actions,
    add_absent_fields,
    add_function_errors,
    add_machine_roles,
    add_map_runs,
    add_redrive,
)


def end_with_stdin() -> None:
    """End this process and its functions when stdin does."""
    sys.stdin.read()
    os.killpg(0, signal.SIGTERM)


if __name__ == "__main__":
    threading.Thread(target=end_with_stdin, daemon=True).start()
    for add in ADDITIONS:
        add()
    # It would serve on 443 as well, where two rehearsals would meet.
    app._port_is_bindable = lambda _host, _port: False
    app.main()
