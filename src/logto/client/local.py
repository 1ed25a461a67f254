"""The half of a client that needs no network: what the session already holds."""

from __future__ import annotations

import copy
import logging
import secrets
import time
from collections.abc import Callable
from typing import Self

from ..errors import ConfigurationError, LogtoException
from ..flows.context import Context
from ..flows.provider_state import ProviderState
from ..models.claims import IdTokenClaims
from ..models.config import LogtoConfig
from ..sessions.recent import Recent
from ..sessions.session import Session
from ..sessions.storage import Storage, storage_of_last_resort
from ..sessions.storage_session import StorageSession
from ..transports.base import Meanwhile, ToTheEnd
from ..transports.turns import Turns
from .claims_memory import ClaimsMemory

logger = logging.getLogger("logto")


class LocalClient:
    """What both clients have in common.

    Args:
        config: Who we are, and whom we talk to.
        storage: The current browser's session.
        clock: Seconds since the epoch.
    """

    _context: Context

    def __init__(self, config: LogtoConfig, storage: Storage | None, clock: Callable[[], float] = time.time) -> None:
        if not isinstance(config, LogtoConfig):  # pyright: ignore[reportUnnecessaryIsInstance] - who has no checker
            raise ConfigurationError(
                f"The first argument is a LogtoConfig, not {type(config).__name__}.",
                hint="Write LogtoClient(LogtoConfig(endpoint=…, appId=…, appSecret=…)).",
            )
        _check_storage(storage)
        self._context = Context(
            config=config,
            session=StorageSession(storage if storage is not None else storage_of_last_resort()),
            provider=ProviderState(),
            turns=Turns(),
            recent=Recent(),
            now=clock,
            random=secrets.token_bytes,
            claims_of=ClaimsMemory().read,
            background=Meanwhile,
            to_the_end=ToTheEnd,
        )

    @property
    def config(self) -> LogtoConfig:
        """The configuration."""
        return self._context.config

    def with_storage(self, storage: Storage) -> Self:
        """The same client for another session: metadata, keys and connections are shared, and nothing of a user.

        Args:
            storage: The other session.
        """
        _check_storage(storage)
        return self.with_session(StorageSession(storage))

    def with_session(self, session: Session) -> Self:
        """The same client for the session of another request: metadata, keys and connections are shared.

        Args:
            session: What `LogtoSessions.open` returned.
        """
        other = copy.copy(self)
        other._context = self._context.with_session(session)  # noqa: SLF001 - a copy of ourselves
        return other

    def joined_to(self, other: LocalClient) -> Self:
        """The same client with all that another one knows and is about to do: metadata, keys, refreshes under way.

        Args:
            other: A client with the same configuration, perhaps of the other colour.
        """
        joined = copy.copy(self)
        joined._context = other._context  # noqa: SLF001 - one of us
        return joined

    def is_authenticated(self) -> bool:
        """Whether somebody is signed in in this session. Asks nobody; on any doubt the answer is False."""
        try:
            return self._context.claims() is not None
        except LogtoException as error:
            logger.warning("a session that cannot be read counts as signed out: %s", error.code)
            return False

    isAuthenticated = is_authenticated

    def get_id_token_claims(self) -> IdTokenClaims:
        """What the ID token says of the user; `await` works as well, and changes nothing.

        Raises:
            NotAuthenticatedError: Nobody is signed in.
            StorageError: What the storage holds is no ID token.
        """
        return self._context.require_claims()

    getIdTokenClaims = get_id_token_claims

    def get_id_token(self) -> str | None:
        """The ID token itself, or None."""
        return self._context.session.id_token()

    getIdToken = get_id_token

    def get_refresh_token(self) -> str | None:
        """The refresh token, or None."""
        identity = self._context.session.identity()
        return None if identity is None else identity.refresh_token

    getRefreshToken = get_refresh_token

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self.config!r})"


def _check_storage(storage: Storage | None) -> None:
    if isinstance(storage, type):
        raise ConfigurationError(
            f"`storage` is the class {storage.__name__}, not an object.", hint=f"Write storage={storage.__name__}()."
        )
    missing = [name for name in ("get", "set", "delete") if not callable(getattr(storage, name, None))]
    if storage is not None and missing:
        raise ConfigurationError(
            f"`storage` has no method {missing[0]}().", hint="Derive it from logto.Storage, as the guide shows."
        )
