"""The result log's table.

Its key is the index by time: the partition is a day and one of 16 shards, the sort key a
time-ordered id. Both follow from the id, so a lookup needs only the id, and a thousand writes a
second spread over 16 partitions. One index has the results of clients, another those of subjects,
and no others: a result without either is written once.
Idempotency records are in the same table, each in its own partition.
"""

from typing import cast

from aws_cdk import CfnResource, aws_dynamodb, aws_kms
from constructs import Construct

from infra.removal import removal_policy
from infra.stages import Stage
from windvane.facts import CLIENT_INDEX, SUBJECT_INDEX


class ResultTable(Construct):
    """Keeps results until they expire."""

    def __init__(
        self, scope: Construct, construct_id: str, *, stage: Stage, key: aws_kms.IKey | None
    ) -> None:
        """Build the table.

        Args:
            scope: The stack.
            construct_id: Name within it.
            stage: Whether the table outlives the stack, and cannot be deleted by mistake.
            key: Encrypts the results; None for DynamoDB's key in the account.
        """
        super().__init__(scope, construct_id)
        self.table = aws_dynamodb.TableV2(
            self,
            "Table",
            partition_key=_string("pk"),
            sort_key=_string("result_id"),
            global_secondary_indexes=[
                # CloudFormation adds one index to a table in an update, and no more.
                _build_index(CLIENT_INDEX, "client_pk", ["label", "expires_at"]),
                _build_index(SUBJECT_INDEX, "subject_pk", ["label", "expires_at", "client"]),
            ],
            time_to_live_attribute="expires_at",
            billing=aws_dynamodb.Billing.on_demand(),
            point_in_time_recovery_specification=aws_dynamodb.PointInTimeRecoverySpecification(
                point_in_time_recovery_enabled=True
            ),
            encryption=aws_dynamodb.TableEncryptionV2.aws_managed_key(),
            deletion_protection=stage.keep_data,
            removal_policy=removal_policy(keep=stage.keep_data),
        )
        if key:
            # The CDK's own encryption by key wants to know the stack's region.
            table = cast(CfnResource, self.table.node.default_child)
            table.add_property_override("Replicas.0.SSESpecification.KMSMasterKeyId", key.key_arn)
        self.result_log_uri = f"dynamodb://{self.table.table_name}"


def _build_index(
    name: str, partition_key: str, filtered: list[str]
) -> aws_dynamodb.GlobalSecondaryIndexPropsV2:
    """Build an index that finds results; texts and scores are read from the table."""
    return aws_dynamodb.GlobalSecondaryIndexPropsV2(
        index_name=name,
        partition_key=_string(partition_key),
        sort_key=_string("result_id"),
        projection_type=aws_dynamodb.ProjectionType.INCLUDE,
        non_key_attributes=filtered,
    )


def _string(name: str) -> aws_dynamodb.Attribute:
    return aws_dynamodb.Attribute(name=name, type=aws_dynamodb.AttributeType.STRING)
