"""Who may call, beside whoever has a key: signed requests, or users of a Cognito pool."""

from aws_cdk import aws_apigateway, aws_cognito
from constructs import Construct

from windvane.facts import AUTHORIZER_OUTPUT, IAM_AUTHORIZER

_TOKEN_HEADERS = ("authorization",)
_SIGNED_HEADERS = (
    *_TOKEN_HEADERS,
    "x-amz-content-sha256",
    "x-amz-date",
    "x-amz-security-token",
)


def list_authorization_headers(authorizer: str | None) -> tuple[str, ...]:
    """List the headers with which a request is authorized beside its key, in small letters.

    Args:
        authorizer: As in `build_authorization`.
    """
    if authorizer is None:
        return ()
    return _SIGNED_HEADERS if authorizer == IAM_AUTHORIZER else _TOKEN_HEADERS


def list_authorizer_outputs(authorizer: str | None) -> dict[str, str]:
    """List the outputs that tell `windvane smoke` how to authorize its requests.

    Args:
        authorizer: As in `build_authorization`.
    """
    return {} if authorizer is None else {AUTHORIZER_OUTPUT: authorizer}


def build_authorization(scope: Construct, authorizer: str | None) -> dict[str, object]:
    """Return the options of a method that needs more than a key.

    Args:
        scope: The API's construct.
        authorizer: ``iam``, the ARN of a Cognito user pool, or None for the key alone.
    """
    if authorizer is None:
        return {}
    if authorizer == IAM_AUTHORIZER:
        return {"authorization_type": aws_apigateway.AuthorizationType.IAM}
    pool = aws_cognito.UserPool.from_user_pool_arn(scope, "Users", authorizer)
    return {
        "authorization_type": aws_apigateway.AuthorizationType.COGNITO,
        "authorizer": aws_apigateway.CognitoUserPoolsAuthorizer(
            scope, "Authorizer", cognito_user_pools=[pool]
        ),
    }
