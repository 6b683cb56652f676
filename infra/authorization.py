"""Who may call, beside whoever has a key: signed requests, or users of a Cognito pool."""

from aws_cdk import aws_apigateway, aws_cognito
from constructs import Construct


def build_authorization(scope: Construct, authorizer: str | None) -> dict[str, object]:
    """Return the options of a method that needs more than a key.

    Args:
        scope: The API's construct.
        authorizer: ``iam``, the ARN of a Cognito user pool, or None for the key alone.
    """
    if authorizer is None:
        return {}
    if authorizer == "iam":
        return {"authorization_type": aws_apigateway.AuthorizationType.IAM}
    pool = aws_cognito.UserPool.from_user_pool_arn(scope, "Users", authorizer)
    return {
        "authorization_type": aws_apigateway.AuthorizationType.COGNITO,
        "authorizer": aws_apigateway.CognitoUserPoolsAuthorizer(
            scope, "Authorizer", cognito_user_pools=[pool]
        ),
    }
