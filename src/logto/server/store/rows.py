"""Any table by its id: find, list, add, change, remove; and the links between two of them."""

from collections.abc import Collection, Iterable, Mapping
from typing import Any

from sqlalchemy import Connection, Row, Select, Table, delete, func, select, update


def find(db: Connection, table: Table, row_id: str) -> Row[Any] | None:
    """Return a row by its id."""
    return db.execute(select(table).where(table.c.id == row_id)).one_or_none()


def find_by(db: Connection, table: Table, **values: Any) -> Row[Any] | None:
    """Return the first row with these values."""
    return db.execute(select(table).filter_by(**values)).first()


def every(db: Connection, query: Select[Any]) -> list[Row[Any]]:
    """Return all rows of a query."""
    return list(db.execute(query).all())


def part(db: Connection, query: Select[Any], offset: int, limit: int) -> list[Row[Any]]:
    """Return some rows of a query, which must be in an order."""
    return list(db.execute(query.offset(offset).limit(limit)).all())


def count(db: Connection, query: Select[Any]) -> int:
    """Return how many rows a query has."""
    return int(db.scalar(select(func.count()).select_from(query.order_by(None).subquery())) or 0)


def add(db: Connection, table: Table, values: Mapping[str, Any]) -> None:
    """Add a row."""
    db.execute(table.insert().values(**values))


def change(db: Connection, table: Table, row_id: str, values: Mapping[str, Any]) -> None:
    """Change some columns of a row."""
    if values:
        db.execute(update(table).where(table.c.id == row_id).values(**values))


def remove(db: Connection, table: Table, row_id: str) -> bool:
    """Delete a row with all that hangs on it; tell whether it was there."""
    return db.execute(delete(table).where(table.c.id == row_id)).rowcount > 0


def missing(db: Connection, table: Table, ids: Collection[str]) -> set[str]:
    """Return which of the ids no row has."""
    return set(ids) - set(db.scalars(select(table.c.id).where(table.c.id.in_(ids))))


def linked(db: Connection, table: Table, column: str, **fixed: str) -> list[str]:
    """Return what a link table links the fixed columns' values with."""
    return list(db.scalars(select(table.c[column]).filter_by(**fixed).order_by(table.c[column])))


def link(db: Connection, table: Table, column: str, ids: Iterable[str], **fixed: str) -> list[str]:
    """Link the fixed columns' values with each id that they are not linked with yet; return those."""
    before = set(linked(db, table, column, **fixed))
    added = [row_id for row_id in dict.fromkeys(ids) if row_id not in before]
    for row_id in added:
        add(db, table, {**fixed, column: row_id})
    return added


def unlink(db: Connection, table: Table, **values: str) -> bool:
    """End a link; tell whether it was there."""
    conditions = [table.c[name] == value for name, value in values.items()]
    return db.execute(delete(table).where(*conditions)).rowcount > 0


def relink(
    db: Connection, table: Table, column: str, ids: Collection[str], **fixed: str
) -> tuple[list[str], list[str]]:
    """Link the fixed columns' values with these ids and no others; return what was added and what was removed."""
    removed = [row_id for row_id in linked(db, table, column, **fixed) if row_id not in ids]
    for row_id in removed:
        unlink(db, table, **fixed, **{column: row_id})
    return link(db, table, column, ids, **fixed), removed
