"""Windvane with boto3 clients, built when the process starts."""

import boto3

_s3 = boto3.client("s3")
_dynamodb = boto3.client("dynamodb")

from functions.classify_api.handler import handler  # noqa: E402

__all__ = ["handler"]
