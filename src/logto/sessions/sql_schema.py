"""The tables of `SqlStore`, their version, and how an older version becomes this one."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias

from sqlalchemy import (
    BigInteger,
    Column,
    Connection,
    Double,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
    func,
    inspect,
    select,
    update,
)

from ..errors import ConfigurationError, StorageError

VERSION = 1
"""The layout that this version of the package reads and writes."""

PREFIX = "logto_"
"""What the names of the tables begin with."""

_NAME = re.compile(r"[a-z_][a-z0-9_]{0,39}", re.ASCII)

_ADVISORY_LOCK = 0x6C6F67746F  # "logto": the number under which PostgreSQL lets one process at a time change the schema


@dataclass(frozen=True, slots=True)
class Tables:
    """The tables of one store.

    Args:
        metadata: All of them, for Alembic.
        sessions: One row a session.
        indexes: By which sessions are found.
        locks: Who owns which key, until when.
        schema: One row: the layout's version.
    """

    metadata: MetaData
    sessions: Table
    indexes: Table
    locks: Table
    schema: Table


Step: TypeAlias = Callable[[Connection, Tables], None]
"""What turns one version of the layout into the next."""

STEPS: Mapping[int, Step] = {}
"""By the version that they start from. There is no version before 1 yet."""


def make_tables(*, prefix: str = PREFIX, schema: str | None = None) -> Tables:
    """The tables, described; nothing is created.

    Args:
        prefix: What their names begin with.
        schema: The schema of the database that they are in; its default one if None.

    Raises:
        ConfigurationError: A name is not made of lower-case letters, digits and underscores.
    """
    for name in (prefix, schema or PREFIX):
        if not _NAME.fullmatch(name):
            raise ConfigurationError(
                f"{name[:50]!r} is no name for tables.",
                hint="Use up to 40 lower-case letters, digits and underscores, beginning with a letter.",
                code="configuration.sql",
            )
    metadata = MetaData(schema=schema)
    return Tables(
        metadata,
        sessions=Table(
            f"{prefix}sessions",
            metadata,
            Column("key", String, primary_key=True),
            Column("value", LargeBinary, nullable=False),
            Column("version", BigInteger, nullable=False),
            Column("expires_at", Double, nullable=False, index=True),
            # The same as in the other table, so that one look brings a whole session, and most saves change one row.
            Column("indexes", Text, nullable=False),
        ),
        indexes=Table(
            f"{prefix}session_indexes",
            metadata,
            Column("name", String, primary_key=True),
            Column("key", String, primary_key=True, index=True),
        ),
        locks=Table(
            f"{prefix}session_locks",
            metadata,
            Column("key", String, primary_key=True),
            Column("owner", String, nullable=False),
            Column("until", Double, nullable=False, index=True),
        ),
        schema=Table(
            f"{prefix}session_schema", metadata, Column("version", Integer, primary_key=True, autoincrement=False)
        ),
    )


metadata = make_tables().metadata
"""The tables under their default names, for Alembic's `target_metadata`."""


def create(connection: Connection, tables: Tables, steps: Mapping[int, Step] = STEPS) -> None:
    """Creates the tables, or brings older ones to this version, all within the connection's transaction.

    Args:
        connection: In a transaction; with SQLite, in one that may write from its beginning.
        tables: What to create.
        steps: What leads from one version to the next.

    Raises:
        StorageError: The tables are of a newer version, or of one that no step leads away from.
    """
    _alone(connection)
    if not _exists(connection, tables):
        tables.metadata.create_all(connection)
        connection.execute(tables.schema.insert().values(version=VERSION))
        return
    found = _found(connection, tables)
    if found is None:
        return  # made from our metadata by somebody who keeps count otherwise, such as Alembic
    _refuse_newer(found)
    for version in range(found, VERSION):
        if version not in steps:
            raise _unknown(found)
        steps[version](connection, tables)
    if found < VERSION:
        connection.execute(update(tables.schema).values(version=VERSION))


def check(connection: Connection, tables: Tables) -> None:
    """Sees that the tables are there, and of this version, without changing anything.

    Raises:
        StorageError: They are not.
    """
    if not _exists(connection, tables):
        raise StorageError(
            f"The database has no table {tables.schema.fullname}.",
            hint="Call create_schema() once, leave `create=False` out, or add the tables to your migrations.",
            code="storage.schema",
        )
    found = _found(connection, tables)
    if found is None:
        return
    _refuse_newer(found)
    if found < VERSION:
        raise _unknown(found)


def _alone(connection: Connection) -> None:
    """Keeps other processes from doing the same meanwhile; an SQLite transaction that may write does so by itself."""
    if connection.dialect.name == "postgresql":
        connection.execute(select(func.pg_advisory_xact_lock(_ADVISORY_LOCK)))


def _exists(connection: Connection, tables: Tables) -> bool:
    return inspect(connection).has_table(tables.schema.name, schema=tables.schema.schema)


def _found(connection: Connection, tables: Tables) -> int | None:
    version: Any = connection.scalar(select(func.max(tables.schema.c.version)))
    return version if version is None else int(version)


def _refuse_newer(found: int) -> None:
    if found > VERSION:
        raise StorageError(
            f"The session tables have version {found}, and this version of the package knows {VERSION}.",
            hint="A newer version of the package has changed them: update this one.",
            code="storage.schema",
        )


def _unknown(found: int) -> StorageError:
    return StorageError(
        f"The session tables have version {found}, and this version of the package needs {VERSION}.",
        hint="Call create_schema() as a user who may change tables; sessions are kept where it knows how.",
        code="storage.schema",
    )
