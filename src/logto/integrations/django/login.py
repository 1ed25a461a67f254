"""Django's own login, bound to the session at Logto: where the one ends, so does the other."""

from __future__ import annotations

import logging
from functools import lru_cache, partial
from typing import Any

from django.conf import settings
from django.contrib import auth
from django.utils.functional import SimpleLazyObject
from django.utils.module_loading import import_string

from ...errors import ForbiddenError, NotAuthenticatedError, StorageError
from ...models.claims import IdTokenClaims
from ...models.user import LogtoUser
from .colour import Both, Steps, awaiting, blocking, both
from .visit import Visit, visit_of

logger = logging.getLogger("logto")

MARK = "_logto"
"""Under which Django's session says whose login it is: issuer, user, and the token by which the user was last updated."""

SENT_BACK = "_logto_sent_back"
"""Under which it says to which page somebody who had just signed in was sent back."""


def backends() -> tuple[str, ...]:
    """Which of AUTHENTICATION_BACKENDS are ours."""
    return _ours(tuple(settings.AUTHENTICATION_BACKENDS))


@lru_cache(maxsize=8)
def _ours(paths: tuple[str, ...]) -> tuple[str, ...]:
    from .backends import LogtoBackend  # Django reads models once its apps are set up

    kinds = {path: import_string(path) for path in paths}
    return tuple(path for path, kind in kinds.items() if isinstance(kind, type) and issubclass(kind, LogtoBackend))


def logs_in(request: Any) -> bool:
    """Whether who signs in with Logto is logged in to Django: there is a backend of ours, and a session to keep it in."""
    return hasattr(request, "session") and bool(backends())


def log_in(request: Any, claims: IdTokenClaims) -> Steps[Any]:
    """Logs whoever signed in with Logto in to Django, with a new session id (`cycle_key`), or a new session.

    Returns:
        The application's user; None where nobody is logged in to Django.

    Raises:
        ForbiddenError: No backend admits the user.
    """
    if not logs_in(request):
        return None
    user = yield both(auth.authenticate, auth.aauthenticate, request, logto_claims=claims)
    if user is None:
        raise not_admitted()
    former = request.session.session_key
    try:
        yield both(auth.login, auth.alogin, request, user)
        if request.session.session_key == former:  # Django keeps the id where the same user logs in again
            yield both(request.session.cycle_key, request.session.acycle_key)
        _put(request, user)
        yield _set(request, MARK, _mark(claims))
        yield _drop(request, SENT_BACK)
    except Exception:
        # A receiver of `user_logged_in` refused: no login may stay that nothing binds to the session at Logto.
        yield from log_out(request)
        raise
    return user


def log_out(request: Any) -> Steps[None]:
    """Ends Django's login, and all of its session (`flush`)."""
    try:
        yield both(auth.logout, auth.alogout, request)
    finally:
        _put(request, _nobody())


def bind(request: Any, visit: Visit) -> None:
    """Makes `request.user` and `request.auser()` nobody where the session at Logto that they stand on is over."""
    request.logto = visit
    if not hasattr(request, "user") or not hasattr(request, "session"):
        return
    former = (request.user, request.auser)
    request.user = SimpleLazyObject(partial(_current_user, request, *former))
    request.auser = partial(_acurrent_user, request, *former)


def known_user(request: Any) -> Steps[Any]:
    """Whoever is logged in to Django, or None."""
    if not hasattr(request, "user"):
        return None
    user = yield Both(lambda: request.user, request.auser)
    return user if user.is_authenticated else None


def _current(request: Any, former_user: Any, former_auser: Any) -> Steps[Any]:
    mark = yield _get(request, MARK)
    path = yield _get(request, auth.BACKEND_SESSION_KEY)
    if mark is None or path not in backends():
        return (yield Both(lambda: former_user, former_auser))  # the login of another backend, or nobody's
    visit = visit_of(request)
    user = yield both(visit.look, visit.alook)
    _put(request, former_user, former_auser)  # Django asks for it when it logs out
    if not _is_of(mark, user):
        yield from log_out(request)
        return _nobody()
    found = yield Both(lambda: former_user, former_auser)
    # An older token, of a cookie that somebody kept, gives back nothing that a newer one took away.
    if found.is_authenticated and user.claims.iat > mark[2]:
        found = yield from _renewed(request, user, found, path)
    _put(request, found)
    return found


def _renewed(request: Any, user: LogtoUser, found: Any, path: str) -> Steps[Any]:
    """The user with what a newer ID token says: a role that was taken away is taken away here within its lifetime."""
    backend = auth.load_backend(path)
    renewed = yield both(backend.renew_user, backend.arenew_user, found, user.claims)
    if renewed is None:
        yield from log_out(request)  # which ends the session at Logto, too
        return _nobody()
    yield _set(request, MARK, _mark(user.claims))
    return renewed


_current_user, _acurrent_user = blocking(_current), awaiting(_current)


def require(request: Any) -> Steps[None]:
    """Refuses who is signed in with Logto, but is nobody to Django: logged out there, deactivated or deleted.

    Raises:
        NotAuthenticatedError: So it is.
    """
    if logs_in(request) and hasattr(request, "user") and (yield from known_user(request)) is None:
        raise NotAuthenticatedError("Nobody is logged in.", hint="Send the user to the sign-in view.")


def follow_logout(request: Any = None, **_: Any) -> None:
    """Where Django logs somebody out (`user_logged_out`), the session at Logto ends with the request, too."""
    visit = getattr(request, "logto", None)
    if not isinstance(visit, Visit) or not hasattr(request, "session"):
        return
    mark = request.session.get(MARK)
    try:
        visit.leaves = mark is not None and _is_of(mark, visit.user)
    except StorageError as error:
        logger.warning("signed out of Django, but the session at Logto cannot be read: %s", error)


def follow_login(request: Any = None, **_: Any) -> None:
    """Where another backend logs in somebody else (`user_logged_in`), the session at Logto ends with the request, too.

    Whoever that is must not act with the roles and tokens of who signed in with Logto before.
    """
    visit = getattr(request, "logto", None)
    if not isinstance(visit, Visit) or not logs_in(request) or not visit.brought_a_cookie:
        return
    if request.session.get(auth.BACKEND_SESSION_KEY) in backends() or MARK in request.session:
        return
    try:
        visit.leaves = bool(visit.user)
    except StorageError as error:
        logger.warning("somebody else is logged in to Django, but the session at Logto cannot be read: %s", error)


def not_admitted() -> ForbiddenError:
    """The error for who signed in at Logto, and is nobody here."""
    return ForbiddenError(
        "The user is not admitted to this application.",
        hint="A backend's `verify_claims` or `create_user` refused, or the user is not active in Django.",
        code="forbidden.user",
    )


def _is_of(mark: list[Any], user: LogtoUser) -> bool:
    return bool(user) and [user.claims.iss, user.sub] == mark[:2]


def _mark(claims: IdTokenClaims) -> list[Any]:
    return [claims.iss, claims.sub, claims.iat]


def _put(request: Any, user: Any, auser: Any = None) -> None:
    async def known() -> Any:
        return user

    request.user = user
    request.auser = auser or known


def _nobody() -> Any:
    from django.contrib.auth.models import AnonymousUser

    return AnonymousUser()


def _get(request: Any, name: str) -> Both:
    return both(request.session.get, request.session.aget, name)


def _set(request: Any, name: str, value: Any) -> Both:
    return both(request.session.__setitem__, request.session.aset, name, value)


def _drop(request: Any, name: str) -> Both:
    return both(request.session.pop, request.session.apop, name, None)
