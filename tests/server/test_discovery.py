"""Metadata and keys (LOGTO.md 3.1)."""

from tests.server.browser import header_of


def test_the_issuer_is_fixed_and_endpoints_follow_the_host(server, browser):
    """Through 127.0.0.1 the issuer stays localhost's, and the endpoints do not."""
    port = server.endpoint.rpartition(":")[2]
    for document in ("openid-configuration", "oauth-authorization-server"):
        url = f"http://127.0.0.1:{port}/oidc/.well-known/{document}"
        response = browser.http.get(url)
        metadata = response.json()
        assert metadata["issuer"] == f"http://localhost:{port}/oidc"
        assert metadata["token_endpoint"] == f"http://127.0.0.1:{port}/oidc/token"
        assert response.headers["access-control-allow-origin"] == "*"
        assert "cache-control" not in response.headers


def test_the_key_set_has_an_etag(browser):
    """ES384 on P-384 with a 43-character kid; 304 for who has it."""
    response = browser.http.get("/oidc/jwks")
    (key,) = response.json()["keys"]
    assert list(key) == ["kty", "use", "kid", "alg", "crv", "x", "y"]
    assert (key["kty"], key["alg"], key["crv"], len(key["kid"])) == ("EC", "ES384", "P-384", 43)
    assert response.headers["content-type"] == "application/jwk-set+json"
    assert response.headers["cache-control"] == "no-cache, max-age=0, must-revalidate"
    again = browser.http.get("/oidc/jwks", headers={"If-None-Match": response.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")


def test_rotation_puts_the_new_key_first_and_keeps_one_previous(fresh_server, fresh_browser):
    """RSA keys have no alg; old refresh tokens yield ID tokens of the new key."""
    token = fresh_browser.sign_in()["refresh_token"]
    (first,) = fresh_browser.http.get("/oidc/jwks").json()["keys"]
    fresh_server.world.rotate_keys("RS256")
    new, previous = fresh_browser.http.get("/oidc/jwks").json()["keys"]
    assert (new["kty"], "alg" in new, previous) == ("RSA", False, first)
    header = header_of(fresh_browser.refresh(token)["id_token"])
    assert header == {"alg": "RS256", "kid": new["kid"]}
    metadata = fresh_browser.http.get("/oidc/.well-known/openid-configuration").json()
    assert metadata["id_token_signing_alg_values_supported"] == ["ES384", "PS256", "RS256"]
    fresh_server.world.rotate_keys()
    kids = [key["kid"] for key in fresh_browser.http.get("/oidc/jwks").json()["keys"]]
    assert (len(kids), kids[1]) == (2, new["kid"])
