"""`LogtoFlaskClient`: somebody signed in in a test client, without HTTP."""

import pytest
from flask import Flask

from logto.errors import ConfigurationError
from logto.testing.flask import LogtoFlaskClient
from tests.integrations.flask.shop import shop


def test_a_client_begins_signed_in_and_can_change_who_it_is():
    """`test_client(user=…)` begins signed in with the claims given, `sign_in_as` makes it somebody else's, None nobody's."""
    app = shop()
    client = app.test_client(user="alice", roles=["admin"])
    assert client.get("/profile").json == {"sub": "alice", "roles": ["admin"]}
    client.sign_in_as("bob")
    assert client.get("/profile").json == {"sub": "bob", "roles": []}

    assert app.test_client().get("/profile").status_code == 401


@pytest.mark.parametrize(
    "settings", [{"SERVER_NAME": "shop.example:8443"}, {"LOGTO_REDIRECT_URI": "https://shop.example/callback"}]
)
def test_it_is_signed_in_under_the_applications_own_name(settings):
    """Where the application has a server name, or an address on https, the client is signed in there."""
    assert shop(**settings).test_client(user="alice").get("/profile").status_code == 200


def test_an_application_without_logto_is_said():
    """Signing in to an application without Logto is an error that says what is missing."""
    app = Flask("bare")
    app.test_client_class = LogtoFlaskClient
    with pytest.raises(ConfigurationError, match=r"Write Logto\(app\)"):
        app.test_client(user="alice")
