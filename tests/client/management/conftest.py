"""A tenant at local Logto, and the Management API's client of either colour."""

import pytest

from logto.server.serve import LocalLogto
from logto.testing import LogtoServer
from tests.client.management.tenant import COLOURS, Tenant


@pytest.fixture(scope="module")
def server():
    """A local Logto with the sample data."""
    with LocalLogto() as local:
        yield LogtoServer(local)


@pytest.fixture(scope="module", params=COLOURS)
def tenant(request, server):
    """Its Management API, through each client."""
    with Tenant(request.param, server) as tenant:
        yield tenant
