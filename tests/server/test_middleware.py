"""What holds for every request: Host, headers, sizes, methods (SECURITY.md, "Local Logto")."""

import pytest

from logto.server import LocalLogto


@pytest.mark.parametrize("host", ["evil.example", "evil.example:3001", "localhost.evil.example", "", "localhost@evil"])
def test_a_foreign_host_name_is_refused(browser, host):
    """421, so that a rebound DNS name reaches nothing."""
    assert browser.http.get("/", headers={"Host": host}).status_code == 421


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1:9", "[::1]:3001", "LOCALHOST"])
def test_every_name_of_this_machine_is_served(browser, host):
    """Loopback names, with any port."""
    assert browser.http.get("/", headers={"Host": host}).status_code == 200


def test_a_name_can_be_allowed():
    """`allowed_hosts` admits another name."""
    import httpx2

    with LocalLogto(allowed_hosts=["logto.test"]) as server:
        response = httpx2.get(f"{server.endpoint}/oidc/jwks", headers={"Host": "logto.test"})
        assert response.status_code == 200


@pytest.mark.parametrize("path", ["/", "/sign-in", "/oidc/auth", "/oidc/token", "/nowhere", "/api/experience"])
def test_every_answer_carries_the_security_headers(browser, path):
    """nosniff, no framing, no caching, a policy, a request id."""
    headers = browser.http.get(path).headers
    assert headers["x-content-type-options"] == "nosniff"
    assert "frame-ancestors 'none'" in headers["content-security-policy"]
    assert headers["cache-control"] == "no-store"
    assert headers["logto-core-request-id"]


def test_cookies_are_http_only_lax_and_signed(browser):
    """Every Set-Cookie, signatures and deletions too; a cookie with a wrong signature is nobody's."""
    response = browser.authorize()
    for cookie in response.headers.get_list("set-cookie"):
        assert "HttpOnly" in cookie
        assert "SameSite=lax" in cookie
    forged = {"Cookie": "_session=x; _session.sig=y"}
    silent = browser.http.get("/oidc/auth", params=browser.parameters(prompt="none"), headers=forged)
    assert "login_required" in silent.headers["location"]


@pytest.mark.parametrize("path", ["/oidc/token", "/sign-in", "/api/experience/submit", "/oidc/auth"])
def test_a_large_body_is_refused(browser, path):
    """413 above 64 kB."""
    form = {"Content-Type": "application/x-www-form-urlencoded"}
    assert browser.http.post(path, content=b"a=" + b"x" * 70_000, headers=form).status_code == 413


@pytest.mark.parametrize(
    "body", [b"{", b"[]", b'{"a": 1}', b'"x"', b"[" * 5000, b'{"grant_type": "\\ud800"}', b'{"a": "\\u0000"}', b"\xff"]
)
def test_malformed_json_is_a_clean_refusal(browser, body):
    """400, never 500."""
    response = browser.http.post("/oidc/token", content=body, headers={"Content-Type": "application/json"})
    assert response.status_code == 400


@pytest.mark.parametrize("query", ["a=%ff", "client_id=%00", "&".join(f"p{i}=1" for i in range(200))])
def test_malformed_parameters_are_a_clean_refusal(browser, query):
    """400, never 500."""
    assert browser.http.get(f"/oidc/auth?{query}").status_code == 400


def test_unknown_paths_answer_as_the_single_page_application(browser):
    """200 text/html, also for a wrong endpoint's discovery."""
    for path in ("/nope/oidc/.well-known/openid-configuration", "//oidc/.well-known/openid-configuration"):
        response = browser.http.get(browser.server.endpoint + path)
        assert (response.status_code, response.headers["content-type"]) == (200, "text/html; charset=utf-8")


def test_requests_are_remembered_for_tests(fresh_server, fresh_browser):
    """Method, path and status, in order."""
    fresh_browser.http.get("/oidc/jwks")
    fresh_browser.http.post("/oidc/token")
    assert fresh_server.requests == [("GET", "/oidc/jwks", 200), ("POST", "/oidc/token", 400)]
