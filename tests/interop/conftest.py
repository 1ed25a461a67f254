"""The programs that others wrote, started for the tests and gone with them."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest

from logto import LogtoConfig
from tests.interop.application import Application, running
from tests.interop.browser import Browser
from tests.interop.program import Program

HERE = Path(__file__).parent
LOGS = HERE.parents[1] / "build" / "interop" / "logs"
SHOPPING = "https://shopping.your-app.com/api"
STORE = "https://store.your-app.com/api"


@pytest.fixture(scope="session")
def provider() -> Iterator[Program]:
    """npm's oidc-provider, whose confidential applications authenticate by client_secret_basic."""
    with Program(["node", HERE / "provider" / "main.mjs", "client_secret_basic"], LOGS / "provider.log") as program:
        yield program


@pytest.fixture(scope="session")
def provider_of_posted_secrets() -> Iterator[Program]:
    """npm's oidc-provider, whose confidential applications authenticate by client_secret_post."""
    with Program(["node", HERE / "provider" / "main.mjs", "client_secret_post"], LOGS / "provider-post.log") as program:
        yield program


@pytest.fixture
def browser() -> Iterator[Browser]:
    """A browser that knows nobody yet."""
    with Browser() as opened:
        yield opened


@pytest.fixture(params=["LogtoClient", "LogtoSyncClient"])
def build(request: pytest.FixtureRequest) -> Iterator[Callable[..., Application]]:
    """Builds applications at a provider: build(provider, "public", scopes=[…]); once on each of our clients."""
    with ExitStack() as open_until_the_end:

        def build(provider: Program, app_id: str, **settings: Any) -> Application:
            if app_id != "public":
                settings.setdefault("app_secret", f"the secret of {app_id}: 100% & more")
            issuer = provider.ask("issuer")
            config = LogtoConfig(endpoint=issuer, issuer=issuer, app_id=app_id, **settings)
            return open_until_the_end.enter_context(running(request.param, config))

        yield build


@pytest.fixture
def application(build: Callable[..., Application], provider: Program) -> Application:
    """A confidential application that wants e-mail addresses and tokens for two resources."""
    return build(provider, "confidential", scopes=["email", "read", "write", "unknown"], resources=[SHOPPING, STORE])
