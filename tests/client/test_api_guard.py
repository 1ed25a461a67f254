"""Covers client/api_guard.py: from a request to claims, and from an error to the answer."""

import json

import pytest

from logto import (
    AccessTokenSyncVerifier,
    AccessTokenVerifier,
    ApiGuard,
    ApiSyncGuard,
    ClientAuthenticationError,
    ConfigurationError,
    IntrospectionUnavailableError,
    LogtoException,
    NotAuthenticatedError,
    ProtectedResource,
    TokenRequestError,
    TokenRequirement,
    TransportError,
    UnexpectedResponseError,
)
from tests.flows.dialogue import API, ENDPOINT, ISSUER
from tests.rejections.api import access_token, serving
from tests.rejections.mint import NOW

METADATA_URL = "https://shopping.your-app.com/.well-known/oauth-protected-resource/api"
READ = TokenRequirement(scopes=["read"])
ADMIN = TokenRequirement(scopes=["admin", "read"])


@pytest.fixture(params=["blocking", "awaiting"])
def api(request):
    """An API in either colour."""
    with serving(request.param) as running:
        yield running


def guarding(api, **settings):
    """A guard of the API's colour."""
    kind = ApiGuard if isinstance(api.verifier, AccessTokenVerifier) else ApiSyncGuard
    return kind(api.verifier, **settings)


def answer(api, guard, authorization, required=READ, **request):
    """What the guard answers to a request that it refuses."""
    with pytest.raises(LogtoException) as caught:
        api.run(guard.check(authorization, required, **request))
    answered = guard.answer(caught.value)
    assert answered.headers["cache-control"] == "no-store"
    assert answered.headers["content-type"] == "application/json"
    assert json.loads(answered.content) == answered.body
    assert set(answered.body) == {"error", "error_description"}
    return answered


def test_a_good_request_passes(api):
    """Its token's claims come back, for the scopes and the organization that are asked."""
    guard, token = guarding(api), access_token(organization_id="acme")

    for _ in range(2):
        assert (
            api.run(guard.check([f"Bearer {token}"], READ, query="page=2", organization_id="acme")).sub
            == "nv8ovftu4w70"
        )
    assert api.run(guard.check([f"bearer {token}"])).organization_id == "acme"


@pytest.mark.parametrize(
    ("authorization", "query", "status", "error"),
    [
        ([], "", 401, None),
        (["Basic YTpi"], "", 401, None),
        (["Bearer"], "", 400, "invalid_request"),
        (["Bearer a", "Bearer b"], "", 400, "invalid_request"),
        ([], "access_token=a", 400, "invalid_request"),
        (["Bearer a b"], "", 400, "invalid_request"),
        (["Bearer a.b.c"], "", 401, "invalid_token"),
        (["Bearer opaque"], "", 401, "invalid_token"),
        ([f"Bearer {access_token(aud='other')}"], "", 401, "invalid_token"),
        ([f"Bearer {access_token(exp=NOW - 100)}"], "", 401, "invalid_token"),
        ([f"Bearer {access_token(scope='')}"], "", 403, "insufficient_scope"),
    ],
    ids=range(11),
)
def test_a_refusal_is_answered_as_rfc_6750_says(api, authorization, query, status, error):
    """Status and error code of section 3.1; a request without a token is told no error; each is told where to look."""
    answered = answer(api, guarding(api), authorization, query=query)

    challenge = answered.headers["www-authenticate"]
    assert answered.status == status
    assert challenge.startswith("Bearer ")
    assert f'resource_metadata="{METADATA_URL}"' in challenge
    assert (f'error="{error}"' in challenge) if error else ("error" not in challenge)
    assert answered.body["error"] == (error or "missing_token")
    assert ("scope=" in challenge) == (status == 403 or error is None)


def test_the_scopes_that_are_needed_are_told(api):
    """All of them, in the challenge of the refusal, and of the request that brought no token."""
    guard = guarding(api, realm="Shop")
    for authorization in ([f"Bearer {access_token()}"], []):
        challenge = answer(api, guard, authorization, ADMIN).headers["www-authenticate"]

        assert challenge.startswith('Bearer realm="Shop", ')
        assert 'scope="admin read"' in challenge


def test_an_organization_of_the_request_alone_opens_nothing(api):
    """What a path names is held against the token; that it is wanting is a 403 without scopes."""
    for token in (access_token(), access_token(organization_id="beta")):
        for named in ("acme", ""):
            answered = answer(api, guarding(api), [f"Bearer {token}"], READ, organization_id=named)

            assert (answered.status, "scope=" in answered.headers["www-authenticate"]) == (403, False)


def test_nothing_of_the_request_is_in_the_answer(api):
    """No token, audience, claim or key name, and no word of ours on what was expected."""
    for token in (access_token(aud="https://other.example"), access_token(header={"kid": "rotten"}), "x" * 43, "a.b.c"):
        answered = answer(api, guarding(api, resource=ProtectedResource("https://api.example")), [f"Bearer {token}"])

        text = f"{answered.headers}{answered.body}"
        assert not [
            word for word in (token, token[-20:], "other.example", "rotten", API, "key-1", ISSUER) if word in text
        ]


@pytest.mark.parametrize(
    ("error", "status", "retry_after"),
    [
        (TransportError("no"), 503, "5"),
        (UnexpectedResponseError("no"), 503, "5"),
        (IntrospectionUnavailableError("no", retry_after=16.2), 503, "17"),
        (TokenRequestError("no", status=429, retry_after=30), 503, "30"),
        (ClientAuthenticationError("no"), 500, None),
        (ConfigurationError("no"), 500, None),
        (NotAuthenticatedError("no"), 500, None),
    ],
    ids=repr,
)
@pytest.mark.parametrize("kind", [(ApiGuard, AccessTokenVerifier), (ApiSyncGuard, AccessTokenSyncVerifier)])
def test_what_is_not_the_caller_s_fault(kind, error, status, retry_after):
    """An outage is 503 with a time to try again; what only we can mend is 500; neither challenges anybody."""
    guard, verifier = kind
    answered = guard(verifier(ENDPOINT, API)).answer(error)

    assert (answered.status, answered.headers.get("retry-after")) == (status, retry_after)
    assert "www-authenticate" not in answered.headers
    assert answered.headers["cache-control"] == "no-store"


def test_an_api_describes_itself(api):
    """By its audience, or as it wants; an API with several names says nothing unless it is told to."""
    guard = guarding(api)
    assert guard.metadata == {
        "resource": API,
        "authorization_servers": [ISSUER],
        "bearer_methods_supported": ["header"],
    }
    assert (guard.metadata_path, guard.metadata_url) == ("/.well-known/oauth-protected-resource/api", METADATA_URL)
    assert guarding(api, resource="http://127.0.0.1:8000").metadata_url == (
        "http://127.0.0.1:8000/.well-known/oauth-protected-resource"
    )
    several = ApiSyncGuard(AccessTokenSyncVerifier(ENDPOINT, [API, "https://other.example"]))
    organization = ApiSyncGuard(AccessTokenSyncVerifier(ENDPOINT, "urn:logto:organization:acme"))
    for nameless in (several, organization):
        assert (nameless.metadata, nameless.metadata_path, nameless.metadata_url) == (None, None, None)


def test_a_guard_takes_a_verifier_of_its_colour():
    """A blocking verifier in an event loop, or the reverse, is an error of the configuration."""
    for kind, other in ((ApiGuard, AccessTokenSyncVerifier), (ApiSyncGuard, AccessTokenVerifier)):
        with pytest.raises(ConfigurationError) as caught:
            kind(other(ENDPOINT, API))
        assert caught.value.code == "configuration.guard"


@pytest.mark.parametrize("realm", ["a\nb", "caf\u00e9", "a\x00"])
def test_a_realm_cannot_break_out_of_its_header(realm):
    """What no header can hold is refused when it is written; quotes are quoted."""
    verifier = AccessTokenSyncVerifier(ENDPOINT, API)
    with pytest.raises(ConfigurationError):
        ApiSyncGuard(verifier, realm=realm)

    guard = ApiSyncGuard(verifier, realm='a", error="none\\')
    with pytest.raises(LogtoException) as caught:
        guard.check([])
    assert guard.answer(caught.value).headers["www-authenticate"].startswith(r'Bearer realm="a\", error=\"none\\", ')
