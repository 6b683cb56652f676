"""Subjects, whom texts are of: stored as keyed hashes, so that a person's results can be found.

A hash without a key would do no more than spell the subject otherwise: who knows the customers'
numbers could hash them all (https://www.enisa.europa.eu/publications/pseudonymisation-techniques-and-best-practices).
"""

import hmac
import re
from typing import Protocol

from windvane.result_log.errors import SubjectKeyError

MAX_SUBJECT_CHARS = 256
SUBJECT_RULE = f"1 to {MAX_SUBJECT_CHARS} characters, none of them a control character or U+FFFD"
"""U+FFFD stands where a query string was not UTF-8: a deletion would find nobody's results, and
say that all is erased."""
SUBJECT_PATTERN = r"^[^\u0000-\u001f\u007f-\u009f\ufffd]+$"
"""As JSON Schema writes it, where no string has a lone surrogate."""

_SUBJECT = re.compile(rf"[^\x00-\x1f\x7f-\x9f\ud800-\udfff\ufffd]{{1,{MAX_SUBJECT_CHARS}}}")


class SubjectKeys(Protocol):
    """A result log, as far as it keeps a key."""

    def read_subject_key(self) -> bytes | None:
        """Return the log's own key for subjects; None if it keeps none."""
        ...


class SubjectHasher:
    """Hashes subjects with the key of the settings, or else with the log's own."""

    def __init__(self, log: SubjectKeys, key: str) -> None:
        """Take the keys.

        Args:
            log: May keep a key.
            key: That of the settings; empty for none.
        """
        self._log = log
        self._key = key

    def hash(self, subject: str) -> str:
        """Return the HMAC-SHA256 of a subject's UTF-8, in hexadecimal.

        Raises:
            ResultLogUnavailableError: The log did not answer.
            SubjectKeyError: There is no key.
        """
        return hmac.digest(self._find_key(), subject.encode(), "sha256").hex()

    def check_key(self) -> None:
        """Check that there is a key.

        Raises:
            ResultLogUnavailableError: The log did not answer.
            SubjectKeyError: There is none.
        """
        self._find_key()

    def _find_key(self) -> bytes:
        key = self._key.encode() or self._log.read_subject_key()
        if not key:
            raise SubjectKeyError
        return key


def is_subject(value: str) -> bool:
    """Return whether a value meets `SUBJECT_RULE`."""
    return _SUBJECT.fullmatch(value) is not None
