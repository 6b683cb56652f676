"""The only logger: one JSON object a line, with counts, lengths and versions, never a text."""

from aws_lambda_powertools import Logger

logger = Logger(service="windvane")
