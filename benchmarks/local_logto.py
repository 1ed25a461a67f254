"""A local Logto in another process, a browser signed in there, and what came to it."""

from types import TracebackType
from typing import Any, Self

from logto.testing import Browser

from .settings import Settings
from .side import Side

SCOPES = ["email", "phone", "custom_data", "roles", "urn:logto:scope:organizations"]


class Provider:
    """Local Logto, watched: how many requests, over how many connections.

    Args:
        settings: Which interpreter can run it.
    """

    def __init__(self, settings: Settings) -> None:
        self._side = Side(settings.server, "provider")
        self._seeded = self._side("seeded")
        self._browser = Browser()

    def config(self) -> dict[str, Any]:
        """`LogtoConfig`'s arguments for the sample web application, in the spelling of both packages."""
        seeded = self._seeded
        application = {"endpoint": seeded["endpoint"], "appId": seeded["appId"], "appSecret": seeded["appSecret"]}
        return {**application, "scopes": SCOPES, "resources": self.resources}

    @property
    def resources(self) -> list[str]:
        """The sample API resources."""
        return list(self._seeded["resources"])

    def reset(self, *, slow_keys: float = 0.0, strict: bool = False) -> None:
        """Count from zero.

        Args:
            slow_keys: Seconds that the key endpoint takes.
            strict: Rotate the refresh token, and do not let the spent one be used again, not even within Logto's three
                seconds; the clock is moved for it, until the next call.
        """
        self._side("reset", delays={"/oidc/jwks": slow_keys} if slow_keys else {}, strict=strict)

    def counts(self) -> dict[str, int]:
        """What came from applications since then."""
        found: dict[str, int] = self._side("counts")
        return found

    def visit(self, urls: dict[str, str]) -> dict[str, str]:
        """Send a browser to each address; returns where it comes back to. Only the first visit asks for the password."""
        alice = next(user for user in self._seeded["users"] if user["username"] == "alice")
        return {
            name: self._browser.sign_in(url, username="alice", password=alice["password"]) for name, url in urls.items()
        }

    def close(self) -> None:
        """End it."""
        self._browser.close()
        self._side.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.close()
