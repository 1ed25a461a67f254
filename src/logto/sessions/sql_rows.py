"""What `SqlStore` asks of its tables, once for both colours: functions of a connection.

Every statement that decides something is one that the database carries out atomically, and its count of rows is the answer:
right under READ COMMITTED, where what was read a moment ago proves nothing.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection, Executable, bindparam, delete, insert, select, update
from sqlalchemy.dialects import postgresql, sqlite

from .sql_schema import Tables
from .store import Stored

_WRONG_CLOCK = 3600.0
"""Seconds by which a lease that outlasts ours must have been taken by a clock that was wrong. If its owner has died, nobody
else would get the key for that long, and a second refresh is the smaller evil."""


class Rows:
    """The statements for some tables, built once.

    Args:
        tables: Which.
        dialect: The database's name in SQLAlchemy: `postgresql` or `sqlite`.
    """

    def __init__(self, tables: Tables, dialect: str) -> None:
        upsert: Any = {"postgresql": postgresql.insert, "sqlite": sqlite.insert}[dialect]
        sessions, indexes, locks = tables.sessions.c, tables.indexes.c, tables.locks.c
        key: Any = bindparam("at_key")
        now: Any = bindparam("now")
        new: dict[str, Any] = {name: bindparam(f"new_{name}") for name in ("value", "version", "expires_at", "indexes")}

        self._load = select(sessions.value, sessions.version, sessions.expires_at, sessions.indexes).where(
            sessions.key == key, sessions.expires_at > now
        )
        self._find = (
            select(indexes.key)
            .join(tables.sessions, sessions.key == indexes.key)
            .where(indexes.name == bindparam("at_name"), sessions.expires_at > now)
        )
        # A row whose time is over counts as none, swept or not.
        self._insert = (
            upsert(tables.sessions)
            .values(key=key, **new)
            .on_conflict_do_update(index_elements=[sessions.key], set_=new, where=sessions.expires_at <= now)
        )
        self._replace = (
            update(tables.sessions)
            .values(new)
            .where(sessions.key == key, sessions.version == bindparam("new_version") - 1, sessions.expires_at > now)
        )
        self._replace_same_indexes = self._replace.where(sessions.indexes == bindparam("new_indexes"))
        self._delete = delete(tables.sessions).where(sessions.key == key)
        self._add_index = insert(tables.indexes).values(name=bindparam("at_name"), key=key)
        self._delete_indexes = delete(tables.indexes).where(indexes.key == key)

        self._acquire = (
            upsert(tables.locks)
            .values(key=key, owner=bindparam("new_owner"), until=bindparam("new_until"))
            .on_conflict_do_update(
                index_elements=[locks.key],
                set_={"owner": bindparam("new_owner"), "until": bindparam("new_until")},
                where=(locks.owner == bindparam("new_owner"))
                | (locks.until <= now)
                | (locks.until > bindparam("new_until") + _WRONG_CLOCK),
            )
        )
        self._release = delete(tables.locks).where(locks.key == key, locks.owner == bindparam("at_owner"))

        # What another process is sweeping, or somebody is saving, at this moment is left alone. (SQLite, which has one
        # writer at a time, needs no such words, and SQLAlchemy leaves them out.)
        keys: Any = bindparam("keys", expanding=True)
        most: Any = bindparam("most")
        self._over = (
            select(sessions.key)
            .where(sessions.expires_at <= now)
            .order_by(sessions.expires_at)
            .limit(most)
            .with_for_update(skip_locked=True)
        )
        self._delete_several = delete(tables.sessions).where(sessions.key.in_(keys))
        self._delete_several_indexes = delete(tables.indexes).where(indexes.key.in_(keys))
        self._over_locks = (
            select(locks.key)
            .where(locks.until <= now)
            .order_by(locks.until)
            .limit(most)
            .with_for_update(skip_locked=True)
        )
        self._delete_several_locks = delete(tables.locks).where(locks.key.in_(keys))

    def load(self, connection: Connection, key: str, now: float) -> Stored | None:
        """What is kept under a key and alive."""
        row = connection.execute(self._load, {"at_key": key, "now": now}).one_or_none()
        return None if row is None else Stored(row.value, row.version, row.expires_at, tuple(json.loads(row.indexes)))

    def find(self, connection: Connection, name: str, now: float) -> Sequence[str]:
        """The keys of the living sessions with an index."""
        return connection.scalars(self._find, {"at_name": name, "now": now}).all()

    def save(self, connection: Connection, key: str, stored: Stored, now: float) -> bool:
        """Keeps a value if it replaces the version before it; in a transaction."""
        values = {
            "at_key": key,
            "now": now,
            "new_value": stored.value,
            "new_version": stored.version,
            "new_expires_at": stored.expires_at,
            "new_indexes": json.dumps(stored.indexes),
        }
        if stored.version > 1 and _changes_one(connection, self._replace_same_indexes, values):
            return True
        if not _changes_one(connection, self._replace if stored.version > 1 else self._insert, values):
            return False
        # From here to the end of the transaction, the session's own row keeps everybody else away from its indexes.
        connection.execute(self._delete_indexes, {"at_key": key})
        if stored.indexes:
            names = [{"at_name": name, "at_key": key} for name in dict.fromkeys(stored.indexes)]
            connection.execute(self._add_index, names)
        return True

    def delete(self, connection: Connection, key: str) -> None:
        """Forgets what is kept under a key; in a transaction."""
        connection.execute(self._delete, {"at_key": key})
        connection.execute(self._delete_indexes, {"at_key": key})

    def acquire(self, connection: Connection, key: str, owner: str, lease: float, now: float) -> bool:
        """Makes somebody the owner of a key, if it has none."""
        values = {"at_key": key, "new_owner": owner, "new_until": now + lease, "now": now}
        return _changes_one(connection, self._acquire, values)

    def release(self, connection: Connection, key: str, owner: str) -> None:
        """Ends an ownership, if it is still that owner's."""
        connection.execute(self._release, {"at_key": key, "at_owner": owner})

    def sweep(self, connection: Connection, now: float, most: int) -> int:
        """Deletes so many sessions and locks whose time is over, at most; in a transaction.

        Returns:
            How many sessions were deleted.
        """
        bounds = {"now": now, "most": most}
        sessions = connection.scalars(self._over, bounds).all()
        if sessions:
            connection.execute(self._delete_several, {"keys": sessions})
            connection.execute(self._delete_several_indexes, {"keys": sessions})
        locks = connection.scalars(self._over_locks, bounds).all()
        if locks:
            connection.execute(self._delete_several_locks, {"keys": locks})
        return len(sessions)


def _changes_one(connection: Connection, statement: Executable, values: dict[str, Any]) -> bool:
    # SQLAlchemy remembers the count of an INSERT only where it is told to.
    return connection.execute(statement, values, execution_options={"preserve_rowcount": True}).rowcount == 1
