"""Covers protocol/token_requirement.py."""

import pytest

from logto import AccessTokenClaims, ConfigurationError, InsufficientScopeError, TokenRequirement
from logto.models.scopes import UserInfoScope
from logto.protocol.token_requirement import NOTHING


def claims(**changes):
    """An access token's claims."""
    good = {"iss": "i", "sub": "u", "aud": "a", "exp": 2, "iat": 1, "client_id": "app", "scope": "read shopping:write"}
    return AccessTokenClaims.model_validate({**good, **changes})


def refusal(asked, told, **settings):
    """The error with which a token is refused."""
    with pytest.raises(InsufficientScopeError) as caught:
        asked.check(told, **settings)
    return caught.value


@pytest.mark.parametrize(
    ("asked", "told"),
    [
        ({}, {}),
        ({}, {"scope": ""}),
        ({"scopes": []}, {"scope": ""}),
        ({"scopes": ["read"]}, {}),
        ({"scopes": "read shopping:write"}, {}),
        ({"scopes": (UserInfoScope.email,)}, {"scope": "email"}),
        ({"any_scope": ["admin", "read"]}, {}),
        ({"scopes": "read", "any_scope": "admin shopping:write"}, {}),
        ({"roles": ["a", "b"]}, {"roles": ["b", "a", 7]}),
        ({"any_role": ["x", "b c"]}, {"roles": "b c"}),
        ({"organization_id": "acme"}, {"organization_id": "acme"}),
        ({"organization_id": "acme"}, {"aud": "urn:logto:organization:acme"}),
        ({"any_organization": True}, {"organization_id": "acme"}),
        ({"client_ids": ["x", "app"]}, {}),
    ],
    ids=str,
)
def test_what_is_granted_is_allowed(asked, told):
    """A token with all that is asked, or with one where one suffices, may do it."""
    assert TokenRequirement(**asked).check(claims(**told)) is None


@pytest.mark.parametrize(
    ("scopes", "granted"),
    [
        ("read", ""),
        ("read", "reader"),
        ("read", "shopping:read"),
        ("shopping:read", "read"),
        ("read", "READ"),
        ("read", "re ad"),
        ("read", "read\u00a0"),
        ("read", "write\tread"),
        ("read", "write\nread"),
        ("read", "read,write"),
        ("read write", "read"),
        ("read", '["read"]'),
    ],
)
def test_scopes_are_whole_words(scopes, granted):
    """A scope that contains another, or is contained in one, is another scope; only spaces separate them."""
    for asked in (TokenRequirement(scopes=scopes), TokenRequirement(any_scope=scopes.split()[-1:])):
        error = refusal(asked, claims(scope=granted))

        assert (error.code, error.status_code, error.scope) == ("token.insufficient_scope", 403, asked.scope)


@pytest.mark.parametrize(
    ("asked", "told", "code"),
    [
        ({"roles": ["a", "b"]}, {"roles": ["a"]}, "token.insufficient_role"),
        ({"roles": ["a"]}, {}, "token.insufficient_role"),
        ({"roles": ["a"]}, {"roles": "a b"}, "token.insufficient_role"),
        ({"any_role": ["a"]}, {"roles": {"a": True}}, "token.insufficient_role"),
        ({"any_role": ["a"]}, {"role": ["a"]}, "token.insufficient_role"),
        ({"organization_id": "acme"}, {}, "token.organization_mismatch"),
        ({"organization_id": "acme"}, {"organization_id": "acme2"}, "token.organization_mismatch"),
        ({"organization_id": "acme"}, {"aud": "urn:logto:organization:beta"}, "token.organization_mismatch"),
        ({"organization_id": ""}, {"organization_id": ""}, "token.organization_mismatch"),
        ({"any_organization": True}, {}, "token.organization_mismatch"),
        ({"client_ids": ["x"]}, {}, "token.client_not_allowed"),
    ],
    ids=str,
)
def test_what_is_not_granted_is_refused(asked, told, code):
    """Another organization, application or role is a 403, with what was asked as evidence, and no scope to ask for."""
    error = refusal(TokenRequirement(**asked), claims(**told))

    assert (error.code, error.status_code, error.scope) == (code, 403, "")
    assert error.expected is not None
    assert error.hint


@pytest.mark.parametrize("named", ["beta", "", "ACME", "acme "])
def test_the_organization_of_the_request_is_not_believed(named):
    """What the path or a header names must be the token's organization, beside what the route itself asks."""
    for asked in (NOTHING, TokenRequirement(organization_id="acme")):
        told = claims(organization_id="acme")
        assert asked.check(told, organization_id="acme") is None
        assert refusal(asked, told, organization_id=named).code == "token.organization_mismatch"


def test_roles_may_have_another_claim():
    """The claim that a JWT customizer puts roles into can be named."""
    asked, told = TokenRequirement(roles=["admin"]), claims(groups=["admin"], roles=["none"])

    assert asked.check(told, roles_claim="groups") is None
    assert refusal(asked, told).code == "token.insufficient_role"


@pytest.mark.parametrize(
    "asked",
    [
        {"any_scope": []},
        {"any_scope": ""},
        {"any_role": ()},
        {"client_ids": []},
        {"scopes": ["read write"]},
        {"scopes": ['re"ad']},
        {"scopes": ["re\\ad"]},
        {"scopes": ["r\u00e9ad"]},
        {"scopes": ["read\n"]},
        {"scopes": [""]},
        {"scopes": [7]},
        {"scopes": 7},
        {"roles": "admin"},
        {"client_ids": "app"},
        {"client_ids": [None]},
    ],
    ids=str,
)
def test_what_makes_no_sense_is_refused_when_it_is_written(asked):
    """One of none, text for a list, and scopes that no token can have are errors of whoever wrote them."""
    with pytest.raises(ConfigurationError) as caught:
        TokenRequirement(**asked)

    assert caught.value.code == "configuration.requirement"
    with pytest.raises(ConfigurationError):
        TokenRequirement.of(*(asked.get(name) for name in ("scopes", "any_scope", "roles", "any_role", "client_ids")))


def test_the_repr_shows_what_is_asked():
    """Nothing but what is asked stands in it."""
    assert repr(TokenRequirement(scopes="a b", organization_id="acme")) == (
        "TokenRequirement(organization_id='acme', scopes=('a', 'b'))"
    )
