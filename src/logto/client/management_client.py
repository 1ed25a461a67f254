"""`LogtoManagementClient` and `LogtoManagementSyncClient`: Logto's Management API, typed."""

from __future__ import annotations

import ssl
import time
from collections.abc import Callable
from typing import Any, Self
from urllib.parse import urlsplit

from ..errors import ConfigurationError
from ..flows import machine
from ..flows.api import ApiContext
from ..models.config import LogtoConfig
from ..protocol.http import Flow
from ..protocol.management import raw
from ..transports.base import AsyncTransport, Transport
from .api_operation import AsyncCarrier, Awaiting, Blocking, C, Carrier, Group, Operation, SyncCarrier
from .machine import LogtoMachineClient, LogtoMachineSyncClient
from .management.applications import Applications
from .management.hooks import Hooks
from .management.invitations import Invitations
from .management.organization_roles import OrganizationRoles
from .management.organization_scopes import OrganizationScopes
from .management.organizations import Organizations
from .management.personal_access_tokens import PersonalAccessTokens
from .management.resources import Resources
from .management.roles import Roles
from .management.sessions import Sessions
from .management.subject_tokens import SubjectTokens
from .management.users import Users

DEFAULT_RESOURCE = "https://default.logto.app/api"
"""The Management API of a Logto that you run yourself."""

_HINTS = {
    "api.forbidden": "Give the machine-to-machine application a role with the Management API's scope `all` (in Logto's Console: the "
    "application's page, Roles).",
    "api.unauthorized": "The access token is for another API: give `resource`, the identifier of the Management API as it stands under API "
    "resources in Logto's Console.",
}


class _Management(Group[C]):
    """What both colours have in common: the nouns."""

    def __init__(self, carrier: Carrier, config: LogtoConfig) -> None:
        super().__init__(carrier)
        self._config = config
        self.users: Users[C] = Users(carrier)
        """Users, their roles and their organizations."""
        self.sessions: Sessions[C] = Sessions(carrier)
        """Users' sessions at Logto."""
        self.personal_access_tokens: PersonalAccessTokens[C] = PersonalAccessTokens(carrier)
        """Users' tokens for programs."""
        self.subject_tokens: SubjectTokens[C] = SubjectTokens(carrier)
        """Impersonation."""
        self.roles: Roles[C] = Roles(carrier)
        """Roles: their scopes, and who has them."""
        self.resources: Resources[C] = Resources(carrier)
        """APIs and their scopes."""
        self.applications: Applications[C] = Applications(carrier)
        """Applications: their secrets, their roles, their organizations."""
        self.organizations: Organizations[C] = Organizations(carrier)
        """Organizations: who belongs to them, with which roles."""
        self.organization_roles: OrganizationRoles[C] = OrganizationRoles(carrier)
        """The roles that there are in organizations."""
        self.organization_scopes: OrganizationScopes[C] = OrganizationScopes(carrier)
        """What may be done in organizations."""
        self.invitations: Invitations[C] = Invitations(carrier)
        """Invitations to organizations."""
        self.hooks: Hooks[C] = Hooks(carrier)
        """Webhooks."""

    request = Operation(raw.request)

    @property
    def config(self) -> LogtoConfig:
        """The configuration."""
        return self._config

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self._config!r})"


class LogtoManagementClient(_Management[Awaiting]):
    """Logto's Management API: users, roles, organizations and so on, in a program's own name.

    ```python
    management = LogtoManagementClient(endpoint="https://tenant.logto.app", app_id=…, app_secret=…)
    alice = await management.users.create(username="alice", primary_email="alice@example.com")
    async for user in management.users.list(search="ali"):
        print(user.name)
    ```

    One object serves every task and thread of a program: make it once, at module level. Whoever can use it can do
    anything in the tenant: it belongs into trusted programs only.

    Args:
        config: Who the program is, and whom it talks to; or the next three.
        endpoint: The address of Logto.
        app_id: The App ID of a machine-to-machine application that has the role for the Management API.
        app_secret: Its secret.
        timeout: Seconds for one call, its access token and what it waits for included.
        resource: The Management API's identifier: `{endpoint}/api` in Logto Cloud, which with a domain of your own must
            be given here; `https://default.logto.app/api` elsewhere.
        transport: What carries the requests, instead of a pool of connections.
        verify: Trusted certificates, instead of the system's, for a Logto with a private certificate authority.
        clock: Seconds since the epoch; for tests.

    Raises:
        ConfigurationError: An argument is not usable.
    """

    def __init__(
        self,
        config: LogtoConfig | None = None,
        *,
        endpoint: str | None = None,
        app_id: str | None = None,
        app_secret: str | None = None,
        timeout: float | None = None,
        resource: str = "",
        transport: AsyncTransport | None = None,
        verify: ssl.SSLContext | None = None,
        clock: Callable[[], float] = time.time,
    ) -> None:
        config = _configuration(config, endpoint=endpoint, app_id=app_id, app_secret=app_secret, timeout=timeout)
        self._machine = LogtoMachineClient(config, transport=transport, verify=verify, clock=clock)
        run = self._machine._run  # noqa: SLF001  # pyright: ignore[reportPrivateUsage] - our other half
        name = f"{type(self).__name__}({config!r})"
        super().__init__(AsyncCarrier(run, _context(self._machine, resource), name), config)

    async def close(self) -> None:
        """Closes the connections of the running event loop. A client that is used again opens new ones."""
        await self._machine.close()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.close()


class LogtoManagementSyncClient(_Management[Blocking]):
    """The same as `LogtoManagementClient`, for code that blocks: no event loop, no bridge to one.

    Args:
        config: Who the program is, and whom it talks to; or the next three.
        endpoint: The address of Logto.
        app_id: The App ID of a machine-to-machine application that has the role for the Management API.
        app_secret: Its secret.
        timeout: Seconds for one call, its access token and what it waits for included.
        resource: The Management API's identifier, as for `LogtoManagementClient`.
        transport: What carries the requests, instead of a pool of connections.
        verify: Trusted certificates, instead of the system's, for a Logto with a private certificate authority.
        clock: Seconds since the epoch; for tests.

    Raises:
        ConfigurationError: An argument is not usable.
    """

    def __init__(
        self,
        config: LogtoConfig | None = None,
        *,
        endpoint: str | None = None,
        app_id: str | None = None,
        app_secret: str | None = None,
        timeout: float | None = None,
        resource: str = "",
        transport: Transport | None = None,
        verify: ssl.SSLContext | None = None,
        clock: Callable[[], float] = time.time,
    ) -> None:
        config = _configuration(config, endpoint=endpoint, app_id=app_id, app_secret=app_secret, timeout=timeout)
        self._machine = LogtoMachineSyncClient(config, transport=transport, verify=verify, clock=clock)
        run = self._machine._run  # noqa: SLF001  # pyright: ignore[reportPrivateUsage] - our other half
        name = f"{type(self).__name__}({config!r})"
        super().__init__(SyncCarrier(run, _context(self._machine, resource), name), config)

    def close(self) -> None:
        """Closes the connections. A client that is used again opens new ones."""
        self._machine.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def _configuration(config: object, **settings: Any) -> LogtoConfig:
    given = {name: value for name, value in settings.items() if value is not None}
    if config is None:
        found = LogtoConfig(**given)
    elif isinstance(config, LogtoConfig) and not given:
        found = config
    else:
        raise ConfigurationError(
            "The Management API's client takes a LogtoConfig, or endpoint, app_id and app_secret: not both.",
            hint="Write LogtoManagementClient(endpoint=…, app_id=…, app_secret=…).",
            code="configuration.client",
        )
    if found.app_secret is None:
        raise ConfigurationError(
            "A program that asks in its own name needs an `app_secret`.",
            hint="It is the App secret on the page of a machine-to-machine application in Logto's Console.",
            code="configuration.app_secret",
        )
    return found


def _context(program: LogtoMachineClient | LogtoMachineSyncClient, resource: str) -> ApiContext:
    context = program._context  # noqa: SLF001  # pyright: ignore[reportPrivateUsage] - our other half
    config = program.config
    wanted = resource or _resource_of(config.endpoint)

    def token(instead_of: str | None) -> Flow[str]:
        return machine.get_access_token(context, wanted, scopes=["all"], instead_of=instead_of)

    return ApiContext(
        base=f"{config.endpoint}/api",
        timeout=config.timeout,
        now=context.client.now,
        token=token,
        hints=_HINTS,
    )


def _resource_of(endpoint: str) -> str:
    host = urlsplit(endpoint).hostname or ""
    return f"https://{host}/api" if host.endswith(".logto.app") else DEFAULT_RESOURCE
