"""What a program asks for in its own name, and what a refusal means."""

import pytest

from logto.errors import ClientAuthenticationError, NotAMemberError, ResourceNotGrantedError, TokenRequestError
from logto.models.metadata import OidcProviderMetadata
from logto.protocol.machine import machine_refusal, machine_request
from tests.flows.dialogue import API, SECRET, config, fields
from tests.flows.honest_provider import metadata


def asked(resource=API, organization_id=None, scopes=()):
    """The request for a token."""
    found = OidcProviderMetadata(**metadata())
    return machine_request(
        resource=resource, organization_id=organization_id, scopes=scopes, config=config(), metadata=found
    )


def refused(error, description="", organization_id=None, kind=TokenRequestError):
    """What a refusal is told as."""
    told = kind("refused", error=error, error_description=description, status=400, request_id="r1")
    return machine_refusal(told, resource=API, organization_id=organization_id)


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        ({}, {"resource": API}),
        ({"scopes": ("read", "write")}, {"resource": API, "scope": "read write"}),
        ({"resource": "", "organization_id": "acme"}, {"organization_id": "acme"}),
        ({"organization_id": "acme"}, {"resource": API, "organization_id": "acme"}),
    ],
)
def test_the_form_has_what_is_wanted_and_nothing_else(arguments, expected):
    """The grant and the target; the secret is in the header only."""
    request = asked(**arguments)

    assert fields(request) == {"grant_type": "client_credentials", **expected}
    assert request.headers["authorization"].startswith("Basic ")
    assert SECRET in request.confidential


@pytest.mark.parametrize(
    ("arguments", "kind", "code"),
    [
        (("invalid_target",), ResourceNotGrantedError, "token_request.invalid_target"),
        (
            ("access_denied", "app has not associated with the organization", "acme"),
            NotAMemberError,
            "organization.not_a_member",
        ),
        (
            ("invalid_request", "requested grant type is not allowed for this client"),
            TokenRequestError,
            "token_request.grant_not_allowed",
        ),
        (("unsupported_grant_type",), TokenRequestError, "token_request.grant_not_allowed"),
        (("x-unheard-of",), TokenRequestError, "token_request.refused"),
        (("access_denied",), TokenRequestError, "token_request.refused"),
    ],
)
def test_a_refusal_says_what_to_change(arguments, kind, code):
    """Its class and code tell programs; what the server said stays readable."""
    error = refused(*arguments)

    assert (type(error), error.code, error.error, error.request_id) == (kind, code, arguments[0], "r1")


def test_a_wrong_secret_is_explained_for_a_machine():
    """The hint names the machine-to-machine application, not the single-page one."""
    error = refused("invalid_client", kind=ClientAuthenticationError)

    assert isinstance(error, ClientAuthenticationError)
    assert "machine-to-machine" in error.hint
