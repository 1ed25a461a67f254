"""Which sample passwords may be shown: those of the seed that the database was planted with, and no other's."""

import json

from sqlalchemy import Connection, select

from .passwords import hashed, matches
from .schema import meta
from .seed_file import Seed, user_key

_MARKER = "sample_passwords"


def of(seed: Seed) -> dict[str, str | None]:
    """Return a seed's passwords by the name that its user goes by."""
    return {user_key(user): user["password"] for user in seed["users"]}


def mark(db: Connection, seed: Seed) -> None:
    """Note whose passwords the users have: one slow hash over all of them, so that the note gives none away."""
    db.execute(meta.insert().values(name=_MARKER, value=hashed(_text(seed))))


def of_planted(db: Connection, seed: Seed) -> dict[str, str | None]:
    """Return the seed's passwords if the database was planted with the same ones, else nothing."""
    marked = db.scalar(select(meta.c.value).where(meta.c.name == _MARKER))
    return of(seed) if marked is not None and matches(_text(seed), marked) else {}


def _text(seed: Seed) -> str:
    return json.dumps(of(seed), sort_keys=True)
