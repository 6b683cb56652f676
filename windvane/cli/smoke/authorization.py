"""What a stage with an authorizer asks for beside the key: a user's token, or a signature."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Literal, Protocol
from urllib.parse import urlsplit

from windvane.aws.credentials import Credentials
from windvane.aws.sigv4 import AwsRequest, encode_path, sign

Proof = Literal["key", "authorization"]

BOTH_PROOFS: frozenset[Proof] = frozenset({"key", "authorization"})
"""What a request proves its caller with, as far as it is known."""

SIGNED_SERVICE = "execute-api"


class Authorization(Protocol):
    """Authorizes requests."""

    def build_headers(self, method: str, url: str, body: bytes) -> dict[str, str]:
        """Build the headers that authorize a request.

        Args:
            method: HTTP method.
            url: Where it is sent, without a query string.
            body: Empty for none.
        """


@dataclass(frozen=True)
class UserToken:
    """A token of a user in a Cognito user pool, which every request carries."""

    token: str = field(repr=False)

    def build_headers(self, method: str, url: str, body: bytes) -> dict[str, str]:
        """Build the header with the token."""
        return {"authorization": self.token}


@dataclass(frozen=True, kw_only=True)
class RequestSignature:
    """An IAM identity that signs each request.

    Attributes:
        region: Region of the API.
        get_credentials: Returns credentials that have not expired.
    """

    region: str
    get_credentials: Callable[[], Credentials] = field(repr=False)

    def build_headers(self, method: str, url: str, body: bytes) -> dict[str, str]:
        """Build the headers of the signature, the signed ``host`` among them."""
        place = urlsplit(url)
        # Every service but S3 wants the path that is sent encoded once more.
        path = encode_path(place.path or "/")
        request = AwsRequest(method, path, {"host": place.netloc}, body)
        return sign(request, self.get_credentials(), region=self.region, service=SIGNED_SERVICE)
