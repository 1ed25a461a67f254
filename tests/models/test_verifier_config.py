"""Covers models/verifier_config.py."""

import pytest

from logto import AccessTokenSyncVerifier, ConfigurationError, Introspection
from tests.flows.dialogue import API, ENDPOINT


def config(endpoint=ENDPOINT, audience=API, **settings):
    """The settings of a verifier."""
    return AccessTokenSyncVerifier(endpoint, audience, **settings).config


def test_what_is_given_is_kept():
    """Addresses lose their trailing slash; an issuer is taken as it is."""
    assert config(f" {ENDPOINT}/ ").issuer == f"{ENDPOINT}/oidc"
    assert config(issuer="https://other.example/oidc/").issuer == "https://other.example/oidc/"
    assert config(audience=[API, "urn:logto:organization:acme"]).audiences == {API, "urn:logto:organization:acme"}
    assert config(audience=(), organizations=True).organizations is True
    assert config(client_ids=["a", "b"]).client_ids == {"a", "b"}
    assert config().client_ids == frozenset()


def test_who_asks_about_opaque_tokens():
    """The asking application's own tokens count, or those of the applications named; its secret is not shown."""
    asking = config(introspection=Introspection("app", "s3cr3t"))
    assert (asking.introspector.app_id, asking.opaque_client_ids) == ("app", {"app"})
    assert "s3cr3t" not in repr(asking)
    assert "s3cr3t" not in repr(Introspection("app", "s3cr3t"))
    assert config(introspection=Introspection("app", "s", client_ids=["web"])).opaque_client_ids == {"web"}
    assert config().introspector is None


@pytest.mark.parametrize(
    ("settings", "code"),
    [
        ({"audience": ""}, "configuration.audience"),
        ({"audience": []}, "configuration.audience"),
        ({"audience": "my-api"}, "configuration.audience"),
        ({"audience": "l6ls2tgc0q6d6iqsv1rk9"}, "configuration.audience"),
        ({"audience": "https://api.example/#x"}, "configuration.audience"),
        ({"audience": "https://api.example/a b"}, "configuration.audience"),
        ({"audience": [API, 7]}, "configuration.invalid"),
        ({"endpoint": ""}, "configuration.invalid"),
        ({"endpoint": "tenant.logto.app"}, "configuration.invalid"),
        ({"endpoint": "ftp://tenant.logto.app"}, "configuration.invalid"),
        ({"endpoint": "https://user:password@tenant.logto.app"}, "configuration.invalid"),
        ({"endpoint": None}, "configuration.invalid"),
        ({"issuer": "tenant"}, "configuration.invalid"),
        ({"clock_tolerance": -1}, "configuration.invalid"),
        ({"clock_tolerance": 3601}, "configuration.invalid"),
        ({"clock_tolerance": float("nan")}, "configuration.invalid"),
        ({"timeout": 0}, "configuration.invalid"),
        ({"client_ids": []}, "configuration.invalid"),
        ({"client_ids": "app"}, "configuration.invalid"),
        ({"roles_claim": ""}, "configuration.invalid"),
        ({"introspection": Introspection("", "s")}, "configuration.invalid"),
        ({"introspection": Introspection("app", "")}, "configuration.invalid"),
        ({"introspection": Introspection("app", "s", client_ids="web")}, "configuration.invalid"),
    ],
    ids=str,
)
def test_what_is_not_usable_is_refused_at_once(settings, code):
    """Before any request leaves, with a hint, and without the value of a secret."""
    with pytest.raises(ConfigurationError) as caught:
        config(**settings)

    assert caught.value.code == code
    assert caught.value.hint or caught.value.message
    assert "password" not in str(caught.value).replace("without query or password", "")
