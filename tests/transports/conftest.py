"""Both colours of transport behind one blocking call, and certificates of our own."""

import asyncio
import os
import ssl
from collections.abc import Callable

import pytest

from logto.protocol.http import HttpRequest, HttpResponse
from logto.transports.httpcore2 import AsyncPooledTransport, PooledTransport
from tests.transports.certificates import Authority, new_authority

Send = Callable[..., HttpResponse]


@pytest.fixture(autouse=True)
def _no_proxies(monkeypatch: pytest.MonkeyPatch) -> None:
    """The proxies of the machine that runs the tests are not what is tested."""
    for name in [name for name in os.environ if name.lower().endswith("_proxy")]:
        monkeypatch.delenv(name)


@pytest.fixture(params=["blocking", "awaiting"])
def send(request: pytest.FixtureRequest):
    """Sends one request, within 5 seconds unless told otherwise; `verify` as the transports take it."""

    def blocking(asked: HttpRequest, timeout: float = 5, verify: ssl.SSLContext | None = None) -> HttpResponse:
        transport = PooledTransport(verify=verify)
        try:
            return transport.send(asked, timeout)
        finally:
            transport.close()

    def awaiting(asked: HttpRequest, timeout: float = 5, verify: ssl.SSLContext | None = None) -> HttpResponse:
        return asyncio.run(AsyncPooledTransport(verify=verify).send(asked, timeout))

    return {"blocking": blocking, "awaiting": awaiting}[request.param]


@pytest.fixture(scope="session")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    return new_authority(tmp_path_factory.mktemp("tls"))
