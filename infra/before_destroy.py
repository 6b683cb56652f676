"""``python -m infra.before_destroy STAGE [--yes]``: says what `make destroy` keeps, and asks.

It prints the names of the stacks that the CDK is to delete.
"""

import sys

from infra.account import explain_errors, find_account
from infra.confirmation import confirm
from infra.stack_protection import lift_protection
from infra.stage_step import run_step
from infra.stages import Stage


def list_doomed(stage: Stage) -> list[str]:
    """List the stacks that `make destroy` deletes."""
    return [stage.stack_name, *([] if stage.keep_data else [stage.data_stack_name])]


def prepare(stage: Stage, *, yes: bool) -> None:
    """Ask, and lift the protection of what is to be deleted.

    Args:
        stage: The stage.
        yes: Whether to go on without asking.

    Raises:
        AccountError: AWS cannot be asked.
        NotConfirmedError: Nobody said yes.
    """
    sys.stderr.write(f"{stage.destroy_keeps}\n")
    account = find_account()
    where = f"AWS account {account.number}, {account.region}"
    confirm(f"Delete {' and '.join(list_doomed(stage))} of {where}?", yes=yes)
    with explain_errors():
        lift_protection(account.client("cloudformation"), stage.stack_name)


def _run(stage: Stage, yes: bool) -> None:
    prepare(stage, yes=yes)
    print(*list_doomed(stage))  # noqa: T201 - the command's output


if __name__ == "__main__":
    run_step(_run)
