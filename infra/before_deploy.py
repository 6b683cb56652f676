"""``python -m infra.before_deploy STAGE``: asks the account whether a stage can be deployed."""

import sys

from infra.account import Account, AccountError, explain_errors, find_account
from infra.stack_protection import lift_protection_if_failed
from infra.stages import Stage, StageError, check_region, read_stage


def prepare(stage: Stage, account: Account) -> None:
    """Prepare the account for a deployment.

    Raises:
        AccountError: AWS cannot be asked.
    """
    with explain_errors():
        cloudformation = account.client("cloudformation")
        for name in (stage.data_stack_name, stage.stack_name):
            if lift_protection_if_failed(cloudformation, name):
                sys.stderr.write(f"{name} never came up: it is made anew.\n")


def main() -> None:
    """Prepare the deployment, or exit with one sentence that says why not."""
    try:
        stage = read_stage(sys.argv[1])
        account = find_account()
        sys.stderr.write(f"AWS account {account.number}, {account.region}\n")
        check_region(stage, account.region)
        prepare(stage, account)
    except (AccountError, StageError) as error:
        sys.exit(str(error))


if __name__ == "__main__":
    main()
