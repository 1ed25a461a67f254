"""Requests of nobody's good will: what they must not spend or say."""

from tests.integrations.fastapi.shop import Shop


def test_a_head_request_spends_no_code(server):
    """Looking at a callback without opening it signs nobody in, and no hook is told so; opening it still does."""
    shop, heard = Shop(server), []

    @shop.logto.on_signed_in
    async def hear(request, user):
        heard.append(user.sub)

    with shop.visitor() as visitor:
        callback = server.sign_in(visitor.get("/sign-in").headers["location"])
        assert (visitor.head(callback).status_code, heard) == (405, [])
        assert visitor.get(callback).status_code == 303
    assert heard == [server.users["alice"].id]
