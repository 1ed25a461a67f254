"""`LogtoSessions` and `LogtoSyncSessions`: both colours do the same."""

import inspect

import pytest

from logto import LogtoClient, LogtoSyncClient
from logto.client.sessions import LogtoSessions, LogtoSyncSessions
from logto.errors import ConfigurationError, LogtoException
from logto.flows import browser_session
from logto.protocol.logout_token import EVENT
from logto.sessions import CookieStore, MemoryStorage, MemoryStore, NoSession, SessionStore
from logto.sessions.pause import Pause
from tests.client.either import COLOURS
from tests.flows.dialogue import API, REDIRECT_URI, Shelf, config, context
from tests.flows.honest_provider import signed_in
from tests.protocol.test_logout_token import FORM, claims
from tests.rejections.mint import mint
from tests.sessions.visits import KEY, URL, Application, Failing, Jar, ProviderWithSid, carried, code_of, failing

OPERATIONS = ("open", "close", "carry_over", "end_sessions", "handle_back_channel_logout", "list_sessions", "renew")


def in_a_store(clock):
    return Failing(clock=clock)


def sealed_in_a_store(clock):
    return Failing(clock=clock, key=KEY)


def in_cookies(clock):
    return CookieStore(KEY)


def in_cookies_with_a_list(clock):
    return CookieStore(KEY, revocations=Failing(clock=clock))


STORES = (in_a_store, sealed_in_a_store, in_cookies, in_cookies_with_a_list)


def whole_life(application: Application, jar: Jar) -> list[object]:
    """What a browser sees, from the first page to the last."""
    provider = application.provider
    provider.sid = "one"
    seen: list[object] = [application.user(jar), sorted(jar)]
    callback = application.begin(jar)
    seen.append(application.visit(jar, "handle_sign_in_callback", callback))
    seen += [application.user(jar), application.visit(jar, "get_access_token", API).count(".")]
    provider.clock.now += 3600
    seen += [application.visit(jar, "get_access_token", API).count("."), application.visit(jar, "fetch_user_info").sub]
    seen.append(tried(application, "list_sessions", "alice"))
    seen.append(application.visit(jar, "sign_out", "https://app.example/"))
    seen += [application.user(jar), sorted(jar), len(provider.revoked)]
    return seen


def tried(application: Application, operation: str, *args, **kwargs) -> object:
    """What an operation returns, or the code of its error."""
    try:
        result = application.manage(operation, *args, **kwargs)
    except LogtoException as error:
        return error.code
    return len(result) if isinstance(result, tuple) else result


@pytest.mark.parametrize("make", STORES)
def test_both_colours_live_the_same_life(make):
    """A browser's whole life looks alike through both, over each kind of store, and ends signed out everywhere."""
    lives = []
    for colour in COLOURS:
        provider = ProviderWithSid()
        lives.append(whole_life(Application(make(provider.clock), provider, colour), Jar()))

    assert lives[0] == lives[1]
    assert lives[0][3] == "alice"
    assert lives[0][-3:] == [None, [], 1]


@pytest.mark.parametrize("make", STORES)
def test_both_colours_end_sessions_alike(make):
    """Ending by user, by the provider's session, and by back channel ends the same sessions, or refuses alike."""
    results = []
    for colour in COLOURS:
        provider = ProviderWithSid()
        application = Application(make(provider.clock), provider, colour)
        token = mint(claims(sub="carol", sid=..., events={EVENT: {}}), header={"typ": "logout+jwt"})
        jars = [application.sign_in(Jar(), sub) for sub in ("alice", "carol", "dave")]
        provider.sid = "seven"
        jars.append(application.sign_in(Jar(), "erin"))
        provider.clock.now += 1
        outcome = [
            tried(application, "end_sessions", sub="alice"),
            tried(application, "handle_back_channel_logout", f"logout_token={token}".encode(), FORM),
            tried(application, "handle_back_channel_logout", f"logout_token={token}".encode(), FORM),
            tried(application, "end_sessions", sid="seven"),
            tried(application, "end_sessions"),
        ]
        results.append((outcome, [application.user(jar) for jar in jars]))

    assert results[0] == results[1]
    ended = ["alice", "carol", "dave", "erin"] if make is in_cookies else [None, None, "dave", None]
    assert results[0][1] == ended


@pytest.mark.parametrize("make", [in_a_store, in_cookies])
def test_both_colours_carry_over_alike(make):
    """The guide's four strings become a session in either."""
    for colour in COLOURS:
        provider = ProviderWithSid()
        application, jar, shelf = Application(make(provider.clock), provider, colour), Jar(), Shelf()
        signed_in(context(shelf, provider.clock), provider)
        session = application.open(jar)

        assert application.manage("carry_over", session, shelf) is True
        application.close(jar, session)

        assert application.user(jar) == "alice"


@pytest.mark.parametrize("colour", COLOURS)
@pytest.mark.parametrize("step", range(1, 16))
def test_a_store_that_fails_once_loses_no_session(colour, step):
    """Whichever call of a refreshing request fails, it is a StorageError or no error, and the user is still signed in."""
    provider = ProviderWithSid()
    store = Failing(clock=provider.clock)
    application = Application(store, provider, colour)
    jar = application.sign_in(Jar())
    provider.clock.now += 3600
    store.calls.clear()
    store.fails = lambda name, number: number == step
    assert code_of(application.visit, jar, "get_access_token", API) in ("", "storage.failed")
    store.fails = failing()

    assert application.user(jar) == "alice"
    provider.clock.now += 3600
    assert application.visit(jar, "get_access_token", API)
    assert Application(store, provider, colour).visit(jar, "get_refresh_token") in provider._refresh  # noqa: SLF001 - is it alive?


@pytest.mark.parametrize("colour", COLOURS)
@pytest.mark.parametrize("step", range(1, 10))
def test_a_store_that_fails_once_during_a_callback_leaves_the_old_state_or_the_new_one(colour, step):
    """Whichever call fails, the browser is alice's or bob's as a whole, and a further sign-in works."""
    provider = ProviderWithSid()
    store = Failing(clock=provider.clock)
    application = Application(store, provider, colour)
    jar = application.sign_in(Jar())
    callback = application.begin(jar, "bob")
    store.calls.clear()
    store.fails = lambda name, number: number == step
    code = code_of(application.visit, jar, "handle_sign_in_callback", callback)
    store.fails = failing()

    user = application.user(jar)
    assert (code, user) in (("storage.failed", "alice"), ("", "bob"))
    assert application.visit(jar, "get_access_token").startswith(f"{user}-opaque")
    assert application.user(application.sign_in(jar, "carol")) == "carol"


@pytest.mark.parametrize("colour", COLOURS)
@pytest.mark.parametrize("step", range(1, 6))
def test_a_store_that_fails_once_during_a_sign_out_signs_out(colour, step):
    """Whichever call fails after the session was opened, the browser ends without a cookie, and its copy is dead here."""
    provider = ProviderWithSid()
    store = Failing(clock=provider.clock)
    application = Application(store, provider, colour)
    jar = application.sign_in(Jar())
    copy = jar.copy()
    session = application.open(jar)
    store.calls.clear()
    store.fails = lambda name, number: number == step

    application.within(session, "sign_out")
    application.close(jar, session)
    store.fails = failing()

    assert jar == {}
    assert application.user(copy) is None


@pytest.mark.parametrize("colour", COLOURS)
def test_a_store_that_is_down_throughout(colour):
    """By default every request is a StorageError; where chosen, pages stay up and everybody seems signed out."""
    provider = ProviderWithSid()
    store = Failing(clock=provider.clock)
    strict = Application(store, provider, colour)
    lenient = Application(store, provider, colour, signed_out_without_store=True)
    jar = strict.sign_in(Jar())
    store.fails = lambda name, number: True

    assert tried(strict, "open", dict(jar), URL) == "storage.failed"
    assert lenient.user(jar) is None
    assert tried(lenient, "list_sessions", "alice") == "storage.failed"
    with pytest.raises(LogtoException) as caught:
        lenient.visit(jar, "sign_in", REDIRECT_URI)
    assert caught.value.code == "storage.failed"
    store.fails = failing()
    assert strict.user(jar) == "alice"


def test_both_colours_have_the_same_operations():
    """Names, arguments and documentation do not drift apart."""
    for name in OPERATIONS:
        awaiting, blocking = getattr(LogtoSessions, name), getattr(LogtoSyncSessions, name)
        assert inspect.signature(awaiting) == inspect.signature(blocking)
        assert inspect.iscoroutinefunction(awaiting)
        assert not inspect.iscoroutinefunction(blocking)
        assert awaiting.__doc__ == blocking.__doc__


@pytest.mark.parametrize("colour", COLOURS)
@pytest.mark.parametrize("make", [in_a_store, sealed_in_a_store, in_cookies_with_a_list])
def test_a_renewed_session_goes_on_and_its_former_id_is_dead(make, colour):
    """After a change of privileges the browser gets a new id; whoever has a copy of the former one is signed out."""
    application = Application(make(ProviderWithSid().clock), colour=colour)
    jar = application.sign_in(Jar())
    copy = Jar(jar)

    session = application.open(jar)
    application.manage("renew", session)
    application.close(jar, session)

    assert application.user(jar) == "alice"
    assert jar != copy
    assert application.user(copy) is None
    assert application.visit(jar, "get_access_token", API)


@pytest.mark.parametrize("colour", COLOURS)
def test_renewing_waits_for_a_refresh_of_the_same_session(colour):
    """While another request holds the session's lock its id stays, so that what it gets has a place to go."""
    application = Application(colour=colour)
    jar = application.sign_in(Jar())
    first, second = application.open(jar), application.open(jar)
    assert carried(second.acquire(60.0))

    flow = browser_session.renew_session(application.sessions._context, first)  # noqa: SLF001 - the conversation, by hand
    acquire = next(flow)
    assert acquire.method == "acquire"
    assert isinstance(flow.send(acquire.blocking(1)), Pause)
    flow.close()

    assert application.user(jar) == "alice"


def test_the_wrong_client_or_store_is_explained_at_once():
    """A client of the other colour, a store's class, or the guide's storage is refused before the first request."""
    awaiting, blocking = LogtoClient(config(), NoSession()), LogtoSyncClient(config(), NoSession())

    for make, code in [
        (lambda: LogtoSessions(blocking, MemoryStore()), "configuration.client"),
        (lambda: LogtoSyncSessions(awaiting, MemoryStore()), "configuration.client"),
        (lambda: LogtoSessions(awaiting, MemoryStore), "configuration.store"),
        (lambda: LogtoSessions(awaiting, MemoryStorage()), "configuration.store"),
        (lambda: LogtoSessions(awaiting, None), "configuration.store"),
    ]:
        with pytest.raises(ConfigurationError) as caught:
            make()
        assert caught.value.code == code


@pytest.mark.parametrize(("colour", "methods"), [("blocking", "awaiting"), ("awaiting", "blocking")])
def test_a_store_of_the_other_colour_is_explained(colour, methods):
    """A store that has only the other methods is a configuration error, which says which client needs what."""

    class Blocking(SessionStore):
        def load(self, key):
            return None

    class Awaiting(SessionStore):
        async def aload(self, key):
            return None

    store = Blocking() if methods == "blocking" else Awaiting()
    application = Application(store, ProviderWithSid(), colour)

    with pytest.raises(ConfigurationError) as caught:
        application.open(Jar([("__Host-logto", "A" * 43)]))

    assert caught.value.code == "configuration.store_colour"
