"""WebSockets: who may open them, from which pages, and what they can do."""

import pytest
from quart.testing.connections import WebsocketResponseError

from logto.sessions import MemoryStore
from logto.testing.quart import authenticated_client
from tests.integrations.flask.shop import BASE
from tests.integrations.quart.shop import Visitor, shop

pytestmark = pytest.mark.anyio


async def test_somebody_is_let_in_and_nobody_is_told():
    """A guarded WebSocket opens for whoever is signed in, and is refused with 401, not a redirect, for nobody."""
    visitor = Visitor(shop())
    with pytest.raises(WebsocketResponseError) as refused:
        await visitor.hears("/chat", Accept="text/html", Sec_Fetch_Mode="websocket")
    assert refused.value.response.status_code == 401
    async with authenticated_client(visitor.client):
        assert await visitor.hears("/chat", Origin=BASE) == "welcome alice"
        assert await visitor.hears("/open", Sec_Fetch_Site="same-origin") == "welcome alice"


@pytest.mark.parametrize(
    "headers", [{"Origin": "https://evil.example"}, {"Sec_Fetch_Site": "cross-site"}, {"Origin": "null"}]
)
async def test_another_sites_page_opens_nobodys(headers):
    """A WebSocket that another site's page opens is refused where it is guarded, and a stranger's where it is not."""
    visitor = Visitor(shop())
    async with authenticated_client(visitor.client):
        with pytest.raises(WebsocketResponseError) as refused:
            await visitor.hears("/chat", **headers)
        assert refused.value.response.status_code == 403
        assert await visitor.hears("/open", **headers) == "welcome stranger"


@pytest.mark.parametrize(
    ("store", "said"), [(None, "storage.answered"), (MemoryStore, None)], ids=["cookies", "memory"]
)
async def test_a_websocket_spends_no_cookies_refresh_token(server, store, said):
    """With sessions in cookies a WebSocket gets no new token, and spends none; with a store it gets one, and keeps it."""
    visitor = Visitor(shop(server, store=store() if store else None))
    await visitor.sign_in(server)
    before = server.count("POST", "/oidc/token")
    heard = await visitor.hears("/ticker", Origin=BASE)
    requests = server.count("POST", "/oidc/token") - before
    assert (heard == said, requests) == ((True, 0) if said else (False, 1))
    token = (await visitor.json("/token"))["token"]

    assert token.count(".") == 2
    assert said or heard == token
