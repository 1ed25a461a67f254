"""Logto is down, or the store is."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from logto.errors import TransportError
from logto.sessions import MemoryStore
from tests.integrations.flask.shop import Visitor, shop


class Broken(MemoryStore):
    """A store whose server is down, from when somebody says so."""

    down = False

    def load(self, key):
        if self.down:
            raise ConnectionError
        return super().load(key)


def test_logto_down_is_a_page_of_its_own(server):
    """A sign-in while Logto is down is answered 503 with Retry-After, as a page or as JSON."""
    visitor = Visitor(shop(server))
    with server.faults.refuse("/oidc/.well-known/openid-configuration"):
        page, data = visitor.get("/sign-in"), visitor.fetch("/sign-in")

    assert [(answer.status_code, answer.headers["Retry-After"]) for answer in (page, data)] == [(503, "10")] * 2
    assert "<h1>" in page.text
    assert data.json["error"] == "temporarily_unavailable"


def test_the_application_may_answer_an_outage_itself(server):
    """An application's own handler of TransportError answers instead."""
    app = shop(server)
    app.register_error_handler(TransportError, lambda error: ("back soon", 503))
    with server.faults.refuse("/oidc/.well-known/openid-configuration"):
        assert Visitor(app).get("/sign-in").text == "back soon"


def test_pages_live_on_while_logto_is_down(server):
    """Whoever is signed in stays so, and signs out here, while Logto refuses every connection."""
    visitor = Visitor(shop(server))
    visitor.sign_in(server)
    with server.faults.refuse("/oidc/token"), server.faults.refuse("/oidc/token/revocation"):
        assert visitor.get("/profile").status_code == 200
        assert visitor.get("/token").status_code == 503
        assert visitor.get("/profile").status_code == 200
        assert visitor.post("/sign-out").status_code == 303

    assert visitor.get("/profile").status_code == 303


def test_a_store_that_is_down_stops_those_pages_that_need_it():
    """With the store down, a page that looks at the user is answered 503, others as always; then all is as before."""
    store = Broken()
    visitor = Visitor(shop(store=store), user="alice")
    store.down = True
    assert [visitor.get(path).status_code for path in ("/profile", "/", "/public")] == [503, 503, 200]
    store.down = False

    assert visitor.get("/profile").status_code == 200


def test_or_counts_as_signed_out_where_the_application_says_so():
    """With LOGTO_SIGNED_OUT_WITHOUT_STORE, pages stay up without their store, and users seem signed out."""
    store = Broken()
    visitor = Visitor(shop(store=store, LOGTO_SIGNED_OUT_WITHOUT_STORE=True), user="alice")
    store.down = True

    assert visitor.get("/").text.startswith("Hello, stranger!")


@pytest.mark.parametrize("make", [lambda: None, MemoryStore], ids=["cookies", "memory"])
def test_users_at_once_do_not_mix(make):
    """Four hundred requests of forty users in eight threads each see their own user."""
    app = shop(store=make())
    visitors = [Visitor(app, user=f"user-{number}") for number in range(40)]

    def visit(turn):
        return visitors[turn % 40].twin().get("/profile").json["sub"]

    with ThreadPoolExecutor(8) as threads:
        assert list(threads.map(visit, range(400))) == [f"user-{turn % 40}" for turn in range(400)]
