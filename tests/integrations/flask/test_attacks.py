"""Requests of nobody's good will: what they must not spend, say or show."""

from werkzeug.middleware.proxy_fix import ProxyFix

from logto.integrations.flask import signed_in
from tests.integrations.flask.shop import Visitor, shop


def test_a_head_request_spends_no_code(server, visitor):
    """Looking at a callback without opening it signs nobody in and tells nobody so; opening it still does."""
    heard = []

    def hear(sender, user):
        heard.append(user.sub)

    callback = visitor.callback(server)
    with signed_in.connected_to(hear):
        assert visitor.head(callback).status_code == 405
        assert heard == []
        assert visitor.get(callback).status_code == 303
    assert heard == [server.users["alice"].id]


def test_a_head_request_signs_nobody_out(server):
    """Where a link may sign out, asking for the headers of the page behind it does not."""
    visitor = Visitor(shop(server, LOGTO_ALLOW_SIGN_OUT_BY_GET=True))
    visitor.sign_in(server)

    assert visitor.head("/sign-out").status_code == 405
    assert visitor.get("/profile").status_code == 200


def test_a_prefix_of_a_proxy_that_lies_leads_to_no_other_host():
    """Behind a proxy that passes on anybody's X-Forwarded-Prefix, the way to the sign-in stays on the host."""
    app = shop()
    app.wsgi_app = ProxyFix(app.wsgi_app, x_prefix=1)

    location = Visitor(app).get("/profile", X_Forwarded_Prefix="//evil.example").location
    assert location.startswith("/evil.example/")
