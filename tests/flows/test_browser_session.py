"""One browser's session and ending sessions from elsewhere, as conversations with a store."""

from dataclasses import replace

import pytest

from logto.errors import ConfigurationError, InvalidTokenError, LogtoException, StorageError, TransportError
from logto.flows import sign_out
from logto.sessions import CookieStore, MemoryStore
from tests.flows.dialogue import DISCOVERY, JWKS, Shelf, context
from tests.flows.honest_provider import signed_in, talk
from tests.protocol.test_logout_token import FORM, claims
from tests.rejections.mint import key, mint
from tests.sessions.visits import KEY, Application, Failing, Jar, ProviderWithSid, code_of, failing


@pytest.fixture
def provider():
    return ProviderWithSid()


@pytest.fixture(params=["store", "cookies"])
def application(request, provider):
    """With sessions in a store, and in cookies with a list of revocations."""
    store = Failing(clock=provider.clock)
    return Application(store if request.param == "store" else CookieStore(KEY, revocations=store), provider)


def list_of(application: Application) -> Failing:
    """The store behind the sessions, where names of logout tokens are remembered."""
    return application.store.revocations if isinstance(application.store, CookieStore) else application.store


def sign_in(application: Application, sub: str, sid: str = "") -> Jar:
    """A browser that signed in within a session at the provider."""
    application.provider.sid = sid
    return application.sign_in(Jar(), sub)


def logout(application: Application, header=None, content_type=FORM, **changes):
    """A back-channel logout, as the provider sends it."""
    now = int(application.provider.clock())
    token = mint(claims(iat=now, exp=now + 120, **changes), header={"typ": "logout+jwt"} if header is None else header)
    return application.manage("handle_back_channel_logout", f"logout_token={token}".encode(), content_type)


# -- which sessions a logout token ends --


@pytest.mark.parametrize(
    ("changes", "ended"),
    [
        pytest.param({"sub": "alice", "sid": "one"}, {"alice one", "alice"}, id="sub-and-sid"),
        pytest.param({"sub": ..., "sid": "one"}, {"alice one"}, id="sid-alone"),
        pytest.param({"sub": "alice", "sid": ...}, {"alice one", "alice two", "alice"}, id="sub-alone"),
        pytest.param({"sub": "alice", "sid": "unknown"}, {"alice"}, id="unknown-sid"),
        pytest.param({"sub": "carol", "sid": "unknown"}, set(), id="unknown-user"),
        pytest.param({"sub": "bob", "sid": "one"}, {"alice one", "bob too"}, id="another-user-s-sid"),
    ],
)
def test_sub_and_sid_select_sessions(application, changes, ended):
    """A `sid` ends that session, and those of the user that know no `sid`; a `sub` alone ends all of the user's."""
    browsers = {
        "alice one": sign_in(application, "alice", "one"),
        "alice two": sign_in(application, "alice", "two"),
        "alice": sign_in(application, "alice"),
        "bob": sign_in(application, "bob", "three"),
        "bob too": sign_in(application, "bob"),
    }
    application.provider.clock.now += 1

    count = logout(application, **changes)

    assert {name for name, jar in browsers.items() if application.user(jar) is None} == ended
    assert count == (len(ended) if isinstance(application.store, MemoryStore) else 0)


def test_a_user_may_sign_in_again_right_after(application):
    """What begins after a logout lives, even within the same second."""
    sign_in(application, "alice", "one")
    application.provider.clock.now += 0.25
    logout(application, sub="alice", sid=...)
    application.provider.clock.now += 0.25

    assert application.user(sign_in(application, "alice", "one")) == "alice"


# -- what is refused --


def test_a_logout_token_that_came_before_is_refused(application):
    """Its `jti` is accepted once, in whichever process; sessions that began since live."""
    logout(application, sub="alice", sid=...)
    application.provider.clock.now += 1
    jar = sign_in(application, "alice")
    other = Application(application.store, application.provider)

    for process in (application, other):
        with pytest.raises(InvalidTokenError) as caught:
            logout(process, sub="alice", sid=...)
        assert caught.value.code == "logout_token.replayed"
    assert application.user(jar) == "alice"


def test_other_names_are_other_tokens(application):
    """Two logout tokens of different names are both obeyed."""
    assert logout(application, jti="one") == 0
    assert logout(application, jti="two") == 0


def test_a_name_is_remembered_as_long_as_its_token_would_be_accepted(application):
    """Shortly before its end a token is refused as replayed, after it as expired: never accepted twice."""
    now = application.provider.clock()
    logout(application)
    application.provider.clock.now += 179
    with pytest.raises(InvalidTokenError) as caught:
        application.manage(
            "handle_back_channel_logout",
            f"logout_token={mint(claims(iat=now, exp=now + 120), header={'typ': 'logout+jwt'})}".encode(),
            FORM,
        )
    assert caught.value.code == "logout_token.replayed"


@pytest.mark.parametrize("content_type", [None, "application/json"])
def test_a_request_that_is_no_form_asks_nobody(application, content_type):
    """Neither the provider nor the store is asked for a request that is malformed."""
    list_of(application).calls.clear()

    with pytest.raises(InvalidTokenError):
        logout(application, content_type=content_type)

    assert application.provider.asked == []
    assert list_of(application).calls == []


@pytest.mark.parametrize(
    "changes", [{"nonce": "n"}, {"events": {}}, {"iss": "https://evil.example"}, {"aud": "another"}], ids=str
)
def test_a_refused_token_ends_nothing_and_its_name_is_not_remembered(application, changes):
    """After a forgery with the same `jti`, the honest token is still obeyed."""
    jar = sign_in(application, "nv8ovftu4w70", "session-1")
    with pytest.raises(InvalidTokenError):
        logout(application, **changes)
    assert application.user(jar) == "nv8ovftu4w70"

    logout(application)

    assert application.user(jar) is None


def test_a_token_under_a_new_key_is_accepted_after_one_fetch(application):
    """The provider may have rotated its keys since; an unknown key costs one fetch and no more."""
    sign_in(application, "alice")
    application.provider.signer = key("ES384", "key-2")
    now = int(application.provider.clock())
    token = mint(claims(iat=now, exp=now + 120), signer=application.provider.signer, header={"typ": "logout+jwt"})

    application.manage("handle_back_channel_logout", f"logout_token={token}".encode(), FORM)

    assert application.provider.count(JWKS) == 1


def test_a_provider_that_is_down_is_no_logout(application):
    """Without keys nothing can be verified: an error, which ends nothing."""

    def down(request):
        raise TransportError("down", url=DISCOVERY)

    application.provider.faults[DISCOVERY] = down

    with pytest.raises(TransportError):
        logout(application)


def test_demanding_a_type(provider):
    """A missing `typ` is refused only where the application asks for one."""
    application = Application(None, provider)
    token = mint(claims(), header={}).encode()

    with pytest.raises(InvalidTokenError) as caught:
        application.manage("handle_back_channel_logout", b"logout_token=" + token, FORM, demand_type=True)
    assert caught.value.code == "token.type_invalid"
    assert application.manage("handle_back_channel_logout", b"logout_token=" + token, FORM) == 0


# -- a store that fails --


@pytest.mark.parametrize("step", range(1, 7))
def test_a_logout_that_failed_half_way_can_be_sent_again(application, step):
    """Whichever call of the store fails, the provider's next attempt ends the session: its `jti` is not used up."""
    jar = sign_in(application, "alice", "one")
    store = list_of(application)
    store.calls.clear()
    store.fails = lambda name, number: number == step
    assert code_of(logout, application, sub="alice", sid="one") in ("", "storage.failed")
    store.fails = failing()

    application.provider.clock.now += application.client.config.timeout + 1
    assert code_of(logout, application, sub="alice", sid="one") in ("", "logout_token.replayed")

    assert application.user(jar) is None


# -- ending and listing --


def test_end_sessions_of_a_user(application):
    """All sessions of the user end, and nobody else's."""
    browsers = [sign_in(application, "alice", "one"), sign_in(application, "alice"), sign_in(application, "bob")]

    count = application.manage("end_sessions", sub="alice")

    assert [application.user(jar) for jar in browsers] == [None, None, "bob"]
    assert count == (2 if isinstance(application.store, MemoryStore) else 0)


def test_end_sessions_of_a_session_at_the_provider(application):
    """By `sid`, exactly the sessions whose ID token named it end."""
    browsers = [
        sign_in(application, "alice", "one"),
        sign_in(application, "alice", "two"),
        sign_in(application, "alice"),
    ]

    application.manage("end_sessions", sid="one")

    assert [application.user(jar) for jar in browsers] == [None, "alice", "alice"]


@pytest.mark.parametrize("whose", [{}, {"sub": ""}, {"sid": ""}, {"sub": None}, {"sub": "a", "sid": "b"}], ids=str)
def test_whose_sessions_must_be_said(application, whose):
    """Nobody, an empty name, or two at once is a mistake, and ends nothing."""
    jar = sign_in(application, "alice", "one")

    with pytest.raises(ConfigurationError) as caught:
        application.manage("end_sessions", **whose)

    assert caught.value.code == "configuration.whose_sessions"
    assert application.user(jar) == "alice"


def test_sessions_are_listed_the_last_used_first(provider):
    """Each living session of the user, with its times and a name that is no cookie."""
    application = Application(None, provider)
    first, second = sign_in(application, "alice"), sign_in(application, "alice")
    sign_in(application, "bob")
    began = int(provider.clock())
    provider.clock.now += 24 * 3600
    application.visit(first)

    found = application.manage("list_sessions", "alice")

    assert [(info.signed_in_at, info.seen_at - began) for info in found] == [(began, 24 * 3600), (began, 0)]
    assert not {info.key for info in found} & {*first.values(), *second.values()}
    assert [application.user(Jar([("__Host-logto", info.key[:43])])) for info in found] == [None, None]


def test_a_session_that_cannot_be_read_is_not_listed(provider):
    """A foreign row beside the others breaks no list."""
    application = Application(MemoryStore(key=KEY, clock=provider.clock), provider)
    sign_in(application, "alice")
    keys = application.manage("list_sessions", "alice")
    stored = application.store.load(keys[0].key)
    application.store.save(keys[0].key, replace(stored, value=b"foreign", version=stored.version + 1))

    assert application.manage("list_sessions", "alice") == ()


@pytest.mark.parametrize(
    ("operation", "arguments"),
    [("list_sessions", {"sub": "alice"}), ("end_sessions", {"sub": "alice"})],
    ids=["list", "end"],
)
def test_sessions_in_cookies_alone_cannot_be_reached(provider, operation, arguments):
    """Without a list of revocations the answer says why, and what to do."""
    application = Application(CookieStore(KEY), provider)

    with pytest.raises(LogtoException) as caught:
        application.manage(operation, **arguments)
    with pytest.raises(LogtoException) as refused:
        logout(application)

    assert caught.value.code == refused.value.code == "storage.no_index"
    assert caught.value.hint


# -- signing out --


def test_a_storage_that_fails_at_sign_out_still_has_its_refresh_token_revoked(provider):
    """What could not be cleared is worth little: the token dies at the provider, and the error is raised."""
    shelf = Shelf()
    ours = signed_in(context(shelf, provider.clock), provider)
    refresh_token = shelf.values["refreshToken"]

    def fail(key, value):
        raise OSError("the disk is full")

    shelf.set = shelf.delete = fail
    with pytest.raises(StorageError):
        talk(sign_out(ours), provider)
    assert provider.revoked == [refresh_token]
