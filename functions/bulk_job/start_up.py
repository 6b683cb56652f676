"""What the functions of bulk jobs have from the start, with the boto3 of Lambda's runtime."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

from windvane.bundle_store import open_bundle
from windvane.facts import LIVE_FUNCTION_VARIABLE
from windvane.jobs.s3_storage import S3Storage
from windvane.jobs.storage import Storage
from windvane.live_bundle import find_live_bundle
from windvane.settings import Settings, load_settings

if TYPE_CHECKING:
    from windvane.inference.classifier import Classifier


@dataclass(frozen=True, kw_only=True)
class StartUp:
    """Settings, storage, and where the model is from.

    Attributes:
        settings: From the environment.
        storage: S3.
        find_live_bundle: Returns the URI of the bundle that answers requests now.
        open_classifier: Returns the classifier of a bundle's URI, opened once for each process.
    """

    settings: Settings
    storage: Storage
    find_live_bundle: Callable[[], str]
    open_classifier: Callable[[str], "Classifier"]


def start(environ: Mapping[str, str]) -> StartUp:
    """Read the environment.

    Raises:
        SettingsError: A variable's value is not allowed.
    """
    settings = load_settings(environ)

    # One at a time: a process that worked for a job with another bundle forgets it.
    @lru_cache(maxsize=1)
    def open_classifier(bundle_uri: str) -> "Classifier":
        # Imported late: planning a job needs no model.
        from windvane.inference.classifier import Classifier

        return Classifier(open_bundle(bundle_uri), threads=settings.threads)

    return StartUp(
        settings=settings,
        storage=S3Storage(),
        find_live_bundle=lambda: find_live_bundle(environ[LIVE_FUNCTION_VARIABLE]),
        open_classifier=open_classifier,
    )
