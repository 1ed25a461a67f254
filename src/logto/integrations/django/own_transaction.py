"""What is committed when it is made, whatever becomes of the transaction that the application is in.

With `ATOMIC_REQUESTS`, or within `atomic()`, an exception takes back everything that was written on the connection. For a
session that is fatal: the refresh token was spent at the provider, its successor is gone, and a sign-out is undone.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.db import connections

from ...errors import ConfigurationError


@contextmanager
def own_transaction(alias: str) -> Iterator[None]:
    """Within it, the alias is a connection that is in no transaction.

    That is the application's own connection where it is in none; else a second one to the same database, which is closed
    at the end. A test case of Django's is not left: it takes everything back in the end, and must see everything before.

    Args:
        alias: The database's.

    Raises:
        ConfigurationError: The database is SQLite, where a second connection would wait for the first, which waits here.
    """
    outer = connections[alias]
    if _commits_at_once(outer) or _is_in_test_case(outer):
        yield
        return
    if outer.vendor == "sqlite":
        raise ConfigurationError(
            f"A session would be changed within a transaction of the application on {alias!r}, and lost if that fails.",
            hint="SQLite has no room for a second transaction beside it. Give sessions a database file of their own "
            "(`DjangoStore(using=…)`, with ATOMIC_REQUESTS False), take the view out with `non_atomic_requests`, or set "
            "`may_be_rolled_back_by_the_application=True`, for development.",
            code="configuration.transaction",
        )
    # What a new thread would be given. The ORM looks an alias up in this table, which is the thread's alone.
    inner = connections.create_connection(alias)
    connections[alias] = inner
    try:
        inner.set_autocommit(True)
        yield
    finally:
        connections[alias] = outer
        inner.close()


def _commits_at_once(connection: Any) -> bool:
    return not connection.in_atomic_block and bool(connection.get_autocommit())


def _is_in_test_case(connection: Any) -> bool:
    # The mark by which Django's own `durable=True` knows; without it, a test would use a second connection.
    return any(getattr(block, "_from_testcase", False) for block in connection.atomic_blocks)
