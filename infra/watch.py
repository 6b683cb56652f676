"""How an alarm is built: each says what it means, what to do first, and where the runbook goes on.

All are quiet without datapoints, unless they ask for them, and tell the topic when they go off and
when they are over.
"""

from dataclasses import dataclass

from aws_cdk import aws_cloudwatch
from aws_cdk.aws_cloudwatch import ComparisonOperator, TreatMissingData
from constructs import Construct

RUNBOOK_ALARMS = "alarm-"
"""Headings of the runbook's sections on alarms begin like that, as anchors."""


@dataclass(frozen=True, kw_only=True)
class Watch:
    """An alarm on one metric.

    Attributes:
        metric: What it watches; its period is the length of an evaluation period.
        means: A sentence that says what is wrong.
        first: A sentence that says what to do first.
        section: The rest of the anchor of the runbook's section, after ``alarm-``.
        threshold: Value from which (or above or below which) a period counts as bad.
        operator: Compares the metric with the threshold.
        bad_periods: Bad periods in a row of ``periods`` that set the alarm off.
        periods: Periods that are looked at.
        is_silence_bad: Whether a period without datapoints is a bad one.
    """

    metric: aws_cloudwatch.Metric | aws_cloudwatch.MathExpression
    means: str
    first: str
    section: str
    threshold: float = 1
    operator: ComparisonOperator = ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD
    bad_periods: int = 1
    periods: int = 1
    is_silence_bad: bool = False

    def build(self, scope: Construct, construct_id: str, runbook: str) -> aws_cloudwatch.Alarm:
        """Build the alarm.

        Args:
            scope: Owner of the alarm.
            construct_id: Name within it.
            runbook: Address of the runbook.
        """
        missing = TreatMissingData.BREACHING if self.is_silence_bad else None
        section = f"{runbook}#{RUNBOOK_ALARMS}{self.section}"
        return self.metric.create_alarm(
            scope,
            construct_id,
            alarm_description=f"{self.means} {self.first} See {section}",
            threshold=self.threshold,
            comparison_operator=self.operator,
            evaluation_periods=self.periods,
            datapoints_to_alarm=self.bad_periods,
            treat_missing_data=missing or TreatMissingData.NOT_BREACHING,
        )
