"""Opens the model while the function imports its modules."""

from collections.abc import Mapping

from windvane.model_opening import ModelOpening
from windvane.settings import load_settings

FETCH_SECONDS = 8.0
"""A start may take 10 s in all:
https://docs.aws.amazon.com/lambda/latest/dg/lambda-runtime-environment.html"""


class StartUp(ModelOpening):
    """Opens the model that the settings name.

    Attributes:
        settings: From the environment.
    """

    def __init__(self, environ: Mapping[str, str]) -> None:
        """Read the settings and start to open the bundle.

        Raises:
            SettingsError: A variable's value is not allowed.
        """
        self.settings = load_settings(environ)
        super().__init__(
            self.settings.bundle_uri, threads=self.settings.threads, fetch_seconds=FETCH_SECONDS
        )
