"""Signing in and up with a password: what the forms and the Experience API have in common."""

import asyncio

from sqlalchemy import Connection

from . import identifiers, ids, interaction_events, passwords, tenant
from .errors import ApiError
from .exchange import Exchange
from .interaction import Interaction, resume_path, save
from .passwords import SeededPasswords
from .store import users
from .store.users import User


async def verify_password(exchange: Exchange, kind: str, value: str, password: str) -> str:
    """Return the id of the user with this identifier and password; as slow for an unknown user.

    Raises: ApiError (session.invalid_credentials, session.verification_blocked_too_many_attempts, user.suspended).
    """
    value = identifiers.normal(kind, value)
    user = exchange.transact(lambda db: users.find_by(db, kind, value))
    user = await demand_password(exchange, f"{kind}:{value.lower()}", user, password)
    if user.is_suspended:
        raise ApiError("user.suspended", 401)
    return str(user.id)


async def demand_password(exchange: Exchange, account: str, user: User | None, password: str) -> User:
    """Return the user if the password is theirs; it may be guessed only so often by `account` and address.

    Raises: ApiError (session.invalid_credentials, session.verification_blocked_too_many_attempts).
    """
    world = exchange.world
    if world.throttle.blocked(account, exchange.address):
        raise ApiError("session.verification_blocked_too_many_attempts", 400)
    # Counted before the slow part, so that guesses sent all at once do not slip through together.
    world.throttle.failed(account, exchange.address)
    right = await password_matches(exchange, user, password)
    if user is None or not right:
        raise ApiError("session.invalid_credentials", 422)
    world.throttle.succeeded(account, exchange.address)
    return user


async def password_matches(exchange: Exchange, user: User | None, password: str) -> bool:
    """Tell whether a password is the user's; it takes as long for nobody, and for a user without one."""
    seeded = exchange.world.passwords
    if user is not None and user.password_hash is None and user.id in seeded:
        return await _verify_seeded(exchange, seeded, user.id, password)
    return await asyncio.to_thread(passwords.matches, password, user.password_hash if user is not None else None)


async def _verify_seeded(exchange: Exchange, seeded: SeededPasswords, user_id: str, password: str) -> bool:
    made = await asyncio.to_thread(seeded.check, user_id, password)
    if made is None:
        return False
    if user_id in seeded:  # else it was stored meanwhile, or changed
        exchange.transact(lambda db: users.store_password(db, user_id, made))
        seeded.forget(user_id)
    return True


async def hash_new_password(password: str) -> str:
    """Return the hash of a new password.

    Raises: ApiError (password.rejected).
    """
    if not passwords.MINIMUM <= len(password) <= passwords.MAXIMUM:
        issue = "too_short" if len(password) < passwords.MINIMUM else "too_long"
        raise ApiError("password.rejected", 422, {"issues": [{"code": f"password_rejected.{issue}"}]})
    return await asyncio.to_thread(passwords.hashed, password)


def demand_free_identifier(db: Connection, kind: str, value: str) -> None:
    """Refuse an identifier that is malformed or somebody's.

    Raises: ApiError (guard.invalid_input, user.*_already_in_use).
    """
    if not identifiers.is_valid(kind, value):
        raise ApiError("guard.invalid_input", 400)
    if users.find_by(db, kind, value) is not None:
        raise ApiError(f"user.{kind}_already_in_use", 422)


def register(exchange: Exchange, db: Connection, interaction: Interaction, kind: str, value: str, digest: str) -> str:
    """Add a user with one identifier and a password hash; return the id.

    Raises: ApiError (auth.forbidden) where nobody may sign up; as `demand_free_identifier`.
    """
    if tenant.get(db, tenant.SIGN_IN_EXPERIENCE)["signInMode"] == "SignIn":
        raise ApiError("auth.forbidden", 403)
    demand_free_identifier(db, kind, value)
    application_id = interaction.application_id
    columns = {users.IDENTIFIERS[kind]: value, "password_hash": digest, "application_id": application_id}
    user_id = users.create(db, exchange.now, **columns)
    interaction_events.registered(exchange, db, interaction, user_id)
    return user_id


def complete(exchange: Exchange, db: Connection, interaction: Interaction, user_id: str, event: str) -> str:
    """Note who has signed in, or up (`event`), and return the path where the browser goes on."""
    interaction.progress = {"login": {"user_id": user_id}}
    save(db, interaction)
    interaction_events.finished(exchange, db, interaction, user_id, event)
    return resume_path(interaction.uid)


def new_verification_id() -> str:
    """Return an id for a verification record."""
    return ids.application_id()
