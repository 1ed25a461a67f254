"""The user info endpoint."""

import pytest

from logto.errors import ConfigurationError, InvalidTokenError, LogtoException, UnexpectedResponseError
from logto.models.metadata import OidcProviderMetadata
from logto.protocol.http import HttpResponse
from logto.protocol.user_info import read_user_info, user_info_request
from tests.flows.dialogue import ME
from tests.flows.honest_provider import answer, metadata, refusal

PROVIDER = OidcProviderMetadata(**metadata())
POOR = OidcProviderMetadata(**metadata(userinfo_endpoint=...))
ASKED = user_info_request("opaque-token", metadata=PROVIDER)


def test_user_info_is_asked_for_with_the_token_in_the_header():
    """A GET whose URL and repr do not show the token."""
    assert (ASKED.method, ASKED.url) == ("GET", ME)
    assert ASKED.headers["authorization"] == "Bearer opaque-token"
    assert "opaque-token" not in repr(ASKED)
    with pytest.raises(ConfigurationError):
        user_info_request("opaque-token", metadata=POOR)


@pytest.mark.parametrize(
    ("response", "kind", "code"),
    [
        (refusal("invalid_token", 401), InvalidTokenError, "user_info.unauthorized"),
        (refusal("insufficient_scope", 403), InvalidTokenError, "user_info.forbidden"),
        (answer({"name": "x"}), UnexpectedResponseError, "user_info.subject_missing"),
        (answer({"sub": 7}), UnexpectedResponseError, "user_info.subject_missing"),
        (answer({"sub": ""}), UnexpectedResponseError, "user_info.subject_missing"),
        (answer({"sub": "bob"}), UnexpectedResponseError, "user_info.subject_mismatch"),
        (answer({"sub": "Alice"}), UnexpectedResponseError, "user_info.subject_mismatch"),
        (
            HttpResponse(200, {"content-type": "application/jwt"}, b"a.b.c"),
            UnexpectedResponseError,
            "response.not_json",
        ),
        (answer({"sub": "alice"}, 201), LogtoException, None),
        (HttpResponse(500), UnexpectedResponseError, "response.server_error"),
    ],
)
def test_user_info_that_must_not_be_used(response, kind, code):
    """Refusals, answers about nobody or somebody else, JWTs that nobody asked for, and wrong statuses."""
    with pytest.raises(kind) as caught:
        read_user_info(ASKED, response, subject="alice")

    assert code in (None, caught.value.code)
    assert "opaque-token" not in f"{caught.value} {vars(caught.value)}"
