"""Idempotency records, in a table beside the results."""

import time

from windvane.result_log.idempotency_records import (
    LEASE_SECONDS,
    STORED_SECONDS,
    ClaimedKey,
    KeyClaim,
)
from windvane.result_log.sqlite.sqlite_database import SqliteDatabase
from windvane.result_log.time_limits import READ_SECONDS

# A claim expires with its lease, a stored response after STORED_SECONDS; then the key is free.
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
RENEW = (
    "UPDATE kept_answers SET expires_at = ? WHERE key_hash = ? AND claimant = ? AND answer IS NULL"
)
STORE = "UPDATE kept_answers SET answer = ?, expires_at = ? WHERE key_hash = ? AND claimant = ?"
RELEASE = "DELETE FROM kept_answers WHERE key_hash = ? AND claimant = ?"


class SqliteIdempotencyRecords:
    """Stores the first response to each key."""

    def __init__(self, database: SqliteDatabase) -> None:
        self._database = database

    def claim(self, claim: KeyClaim) -> ClaimedKey | None:
        """Claim a key."""
        now = time.time()
        fields = (claim.key_hash, claim.request_hash, claim.claimant, now + LEASE_SECONDS, now)
        with self._database.write(READ_SECONDS) as connection:
            if connection.execute(CLAIM, fields).rowcount:
                return None
            return ClaimedKey(*connection.execute(FIND, (claim.key_hash,)).fetchone())

    def renew(self, claim: KeyClaim) -> bool:
        """Renew a claim."""
        fields = (time.time() + LEASE_SECONDS, claim.key_hash, claim.claimant)
        with self._database.write(READ_SECONDS) as connection:
            return connection.execute(RENEW, fields).rowcount == 1

    def store(self, claim: KeyClaim, response: bytes) -> bool:
        """Store the response to a claimed key."""
        fields = (response, time.time() + STORED_SECONDS, claim.key_hash, claim.claimant)
        with self._database.write() as connection:
            return connection.execute(STORE, fields).rowcount == 1

    def release(self, claim: KeyClaim) -> None:
        """Release a claimed key."""
        with self._database.write() as connection:
            connection.execute(RELEASE, (claim.key_hash, claim.claimant))
