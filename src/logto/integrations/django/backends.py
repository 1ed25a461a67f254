"""`LogtoBackend`: who signs in with Logto becomes a user of Django."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Mapping
from contextlib import AbstractContextManager
from hashlib import sha256
from typing import Any, cast

from asgiref.sync import sync_to_async
from django.contrib.auth import get_user_model
from django.contrib.auth.backends import ModelBackend
from django.contrib.auth.models import Group
from django.core.exceptions import FieldDoesNotExist
from django.db import IntegrityError, router, transaction

from ...errors import ConfigurationError
from ...models.claims import IdTokenClaims
from ...models.user import LogtoUser
from .models import LogtoAccount
from .site import current_site

logger = logging.getLogger("logto")


class LogtoBackend(ModelBackend):
    """Finds or makes the user of whoever signed in with Logto; permissions are those of `ModelBackend`.

    Users are known by issuer and `sub` (`LogtoAccount`), never by e-mail address: whoever can choose an address at Logto
    must not become somebody else here. Derive a class from this one and override what differs:

    ```python
    class Backend(LogtoBackend):
        def verify_claims(self, claims):
            return "customer" in (claims.roles or [])
    ```

    The hooks are plain methods, as the ORM's transactions are; asynchronous code calls them as Django does its own.
    """

    def authenticate(self, request: Any, logto_claims: IdTokenClaims | None = None) -> Any:  # type: ignore[override, unused-ignore]  # noqa: ARG002 - other credentials are for other backends
        """The user of whoever signed in with Logto, or None, who is not admitted.

        Args:
            request: The request to the callback view.
            logto_claims: Of the ID token, verified.
        """
        if logto_claims is None or not self.verify_claims(logto_claims):
            return None
        user = self._found(logto_claims) or self._created(logto_claims)
        if user is None or not self.user_can_authenticate(user):
            return None
        return self.update_user(user, logto_claims)

    async def aauthenticate(self, request: Any, logto_claims: IdTokenClaims | None = None) -> Any:  # type: ignore[override, unused-ignore]
        """As `authenticate`."""
        return await sync_to_async(self.authenticate)(request, logto_claims=logto_claims)

    def renew_user(self, user: Any, claims: IdTokenClaims) -> Any:
        """The user after a newer ID token, or None, who is no longer admitted.

        Args:
            user: Who is logged in.
            claims: Of the newer token.
        """
        if not self.verify_claims(claims) or not self.user_can_authenticate(user):
            return None
        return self.update_user(user, claims)

    async def arenew_user(self, user: Any, claims: IdTokenClaims) -> Any:
        """As `renew_user`."""
        return await sync_to_async(self.renew_user)(user, claims)

    def verify_claims(self, claims: IdTokenClaims) -> bool:  # noqa: ARG002 - everybody, unless overridden
        """Whether to admit somebody; asked at sign-in, and whenever Logto gave a newer ID token."""
        return True

    def filter_users_by_claims(self, claims: IdTokenClaims) -> Any:
        """The users that somebody may be: none or one. By default the one with the account.

        An override that finds a user otherwise, such as by a number in `custom_data`, links the account for good.
        """
        return get_user_model()._default_manager.filter(logto_accounts__iss=claims.iss, logto_accounts__sub=claims.sub)  # noqa: SLF001 - the name that Django's own backends use

    def create_user(self, claims: IdTokenClaims) -> Any:
        """A new user, saved; or None, not to admit strangers."""
        name = self.username_for(claims)
        try:
            return _saved(name)
        except IntegrityError:
            if "@" in name:
                raise  # an address: whoever has it here is not known to be the same person
        # The name is that of a user of another Logto, or of one who came without Logto.
        return _saved(_digest(claims))

    def update_user(self, user: Any, claims: IdTokenClaims) -> Any:
        """The user with what the claims say, saved: names, address, and what roles stand for in the settings."""
        wanted: dict[str, Any] = {**_personal(user, claims), **self._standing(claims)}
        changed = [name for name, value in wanted.items() if hasattr(user, name) and getattr(user, name) != value]
        for name in changed:
            setattr(user, name, wanted[name])
        if changed:
            _save(user, changed)
        groups = self.groups_for(claims)
        if groups and hasattr(user, "groups"):
            _join(user, groups)
        return user

    def username_for(self, claims: IdTokenClaims) -> str:
        """The name of a new user, in the model's USERNAME_FIELD: the user's id at Logto, which nobody else has.

        Raises:
            ConfigurationError: The field is the e-mail address, and the token has none.
        """
        model = get_user_model()
        if model.get_email_field_name() == model.USERNAME_FIELD:
            if claims.email:
                return claims.email
            raise ConfigurationError(
                "Users are named by their e-mail address, which the ID token does not have.",
                hint="Add UserInfoScope.email to `scopes` (LOGTO_SCOPES), or override `create_user` of the backend.",
                code="configuration.claim_not_requested",
            )
        longest = model._meta.get_field(model.USERNAME_FIELD).max_length or len(claims.sub)  # noqa: SLF001 - Django's public API
        return claims.sub if len(claims.sub) <= longest else _digest(claims)

    def groups_for(self, claims: IdTokenClaims) -> Mapping[str, bool]:
        """Which groups the user is in (True) and is not in (False), by name; groups that are not named stay as they are.

        By default what LOGTO_ROLE_GROUPS says.
        """
        roles = LogtoUser(claims).roles
        groups: dict[str, bool] = {}
        for role, group in current_site().roles.groups.items():
            groups[group] = groups.get(group, False) or role in roles
        return groups

    def _standing(self, claims: IdTokenClaims) -> dict[str, bool]:
        roles, meaning = LogtoUser(claims).roles, current_site().roles
        found = {"is_staff": meaning.staff, "is_superuser": meaning.superuser}
        return {name: bool(wanted & roles) for name, wanted in found.items() if wanted is not None}

    def _found(self, claims: IdTokenClaims) -> Any:
        users = list(self.filter_users_by_claims(claims)[:2])
        if len(users) > 1:
            logger.error("more than one user fits a person who signs in: nobody is admitted")
            return None
        if users:
            _accounts().get_or_create(iss=claims.iss, sub=claims.sub, defaults={"user": users[0]})
        return users[0] if users else None

    def _created(self, claims: IdTokenClaims) -> Any:
        try:
            with _transaction():
                user = self.create_user(claims)
                if user is not None:
                    _accounts().create(user=user, iss=claims.iss, sub=claims.sub)
                return user
        except IntegrityError:
            # Another tab was faster; or the name is taken, by somebody who is not known to be the same person.
            user = self._found(claims)
            if user is None:
                logger.exception("a user could not be made for a person who signed in: is the name taken?")
            return user


def _saved(name: str) -> Any:
    model = get_user_model()
    user = model(**{model.USERNAME_FIELD: name})
    user.set_unusable_password()
    with _transaction():
        user.save()
    return user


def _save(user: Any, changed: list[str]) -> None:
    try:
        with _transaction():
            user.save(update_fields=changed)
    except IntegrityError:
        address = user.get_email_field_name() if hasattr(user, "get_email_field_name") else None
        if address not in changed:
            raise
        # Addresses are unique here, and somebody else has this one: that one keeps it, and this one is let in all the same.
        logger.warning("a user keeps the former e-mail address: somebody else has the one that Logto gave")
        user.refresh_from_db(fields=[address])
        user.save(update_fields=[name for name in changed if name != address])


def _transaction() -> AbstractContextManager[None]:
    return cast("AbstractContextManager[None]", transaction.atomic(using=router.db_for_write(LogtoAccount)))


def _accounts() -> Any:
    return cast("Any", LogtoAccount).objects


def _personal(user: Any, claims: IdTokenClaims) -> dict[str, Any]:
    given, family = claims.given_name, claims.family_name
    if given is None and family is None:
        given, family = claims.name, ""
    model = user.__class__  # `type` of what a request has is Django's SimpleLazyObject
    email = getattr(model, "get_email_field_name", lambda: None)()
    values = {"first_name": given, "last_name": family}
    if email and email != model.USERNAME_FIELD:
        values[email] = claims.email
    return {name: _fitting(user, name, value) for name, value in values.items() if value is not None}


def _fitting(user: Any, name: str, value: str) -> str:
    try:
        longest = user._meta.get_field(name).max_length  # noqa: SLF001 - Django's public API
    except FieldDoesNotExist:
        return value
    return value[:longest]


def _join(user: Any, groups: Mapping[str, bool]) -> None:
    present = set(user.groups.filter(name__in=list(groups)).values_list("name", flat=True))
    wanted = {name for name, belongs in groups.items() if belongs}
    user.groups.add(*_groups(wanted - present))
    user.groups.remove(*_groups(present - wanted))


def _groups(names: Iterable[str]) -> list[Any]:
    return [Group.objects.get_or_create(name=name)[0] for name in names]


def _digest(claims: IdTokenClaims) -> str:
    return sha256(f"{claims.iss}\0{claims.sub}".encode()).hexdigest()[:30]
