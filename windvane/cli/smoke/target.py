"""The service that is tested."""

from dataclasses import dataclass, field

from windvane.cli.smoke.authorization import Authorization


@dataclass(frozen=True, kw_only=True)
class Target:
    """A service.

    Attributes:
        url: Its address; empty if it is not known yet.
        key: Its API key; None if none is known.
        must_record: Whether it has to record results.
        authorization: What it asks for beside the key; None if nothing is known.
        ca_file: Certificates to trust, in PEM; None trusts those of this machine.
    """

    url: str
    key: str | None = field(default=None, repr=False)
    must_record: bool = False
    authorization: Authorization | None = None
    ca_file: str | None = None
