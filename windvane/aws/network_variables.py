"""The variables that change how every AWS SDK connects: honoured, or refused by name.

A proxy and dual-stack endpoints are refused: to leave them out without a word would send requests
by another way than the one that was asked for.
"""

from collections.abc import Mapping

from windvane.aws.errors import AwsSetupError


def uses_fips(environ: Mapping[str, str]) -> bool:
    """Read ``AWS_USE_FIPS_ENDPOINT``.

    Raises:
        AwsSetupError: It is neither true nor false.
    """
    return _read_flag("AWS_USE_FIPS_ENDPOINT", environ)


def check_variables(
    environ: Mapping[str, str], tls_host: str | None, *, is_overridden: bool
) -> None:
    """Refuse what cannot be honoured.

    Args:
        environ: Environment variables.
        tls_host: Host that is connected to over TLS, if any.
        is_overridden: Whether the endpoint is the environment's own.

    Raises:
        AwsSetupError: Names the variable.
    """
    if _read_flag("AWS_USE_DUALSTACK_ENDPOINT", environ):
        raise AwsSetupError("AWS_USE_DUALSTACK_ENDPOINT is not supported; unset it.")
    if is_overridden and uses_fips(environ):
        raise AwsSetupError("AWS_USE_FIPS_ENDPOINT and AWS_ENDPOINT_URL exclude each other.")
    proxy = environ.get("https_proxy") or environ.get("HTTPS_PROXY")
    if proxy and tls_host and not _is_exempt(tls_host, environ):
        raise AwsSetupError(
            "HTTPS_PROXY is not supported for AWS; unset it, or name AWS's hosts in NO_PROXY."
        )


def _read_flag(name: str, environ: Mapping[str, str]) -> bool:
    value = environ.get(name, "").lower()
    if value not in {"", "true", "false"}:
        raise AwsSetupError(f"{name} is neither true nor false.")
    return value == "true"


def _is_exempt(host: str, environ: Mapping[str, str]) -> bool:
    listed = environ.get("no_proxy") or environ.get("NO_PROXY") or ""
    domains = [entry.strip().lstrip(".").lower() for entry in listed.split(",")]
    return any(domain in {"*", host} or host.endswith(f".{domain}") for domain in domains if domain)
