"""An application on the `logto` package as it was published before this one; run in an environment of its own.

Its argument is the configuration, in that package's names.
"""

import asyncio
import json
import sys
from importlib.metadata import version
from typing import Any

from lines import answer_lines

from logto import LogtoClient, LogtoConfig, UserInfoScope
from logto.Storage import MemoryStorage

METHODS = {
    "fetchUserInfo",
    "getAccessToken",
    "getAccessTokenClaims",
    "getIdTokenClaims",
    "getOrganizationToken",
    "getOrganizationTokenClaims",
    "getRefreshToken",
    "handleSignInCallback",
    "isAuthenticated",
    "signIn",
    "signOut",
}

config = LogtoConfig(**json.loads(sys.argv[1]))
# To that package, an enumeration's member and its string are not equal, and it looks for this one among the scopes.
known = {UserInfoScope.organizations.value: UserInfoScope.organizations}
config.scopes = [known.get(scope, scope) for scope in config.scopes]
client = LogtoClient(config, MemoryStorage())


async def call(method: str, given: list[Any]) -> Any:
    """What one of the client's methods returns."""
    if method == "version":
        return version("logto")
    if method not in METHODS:
        raise ValueError(method)
    result = getattr(client, method)(*given)
    if asyncio.iscoroutine(result):
        result = await result
    return result.model_dump(exclude_unset=True) if hasattr(result, "model_dump") else result


if __name__ == "__main__":
    answer_lines(lambda method, given: asyncio.run(call(method, given)))
