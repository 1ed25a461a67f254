"""Covers protocol/resource_metadata.py."""

import pytest

from logto import ConfigurationError, ProtectedResource

ISSUER = "https://tenant.logto.app/oidc"


@pytest.mark.parametrize(
    ("resource", "url"),
    [
        ("https://api.example", "https://api.example/.well-known/oauth-protected-resource"),
        ("https://api.example/", "https://api.example/.well-known/oauth-protected-resource"),
        ("https://api.example/api", "https://api.example/.well-known/oauth-protected-resource/api"),
        ("https://api.example/a/b/", "https://api.example/.well-known/oauth-protected-resource/a/b/"),
        ("https://api.example/a?k=v", "https://api.example/.well-known/oauth-protected-resource/a?k=v"),
        ("http://127.0.0.1:8000/mcp", "http://127.0.0.1:8000/.well-known/oauth-protected-resource/mcp"),
    ],
)
def test_the_well_known_address(resource, url):
    """The well-known part stands between host and path (RFC 9728, 3.1)."""
    described = ProtectedResource(resource)

    assert described.url == url
    assert described.path == "/" + url.split("/", 3)[3].split("?")[0]


def test_the_document():
    """It names the API, who issues its tokens, and how they are brought; what is not said is left out."""
    assert ProtectedResource("https://api.example/api").document(ISSUER) == {
        "resource": "https://api.example/api",
        "authorization_servers": [ISSUER],
        "bearer_methods_supported": ["header"],
    }
    assert ProtectedResource(
        "https://api.example/api",
        scopes_supported=["read", "write"],
        name="Shop",
        documentation="https://api.example/docs",
        policy="https://api.example/policy",
        terms_of_service="https://api.example/terms",
    ).document(ISSUER) == {
        "resource": "https://api.example/api",
        "authorization_servers": [ISSUER],
        "bearer_methods_supported": ["header"],
        "scopes_supported": ["read", "write"],
        "resource_name": "Shop",
        "resource_documentation": "https://api.example/docs",
        "resource_policy_uri": "https://api.example/policy",
        "resource_tos_uri": "https://api.example/terms",
    }


def test_the_metadata_may_be_elsewhere():
    """An API whose identifier is not its address says where its metadata is."""
    described = ProtectedResource("https://api.example", metadata_url="http://localhost:8000/metadata")

    assert (described.url, described.path) == ("http://localhost:8000/metadata", "/metadata")


@pytest.mark.parametrize(
    "settings",
    [
        {"resource": ""},
        {"resource": "urn:logto:organization:acme"},
        {"resource": "https://api.example/#part"},
        {"resource": 'https://api.example/", error="x'},
        {"resource": "https://api.example/\r\nX: y"},
        {"resource": "https://[broken"},
        {"resource": "https://api.example/{tenant}"},
        {"resource": "https://somebody:password@api.example"},
        {"resource": "https://\u00e4pi.example"},
        {"resource": "https://api.example", "documentation": "javascript:alert(1)"},
        {"resource": "https://api.example", "metadata_url": "/metadata"},
        {"resource": "https://api.example", "scopes_supported": "read"},
    ],
    ids=str,
)
def test_what_cannot_be_published(settings):
    """What is no URL, or could break out of a header, is an error of whoever wrote it."""
    with pytest.raises(ConfigurationError) as caught:
        ProtectedResource(**settings)

    assert caught.value.code == "configuration.protected_resource"
