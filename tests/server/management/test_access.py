"""Who may call the Management API."""

import json
from base64 import urlsafe_b64decode, urlsafe_b64encode

import httpx2
import pytest

from tests.server.browser import NO_TLS, Browser
from tests.server.manager import MANAGEMENT_API, management_token


def asked(server, authorization=None, **headers):
    """The answer to a harmless call."""
    added = {} if authorization is None else {"Authorization": authorization}
    with httpx2.Client(base_url=server.endpoint, verify=NO_TLS) as http:
        return http.get("/api/roles", headers={**added, **headers})


def test_a_token_with_the_scope_is_let_in(server, manager):
    """client_credentials for the resource with scope `all` is all that it takes."""
    assert asked(server, f"Bearer {management_token(server)}").status_code == 200


@pytest.mark.parametrize(
    ("authorization", "code"),
    [
        (None, "auth.authorization_header_missing"),
        ("Basic YTpi", "auth.authorization_token_type_not_supported"),
        ("Bearer", "auth.unauthorized"),
        ("Bearer opaque", "auth.unauthorized"),
        ("Bearer a.b.c", "auth.unauthorized"),
        ("Bearer " + "a" * 20_000, "auth.unauthorized"),
    ],
    ids=["none", "basic", "scheme", "opaque", "garbage", "long"],
)
def test_without_a_token_nobody_is_let_in(server, authorization, code):
    """401 with the code that says what was wrong with the header, and nothing about the token."""
    answer = asked(server, authorization)
    assert (answer.status_code, answer.json()["code"]) == (401, code)


@pytest.fixture(scope="module")
def tokens(server):
    """Tokens of every other kind, all of them good somewhere."""
    browser = Browser(server)
    shopping = server.seeded["resources"][0]
    first = browser.sign_in(scope="openid offline_access read", resource=shopping)
    yield {
        "ID token": first["id_token"],
        "opaque": first["access_token"],
        "refresh": first["refresh_token"],
        "another resource": browser.refresh(first["refresh_token"], resource=shopping)["access_token"],
    }
    browser.close()


@pytest.mark.parametrize("kind", ["ID token", "opaque", "refresh", "another resource"])
def test_other_tokens_are_nobodys(server, tokens, kind):
    """An ID token, an opaque token, a refresh token and another resource's token are refused alike."""
    answer = asked(server, f"Bearer {tokens[kind]}")
    assert (answer.status_code, answer.json()["code"]) == (401, "auth.unauthorized")


def test_without_the_scope_it_is_forbidden(server):
    """A token for the resource that did not ask for `all` is refused with 403."""
    answer = asked(server, f"Bearer {management_token(server, scope='read')}")
    assert (answer.status_code, answer.json()["code"]) == (403, "auth.forbidden")


def test_an_application_without_the_role_gets_no_scope(server, browser):
    """Whoever lacks the role gets a token without `all`, which opens nothing."""
    seeded = server.seeded
    form = {"grant_type": "client_credentials", "resource": MANAGEMENT_API, "scope": "all"}
    credentials = (seeded["m2mAppId"], seeded["m2mAppSecret"])
    token = browser.http.post("/oidc/token", data=form, auth=credentials).json()["access_token"]
    assert asked(server, f"Bearer {token}").status_code == 403


def test_a_token_of_another_server_is_nobodys(server, fresh_server):
    """Another key and another issuer."""
    assert asked(server, f"Bearer {management_token(fresh_server)}").status_code == 401


def test_an_altered_token_is_nobodys(server):
    """The claims are believed only with their signature."""
    header, payload, signature = management_token(server, scope="read").split(".")
    claims = json.loads(_decoded(payload)) | {"scope": "all"}
    forged = urlsafe_b64encode(json.dumps(claims).encode()).rstrip(b"=").decode()
    assert asked(server, f"Bearer {header}.{forged}.{signature}").status_code == 401


def test_a_token_ends_with_its_time(fresh_server):
    """After an hour it opens nothing."""
    token = management_token(fresh_server)
    fresh_server.clock.advance(3601)
    assert asked(fresh_server, f"Bearer {token}").status_code == 401


def test_another_sites_page_is_kept_out(server):
    """A browser that another site made call is refused, whatever token it has."""
    answer = asked(server, f"Bearer {management_token(server)}", Origin="https://evil.example")
    assert (answer.status_code, answer.json()["code"]) == (403, "request.forbidden")


def _decoded(segment):
    return urlsafe_b64decode(segment + "=" * (-len(segment) % 4))
