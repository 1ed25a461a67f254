"""Sessions in stores: what must never happen, whoever asks and whatever fails (SECURITY.md, Sessions and cookies)."""

import asyncio
import logging
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest

from logto.errors import LogtoException, SignInSessionNotFoundError
from logto.sessions import CookieStore, MemoryStore, Stored
from logto.sessions.packing import pack, unpack
from tests.flows.dialogue import API, REDIRECT_URI, TOKEN
from tests.sessions.visits import KEY, URL, Application, Jar, ProviderWithSid, code_of, key_of

USERS = 50
ROUNDS = 20


def in_a_store(clock):
    return MemoryStore(clock=clock, key=KEY)


def in_cookies(clock):
    return CookieStore(KEY, revocations=MemoryStore(clock=clock))


STORES = pytest.mark.parametrize("make", [in_a_store, in_cookies])


@STORES
def test_a_state_is_dead_after_its_hour(make):
    """A sign-in that nobody finished within an hour cannot be finished any more."""
    provider = ProviderWithSid()
    application, jar = Application(make(provider.clock), provider), Jar()
    callback = application.begin(jar)
    application.sign_in(jar, "bob")
    provider.clock.now += 3601

    with pytest.raises(SignInSessionNotFoundError):
        application.visit(jar, "handle_sign_in_callback", callback)
    assert application.user(jar) == "bob"


@STORES
def test_a_replayed_callback_is_refused_and_the_session_stays(make):
    """The same callback again changes nothing: an error with a code, and the user still signed in."""
    provider = ProviderWithSid()
    application, jar = Application(make(provider.clock), provider), Jar()
    callback = application.begin(jar)
    application.visit(jar, "handle_sign_in_callback", callback)
    provider.clock.now += 300

    assert code_of(application.visit, jar, "handle_sign_in_callback", callback) == "sign_in_session.already_used"
    assert application.user(jar) == "alice"


@STORES
def test_a_double_click_ends_signed_in_with_one_exchange(make):
    """Two requests with the same cookie and callback: the code is exchanged once, and either answer signs in."""
    provider = ProviderWithSid()
    application, jar = Application(make(provider.clock), provider), Jar()
    callback = application.begin(jar)
    sessions = [application.open(jar), application.open(jar)]
    for session in sessions:
        application.within(session, "handle_sign_in_callback", callback)
    answers = [jar.copy(), jar.copy()]
    for answer, session in zip(answers, sessions, strict=True):
        application.close(answer, session)

    assert [application.user(answer) for answer in answers] == ["alice", "alice"]
    assert sum(b"authorization_code" in request.body for request in provider.asked) == 1


@STORES
def test_login_csrf_a_callback_of_another_browser_signs_nobody_in(make):
    """The attacker's own callback in the victim's browser is refused, also while the victim signs in."""
    provider = ProviderWithSid()
    application, victim, attacker = Application(make(provider.clock), provider), Jar(), Jar()
    own = application.begin(victim, "victim")
    foreign = application.begin(attacker, "attacker")

    with pytest.raises(LogtoException):
        application.visit(victim, "handle_sign_in_callback", foreign)
    assert application.user(victim) is None
    application.visit(victim, "handle_sign_in_callback", own)
    assert application.user(victim) == "victim"


@pytest.mark.parametrize("part", ["id_token", "refresh_token", "access_tokens"])
def test_half_a_session_is_no_session(part):
    """A row, of a store without encryption, whose ID token is garbage is nobody; missing others are asked for anew."""
    provider = ProviderWithSid()
    application = Application(MemoryStore(clock=provider.clock), provider)
    jar = application.sign_in(Jar())
    stored = application.store.load(key_of(jar))
    record = unpack(stored.value)
    wrong = {"id_token": "garbage", "refresh_token": None, "access_tokens": {}}[part]
    broken = record.with_identity(replace(record.identity, **{part: wrong}))
    application.store.save(key_of(jar), replace(stored, value=pack(broken), version=stored.version + 1))

    assert application.visit(jar) is (part != "id_token")
    codes = {"id_token": "storage.unreadable", "refresh_token": "refresh_token.missing", "access_tokens": ""}
    assert code_of(application.visit, jar, "get_access_token", API) == codes[part]


@pytest.mark.parametrize("value", [b"", b"\x01\x00", b"\x01\xff\xff", b"\x01" * 50, b"\x01\x02[]", b"x" * 1_000_000])
def test_whatever_row_stands_there_a_page_and_a_sign_in_work(value):
    """A foreign row is signed out, never a traceback; the browser can sign in anew."""
    provider = ProviderWithSid()
    application, jar = Application(MemoryStore(clock=provider.clock), provider), Jar()
    application.begin(jar)
    stored = application.store.load(key_of(jar))
    application.store.save(key_of(jar), Stored(value, stored.version + 1, stored.expires_at))

    assert application.user(jar) is None
    assert application.user(application.sign_in(jar)) == "alice"


def users(make, colour):
    """An application of fifty users who are signed in, each in a browser, their tokens over."""
    provider = ProviderWithSid()
    application = Application(make(provider.clock), provider, colour)
    jars = {f"user-{number}": Jar() for number in range(USERS)}
    callbacks = {name: application.begin(jar, name) for name, jar in jars.items()}
    for name, jar in jars.items():
        application.visit(jar, "handle_sign_in_callback", callbacks[name])
    provider.clock.now += 3600
    provider.asked.clear()
    return application, jars


def test_users_do_not_mix_under_threads():
    """A thousand requests of fifty users on eight threads: each sees its own name and tokens, refreshed once each."""
    for make in (in_a_store, in_cookies):
        application, jars = users(make, "blocking")

        def request(name, application=application, jars=jars):
            session = application.open(jars[name])
            claims = application.within(session, "get_id_token_claims")
            token = application.within(session, "get_access_token")
            application.close(jars[name], session)
            return claims.sub, token.split("-opaque-")[0]

        names = [name for _ in range(ROUNDS) for name in jars]
        with ThreadPoolExecutor(8) as pool:
            found = list(pool.map(request, names))

        assert found == [(name, name) for name in names]
        assert application.provider.count(TOKEN) == USERS


@pytest.mark.anyio
async def test_users_do_not_mix_under_tasks():
    """A thousand requests of fifty users, all under way at once in one event loop: none sees another's."""
    for make in (in_a_store, in_cookies):
        application, jars = await asyncio.to_thread(users, make, "awaiting")

        async def request(name, application=application, jars=jars):
            session = await application.sessions.open(dict(jars[name]), URL)
            client = application.client.with_session(session)
            token = await client.get_access_token()
            jars[name].take(await application.sessions.close(session))
            return client.get_id_token_claims().sub, token.split("-opaque-")[0]

        names = [name for _ in range(ROUNDS) for name in jars]
        found = await asyncio.gather(*(request(name) for name in names))

        assert found == [(name, name) for name in names]
        assert application.provider.count(TOKEN) == USERS


@STORES
@pytest.mark.parametrize("colour", ["blocking", "awaiting"])
def test_nothing_secret_in_logs_and_reprs(make, colour, caplog):
    """A whole life at DEBUG, with a store's failures and bad cookies, shows no id, cookie, token, code or key."""
    caplog.set_level(logging.DEBUG)
    provider = ProviderWithSid()
    application, jar = Application(make(provider.clock), provider, colour), Jar()
    callback = application.begin(jar)
    cookies = [*jar.values(), callback.partition("code=")[2].partition("&")[0]]
    application.visit(jar, "handle_sign_in_callback", callback)
    session = application.open(jar)
    identity = application.within(session, "get_id_token"), application.within(session, "get_refresh_token")
    token = application.within(session, "get_access_token", API)
    shown = [repr(part) for part in (session, application.store, application.sessions, application.client)]
    application.user(Jar([("__Host-logto", f"{jar['__Host-logto'][:-1]}A")]))
    application.visit(jar, "sign_out")

    text = "\n".join([*shown, *(record.getMessage() for record in caplog.records)])
    for secret in (*cookies, *identity, token, KEY, *jar.headers[-2].split(";")[0].split("=")[1:]):
        assert secret not in text or not secret


@STORES
def test_a_cross_site_visit_to_the_sign_in_route_ends_nothing(make):
    """Beginning sign-ins that nobody finishes leaves whoever is signed in as they are."""
    provider = ProviderWithSid()
    application = Application(make(provider.clock), provider)
    jar = application.sign_in(Jar())

    for _ in range(12):
        application.visit(jar, "sign_in", REDIRECT_URI)

    assert application.user(jar) == "alice"
    assert len(application.open(jar).sign_ins()) == 10
