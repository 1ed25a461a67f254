"""Users: found by what they type, changed by what they do."""

from typing import Any

from sqlalchemy import Connection, Row, delete, func, select, update

from logto.server import ids
from logto.server.schema import (
    access_tokens,
    codes,
    device_codes,
    refresh_tokens,
    roles,
    sessions,
    subject_tokens,
    user_roles,
    users,
)

User = Row[Any]

IDENTIFIERS = {"username": "username", "email": "primary_email", "phone": "primary_phone"}


def find(db: Connection, user_id: str) -> User | None:
    """Return a user by id."""
    return db.execute(select(users).where(users.c.id == user_id)).one_or_none()


def find_active(db: Connection, user_id: str) -> User | None:
    """Return a user by id who exists and is not suspended."""
    user = find(db, user_id)
    return None if user is None or user.is_suspended else user


def find_by(db: Connection, kind: str, value: str) -> User | None:
    """Return a user by username, email (whatever its case) or phone."""
    column = users.c[IDENTIFIERS[kind]]
    same = func.lower(column) == value.lower() if kind == "email" else column == value
    return db.execute(select(users).where(same)).first()


def every(db: Connection) -> list[User]:
    """Return all users in the order of their creation."""
    return list(db.execute(select(users).order_by(users.c.created_at_ms, users.c.username)).all())


def create(db: Connection, now: float, **values: Any) -> str:
    """Add a user, with an id of its own unless one is given, and return the id."""
    moment = int(now * 1000)
    columns = {
        "id": ids.user_id(),
        "profile": {},
        "custom_data": {},
        "identities": {},
        "sso_identities": [],
        "password_is_seeded": False,
        "is_suspended": False,
        "created_at_ms": moment,
        "updated_at_ms": moment,
    } | values
    db.execute(users.insert().values(**columns))
    default = select(roles.c.id).where(roles.c.is_default, roles.c.type == "User")
    for role_id in db.scalars(default).all():
        db.execute(user_roles.insert().values(user_id=columns["id"], role_id=role_id))
    return str(columns["id"])


def signed_in(db: Connection, user_id: str, now: float) -> None:
    """Note a sign-in, which moves `updated_at` as well (LOGTO.md 3.2)."""
    moment = int(now * 1000)
    db.execute(update(users).where(users.c.id == user_id).values(last_sign_in_at_ms=moment, updated_at_ms=moment))


def store_password(db: Connection, user_id: str, digest: str) -> None:
    """Keep the hash of a seeded password."""
    db.execute(update(users).where(users.c.id == user_id).values(password_hash=digest))


def suspend(db: Connection, user_id: str) -> None:
    """Suspend a user: the sessions and tokens end now and do not come back with the account (LOGTO.md 3.11)."""
    db.execute(update(users).where(users.c.id == user_id).values(is_suspended=True))
    for table in (codes, device_codes, subject_tokens, refresh_tokens, access_tokens, sessions):
        db.execute(delete(table).where(table.c.user_id == user_id))


def unsuspend(db: Connection, user_id: str) -> None:
    """Let a suspended user sign in again."""
    db.execute(update(users).where(users.c.id == user_id).values(is_suspended=False))


def remove(db: Connection, user_id: str) -> None:
    """Delete a user with every session, grant, code and token."""
    db.execute(delete(users).where(users.c.id == user_id))


def role_names(db: Connection, user_id: str) -> list[str]:
    """Return the names of the user's roles, in order."""
    query = select(roles.c.name).join(user_roles, user_roles.c.role_id == roles.c.id)
    return list(db.scalars(query.where(user_roles.c.user_id == user_id).order_by(roles.c.name)).all())


def add_role(db: Connection, user_id: str, role_name: str) -> None:
    """Give a role, by its name."""
    role_id = db.scalars(select(roles.c.id).where(roles.c.name == role_name)).one()
    db.execute(user_roles.insert().values(user_id=user_id, role_id=role_id))


def remove_role(db: Connection, user_id: str, role_name: str) -> None:
    """Take a role away, by its name."""
    named = select(roles.c.id).where(roles.c.name == role_name)
    db.execute(delete(user_roles).where(user_roles.c.user_id == user_id, user_roles.c.role_id.in_(named)))
