"""The programs that others wrote, started for the tests and gone with them."""

import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest

from logto import LogtoConfig
from logto.server import LocalLogto
from tests.interop.application import Application, running
from tests.interop.browser import Browser
from tests.interop.headless_sign_in import Visitor
from tests.interop.program import Program

HERE = Path(__file__).parent
BUILD = HERE.parents[1] / "build" / "interop"
LOGS = BUILD / "logs"
SHOPPING = "https://shopping.your-app.com/api"
STORE = "https://store.your-app.com/api"


@pytest.fixture(scope="session")
def provider() -> Iterator[Program]:
    """The oidc-provider of npm, whose confidential applications authenticate by client_secret_basic."""
    with Program(["node", HERE / "provider" / "main.mjs", "client_secret_basic"], LOGS / "provider.log") as program:
        yield program


@pytest.fixture(scope="session")
def provider_of_posted_secrets() -> Iterator[Program]:
    """The oidc-provider of npm, whose confidential applications authenticate by client_secret_post."""
    with Program(["node", HERE / "provider" / "main.mjs", "client_secret_post"], LOGS / "provider-post.log") as program:
        yield program


@pytest.fixture
def browser() -> Iterator[Browser]:
    """A browser that knows nobody yet."""
    with Browser() as opened:
        yield opened


@pytest.fixture(params=["LogtoClient", "LogtoSyncClient"])
def build(request: pytest.FixtureRequest) -> Iterator[Callable[..., Application]]:
    """Builds applications at a provider, by their id and further settings; once on each of our clients."""
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


@pytest.fixture(scope="session")
def logto() -> Iterator[LocalLogto]:
    """Local Logto with its sample data."""
    with LocalLogto() as server:
        yield server


@pytest.fixture
def visitor() -> Iterator[Visitor]:
    """A browser at Logto, whose user reads no pages."""
    with Visitor() as opened:
        yield opened


@pytest.fixture(scope="session")
def published_python() -> list[str | Path]:
    """How to run Python where the `logto` package is the published one, with nothing of ours; installed once."""
    requirements = HERE / "published.txt"
    version = f"{sys.version_info.major}.{sys.version_info.minor}"
    folder = BUILD / f"published-{version}-{sha256(requirements.read_bytes()).hexdigest()[:12]}"
    python, complete = folder / "bin" / "python", folder / "complete"
    if not complete.exists():
        subprocess.run([sys.executable, "-m", "venv", "--clear", folder], check=True)
        install = ["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--require-hashes"]
        subprocess.run([python, *install, "--requirement", requirements], check=True)
        complete.touch()
    return [python, "-E"]  # without our PYTHONPATH, if there is one
