"""Exchanging a token: what is asked, and how the answer is read."""

import pytest

from logto import TokenType
from logto.errors import NotAMemberError, ResourceNotGrantedError, TokenRequestError, UnexpectedResponseError
from logto.models.metadata import OidcProviderMetadata
from logto.protocol.exchange import exchange_refusal, exchange_request, read_exchange_response, type_of
from tests.flows.dialogue import API, config, fields
from tests.flows.honest_provider import answer, metadata

GOOD = {"access_token": "t1", "token_type": "Bearer", "expires_in": 3600, "scope": "read"}


def asked(**changes):
    """The request for an exchange."""
    arguments = {
        "subject_token_type": TokenType.access_token,
        "actor_token": None,
        "actor_token_type": TokenType.access_token,
        "resource": "",
        "organization_id": None,
        "scopes": (),
        **changes,
    }
    found = OidcProviderMetadata(**metadata())
    return exchange_request("sub_1", config=config(), metadata=found, **arguments)


def test_the_form_has_the_subject_and_the_target():
    """An actor only where there is one."""
    plain = fields(asked())
    full = fields(asked(actor_token="a1", resource=API, organization_id="acme", scopes=("read", "write")))

    assert plain == {
        "grant_type": "urn:ietf:params:oauth:grant-type:token-exchange",
        "subject_token": "sub_1",
        "subject_token_type": "urn:ietf:params:oauth:token-type:access_token",
    }
    assert full == plain | {
        "actor_token": "a1",
        "actor_token_type": "urn:ietf:params:oauth:token-type:access_token",
        "resource": API,
        "organization_id": "acme",
        "scope": "read write",
    }


def test_a_public_application_names_itself_in_the_form():
    """A command-line program with a personal access token has no secret."""
    found = OidcProviderMetadata(**metadata())
    request = exchange_request(
        "pat_1",
        subject_token_type=TokenType.personal_access_token,
        actor_token=None,
        actor_token_type="",
        resource="",
        organization_id=None,
        scopes=(),
        config=config(app_secret=None),
        metadata=found,
    )

    assert fields(request)["client_id"] == config().app_id
    assert "authorization" not in request.headers


def test_both_tokens_are_confidential():
    """No message may repeat them, even if the server does."""
    assert {"sub_1", "a1"} <= set(asked(actor_token="a1").confidential)


def test_the_kind_is_told_by_the_first_letters():
    """Only personal access tokens have a kind of their own at Logto."""
    assert type_of("pat_x") == "urn:logto:token-type:personal_access_token"
    assert type_of("sub_x") == type_of("eyJ") == "urn:ietf:params:oauth:token-type:access_token"


@pytest.mark.parametrize(
    "more",
    [
        {},
        {"issued_token_type": "urn:ietf:params:oauth:token-type:access_token"},
        {"issued_token_type": "urn:ietf:params:oauth:token-type:jwt"},
    ],
)
def test_an_access_token_is_accepted(more):
    """With the kind that RFC 8693 requires, and without it, as Logto answers."""
    assert read_exchange_response(asked(), answer(GOOD | more)).access_token == "t1"


@pytest.mark.parametrize(
    "issued",
    ["urn:ietf:params:oauth:token-type:refresh_token", "urn:ietf:params:oauth:token-type:id_token", "", 1, ["x"], {}],
)
def test_something_else_than_an_access_token_is_refused(issued):
    """Another kind is not used as if it were one."""
    with pytest.raises(UnexpectedResponseError) as caught:
        read_exchange_response(asked(), answer(GOOD | {"issued_token_type": issued}))
    assert caught.value.code == "token_response.issued_token_type"


@pytest.mark.parametrize(
    ("error", "description", "organization_id", "kind", "code"),
    [
        ("invalid_grant", "", None, TokenRequestError, "token_request.subject_refused"),
        ("access_denied", "user is not a member", "acme", NotAMemberError, "organization.not_a_member"),
        ("access_denied", "", None, TokenRequestError, "token_request.refused"),
        ("invalid_target", "", None, ResourceNotGrantedError, "token_request.invalid_target"),
        (
            "invalid_request",
            "requested grant type is not allowed for this client",
            None,
            TokenRequestError,
            "token_request.grant_not_allowed",
        ),
        ("invalid_request", "missing", None, TokenRequestError, "token_request.refused"),
    ],
)
def test_a_refusal_says_what_to_do(error, description, organization_id, kind, code):
    """Each cause has its code."""
    told = TokenRequestError("refused", error=error, error_description=description, status=400)
    meant = exchange_refusal(told, resource=API, organization_id=organization_id)

    assert (type(meant), meant.code, meant.error) == (kind, code, error)
