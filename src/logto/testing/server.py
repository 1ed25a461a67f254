"""Local Logto for tests: started in a thread, thrown away with the test."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from ..models.config import LogtoConfig
from ..server.clock import Clock
from ..server.faults import Faults
from ..server.serve import LocalLogto
from .browser import Browser


@dataclass(frozen=True, slots=True)
class SampleUser:
    """A user of the sample data.

    Args:
        username: What to sign in with.
        password: The password, as the sample data has it.
        id: The `sub` of the user's tokens.
    """

    username: str
    password: str = field(repr=False)
    id: str


class LogtoServer:
    """A running local Logto, with what a test wants to know of it.

    Args:
        local: What runs.
    """

    def __init__(self, local: LocalLogto) -> None:
        self.local = local
        self._seeded = local.seeded

    @property
    def endpoint(self) -> str:
        """What `LogtoConfig(endpoint=…)` takes."""
        return self.local.endpoint

    @property
    def issuer(self) -> str:
        """The issuer of its tokens."""
        return self.local.issuer

    @property
    def clock(self) -> Clock:
        """The server's clock: `clock.advance(3600)` lets an hour pass, without waiting."""
        return self.local.clock

    @property
    def faults(self) -> Faults:
        """What makes the server misbehave: `with server.faults.fail("/oidc/token", 503, times=2): …`."""
        return self.local.faults

    def configure(self, app_id: str | None = None, **settings: Any) -> None:
        """Changes settings of an application from now on, by the names that a seed file has for them.

        Args:
            app_id: The application; the sample web application if not given.
            settings: Such as `idTokenTtl=60`, `accessTokenTtl=5`, `refreshTokenTtl=20` (all in seconds),
                `rotateRefreshToken=False`, `backchannelLogoutUri=…`; None takes one back to its default.
        """
        self.local.configure(app_id or self._seeded["appId"], **settings)

    def configure_resource(self, indicator: str, *, accessTokenTtl: int) -> None:  # noqa: N803  # the seed file's name
        """Changes for how many seconds the access tokens of an API resource live, from now on."""
        self.local.world.configure_resource(indicator, accessTokenTtl)

    def rotate_strictly(self, app_id: str | None = None) -> None:
        """Replaces the refresh token at every refresh, and lets any reuse end the grant at once.

        Logto itself is more lenient: it accepts a replaced token for three seconds more, and keeps a confidential
        client's token for most of its lifetime.

        Args:
            app_id: The application; the sample web application if not given.
        """
        self.configure(app_id, rotateRefreshToken=True, alwaysRotateRefreshToken=True, refreshReuseWindow=0)

    @property
    def users(self) -> dict[str, SampleUser]:
        """The sample users, by name: `alice` has everything, `bob` next to nothing."""
        return {
            user["username"]: SampleUser(user["username"], user["password"], user["id"])
            for user in self._seeded["users"]
        }

    @property
    def organizations(self) -> dict[str, str]:
        """The ids of the sample organizations, by name."""
        return {organization["name"]: organization["id"] for organization in self._seeded["organizations"]}

    @property
    def resources(self) -> Sequence[str]:
        """The indicators of the sample API resources."""
        return tuple(self._seeded["resources"])

    def config(self, **settings: Any) -> LogtoConfig:
        """The configuration of the sample web application.

        Args:
            settings: Added to it, or instead of it: `config(scopes=["email"])`.
        """
        given = {name: settings.pop(name) for name in ("appId", "appSecret") if name in settings}
        application = {
            "endpoint": self.endpoint,
            "app_id": given.get("appId", self._seeded["appId"]),
            "app_secret": given.get("appSecret", self._seeded["appSecret"]),
        }
        return LogtoConfig(**{**application, **settings})

    def second_config(self, **settings: Any) -> LogtoConfig:
        """The configuration of the second sample web application, for single sign-on."""
        return self.config(app_id=self._seeded["app2Id"], app_secret=self._seeded["app2Secret"], **settings)

    def public_config(self, **settings: Any) -> LogtoConfig:
        """The configuration of the sample single-page application, which has no secret."""
        return self.config(app_id=self._seeded["spaAppId"], app_secret=None, **settings)

    def sign_in(self, url: str, user: str = "alice", *, browser: Browser | None = None) -> str:
        """Signs a sample user in, starting at an authorization URL, and returns the callback URL.

        Args:
            url: What `client.sign_in()` returned.
            user: The name of a sample user.
            browser: Whose cookies to use; a new one's if not given.
        """
        who = self.users[user]
        if browser is not None:
            return browser.sign_in(url, username=who.username, password=who.password)
        with Browser() as fresh:
            return fresh.sign_in(url, username=who.username, password=who.password)

    def create_subject_token(self, user_id: str, context: Mapping[str, Any] | None = None) -> str:
        """Makes a token with which an application may act for a user: for one token exchange, within ten minutes."""
        return self.local.create_subject_token(user_id, context)

    def create_personal_access_token(self, user_id: str, name: str, expires_at: float | None = None) -> str:
        """Makes a user's token for programs, for any number of token exchanges.

        Args:
            user_id: Whose, such as `server.users["alice"].id`.
            name: What the user knows it by.
            expires_at: Seconds since 1970, by the server's clock; never if not given.
        """
        return self.local.create_personal_access_token(user_id, name, expires_at)

    def count(self, method: str, path: str) -> int:
        """How many requests of a kind have come so far, of the last ones that the server remembers.

        Args:
            method: Such as `POST`.
            path: Such as `/oidc/token`.
        """
        return sum(1 for request in self.local.requests if (request.method, request.path) == (method, path))
