"""What a path or a body refers to by its id."""

from collections.abc import Collection
from typing import Any

from sqlalchemy import Row, Table

from logto.server.api.call import Call
from logto.server.errors import ApiError
from logto.server.store import rows


def found(call: Call, table: Table, row_id: str) -> Row[Any]:
    """Return a row.

    Raises: ApiError (entity.not_exists_with_id).
    """
    row = rows.find(call.db, table, row_id)
    if row is None:
        raise ApiError("entity.not_exists_with_id", 404)
    return row


def demand_all(
    call: Call,
    table: Table,
    row_ids: Collection[str],
    code: str = "entity.relation_foreign_key_not_found",
    status: int = 422,
) -> None:
    """Refuse ids that nobody has.

    Raises: ApiError.
    """
    if rows.missing(call.db, table, row_ids):
        raise ApiError(code, status)
