"""``python -m infra.copy_results OLD NEW``: copies the results of one table into another."""

import sys

import boto3


def copy_results(old: str, new: str) -> int:
    """Copy every item that the new table lacks; return how many there were.

    Repeating it is harmless.

    Args:
        old: Name of the table to read.
        new: Name of the table to write.
    """
    dynamodb = boto3.client("dynamodb")
    copied = 0
    for page in dynamodb.get_paginator("scan").paginate(TableName=old, ConsistentRead=True):
        for item in page["Items"]:
            try:
                dynamodb.put_item(
                    TableName=new, Item=item, ConditionExpression="attribute_not_exists(pk)"
                )
                copied += 1
            except dynamodb.exceptions.ConditionalCheckFailedException:
                continue
    return copied


if __name__ == "__main__":
    sys.stderr.write(f"{copy_results(*sys.argv[1:3])} items copied.\n")
