"""`LogtoAccountClient` and `LogtoAccountSyncClient`: what users do about their own account."""

from __future__ import annotations

from typing import Any

from ..errors import ConfigurationError
from ..flows.api import ApiContext
from ..flows.tokens import get_access_token
from ..protocol import account
from ..protocol.http import Flow
from .api_operation import AsyncCarrier, Awaiting, Blocking, C, Group, Listed, Operation, SyncCarrier
from .local import LocalClient
from .logto_client import LogtoClient
from .logto_sync_client import LogtoSyncClient

_SETTING = (
    "Look at the account center's settings in Logto's Console: whether it is on, and what users may see and change."
)
_HINTS = {
    "api.forbidden": "The sign-in must ask for the scope of what is read or changed: name it in `scopes` of LogtoConfig, "
    "and send the user to sign in again.",
    "api.unauthorized": "The access token has been revoked, or the sign-in did not ask for a scope that this needs: send the "
    "user to sign in again.",
    "account_center.not_enabled": _SETTING,
    "account_center.field_not_enabled": _SETTING,
    "account_center.field_not_editable": _SETTING,
    "verification_record.permission_denied": "Ask the user to prove who they are, and pass it on: "
    "proof=await account.verify_password(…). A proof is good for ten minutes.",
}


class _Account(Group[C]):
    """What both colours have in common: the calls."""

    get = Operation(account.get)
    update = Operation(account.update)
    update_profile = Operation(account.update_profile)
    verify_password = Operation(account.verify_password)
    send_code = Operation(account.send_code)
    verify_code = Operation(account.verify_code)
    set_password = Operation(account.set_password)
    set_email = Operation(account.set_email)
    remove_email = Operation(account.remove_email)
    set_phone = Operation(account.set_phone)
    remove_phone = Operation(account.remove_phone)
    list_sessions = Listed(account.list_sessions)
    revoke_session = Operation(account.revoke_session)

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self._carrier!r})"


class LogtoAccountClient(_Account[Awaiting]):
    """The account of whoever is signed in, in their own name: Logto's Account API.

    ```python
    account = LogtoAccountClient(client)
    await account.update(name="Alice")
    proof = await account.verify_password(password)
    await account.set_password(new_password, proof=proof)
    ```

    It must be switched on in Logto's Console, where it also stands what users may see and change.

    Args:
        client: Whose session says who the user is. In a web application: the client of this request.

    Raises:
        ConfigurationError: The client is of another kind.
    """

    def __init__(self, client: LogtoClient) -> None:
        _check(client, LogtoClient, "LogtoAccountClient awaits")
        run = client._run  # noqa: SLF001  # pyright: ignore[reportPrivateUsage] - our other half
        super().__init__(AsyncCarrier(run, _context(client), repr(client)))


class LogtoAccountSyncClient(_Account[Blocking]):
    """The same as `LogtoAccountClient`, blocking.

    Args:
        client: Whose session says who the user is. In a web application: the client of this request.

    Raises:
        ConfigurationError: The client is of another kind.
    """

    def __init__(self, client: LogtoSyncClient) -> None:
        _check(client, LogtoSyncClient, "LogtoAccountSyncClient blocks")
        run = client._run  # noqa: SLF001  # pyright: ignore[reportPrivateUsage] - our other half
        super().__init__(SyncCarrier(run, _context(client), repr(client)))


def _check(client: Any, kind: type[LocalClient], what: str) -> None:
    if not isinstance(client, kind):
        raise ConfigurationError(
            f"{what}, and takes a {kind.__name__}, not a {type(client).__name__}.",
            hint="LogtoAccountClient is for a LogtoClient; LogtoAccountSyncClient for a LogtoSyncClient.",
            code="configuration.client",
        )


def _context(client: LocalClient) -> ApiContext:
    context = client._context  # noqa: SLF001  # pyright: ignore[reportPrivateUsage] - our other half

    def token(_instead_of: str | None) -> Flow[str]:
        return get_access_token(context)  # a live one that is refused was revoked: there is no other

    return ApiContext(
        base=f"{context.config.endpoint}/api",
        timeout=context.config.timeout,
        now=context.now,
        token=token,
        hints=_HINTS,
    )
