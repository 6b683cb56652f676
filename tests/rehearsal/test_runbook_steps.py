"""Which of the runbook's commands the rehearsal runs."""

import re

from tests.rehearsal.runbook_steps import LEAST_COMMANDS, READING, list_reading_lines
from tests.runbook import BLOCKS

BLOCK = """\
NAME="windvane-$STAGE"
output() {
  aws cloudformation describe-stacks --stack-name "$NAME"
}
NEW_KEY=$(aws apigateway create-api-key --name "$NAME")
aws apigateway get-api-key --api-key "$NEW_KEY"
VALUE=$(cat "$NEW_KEY")
echo "$VALUE"
.venv/bin/python - <<'REPLAY'
import boto3
REPLAY
make deploy STAGE=$STAGE
aws logs tail "$NAME" --follow
.venv/bin/windvane smoke --stage $STAGE --every 5
aws dynamodb list-tables
"""


def test_lines_that_change_something_or_need_one_that_does_are_left_out() -> None:
    first, second, third = list_reading_lines([BLOCK])

    assert first.startswith("NAME=")
    assert second.startswith("output() {\n")
    assert second.endswith("\n}")
    assert third == "aws dynamodb list-tables"


def test_runbook_has_enough_commands_that_change_nothing() -> None:
    lines = list(list_reading_lines(BLOCKS))

    assert sum(bool(READING.search(line)) for line in lines) >= LEAST_COMMANDS
    changing = r"\b(create|update|delete|put|stop|detach|receive)-|rollback --|make "
    assert [line for line in lines if re.search(changing, line)] == []
