"""`authenticated_client`: somebody signed in in a test client, for as long as a block runs."""

import pytest
from quart import Quart

from logto.errors import ConfigurationError
from logto.testing.quart import authenticated_client
from tests.integrations.quart.shop import shop

pytestmark = pytest.mark.anyio


async def test_somebody_is_signed_in_within_the_block_only():
    """Within the block the user has the claims given, within another one its own, and afterwards nobody is signed in."""
    client = shop().test_client()
    async with authenticated_client(client, "alice", name="Alice"):
        assert await (await client.get("/")).get_data() == b"Hello, Alice!"

    assert (await client.get("/profile")).status_code == 401


async def test_an_application_without_logto_is_said():
    """Signing in to an application without Logto is an error that says what is missing."""
    with pytest.raises(ConfigurationError, match=r"Write Logto\(app\)"):
        async with authenticated_client(Quart("bare").test_client()):
            pass
