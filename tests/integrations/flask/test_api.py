"""`LogtoApi` of Flask: who may call which view, what callers are told, and where the API describes itself."""

import pytest
from flask import Flask

from logto import LogtoSyncClient, MemoryStorage, UserInfoScope
from logto.errors import ConfigurationError
from logto.integrations.flask import Logto, LogtoApi
from tests.integrations.flask.shop import API, application

METADATA = "https://shopping.your-app.com/.well-known/oauth-protected-resource/api"
OTHER = "https://store.your-app.com/api"


def add_views(app, api):
    """A view of each kind."""

    @app.get("/who")
    @api.required()
    def who():
        return {"sub": api.claims.sub, "scopes": sorted(api.claims.scopes)}

    @app.get("/waiting")
    @api.required(scopes=["read"])
    async def waiting():
        return {"sub": api.claims.sub}

    @app.post("/write")
    @api.required(any_scope="write admin")
    def write():
        return {"sub": api.claims.sub}

    @app.get("/admin")
    @api.required(scopes=["write", "admin"])
    def admin():
        return "never"

    @app.get("/organizations/<organization_id>")
    @api.required(organization_from="organization_id")
    def organization(organization_id):
        return {"organization": api.claims.organization_id}

    @app.get("/by-header")
    @api.required(organization_from=lambda request: request.headers.get("X-Organization"))
    def by_header():
        return {"organization": api.claims.organization_id}

    app.add_url_rule("/unguarded", view_func=lambda: api.claims.sub, endpoint="unguarded")


@pytest.fixture(scope="module")
def app(server):
    """An API, beside the pages of the same application."""
    app = application(server, TESTING=True, LOGTO_REDIRECT_URI=None)
    Logto(app)
    add_views(app, LogtoApi(app, audience=API, scopes=["read", "write"], realm="Shop"))
    return app


@pytest.fixture(scope="module")
def alice(server):
    """A client in whose session alice is signed in."""
    config = server.config(scopes=[UserInfoScope.organizations, "read", "write"], resources=[API, OTHER])
    client = LogtoSyncClient(config, MemoryStorage())
    client.handle_sign_in_callback(server.sign_in(client.sign_in("http://localhost:3000/callback")))
    return client


@pytest.fixture
def call(app, alice):
    """Calls the API with alice's token, or with a header of the test's own."""

    def send(path, authorization=None, method="GET", **headers):
        token = f"Bearer {alice.get_access_token(API)}" if authorization is None else authorization
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        return app.test_client().open(path, method=method, headers={"Authorization": token, **named})

    return send


def test_a_good_token_gets_in(server, call):
    """The view sees the typed claims of the token, in both colours, and either of two scopes is enough where it says so."""
    alice = server.users["alice"].id
    assert call("/who").json == {"sub": alice, "scopes": ["read", "write"]}
    assert call("/waiting").json == {"sub": alice}

    assert call("/write", method="POST").json == {"sub": alice}


def test_nobody_is_told_where_to_get_a_token(app):
    """Without a token the answer is 401 with a bare challenge, the realm, and the address of the metadata."""
    answer = app.test_client().get("/waiting")

    assert answer.status_code == 401
    assert answer.headers["WWW-Authenticate"] == f'Bearer realm="Shop", scope="read", resource_metadata="{METADATA}"'
    assert answer.headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize(
    ("authorization", "status", "error"),
    [
        ("Bearer a.b.c", 401, "invalid_token"),
        ("Bearer", 400, "invalid_request"),
        ("Bearer a, Bearer b", 400, "invalid_request"),
        ("Basic YTpi", 401, None),
    ],
)
def test_bad_headers_are_refused(call, authorization, status, error):
    """A forged token, none after the word, two, and another scheme are each refused as RFC 6750 says."""
    answer = call("/who", authorization)

    assert (answer.status_code, answer.json["error"] if error else None) == (status, error)


def test_other_tokens_are_refused(call, alice):
    """An ID token, a token for another API, one in the query, and a scope too few do not get in."""
    answers = [
        call("/who", f"Bearer {alice.get_id_token()}"),
        call("/who", f"Bearer {alice.get_access_token(OTHER)}"),
        call(f"/who?access_token={alice.get_access_token(API)}"),
        call("/admin"),
    ]

    assert [answer.status_code for answer in answers] == [401, 401, 400, 403]
    assert answers[-1].json["error"] == "insufficient_scope"


def test_the_organization_is_the_tokens(server, alice, call):
    """A view about an organization takes that one's token only, wherever the request names it."""
    acme, beta = (server.organizations[name] for name in ("Acme", "Beta"))
    token = f"Bearer {alice.get_access_token(API, acme)}"
    assert call(f"/organizations/{acme}", token).json == {"organization": acme}
    assert call("/by-header", token, X_Organization=acme).json == {"organization": acme}
    refused = [
        call(f"/organizations/{beta}", token),
        call(f"/organizations/{acme}"),
        call("/by-header", token),
        call("/by-header", token, X_Organization=beta),
    ]

    assert [answer.status_code for answer in refused] == [403] * 4


def test_the_api_describes_itself(app, server):
    """Anybody can read at the well-known address which Logto to ask, and for which scopes (RFC 9728)."""
    answer = app.test_client().get("/.well-known/oauth-protected-resource/api")

    assert (answer.json["resource"], answer.json["authorization_servers"]) == (API, [server.issuer])
    assert answer.json["scopes_supported"] == ["read", "write"]
    assert answer.headers["Access-Control-Allow-Origin"] == "*"


def test_logto_down_is_503(alice):
    """Where Logto's keys cannot be had, the answer is 503, which says when to come again."""
    app = Flask("api")
    api = LogtoApi(app, endpoint="http://localhost:1", audience=API)
    app.add_url_rule("/", view_func=api.required()(lambda: "page"), endpoint="page")
    answer = app.test_client().get("/", headers={"Authorization": f"Bearer {alice.get_access_token(API)}"})

    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "5")


def test_mistakes_of_the_setup_are_said(app, monkeypatch):
    """No address, no guard over the view, and an application without the API are errors that say what to write."""
    monkeypatch.delenv("LOGTO_ENDPOINT", raising=False)
    with pytest.raises(ConfigurationError, match="LOGTO_ENDPOINT"):
        LogtoApi(Flask("api"), audience=API)
    with pytest.raises(ConfigurationError):
        LogtoApi(Flask("api"), endpoint="https://logto.example")
    with app.test_request_context(), pytest.raises(ConfigurationError, match=r"@api\.required\(\)"):
        app.view_functions["unguarded"]()
    api, bare = LogtoApi(endpoint="https://logto.example", audience=API), Flask("bare")
    bare.testing = True
    bare.add_url_rule("/", view_func=api.required()(lambda: "page"), endpoint="page")
    with pytest.raises(ConfigurationError, match=r"api\.init_app\(app\)"):
        bare.test_client().get("/")
