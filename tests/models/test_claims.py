"""Covers models/claims.py."""

import asyncio
import json
import pickle
import warnings

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from logto.models.claims import AccessTokenClaims, Address, IdTokenClaims, UserIdentity, UserInfoResponse
from tests.protocol.test_strict_json import VALUES
from tests.rejections.mint import claims

# What Logto says about a user with every field (LOGTO.md, 3.2).
ALICE = {
    "sub": "nv8ovftu4w70",
    "name": "Alice Liddell",
    "family_name": "Liddell",
    "given_name": "Alice",
    "middle_name": "P",
    "nickname": "ali",
    "preferred_username": "alice.l",
    "profile": "https://example.com/alice",
    "picture": None,
    "website": "https://alice.example.com",
    "gender": "female",
    "birthdate": "1990-05-04",
    "zoneinfo": "Europe/London",
    "locale": "en-GB",
    "updated_at": 1795349723963,
    "username": "alice",
    "created_at": 1795349534256,
    "email": "alice@example.com",
    "email_verified": True,
    "phone_number": "12025550123",
    "phone_number_verified": False,
    "address": {"country": "GB", "locality": "Oxford", "postalCode": "OX1", "streetAddress": "1 Wonder St"},
    "custom_data": {"plan": "gold", "nested": {"n": 1}},
    "identities": {"github": {"userId": "583231", "details": {"name": "octocat"}}},
    "sso_identities": [{"issuer": "https://idp.example", "identityId": "1", "detail": {}}],
    "roles": ["shopper"],
    "organizations": ["3a8gsn4dtcrx"],
    "organization_data": [{"id": "3a8gsn4dtcrx", "name": "Beta", "description": None}],
    "organization_roles": ["3a8gsn4dtcrx:member"],
}


@pytest.mark.parametrize(
    ("model", "said"),
    [(UserInfoResponse, ALICE), (IdTokenClaims, {**claims(), **ALICE})],
    ids=["user info", "ID token"],
)
def test_nothing_is_added_or_lost(model, said):
    """What was said is what `exclude_unset` dumps: null stays null, and what was not said stays away."""
    assert json.loads(model.model_validate(said).model_dump_json(indent=2, exclude_unset=True)) == said
    assert set(ALICE) <= set(model.model_fields)


def test_parts_are_typed():
    """Address, identities and organizations are objects with fields."""
    alice = UserInfoResponse.model_validate(ALICE)

    assert isinstance(alice.address, Address)
    assert alice.address.streetAddress == "1 Wonder St"
    assert isinstance(alice.identities["github"], UserIdentity)
    assert alice.sso_identities[0].issuer == "https://idp.example"
    assert alice.organization_data[0].name == "Beta"


@pytest.mark.parametrize("name", ["plan", "_private", "class", "model_dump", "copy", "caf\u00e9", ""])
def test_unknown_members_are_kept(name):
    """A claim that has no field is kept, whatever its name, and read as an attribute where it hides nothing."""
    user = UserInfoResponse.model_validate({"sub": "alice", name: {"a": [1]}})

    assert user.model_extra == {name: {"a": [1]}}
    assert json.loads(user.model_dump_json(exclude_unset=True))[name] == {"a": [1]}
    if name == "plan":
        assert user.plan == {"a": [1]}


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("name", 7),
        ("email", ["a@example.com"]),
        ("updated_at", "2026-11-22"),
        ("updated_at", 1795349723963.5),
        ("address", "1 Wonder St, Oxford"),
        ("address", {"country": 44}),
        ("roles", "admin"),
        ("organizations", {"a": 1}),
        ("organizations", [1, None]),
        ("identities", []),
        ("identities", {"github": "octocat"}),
        ("sso_identities", "x"),
        ("organization_data", [7]),
        ("custom_data", "text"),
    ],
)
def test_surprises_are_kept_as_sent(name, value):
    """A profile claim of another type than expected is kept as it was sent, and dumped without a warning."""
    user = UserInfoResponse.model_validate({"sub": "alice", name: value})

    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert json.loads(user.model_dump_json(exclude_unset=True)) == {"sub": "alice", name: value}


@pytest.mark.parametrize(
    ("value", "verified"),
    [
        (True, True),
        (False, False),
        (None, None),
        ("true", True),
        ("false", False),
        ("maybe", False),
        ([1], False),
        (2, False),
    ],
)
def test_verified_means_verified(value, verified):
    """An address counts as verified only where the server clearly says so."""
    user = UserInfoResponse.model_validate({"sub": "alice", "email_verified": value, "phone_number_verified": value})

    assert (user.email_verified, user.phone_number_verified) == (verified, verified)


@pytest.mark.parametrize("subject", [None, 7, "", "x" * 256, ["alice"]], ids=range(5))
def test_protocol_claims_are_strict(subject):
    """A user without a proper `sub` is nobody."""
    with pytest.raises(ValidationError):
        UserInfoResponse.model_validate({"sub": subject})


def test_claims_can_be_awaited():
    """`await claims` is the claims, so that the guide's code works with `await` and without."""
    said = IdTokenClaims.model_validate(claims())

    async def awaited() -> IdTokenClaims:
        return await said

    assert asyncio.run(awaited()) is said


def test_claims_cannot_be_changed():
    """What was verified stays what it was."""
    said = IdTokenClaims.model_validate(claims())

    with pytest.raises(ValidationError):
        said.sub = "somebody else"
    assert said.sub == claims()["sub"]


def test_claims_survive_a_process_boundary():
    """Claims can be pickled, which caches and task queues do."""
    said = IdTokenClaims.model_validate({**claims(), **ALICE, "plan": "gold"})

    assert pickle.loads(pickle.dumps(said)) == said  # noqa: S301 - our own bytes


def test_nonce_is_not_printed():
    """The repr shows the user, not what bound the token to its sign-in."""
    assert claims()["nonce"] not in repr(IdTokenClaims.model_validate(claims()))


@settings(derandomize=True, max_examples=150, deadline=None)
@given(st.dictionaries(st.sampled_from(sorted(set(ALICE) - {"sub"})), VALUES))
def test_no_profile_keeps_a_user_out(profile):
    """Whatever a server puts into a profile, the user gets in, and the profile can be printed."""
    user = UserInfoResponse.model_validate_json(json.dumps({"sub": "alice", **profile}))

    assert user.sub == "alice"
    assert set(json.loads(user.model_dump_json(exclude_unset=True))) == {"sub", *profile}


def access_token(**changes):
    """The claims of an access token."""
    good = {"iss": "i", "sub": "user", "aud": "https://api.example", "exp": 2, "iat": 1, "client_id": "app"}
    return AccessTokenClaims.model_validate({**good, **changes})


@pytest.mark.parametrize(
    ("scope", "scopes"),
    [
        ("", set()),
        ("read", {"read"}),
        (" read  write ", {"read", "write"}),
        ("read\twrite", {"read\twrite"}),
        (7, set()),
    ],
)
def test_scopes_are_words(scope, scopes):
    """They are separated by spaces, and by nothing else."""
    assert access_token(scope=scope).scopes == scopes


def test_a_machine_is_told_from_a_person():
    """An application that asked for itself is its own subject; a claim of that name says nothing."""
    assert access_token(sub="app").is_machine is True
    assert access_token(is_machine=True, scopes=["admin"]).is_machine is False
    assert access_token(scopes=["admin"]).scopes == frozenset()


@pytest.mark.parametrize(
    ("changes", "organization"),
    [
        ({}, None),
        ({"organization_id": "acme"}, "acme"),
        ({"aud": "urn:logto:organization:acme"}, "acme"),
        ({"aud": ["urn:logto:organization:acme"]}, "acme"),
        ({"aud": ["urn:logto:organization:acme", "urn:logto:organization:beta"]}, None),
        ({"aud": "URN:logto:organization:acme"}, None),
        ({"aud": []}, None),
    ],
)
def test_the_organization_of_either_kind_of_token(changes, organization):
    """It is the claim's, or the one that an organization token is for."""
    assert access_token(**changes).organization_id == organization


@pytest.mark.parametrize(
    ("act", "actor"), [({"sub": "helper"}, "helper"), ({"sub": 7}, None), ("helper", None), (None, None), ({}, None)]
)
def test_the_actor(act, actor):
    """Who acts in the user's name, after a token exchange with one."""
    assert access_token(act=act).actor == actor


def test_claims_of_an_access_token_do_not_change():
    """What was verified cannot be altered, and a copy with other claims is another object."""
    told = access_token(plan="gold")
    assert (told.plan, told.model_extra) == ("gold", {"plan": "gold"})
    with pytest.raises(ValidationError):
        told.sub = "root"
