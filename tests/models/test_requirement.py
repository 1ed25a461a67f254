"""What a page demands: met by claims alone, refused otherwise, and never met by a mistake."""

import pytest

from logto.errors import ConfigurationError, ForbiddenError, NotAuthenticatedError
from logto.models.requirement import SIGNED_IN, Requirement
from logto.models.user import NOBODY
from tests.models.test_user import user

ALICE = user(
    roles=["shopper", "editor"],
    organizations=["acme", "beta"],
    organization_roles=["acme:admin", "acme:buyer", "beta:member"],
)


def code_of(requirement, found=ALICE, organization_id=None):
    """The code of a refusal, or "" where the user is let in."""
    try:
        requirement.check(found, organization_id)
    except (NotAuthenticatedError, ForbiddenError, ConfigurationError) as error:
        return error.code
    return ""


def test_signed_in_is_all_that_the_plainest_demands():
    """Anybody who is signed in passes; nobody does not."""
    assert code_of(SIGNED_IN, user()) == ""
    assert code_of(SIGNED_IN, NOBODY) == "not_authenticated"
    assert Requirement.of() == SIGNED_IN


@pytest.mark.parametrize(
    ("demand", "code"),
    [
        ({"roles": "shopper"}, ""),
        ({"roles": ["shopper", "editor"]}, ""),
        ({"roles": {"shopper", "admin"}}, "forbidden.role"),
        ({"roles": "shop"}, "forbidden.role"),
        ({"roles": "Shopper"}, "forbidden.role"),
        ({"any_role": ("admin", "editor")}, ""),
        ({"any_role": "admin"}, "forbidden.role"),
        ({"roles": "shopper", "any_role": "admin"}, "forbidden.role"),
        ({"organization_id": "acme"}, ""),
        ({"organization_id": "other"}, "forbidden.organization"),
        ({"organization_id": ""}, "forbidden.organization"),
        ({"organization_id": "acme", "organization_roles": "admin"}, ""),
        ({"organization_id": "acme", "organization_roles": ["admin", "buyer"]}, ""),
        ({"organization_id": "acme", "organization_roles": ["admin", "owner"]}, "forbidden.organization_role"),
        ({"organization_id": "beta", "organization_roles": "admin"}, "forbidden.organization_role"),
        ({"organization_id": "beta", "any_organization_role": ["admin", "member"]}, ""),
        ({"organization_id": "beta", "any_organization_role": ["admin", "owner"]}, "forbidden.organization_role"),
        ({"organization_id": "acme", "roles": "admin"}, "forbidden.role"),
        ({"organization_id": "other", "roles": "shopper"}, "forbidden.organization"),
    ],
)
def test_all_that_is_named_must_be_met(demand, code):
    """Each part lets in or refuses by itself, with whole names, exactly."""
    assert code_of(Requirement.of(**demand)) == code


@pytest.mark.parametrize("demand", [{"organization_roles": "admin"}, {"any_organization_role": ["admin", "owner"]}])
def test_the_organization_of_the_request_decides(demand):
    """A role in one organization opens no other, and a request that names none is refused."""
    requirement = Requirement.of(**demand)

    assert requirement.is_about_an_organization
    assert code_of(requirement, organization_id="acme") == ""
    assert code_of(requirement, organization_id="beta") == "forbidden.organization_role"
    assert code_of(requirement, organization_id="other") == "forbidden.organization"
    assert code_of(requirement, organization_id="") == "forbidden.organization"
    with pytest.raises(ForbiddenError, match="names no organization") as caught:
        requirement.check(ALICE)
    assert caught.value.code == "forbidden.organization"


def test_an_organization_in_the_request_demands_membership():
    """A page that demands no role, asked about an organization, is for its members."""
    assert code_of(SIGNED_IN, organization_id="acme") == ""
    assert code_of(SIGNED_IN, organization_id="other") == "forbidden.organization"
    assert code_of(SIGNED_IN, organization_id="") == "forbidden.organization"


def test_a_page_s_own_organization_wins_over_the_request_s():
    """What stands in the address cannot replace what the guard names."""
    requirement = Requirement.of(organization_id="beta", organization_roles="admin")

    assert code_of(requirement, organization_id="acme") == "forbidden.organization_role"


@pytest.mark.parametrize(
    ("demand", "claims"),
    [
        ({"roles": "admin"}, {}),
        ({"any_role": "admin"}, {}),
        ({"organization_id": "acme"}, {}),
        ({"organization_id": "acme", "organization_roles": "admin"}, {"organizations": ["acme"]}),
    ],
)
def test_a_claim_that_was_never_asked_for_is_the_developer_s_mistake(demand, claims):
    """Nobody could be let in: the error names the claim and the scope, and lets nobody in."""
    with pytest.raises(ConfigurationError) as caught:
        Requirement.of(**demand).check(user(**claims))

    assert caught.value.code == "configuration.claim_not_requested"
    assert "UserInfoScope." in caught.value.hint
    assert "LOGTO_SCOPES" in caught.value.hint


@pytest.mark.parametrize("empty", [None, []])
def test_a_claim_that_is_empty_refuses_the_user_only(empty):
    """Asked for and empty is a user without roles, no mistake."""
    assert code_of(Requirement.of(roles="admin"), user(roles=empty)) == "forbidden.role"


@pytest.mark.parametrize("part", ["roles", "any_role", "organization_roles", "any_organization_role"])
@pytest.mark.parametrize("value", ["", [], set(), frozenset(), [""], ["a", ""], [7], [None], (), 7, b"admin", [["a"]]])
def test_a_demand_that_demands_nothing_is_refused_at_once(part, value):
    """An empty list, an empty name or another type would guard nothing, or nothing that anybody has."""
    with pytest.raises(ConfigurationError) as caught:
        Requirement.of(**{part: value})

    assert caught.value.code == "configuration.requirement"
    assert part in str(caught.value)


def test_a_requirement_can_be_made_once_and_shared():
    """It is a value: equal by what it demands, hashable, and not changeable."""
    assert Requirement.of(roles=["a", "b"]) == Requirement.of(roles=(name for name in "ba"))
    assert len({Requirement.of(roles="a"), Requirement.of(roles=["a"])}) == 1
    with pytest.raises(AttributeError):
        Requirement.of().roles = frozenset()
