"""Headers that let pages of allowed origins read a response (CORS)."""

from collections.abc import Mapping, Sequence

from windvane.facts import CORS_EXPOSED_HEADERS


def list_cross_origin_headers(
    headers: Mapping[str, str] | None, origins: Sequence[str]
) -> dict[str, str]:
    """List the headers to add to a response.

    Args:
        headers: The request's, by name in any case.
        origins: Origins whose pages may use the API.
    """
    if not origins:
        return {}
    sent = {name.lower(): value for name, value in (headers or {}).items()}
    origin = sent.get("origin")
    if origin is None or origin not in origins:
        return {"Vary": "Origin"}
    exposed = ", ".join(CORS_EXPOSED_HEADERS)
    return {
        "Access-Control-Allow-Origin": origin,
        "Access-Control-Expose-Headers": exposed,
        "Vary": "Origin",
    }
