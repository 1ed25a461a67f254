"""The half of a client that needs no network, in both colours."""

import pickle
import traceback

import pytest

from logto import LogtoClient, LogtoConfig, LogtoSyncClient, MemoryStorage
from logto.errors import ConfigurationError, LogtoException, NotAuthenticatedError
from tests.client.either import COLOURS, Either
from tests.flows.dialogue import API, ENDPOINT, SECRET, TOKEN, Shelf, config
from tests.flows.honest_provider import HonestProvider, refusal
from tests.rejections.mint import CLIENT_ID

KINDS = [LogtoClient, LogtoSyncClient]
LOCAL = ["is_authenticated", "get_id_token", "get_id_token_claims", "get_refresh_token"]


@pytest.fixture
def shelf():
    """A session that alice is signed in to."""
    shelf = Shelf()
    Either("blocking", HonestProvider(), shelf).sign_in()
    return shelf


@pytest.mark.parametrize("kind", KINDS)
def test_whether_somebody_is_signed_in_is_a_real_bool(kind, shelf):
    """The guide tests `is False`: True and False themselves, whatever is stored."""
    assert kind(config(), Shelf()).isAuthenticated() is False
    assert kind(config(), shelf).isAuthenticated() is True
    assert kind(config(), Shelf({"idToken": "garbage"})).is_authenticated() is False
    assert kind(config(), Shelf({"idToken": b"x"})).is_authenticated() is False


@pytest.mark.parametrize("kind", KINDS)
def test_a_storage_that_fails_counts_as_signed_out(kind, caplog):
    """On any error the answer is False, and a log line says why, without a value."""

    class Broken(Shelf):
        def get(self, key):
            raise OSError("secret value")

    assert kind(config(), Broken()).is_authenticated() is False
    assert "storage.failed" in caplog.text
    assert "secret value" not in caplog.text


@pytest.mark.parametrize("kind", KINDS)
def test_local_operations_ask_nobody(kind, shelf):
    """Claims, tokens and status come from the session: a transport that would raise is never used."""

    class Never:
        def send(self, request, timeout):
            raise AssertionError(request)

    client = kind(config(), shelf, transport=Never())

    assert [bool(getattr(client, name)()) for name in LOCAL] == [True] * 4


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("foreign", [{"app_id": "another"}, {"issuer": "https://other.example/oidc"}])
def test_a_session_of_another_application_is_nobody_s(kind, shelf, foreign):
    """Another app id, or another issuer, on the same storage: signed out, with the reason."""
    client = kind(config(**foreign), shelf)

    assert client.is_authenticated() is False
    with pytest.raises(NotAuthenticatedError) as caught:
        client.get_id_token_claims()
    assert caught.value.code == "session.foreign"


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (({"endpoint": ENDPOINT},), "LogtoConfig"),
        ((None,), "LogtoConfig"),
        ((config(), MemoryStorage), "storage=MemoryStorage()"),
        ((config(), {}), "logto.Storage"),
        ((config(), object()), "logto.Storage"),
    ],
)
def test_arguments_of_the_wrong_kind_are_explained(kind, arguments, said):
    """A dict, a class, or an object without the three methods: an error that shows what to write."""
    with pytest.raises(ConfigurationError) as caught:
        kind(*arguments)

    assert said in caught.value.hint


@pytest.mark.parametrize("colour", COLOURS)
def test_with_storage_is_the_same_client_for_another_browser(colour):
    """Metadata and keys are shared, the session is not: alice stays alice, and the other is nobody."""
    provider = HonestProvider()
    one = Either(colour, provider)
    one.sign_in()

    other = one.client.with_storage(Shelf())

    assert (one.client.is_authenticated(), other.is_authenticated()) == (True, False)
    assert other.config is one.client.config
    assert other._transport is one.client._transport  # noqa: SLF001 - one pool for all
    with pytest.raises(ConfigurationError):
        one.client.with_storage(Shelf)


@pytest.mark.parametrize("kind", KINDS)
def test_no_secret_is_in_a_repr(kind, shelf):
    """Neither the client nor its context, session, identity or configuration shows a secret or a token."""
    client = kind(config(), shelf)
    context = client._context  # noqa: SLF001 - what a debugger would show
    identity = context.session.identity()
    shown = f"{client!r} {client} {context!r} {context.session!r} {identity!r} {context.recent!r} {client.config!r}"

    for secret in (SECRET, *(value for value in shelf.values.values() if value)):
        assert secret not in shown


@pytest.mark.parametrize("colour", COLOURS)
def test_no_secret_is_in_an_exception_its_pickle_or_its_traceback(colour, shelf):
    """A refused refresh: message, attributes, pickle and traceback name no token and no secret."""
    provider = HonestProvider()
    provider.faults[TOKEN] = lambda request: refusal("invalid_client", 401, f"{request.body!r} {request.headers!r}")

    with pytest.raises(LogtoException) as caught:
        Either(colour, provider, shelf).do("get_access_token", API)

    error = caught.value
    shown = f"{error} {error!r} {vars(error)} {pickle.dumps(error)!r} {''.join(traceback.format_exception(error))}"
    assert SECRET not in shown
    assert shelf.values["refreshToken"] not in shown


@pytest.mark.parametrize("kind", KINDS)
def test_the_claims_of_two_users_are_two(kind, shelf):
    """Claims are remembered by the whole token: each session reads its own."""
    other = Shelf()
    Either("blocking", HonestProvider(), other).sign_in("bob")
    client = kind(config(), shelf)

    seen = [client.with_storage(one).get_id_token_claims().sub for one in (shelf, other, shelf)]

    assert seen == ["alice", "bob", "alice"]


@pytest.mark.parametrize("kind", KINDS)
def test_the_guide_s_constructor(kind):
    """`LogtoClient(LogtoConfig(endpoint=…, appId=…, appSecret=…), storage=…)`."""
    given = LogtoConfig(endpoint=f"{ENDPOINT}/", appId=CLIENT_ID, appSecret="s")

    assert kind(given, storage=MemoryStorage()).config is given
