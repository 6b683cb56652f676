"""API keys of the local server, and the limits of its clients."""

from collections.abc import Mapping
from typing import TypedDict

from windvane.settings_values import SettingsError, is_api_key, is_client_key, read_list


class Keys(TypedDict):
    """The fields of `Settings` with keys."""

    api_keys: tuple[str, ...]
    client_keys: tuple[tuple[str, str], ...]
    own_results_only: tuple[str, ...]


def read_keys(environ: Mapping[str, str]) -> Keys:
    """Read the keys, and the clients' limits.

    Raises:
        SettingsError: A value is not allowed, a key is somebody else's too, or a limit is that of a
            client without a key.
    """
    keys = read_list(environ, "WINDVANE_API_KEYS", is_api_key, "keys of 20 to 128 characters")
    rule = "NAME=KEY, a client's name and its key of 20 to 128 characters"
    pairs = read_list(environ, "WINDVANE_CLIENT_KEYS", is_client_key, rule)
    names = [pair.partition("=")[0] for pair in pairs]
    clients_keys = [pair.partition("=")[2] for pair in pairs]
    if len({*keys, *clients_keys}) < len({*keys}) + len(clients_keys):
        raise SettingsError(
            "WINDVANE_CLIENT_KEYS has a key twice, or one that is in WINDVANE_API_KEYS too."
        )
    rule = "names of clients that have a key in WINDVANE_CLIENT_KEYS"
    limited = read_list(environ, "WINDVANE_OWN_RESULTS_ONLY", names.__contains__, rule)
    return {
        "api_keys": keys,
        "client_keys": tuple(zip(names, clients_keys, strict=True)),
        "own_results_only": limited,
    }
