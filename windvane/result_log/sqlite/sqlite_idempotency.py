"""First answers, in a table beside the results."""

import time

from windvane.result_log.idempotency_records import (
    KEPT_SECONDS,
    LEASE_SECONDS,
    ClaimedKey,
    KeyClaim,
)
from windvane.result_log.sqlite.sqlite_database import SqliteDatabase
from windvane.result_log.time_limits import READ_SECONDS

# A claim expires with its lease, an answer with its day: either way the key is free again.
CLAIM = """
INSERT INTO kept_answers (key_hash, request_hash, claimant, expires_at) VALUES (?, ?, ?, ?)
ON CONFLICT (key_hash) DO UPDATE SET
    request_hash = excluded.request_hash,
    claimant = excluded.claimant,
    answer = NULL,
    expires_at = excluded.expires_at
WHERE expires_at <= ?
"""
FIND = "SELECT request_hash, answer FROM kept_answers WHERE key_hash = ?"
KEEP = "UPDATE kept_answers SET answer = ?, expires_at = ? WHERE key_hash = ? AND claimant = ?"
RELEASE = "DELETE FROM kept_answers WHERE key_hash = ? AND claimant = ?"


class SqliteKeptAnswers:
    """Keeps the first answer to each key."""

    def __init__(self, database: SqliteDatabase) -> None:
        """Keep the database, which holds the table."""
        self._database = database

    def claim(self, claim: KeyClaim) -> ClaimedKey | None:
        """Claim a key."""
        now = time.time()
        fields = (claim.key_hash, claim.request_hash, claim.claimant, now + LEASE_SECONDS, now)
        with self._database.write(READ_SECONDS) as connection:
            if connection.execute(CLAIM, fields).rowcount:
                return None
            return ClaimedKey(*connection.execute(FIND, (claim.key_hash,)).fetchone())

    def keep(self, claim: KeyClaim, answer: bytes) -> None:
        """Keep the answer to a claimed key."""
        fields = (answer, time.time() + KEPT_SECONDS, claim.key_hash, claim.claimant)
        with self._database.write() as connection:
            connection.execute(KEEP, fields)

    def release(self, claim: KeyClaim) -> None:
        """Give a claimed key back."""
        with self._database.write() as connection:
            connection.execute(RELEASE, (claim.key_hash, claim.claimant))
