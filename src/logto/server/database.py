"""Opening the database: SQLite in memory or in a file, or PostgreSQL by URL."""

import os
from pathlib import Path
from sqlite3 import Connection as SqliteConnection
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event, inspect, select, text, update
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.pool import StaticPool
from sqlalchemy.schema import CreateColumn

from . import schema


class DatabaseError(Exception):
    """The database cannot be used; the text is one line for a person."""


_compiled: dict[Any, Any] = {}  # statements compiled once for every server of this process


def open_database(target: str | None) -> Engine:
    """Open `target` (None for memory, a path, or a URL) and see that the schema is ours.

    Raises: DatabaseError for an unreadable, foreign or newer database.
    """
    shown = _shown(target)
    try:
        engine = _engine(target)
        try:
            with engine.begin() as connection:
                _prepare(connection, shown)
        except BaseException:
            engine.dispose()
            raise
    except ImportError as error:
        needed = f"it needs {error.name}, which is not installed (logto[sql] brings psycopg, for PostgreSQL)"
        raise DatabaseError(f"cannot open the database {shown}: {needed}") from error
    except ValueError:
        # Of the URL, which may hold a password, nothing is quoted.
        raise DatabaseError("cannot open the database: its URL has something else than a number for a port") from None
    except (SQLAlchemyError, OSError) as error:
        raise DatabaseError(f"cannot open the database {shown}: {_reason(error)}") from error
    return engine


def _engine(target: str | None) -> Engine:
    if target is not None and "://" in target and not target.startswith("sqlite"):
        return create_engine(_with_driver(target), pool_pre_ping=True)
    path = (target or "").removeprefix("sqlite:///") or ":memory:"
    if path != ":memory:":
        _create_private(Path(path))
    # One connection for the one process: SQLite's own locking never gets in the way of a request.
    engine = create_engine(
        f"sqlite:///{path}", poolclass=StaticPool, connect_args={"check_same_thread": False, "timeout": 2}
    )
    event.listen(engine, "connect", _configure_sqlite)
    return engine.execution_options(compiled_cache=_compiled)


def _with_driver(url: str) -> str:
    scheme, _, rest = url.partition("://")
    return f"postgresql+psycopg://{rest}" if scheme in ("postgres", "postgresql") else url


def _create_private(path: Path) -> None:
    """Create the file readable by its owner only: it holds signing keys and secrets."""
    if not path.exists():
        os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o600))


def _configure_sqlite(connection: SqliteConnection, _record: object) -> None:
    connection.execute("PRAGMA foreign_keys = ON")
    connection.execute("PRAGMA synchronous = NORMAL")
    connection.execute("PRAGMA case_sensitive_like = ON")  # as in PostgreSQL


def _prepare(connection: Connection, shown: str) -> None:
    tables = inspect(connection).get_table_names()
    if not tables:
        schema.metadata.create_all(connection, checkfirst=False)
        connection.execute(schema.meta.insert().values(name="schema", value=str(schema.VERSION)))
        return
    if schema.meta.name not in tables:
        raise DatabaseError(f"the database {shown} belongs to another program: it has tables, but not local Logto's")
    found = connection.scalar(select(schema.meta.c.value).where(schema.meta.c.name == "schema"))
    if found is not None and found.isdecimal() and int(found) < schema.VERSION:
        _widen(connection)
    elif found != str(schema.VERSION):
        raise DatabaseError(
            f"the database {shown} has schema version {found}, and this version of local Logto reads {schema.VERSION}"
        )


def _widen(connection: Connection) -> None:
    """Add the tables and the nullable columns that an older version did not have."""
    schema.metadata.create_all(connection)
    present = inspect(connection)
    for table in schema.metadata.sorted_tables:
        known = {column["name"] for column in present.get_columns(table.name)}
        for column in table.columns:
            if column.name not in known:
                added = CreateColumn(column).compile(dialect=connection.dialect)
                connection.execute(text(f"ALTER TABLE {table.name} ADD COLUMN {added}"))  # names of ours alone
    newest = update(schema.meta).where(schema.meta.c.name == "schema").values(value=str(schema.VERSION))
    connection.execute(newest)


def _shown(target: str | None) -> str:
    """Return the target without user name, password and parameters."""
    if target is None:
        return "in memory"
    scheme, separator, rest = target.partition("://")
    if not separator:
        return target
    return f"{scheme}://{rest.rpartition('@')[2].partition('?')[0]}"


def _reason(error: Exception) -> str:
    cause = getattr(error, "orig", None) or error
    if isinstance(cause, OSError) and cause.strerror:
        return cause.strerror
    return str(cause).strip().splitlines()[0] if str(cause).strip() else type(cause).__name__
