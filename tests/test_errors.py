"""Every exception: the tree, the codes, and that they travel between processes."""

import copy
import inspect
import pickle
import re

import pytest

from logto import errors
from logto.errors import LogtoException

KINDS = [kind for _, kind in inspect.getmembers(errors, inspect.isclass) if issubclass(kind, LogtoException)]


def an_error(kind):
    """One of a kind, with everything that it takes."""
    known = {"hint": "Do this.", "code": "some.code", "error": "invalid_grant", "url": "https://a/b", "status": 400}
    known |= {"error_description": "no", "request_id": "r1", "retry_after": 7.0, "excerpt": "<html>"}
    known |= {"logto_code": "user.username_already_in_use", "data": {"issues": []}}
    known |= {"claim": "aud", "expected": "x", "actual": "y"}
    takes = inspect.signature(kind).parameters
    return kind("It happened.", **{name: value for name, value in known.items() if name in takes})


@pytest.mark.parametrize("kind", KINDS)
def test_every_error_is_in_the_tree(kind):
    """The module's docstring draws each class, below its own base."""
    lines = errors.__doc__.splitlines()
    line = next(line for line in lines if re.search(rf"\b{kind.__name__}\b", line))
    depth = line.index(kind.__name__)

    above = [other for other in lines[: lines.index(line)] if re.search(r"[├└]|^Logto", other)]
    parent = next((re.search(r"\w+", other).group() for other in reversed(above) if _depth(other) < depth), "Exception")
    assert kind.__bases__[0].__name__ == parent


def _depth(line):
    return re.search(r"\w", line).start()


def test_codes_are_stable_and_distinct():
    """A program may compare them; no two classes of their own meaning share one."""
    codes = {kind.__name__: kind.default_code for kind in KINDS if "default_code" in vars(kind)}

    assert codes == {
        "AuthorizationDeniedError": "authorization.denied",
        "ClientAuthenticationError": "token_request.invalid_client",
        "ConfigurationError": "configuration",
        "ExpiredTokenError": "token.expired",
        "ForbiddenError": "forbidden",
        "InsufficientScopeError": "token.insufficient_scope",
        "IntrospectionUnavailableError": "introspection.unavailable",
        "InvalidRequestError": "request.invalid",
        "LogtoApiConflictError": "api.conflict",
        "LogtoApiError": "api.refused",
        "LogtoApiForbiddenError": "api.forbidden",
        "LogtoApiInputError": "api.invalid_input",
        "LogtoApiNotFoundError": "api.not_found",
        "LogtoApiRateLimitedError": "api.rate_limited",
        "LogtoApiUnauthorizedError": "api.unauthorized",
        "LogtoException": "logto",
        "MfaRequiredError": "organization.mfa_required",
        "MissingScopeError": "token_request.insufficient_scope",
        "MissingTokenError": "token.missing",
        "NoRefreshTokenError": "refresh_token.missing",
        "NotAMemberError": "organization.not_a_member",
        "NotAuthenticatedError": "not_authenticated",
        "ResourceNotGrantedError": "token_request.invalid_target",
        "SessionEndedError": "session.ended",
        "SignInError": "sign_in",
        "SignInSessionInvalidError": "sign_in_session.invalid",
        "SignInSessionNotFoundError": "sign_in_session.not_found",
        "StorageError": "storage.unreadable",
        "TokenError": "token.invalid",
        "TokenRequestError": "token_request.refused",
        "TransportError": "transport.failed",
        "UnexpectedResponseError": "response.unexpected",
        "WebhookError": "webhook",
    }


@pytest.mark.parametrize("kind", KINDS)
def test_an_error_says_what_happened_and_what_to_do(kind):
    """The text is message and hint; the repr names the class and the code."""
    error = an_error(kind)

    assert str(error).startswith("It happened.")
    assert str(error) == f"It happened. {error.hint}".rstrip()
    assert repr(error) == f"{kind.__name__}(code={error.code!r}, message='It happened.')"
    assert kind.__doc__


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("carry", [lambda error: pickle.loads(pickle.dumps(error)), copy.copy, copy.deepcopy])  # noqa: S301 - our own bytes
def test_an_error_survives_a_process_pool(kind, carry):
    """Pickled or copied, it is of the same class with the same attributes, and without a traceback."""
    with pytest.raises(kind) as caught:
        raise an_error(kind)

    again = carry(caught.value)

    assert type(again) is kind
    assert vars(again) == vars(caught.value)
    assert str(again) == str(caught.value)
    assert again.__traceback__ is None


@pytest.mark.parametrize(
    ("kind", "status", "challenge"),
    [
        (errors.MissingTokenError, 401, "Bearer"),
        (errors.InvalidRequestError, 400, 'Bearer error="invalid_request"'),
        (errors.InvalidTokenError, 401, 'Bearer error="invalid_token"'),
        (errors.ExpiredTokenError, 401, 'Bearer error="invalid_token"'),
        (errors.InsufficientScopeError, 403, 'Bearer error="insufficient_scope"'),
    ],
)
def test_a_token_s_error_knows_its_http_answer(kind, status, challenge):
    """Status and challenge of RFC 6750, with nothing that helps to forge."""
    error = an_error(kind)

    told, _, described = error.www_authenticate.partition(", ")
    assert (error.status_code, told) == (status, challenge)
    assert described == (f'error_description="{kind.oauth_description}"' if kind.oauth_error else "")


@pytest.mark.parametrize("kind", [errors.MissingTokenError, errors.InsufficientScopeError])
def test_a_challenge_says_what_is_needed_and_of_what(kind):
    """Scopes, the API's name and the address of its metadata are in it, each quoted."""
    error = kind("It happened.", scope="read write")

    challenge = error.challenge(realm='the "shop"\\', resource_metadata="https://api.example/.well-known/x")

    assert challenge.startswith(r'Bearer realm="the \"shop\"\\"')
    assert challenge.endswith('scope="read write", resource_metadata="https://api.example/.well-known/x"')
