"""Whoever is in front of the browser: read from claims, empty for nobody, and never more than the claims say."""

import pytest

from logto.errors import NotAuthenticatedError
from logto.models.claims import IdTokenClaims
from logto.models.user import NOBODY, LogtoUser

ISSUER = "https://tenant.example/oidc"


def user(**claims):
    """Somebody whose ID token says this."""
    return LogtoUser(IdTokenClaims(**{"iss": ISSUER, "sub": "alice", "aud": "app", "iat": 1, "exp": 2, **claims}))


def test_nobody_is_empty_and_false():
    """Each property of nobody can be read in a template, and is empty."""
    assert not NOBODY
    assert (NOBODY.is_authenticated, NOBODY.is_anonymous) == (False, True)
    assert [NOBODY.sub, NOBODY.name, NOBODY.username, NOBODY.email, NOBODY.picture] == [None] * 5
    assert (NOBODY.identity, NOBODY.display_name) == ("", "")
    assert NOBODY.roles == NOBODY.organizations == NOBODY.organization_roles("acme") == frozenset()


def test_the_claims_of_nobody_are_refused():
    """Code that needs a user cannot go on without one."""
    with pytest.raises(NotAuthenticatedError) as caught:
        _ = NOBODY.claims

    assert caught.value.hint


def test_somebody_is_what_the_claims_say():
    """Each property reads the claim of its name."""
    found = user(name="Alice", username="alice1", email="a@example.com", picture="https://p.example/a.png")

    assert found
    assert (found.is_authenticated, found.is_anonymous) == (True, False)
    assert (found.sub, found.identity, found.claims.iss) == ("alice", "alice", ISSUER)
    assert (found.name, found.username, found.email) == ("Alice", "alice1", "a@example.com")
    assert found.picture == "https://p.example/a.png"


@pytest.mark.parametrize(
    ("claims", "name"),
    [
        ({"name": "Alice", "username": "al", "email": "a@x"}, "Alice"),
        ({"name": None, "username": "al", "email": "a@x"}, "al"),
        ({"name": "", "email": "a@x"}, "a@x"),
        ({"name": {"first": "Alice"}}, "alice"),
        ({}, "alice"),
    ],
)
def test_the_display_name_is_the_first_there_is(claims, name):
    """A name, else the username, else the e-mail address, else the id; a claim of another type is none of them."""
    assert user(**claims).display_name == name


@pytest.mark.parametrize("claim", [None, "admin", {"admin": True}, 7, [7, None, ["admin"]]])
def test_a_claim_that_is_no_list_of_texts_gives_nothing(claim):
    """A role is a text in a list: a word is no list of letters, and other types are no roles."""
    found = user(roles=claim, organizations=claim, organization_roles=claim)

    assert found.roles == found.organizations == frozenset()
    assert found.organization_roles("admin") == frozenset()


def test_organization_roles_belong_to_their_organization_alone():
    """Neither another organization's role nor that of one whose id begins alike counts; a role may have a colon."""
    found = user(organization_roles=["acme:admin", "acme:read:all", "acme2:owner", "beta:member", "acme"])

    assert found.organization_roles("acme") == {"admin", "read:all"}
    assert found.organization_roles("beta") == {"member"}
    assert found.organization_roles("") == found.organization_roles("acm") == frozenset()


def test_two_users_are_the_same_by_issuer_and_subject():
    """E-mail and name do not tell users apart, nor make one of two; nobody equals nobody."""
    assert user(email="a@x") == user(email="b@x")
    assert hash(user(email="a@x")) == hash(user(email="b@x"))
    assert user(email="a@x") != user(email="a@x", sub="bob")
    assert user() != user(iss="https://other.example/oidc")
    assert LogtoUser() == NOBODY != user()
    assert user() != "alice"


def test_the_repr_names_the_id_and_nothing_personal():
    """What lands in a log is the id alone."""
    assert repr(user(name="Alice", email="a@example.com", nonce="n")) == "LogtoUser(alice)"
    assert repr(NOBODY) == "LogtoUser(nobody)"
