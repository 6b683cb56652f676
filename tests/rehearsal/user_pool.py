"""A Cognito user pool with one user, as a company brings it."""

import secrets
from dataclasses import dataclass
from typing import Any

from tests.rehearsal.cloud_emulator import ACCOUNT, REGION, EmulatedCloud

USER = "rehearsal"


@dataclass(frozen=True, kw_only=True)
class UserPool:
    """A pool, and a token of its user.

    Attributes:
        arn: Names the pool in a stage's file.
        token: Proves the user.
    """

    arn: str
    token: str


def create_user_pool(cloud: EmulatedCloud) -> UserPool:
    """Create a pool with a user who has signed in."""
    cognito = cloud.client("cognito-idp")
    pool = cognito.create_user_pool(PoolName=USER)["UserPool"]["Id"]
    password = f"Aa1-{secrets.token_urlsafe(16)}"
    names = {"UserPoolId": pool, "Username": USER}
    cognito.admin_create_user(**names, MessageAction="SUPPRESS")
    cognito.admin_set_user_password(**names, Password=password, Permanent=True)
    signed_in = _sign_in(cognito, pool, password)
    return UserPool(
        arn=f"arn:aws:cognito-idp:{REGION}:{ACCOUNT}:userpool/{pool}", token=signed_in["IdToken"]
    )


def _sign_in(cognito: Any, pool: str, password: str) -> Any:
    flow = "ADMIN_USER_PASSWORD_AUTH"
    client = cognito.create_user_pool_client(
        UserPoolId=pool, ClientName=USER, ExplicitAuthFlows=[f"ALLOW_{flow}"]
    )
    response = cognito.admin_initiate_auth(
        UserPoolId=pool,
        ClientId=client["UserPoolClient"]["ClientId"],
        AuthFlow=flow,
        AuthParameters={"USERNAME": USER, "PASSWORD": password},
    )
    return response["AuthenticationResult"]
