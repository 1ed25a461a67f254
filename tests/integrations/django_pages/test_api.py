"""Access tokens at an API: in plain views and asynchronous ones, in DRF and in django-ninja."""

import asyncio

import pytest
from django.conf import settings
from django.contrib.auth import get_user_model
from django.test import AsyncClient, Client, RequestFactory, override_settings

from logto import ConfigurationError, LogtoSyncClient, MemoryStorage, UserInfoScope
from logto.integrations.django.api import LogtoApi, api_required
from logto.integrations.django.checks import check_api
from logto.integrations.django.models import LogtoAccount

SHOPPING = "https://shopping.your-app.com/api"
METADATA = "https://shopping.your-app.com/.well-known/oauth-protected-resource/api"
GUARDED = ["/plain", "/awaiting", "/drf/plain", "/ninja/plain", "/ninja/awaiting"]
FOR_NOBODY = ["/delete", "/drf/delete", "/ninja/delete"]


@pytest.fixture(scope="module")
def tokens(logto):
    """Alice's tokens: for the API, for her organization, and her ID token."""
    scopes = [UserInfoScope.organizations, "read", "org:read"]
    client = LogtoSyncClient(logto.config(scopes=scopes, resources=[SHOPPING]), MemoryStorage())
    client.handle_sign_in_callback(logto.sign_in(client.sign_in("http://localhost:3000/callback")))
    return {
        "api": client.get_access_token(SHOPPING),
        "acme": client.get_organization_token(logto.organizations["Acme"]),
        "id": client.get_id_token(),
        "opaque": client.get_access_token(),
    }


@pytest.fixture
def call(database, logto):
    """Calls the API: with a token, or a whole header."""
    ours = {"ENDPOINT": logto.endpoint, "API_AUDIENCE": SHOPPING, "API_ORGANIZATIONS": True, "API_SCOPES": ["read"]}
    changed = {"ROOT_URLCONF": "tests.integrations.django_pages.api_urls", "LOGTO": ours, "MIDDLEWARE": []}

    def calling(path, token=None, kind="wsgi", header=None, **options):
        header = f"Bearer {token}" if token else header
        headers = {} if header is None else {"authorization": header}
        if kind == "wsgi":
            return Client(enforce_csrf_checks=True).get(path, headers=headers, **options)
        return asyncio.run(AsyncClient().get(path, headers=headers, **options))

    with override_settings(**changed):
        yield calling


@pytest.mark.parametrize("kind", ["wsgi", "asgi"])
@pytest.mark.parametrize("path", GUARDED)
def test_a_good_token_is_let_in(call, tokens, logto, path, kind):
    """Over WSGI and over ASGI, a view finds the claims of the caller's token in `request.auth`."""
    answer = call(path, tokens["api"], kind)
    assert (answer.status_code, answer.json()["sub"]) == (200, logto.users["alice"].id)


@pytest.mark.parametrize("path", [*GUARDED, "/drf/signed-in"])
def test_no_token_is_a_bare_challenge(call, path):
    """Without a token, or with other credentials, the answer is 401 with a challenge that says where to learn more."""
    for header in (None, "Basic YTpi"):
        answer = call(path, header=header)
        assert answer.status_code == 401
        challenge = answer["WWW-Authenticate"]
        assert challenge.startswith("Bearer")
        assert f'resource_metadata="{METADATA}"' in challenge
        assert "error=" not in challenge


@pytest.mark.parametrize("path", GUARDED)
def test_a_bad_token_is_refused(call, tokens, path):
    """Forged, cut, of another kind, for another, opaque: 401 with `invalid_token`, and nothing that helps to forge."""
    good = tokens["api"]
    head, body, signature = good.split(".")
    for token in (
        f"{head}.{body}.{signature[::-1]}",
        f"{head}.{body}.",
        good[:-9],
        tokens["id"],
        tokens["opaque"],
        "one-word",
    ):
        answer = call(path, token)
        assert answer.status_code == 401, token[:9]
        assert 'error="invalid_token"' in answer["WWW-Authenticate"]
        assert token not in answer.content.decode()


@pytest.mark.parametrize("path", GUARDED)
def test_a_token_in_the_wrong_place_is_a_bad_request(call, tokens, path):
    """Doubled headers, two tokens in one, and a token in the query are 400 with `invalid_request`."""
    good = tokens["api"]
    answers = [
        call(path, header=header) for header in (f"Bearer {good},Bearer {good}", f"Bearer {good} {good}", "Bearer ")
    ]
    answers.append(call(f"{path}?access_token={good}", good))
    for answer in answers:
        assert answer.status_code == 400
        assert 'error="invalid_request"' in answer["WWW-Authenticate"]


@pytest.mark.parametrize("path", FOR_NOBODY)
def test_missing_scopes_are_named(call, tokens, path):
    """A good token without the scope is 403, and the challenge names the scope."""
    answer = call(path, tokens["api"])
    assert answer.status_code == 403
    assert 'error="insufficient_scope"' in answer["WWW-Authenticate"]
    assert 'scope="delete"' in answer["WWW-Authenticate"]


@pytest.mark.parametrize("prefix", ["", "/drf", "/ninja"])
def test_the_organization_is_that_of_the_token(call, tokens, logto, prefix):
    """A token of an organization opens that one's pages, and no other's; one of no organization opens none."""
    acme, beta = (logto.organizations[name] for name in ("Acme", "Beta"))
    assert call(f"{prefix}/organizations/{acme}", tokens["acme"]).status_code == 200
    assert call(f"{prefix}/organizations/{beta}", tokens["acme"]).status_code == 403
    assert call(f"{prefix}/organizations/{acme}", tokens["api"]).status_code == 403


def test_permissions_of_drf_compose(call, tokens):
    """`HasAnyScope` and `|` let in whom one of them lets in; roles that no token has let in nobody."""
    statuses = {
        path: call(f"/drf/{path}", tokens["api"]).status_code for path in ("any", "either", "neither", "role", "in-any")
    }
    assert statuses == {"any": 200, "either": 200, "neither": 403, "role": 403, "in-any": 403}
    assert call("/drf/in-any", tokens["acme"]).status_code == 200


def test_a_caller_may_be_a_user_of_djangos(call, tokens, logto):
    """With LogtoUserAuthentication, who has an active account here is let in as that user, and others are 403."""
    get_user_model().objects.all().delete()
    assert call("/drf/account", tokens["api"]).status_code == 403
    user = get_user_model().objects.create_user("caller")
    LogtoAccount.objects.create(user=user, iss=logto.issuer, sub=logto.users["alice"].id)
    assert call("/drf/account", tokens["api"]).json()["user"] == "caller"
    get_user_model().objects.filter(pk=user.pk).update(is_active=False)
    assert call("/drf/account", tokens["api"]).status_code == 403
    user.delete()


@pytest.mark.parametrize("path", GUARDED)
def test_a_logto_that_cannot_be_asked_is_a_503(call, tokens, path):
    """Without keys nobody can say whether a token is good: 503, with a time to wait."""
    with override_settings(LOGTO={**settings.LOGTO, "ENDPOINT": "http://localhost:1"}):
        answer = call(path, tokens["api"])
        assert answer.status_code == 503
        assert int(answer["Retry-After"]) > 0


def test_answers_are_for_one_caller(call, tokens):
    """A plain view's answer depends on the caller, and a refusal is kept nowhere."""
    assert "Authorization" in call("/plain", tokens["api"])["Vary"]
    assert call("/plain")["Cache-Control"] == "no-store"


def test_the_api_describes_itself(call, logto):
    """The document of RFC 9728 is where the challenge says, and nowhere else."""
    answer = call("/.well-known/oauth-protected-resource/api")
    document = answer.json()
    assert (document["resource"], document["authorization_servers"]) == (SHOPPING, [logto.issuer])
    assert (document["scopes_supported"], answer["Access-Control-Allow-Origin"]) == (["read"], "*")
    assert call("/.well-known/oauth-protected-resource/other").status_code == 404


def test_ninja_documents_its_scheme(call):
    """OpenAPI says that operations take a bearer token, a JWT."""
    document = call("/ninja/openapi.json").json()
    scheme = document["components"]["securitySchemes"]["LogtoBearer"]
    assert scheme == {"type": "http", "scheme": "bearer", "bearerFormat": "JWT"}
    assert document["paths"]["/ninja/plain"]["get"]["security"] == [{"LogtoBearer": []}]


@pytest.mark.parametrize(
    "changes", [{"API_AUDIENCE": None, "API_ORGANIZATIONS": None}, {"ENDPOINT": None}, {"API_AUDIENC": "x"}]
)
def test_a_wrong_setting_is_a_500_for_nobody_to_see(call, tokens, changes, monkeypatch):
    """An API that is not set up says so to its developer, and lets nobody in."""
    monkeypatch.delenv("LOGTO_ENDPOINT", raising=False)
    found = {**settings.LOGTO, **changes}
    with override_settings(LOGTO={name: value for name, value in found.items() if value}):
        assert [message.id for message in check_api()] == ["logto.E107"]
        with pytest.raises(ConfigurationError):
            call("/plain", tokens["api"])
    assert check_api() == []


def test_a_project_may_have_several_apis(logto, tokens, call):
    """A view takes the tokens of the API that it names."""
    other = LogtoApi(logto.endpoint, "https://store.your-app.com/api")
    guarded = api_required(api=other)(lambda request: None)
    request = type("Request", (), {"META": {"HTTP_AUTHORIZATION": f"Bearer {tokens['api']}"}})()
    assert guarded(request).status_code == 401
    with pytest.raises(ConfigurationError):
        api_required(any_scope=[])
    (pattern,) = other.urlpatterns
    described = pattern.callback(RequestFactory().get("/.well-known/oauth-protected-resource/api"))
    assert b"https://store.your-app.com/api" in described.content
