"""Requests of nobody's good will: what they must not spend, say or show."""

import pytest

from logto.integrations.quart import signed_in

pytestmark = pytest.mark.anyio


async def test_a_head_request_spends_no_code(server, visitor):
    """Looking at a callback without opening it signs nobody in and tells nobody so; opening it still does."""
    heard = []

    def hear(sender, user):
        heard.append(user.sub)

    callback = await visitor.callback(server)
    with signed_in.connected_to(hear):
        assert (await visitor.head(callback)).status_code == 405
        assert heard == []
        assert (await visitor.get(callback)).status_code == 303
    assert heard == [server.users["alice"].id]
