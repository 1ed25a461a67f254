"""Everything that one local Logto consists of: its address, its data, its keys, its clock."""

import os
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from sqlalchemy import Connection, select

from . import application_settings, planting, sample_passwords, seed_checks, seed_file
from .clock import Clock
from .database import open_database
from .ids import token
from .keys import EC_ALGORITHM, KeyRing
from .mailbox import Mailbox
from .messenger import Messenger
from .passwords import SeededPasswords
from .schema import meta
from .seed import DEFAULT
from .store import applications, personal_access_tokens, resources, subject_tokens, users
from .throttle import Throttle
from .webhooks import Webhooks


class World:
    """What the handlers work on; one per server."""

    def __init__(self, database: str | None = None, seed: Any = None, clock: Clock | None = None) -> None:
        """Open the database and plant the seed if it is empty.

        Args:
            database: a path or URL; None for memory.
            seed: a seed file's path, or its content; None for the sample data.
            clock: a clock to share with a test.
        Raises: DatabaseError, SeedError.
        """
        if isinstance(seed, (str, os.PathLike)):
            checked = seed_file.read(os.fspath(seed))
        else:
            checked = seed_file.check(DEFAULT if seed is None else seed)
        self.clock = clock or Clock()
        self.throttle = Throttle(self.clock)
        self.passwords = SeededPasswords()
        self.endpoint = ""
        self.allowed_hosts: frozenset[str] = frozenset()
        self.any_address = False
        self.messenger = Messenger(beyond_loopback=False)
        self.webhooks = Webhooks(beyond_loopback=False)
        self.mailbox = Mailbox()
        self._engine = open_database(database)
        self._lock = threading.RLock()
        with self.transaction() as db:
            self.planted = planting.is_empty(db)
            if self.planted:
                outlives_us = database is not None
                planting.plant(db, checked, self.clock.now(), self.passwords, hash_now=outlives_us)
                if outlives_us:
                    sample_passwords.mark(db, checked)
                self.sample_passwords = sample_passwords.of(checked)
            else:
                self.sample_passwords = sample_passwords.of_planted(db, checked)
            self.keys = KeyRing.load(db)
            self.cookie_key = _cookie_key(db)

    @property
    def issuer(self) -> str:
        """Return the issuer, which is fixed however the server is addressed."""
        return f"{self.endpoint}/oidc"

    @contextmanager
    def transaction(self) -> Iterator[Connection]:
        """Give the database to one request (or test) at a time: all of its changes are kept, or none."""
        with self._lock, self._engine.begin() as db:
            yield db

    def configure(self, application_id: str, settings: Mapping[str, Any]) -> None:
        """Change settings of an application, named as in a seed file; None takes one back to its default.

        Raises: LookupError for an unknown application, SeedError for a setting that cannot be.
        """
        with self.transaction() as db:
            application = applications.find(db, application_id)
            if application is None:
                raise LookupError(f"there is no application {application_id!r} here")
            oidc, custom = application_settings.changed(application.oidc, application.custom, settings)
            applications.configure(db, application, oidc, custom)

    def configure_resource(self, indicator: str, access_token_ttl: int) -> None:
        """Change how many seconds the tokens for an API resource live, from now on.

        Raises: LookupError for an unknown resource, SeedError for a lifetime that cannot be.
        """
        given = {"accessTokenTtl": access_token_ttl}
        seconds = seed_checks.member("resource", given, "accessTokenTtl", seed_checks.is_seconds, None)
        with self.transaction() as db:
            resource = resources.find(db, indicator)
            if resource is None:
                raise LookupError(f"there is no API resource {indicator!r} here")
            resources.set_access_token_ttl(db, resource.id, int(seconds))

    def create_subject_token(self, user_id: str, context: Mapping[str, Any] | None = None) -> str:
        """Return a token with which an application may act for a user, once and within ten minutes.

        Raises: LookupError for an unknown user.
        """
        with self.transaction() as db:
            _demand_user(db, user_id)
            return subject_tokens.create(db, user_id, context, self.clock.now())

    def create_personal_access_token(self, user_id: str, name: str, expires_at: float | None = None) -> str:
        """Return a user's token for programs, which can be exchanged until `expires_at` (seconds since 1970).

        Raises: LookupError for an unknown user, ValueError for a name that another token of theirs has.
        """
        with self.transaction() as db:
            _demand_user(db, user_id)
            if personal_access_tokens.named(db, user_id, name) is not None:
                raise ValueError(f"the user has a personal access token named {name!r} already")
            return personal_access_tokens.create(db, user_id, name, expires_at, self.clock.now())

    def rotate_keys(self, algorithm: str = EC_ALGORITHM) -> None:
        """Sign with a new key ("ES384" or "RS256"); the previous one stays published."""
        with self.transaction() as db:
            self.keys.rotate(db, algorithm)

    def close(self) -> None:
        """Let go of the database."""
        self._engine.dispose()


def _demand_user(db: Connection, user_id: str) -> None:
    if users.find(db, user_id) is None:
        raise LookupError(f"there is no user {user_id!r} here")


def _cookie_key(db: Connection) -> bytes:
    found = db.scalar(select(meta.c.value).where(meta.c.name == "cookie_key"))
    if found is None:
        found = token()
        db.execute(meta.insert().values(name="cookie_key", value=found))
    return found.encode()
