"""A test client of Quart in which somebody is signed in: no server, no HTTP."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from quart.typing import TestClientProtocol

from ..errors import ConfigurationError
from .pages import async_sign_in_as


@asynccontextmanager
async def authenticated_client(client: TestClientProtocol, user: str = "alice", **claims: Any) -> AsyncIterator[None]:
    """Signs somebody in in a test client, for as long as the block runs.

    ```python
    client = app.test_client()
    async with authenticated_client(client, "alice", roles=["admin"]):
        response = await client.get("/")
    ```

    Args:
        client: The application's test client.
        user: The user's id.
        claims: Further claims of the ID token, such as `name`, `email`, `roles`, `organizations`, `organization_roles`.

    Raises:
        ConfigurationError: The application has no Logto.
    """
    installed = client.app.extensions.get("logto")
    if installed is None:
        raise ConfigurationError("This application has no Logto.", hint="Write Logto(app).")
    cookies = await async_sign_in_as(installed.pages, user, **claims)
    for name, value in cookies.items():
        client.set_cookie("localhost", name, value)
    try:
        yield
    finally:
        for name in cookies:
            client.delete_cookie("localhost", name)
