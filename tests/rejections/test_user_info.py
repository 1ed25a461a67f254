"""The user info endpoint: about our user, from our provider, or not at all."""

import pytest

from logto import ConfigurationError, InvalidTokenError, UnexpectedResponseError
from tests.rejections.faults import headers, instead, members, with_status, without, written
from tests.rejections.visitor import refused
from tests.rejections.wreck import SUBJECT


def named(rows):
    return [pytest.param(*row[1:], id=row[0]) for row in rows]


# The conformance suite's name where it has one, then the fault and the code.
ABOUT_SOMEBODY_ELSE = [
    ("userinfo-invalid-sub", members(sub="somebody-else"), "user_info.subject_mismatch"),
    ("longer", members(sub=SUBJECT + "x"), "user_info.subject_mismatch"),
    ("in capitals", members(sub=SUBJECT.upper()), "user_info.subject_mismatch"),
    ("with a blank", members(sub=f"{SUBJECT} "), "user_info.subject_mismatch"),
    ("missing", without("sub"), "user_info.subject_missing"),
    ("null", members(sub=None), "user_info.subject_missing"),
    ("empty", members(sub=""), "user_info.subject_missing"),
    ("a number", members(sub=1), "user_info.subject_missing"),
    ("a list", members(sub=[SUBJECT]), "user_info.subject_missing"),
    ("twice", written(lambda text: text[:-1] + ', "sub": "x"}'), "response.malformed"),
    ("an error with status 200", instead(b'{"error": "invalid_token"}'), "user_info.subject_missing"),
]


@pytest.mark.parametrize(("fault", "code"), named(ABOUT_SOMEBODY_ELSE))
def test_claims_about_anybody_else_are_refused(provider, visitor, caplog, fault, code):
    """`sub` must be that of the ID token, or nothing of the answer is used (OpenID Connect Core 5.3.2)."""
    visitor.sign_in()
    provider.faults["user_info"] = fault
    error = refused(visitor, "user_info", caplog)
    assert (type(error), error.code) == (UnexpectedResponseError, code)
    assert "somebody-else" not in str(error)


JWT = b"eyJhbGciOiJub25lIn0.eyJzdWIiOiJudjhvdmZ0dTR3NzAifQ."


@pytest.mark.parametrize("content_type", ["application/jwt", "application/jwt; charset=utf-8", "text/plain"])
def test_a_jwt_that_we_did_not_ask_for_is_refused(provider, visitor, caplog, content_type):
    """A signed answer is not read as claims, least of all an unsigned one."""
    visitor.sign_in()
    provider.faults["user_info"] = instead(JWT, content_type)
    assert refused(visitor, "user_info", caplog).code == "response.not_json"


SURPRISES = [
    ("name a list", {"name": ["Alice"]}),
    ("organizations a text", {"organizations": "acme"}),
    ("roles of anything", {"roles": [1, {}]}),
    ("address a text", {"address": "1 Wonder St"}),
    ("updated_at a text", {"updated_at": "yesterday"}),
]


@pytest.mark.parametrize("changes", named(SURPRISES))
def test_a_profile_that_surprises_is_kept_as_it_was_sent(provider, visitor, changes):
    """What the protocol does not need of a claim may be of any type: nobody is kept out, and nothing is made up."""
    visitor.sign_in()
    provider.faults["user_info"] = members(**changes)
    assert visitor.visit("user_info").model_dump(exclude_unset=True).items() >= changes.items()


@pytest.mark.parametrize("value", ["perhaps", ["false"], {"verified": False}, 2])
@pytest.mark.parametrize("claim", ["email_verified", "phone_number_verified"])
def test_what_is_no_truth_value_verifies_nothing(provider, visitor, claim, value):
    """An address counts as verified only if the server says so, and a text that says something else does not."""
    visitor.sign_in()
    provider.faults["user_info"] = members(**{claim: value})
    assert getattr(visitor.visit("user_info"), claim) is False


@pytest.mark.parametrize("body", [b"", b'{"error": "invalid_token"}', b"<html>"])
def test_a_token_that_is_refused_ends_nothing_but_says_so(provider, visitor, caplog, body):
    """401 is an error of the token's; the session stays, and the hint says what to do."""
    visitor.sign_in()
    provider.faults["user_info"] = instead(body, status="401 No", www_authenticate='Bearer error="invalid_token"')
    error = refused(visitor, "user_info", caplog)
    assert (type(error), error.code) == (InvalidTokenError, "user_info.unauthorized")
    assert "sign in again" in error.hint


def test_a_token_without_the_scope_is_said_plainly(provider, visitor, caplog):
    """403 names the scope that is missing."""
    visitor.sign_in()
    provider.faults["user_info"] = with_status("403 Forbidden")
    error = refused(visitor, "user_info", caplog)
    assert (type(error), error.code) == (InvalidTokenError, "user_info.forbidden")
    assert "`openid`" in error.hint


def test_no_such_endpoint_is_said_plainly(provider, visitor):
    """A provider without one leads to the ID token's claims."""
    provider.faults["discovery"] = without("userinfo_endpoint")
    visitor.sign_in()
    with pytest.raises(ConfigurationError) as caught:
        visitor.visit("user_info")
    assert "getIdTokenClaims" in caught.value.hint


def test_userinfo_bearer_header(provider, visitor):
    """The access token travels in the `Authorization` header, never in the query, and without a cookie (RFC 6750, 2)."""
    visitor.sign_in()
    visitor.visit("user_info")
    (asked,) = provider.asked("user_info")
    assert asked.headers["authorization"].startswith("Bearer ")
    assert (asked.method, asked.target, asked.body) == ("GET", "/oidc/me", b"")
    assert "cookie" not in asked.headers


HONEST = [
    ("nothing but sub", without("name", "custom_data")),
    ("members that nobody knows", members(x_new={"a": [1]})),
    ("every claim null", members(name=None, picture=None, email=None, address=None, updated_at=None, roles=None)),
    ("content type in capitals", headers(content_type="APPLICATION/JSON")),
    ("a +json content type", headers(content_type="application/vnd.api+json")),
    ("white space", written(lambda text: f" \r\n{text}\t ")),
    ("every script", members(name="Алиса 爱丽丝 أليس 👩‍🚀", given_name="A\u0301", family_name="Ł")),
]


@pytest.mark.parametrize("fault", named(HONEST))
def test_honest_variety_is_understood(provider, visitor, fault):
    """Answers that the specification allows are read."""
    visitor.sign_in()
    provider.faults["user_info"] = fault
    assert visitor.visit("user_info").sub == SUBJECT


def test_what_the_server_adds_is_not_lost(provider, visitor):
    """Members that the SDK does not know are kept and readable."""
    visitor.sign_in()
    provider.faults["user_info"] = members(x_new={"a": [1]})
    assert visitor.visit("user_info").model_dump(exclude_unset=True)["x_new"] == {"a": [1]}
