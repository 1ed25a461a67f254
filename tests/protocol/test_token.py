"""The token endpoint: what it is asked, and how its answer is read."""

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from logto.errors import LogtoException, TokenRequestError, UnexpectedResponseError
from logto.models.metadata import OidcProviderMetadata
from logto.protocol.http import HttpResponse
from logto.protocol.token import LONGEST_LIFETIME, MAX_TOKEN, read_token_response, refresh_request, renewal_margin
from tests.flows.dialogue import SECRET, TOKEN, config, fields
from tests.flows.honest_provider import answer, metadata, refusal

REQUEST = refresh_request("spent-token", resource="r", config=config(), metadata=OidcProviderMetadata(**metadata()))
GOOD = {"access_token": "at", "token_type": "Bearer", "expires_in": 3600, "scope": "openid"}


def read(**changes):
    """What a good answer with changes is read as; `...` leaves a member out."""
    body = {name: value for name, value in {**GOOD, **changes}.items() if value is not ...}
    return read_token_response(REQUEST, answer(body))


def test_a_refresh_asks_with_what_it_is_given():
    """Resource and organization are sent where given, and only then."""
    assert (REQUEST.method, REQUEST.url) == ("POST", TOKEN)
    assert fields(REQUEST) == {"grant_type": "refresh_token", "refresh_token": "spent-token", "resource": "r"}


def test_nothing_confidential_is_in_the_request_s_repr():
    """Neither the refresh token nor the secret nor the header is shown."""
    assert not any(secret in repr(REQUEST) for secret in ("spent-token", SECRET, "Basic"))


def test_token_endpoint_response_without_expires_in():
    """A missing lifetime is None, not an error (RFC 6749, 5.1)."""
    assert read(expires_in=...).expires_in is None
    assert read(expires_in=None).expires_in is None


def test_no_scope_in_token_endpoint_response():
    """A missing scope is None, an empty one is empty."""
    assert read(scope=...).scope is None
    assert read(scope="").scope == ""


@pytest.mark.parametrize("token_type", ["Bearer", "bearer", "BEARER"])
def test_token_type_case_insensitivity(token_type):
    """The type is compared without case, and reads the same afterwards."""
    assert read(token_type=token_type).token_type == "Bearer"


@pytest.mark.parametrize("expires_in", [0, 1, 3600.5, "3600"])
def test_an_odd_lifetime_is_read(expires_in):
    """Zero, fractions and digits as text are numbers of seconds."""
    assert read(expires_in=expires_in).expires_in == float(expires_in)


def test_a_huge_lifetime_is_cut():
    """Beyond 400 days a lifetime is taken for nonsense."""
    assert read(expires_in=10**15).expires_in == LONGEST_LIFETIME


@pytest.mark.parametrize(
    "changes",
    [
        {"access_token": ...},
        {"access_token": None},
        {"access_token": ""},
        {"access_token": 7},
        {"access_token": ["x"]},
        {"access_token": "a b"},
        {"access_token": "a\r\nset-cookie: x"},
        {"access_token": "é"},
        {"access_token": "x" * (MAX_TOKEN + 1)},
        {"token_type": ...},
        {"token_type": "DPoP"},
        {"token_type": "mac"},
        {"token_type": None},
        {"token_type": ["Bearer"]},
        {"expires_in": -1},
        {"expires_in": "soon"},
        {"expires_in": "-1"},
        {"expires_in": True},
        {"expires_in": []},
        {"refresh_token": 7},
        {"refresh_token": ""},
        {"refresh_token": "a\nb"},
        {"id_token": None},
        {"id_token": 7},
        {"id_token": ""},
        {"scope": 7},
        {"scope": ["openid"]},
        {"error": "invalid_grant", "access_token": ...},
    ],
    ids=repr,
)
def test_an_answer_that_makes_no_sense_is_not_used(changes):
    """A token of another type, empty, with controls or too long; an unknown type; an error with status 200."""
    with pytest.raises(UnexpectedResponseError) as caught:
        read(**changes)

    assert caught.value.code == "token_response.malformed"
    assert caught.value.url == TOKEN


@pytest.mark.parametrize("status", [201, 204, 301, 400, 401, 404, 500])
def test_a_good_body_with_another_status_is_not_used(status):
    """Only 200 is a success (RFC 6749, 5.1)."""
    with pytest.raises(LogtoException):
        read_token_response(REQUEST, answer(GOOD, status))


def test_a_refusal_repeats_nothing_that_was_sent_in_confidence():
    """A server that echoes token, secret or header gets them taken out, in each of their spellings."""
    header = REQUEST.headers["authorization"].partition(" ")[2]
    echo = f"spent-token {SECRET} {header}"

    with pytest.raises(TokenRequestError) as caught:
        read_token_response(REQUEST, refusal(f"invalid_grant {echo}", description=echo))

    shown = f"{caught.value} {caught.value!r} {vars(caught.value)}"
    assert not any(secret in shown for secret in ("spent-token", SECRET, header))
    assert "[removed]" in shown


@pytest.mark.parametrize(("lifetime", "margin"), [(3600, 60), (600, 60), (599, 59.9), (60, 6), (0, 0)])
def test_the_renewal_margin(lifetime, margin):
    """A minute, or a tenth of a short life."""
    assert renewal_margin(lifetime) == pytest.approx(margin)


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=10),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.text(max_size=5), inner, max_size=2),
    max_leaves=4,
)
MEMBERS = [
    "access_token",
    "token_type",
    "expires_in",
    "refresh_token",
    "id_token",
    "scope",
    "error",
    "self",
    "model_config",
]


@settings(derandomize=True, max_examples=120, deadline=None, database=None)
@given(st.dictionaries(st.sampled_from(MEMBERS), VALUES), st.booleans())
def test_any_answer_is_a_response_or_a_refusal(changes, good):
    """Whatever members come with whatever values: a TokenResponse with usable tokens, or a LogtoException."""
    body = {**(GOOD if good else {}), **changes}
    response = HttpResponse(200, {"content-type": "application/json"}, json.dumps(body).encode())

    try:
        tokens = read_token_response(REQUEST, response)
    except LogtoException:
        return

    assert tokens.access_token.isascii()
    assert tokens.expires_in is None or 0 <= tokens.expires_in <= LONGEST_LIFETIME
