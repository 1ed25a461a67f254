"""The tables of the app in one database, to be worked on outside the application's transaction."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass
from typing import Any, cast

from django.apps import apps
from django.core.exceptions import SynchronousOnlyOperation
from django.db import connections, router, transaction
from django.db.utils import ConnectionDoesNotExist, DatabaseError, InterfaceError, OperationalError

from ...errors import ConfigurationError, StorageError
from .own_transaction import own_transaction

_GAVE_WAY = ("40001", "40P01")  # serialization_failure, deadlock_detected


@dataclass(frozen=True, slots=True)
class Tables:
    """The models, and what they hold in one database.

    Args:
        alias: The database's.
    """

    alias: str
    session: Any
    session_index: Any
    lock: Any

    @property
    def sessions(self) -> Any:
        """All sessions."""
        return self.session.objects.using(self.alias)

    @property
    def indexes(self) -> Any:
        """All indexes."""
        return self.session_index.objects.using(self.alias)

    @property
    def locks(self) -> Any:
        """All locks."""
        return self.lock.objects.using(self.alias)

    def transaction(self) -> AbstractContextManager[None]:
        """All that is changed within, or nothing; a savepoint where the application's transaction is joined."""
        return cast("AbstractContextManager[None]", transaction.atomic(using=self.alias))


@contextmanager
def opened_tables(using: str | None, *, joins: bool) -> Iterator[Tables]:
    """The tables, with a connection that commits at once.

    Args:
        using: The database's alias; None for the one that the routers give.
        joins: Whether to take part in the application's transaction instead.

    Raises:
        ConfigurationError: The app is not installed, or the blocking colour is used in an event loop.
        StorageError: The tables were not made.
    """
    if not apps.is_installed("logto.integrations.django"):
        raise ConfigurationError(
            "The tables of DjangoStore belong to an app that is not installed.",
            hint='Add "logto.integrations.django" to INSTALLED_APPS, and run `manage.py migrate`.',
            code="configuration.django_app",
        )
    from .models import Lock, Session, SessionIndex  # Django reads models once its apps are set up

    alias = using or router.db_for_write(Session)
    try:
        with nullcontext() if joins else own_transaction(alias):
            yield Tables(alias, Session, SessionIndex, Lock)
    except ConnectionDoesNotExist:
        raise ConfigurationError(
            f"There is no database {alias!r} in DATABASES.",
            hint="`using` is an alias, as Django's own `using`.",
            code="configuration.django_database",
        ) from None
    except SynchronousOnlyOperation:
        raise ConfigurationError(
            "DjangoStore was asked to block within an event loop.",
            hint="In asynchronous code, use LogtoClient and LogtoSessions, or the store's awaiting methods.",
            code="configuration.store_colour",
        ) from None
    except (DatabaseError, InterfaceError) as error:
        _tidy(alias)
        if _says_no_table(error):
            raise StorageError(
                f"The tables of DjangoStore are not in the database {alias!r}.",
                hint="Run `manage.py migrate logto`, with `--database` if it is not the default one.",
                code="storage.no_tables",
            ) from error
        raise


def gave_way(error: OperationalError) -> bool:
    """Whether PostgreSQL ended a transaction in favour of another, and would take it now.

    That happens where the application has chosen REPEATABLE READ or SERIALIZABLE for its connections.
    """
    cause = error.__cause__
    return getattr(cause, "sqlstate", getattr(cause, "pgcode", None)) in _GAVE_WAY


def _tidy(alias: str) -> None:
    """Lets go of a connection that broke: outside a request, as in a worker's loop, nobody else would."""
    connection = connections[alias]
    if not connection.in_atomic_block and not connection.is_usable():
        connection.close()


def _says_no_table(error: Exception) -> bool:
    text = str(error)
    return "logto_" in text and ("no such table" in text or "exist" in text)
