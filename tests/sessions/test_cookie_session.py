"""A session in its browser's cookies."""

import logging
import secrets

import pytest

from logto.errors import SessionEndedError, StorageError
from logto.models.session import CachedToken
from logto.sessions import CookieStore
from tests.flows.dialogue import API, REDIRECT_URI, TOKEN
from tests.sessions.visits import FLAGS, KEY, OTHER_KEY, Application, Failing, Jar, ProviderWithSid, carried

DAY = 24 * 3600
NAME = "__Host-logto"


@pytest.fixture
def provider():
    return ProviderWithSid()


@pytest.fixture
def application(provider):
    return Application(CookieStore(KEY), provider)


@pytest.fixture
def revocations(provider):
    return Failing(clock=provider.clock)


@pytest.fixture
def revoking(provider, revocations):
    """An application that keeps a list of what was revoked."""
    return Application(CookieStore(KEY, revocations=revocations), provider)


def enlarged(application: Application, jar: Jar, size: int, tokens: int = 0) -> tuple[str, ...]:
    """The answer of a request after which the session has a refresh token of that size, and more access tokens."""
    session = application.open(jar)
    identity = session.identity().with_refresh_token(secrets.token_urlsafe(size) if size else None)
    for number in range(tokens):
        token = CachedToken(secrets.token_urlsafe(1500), application.provider.clock() + 3600)
        identity = identity.with_tokens(f"https://{number}.example", token, refresh_token=None)
    carried(session.save(identity))
    return application.close(jar, session)


# -- what the browser holds --------------------------------------------------------------------------------------------


def test_a_session_comes_back_from_its_cookie_and_shows_nothing(application):
    """Everything is in the browser, nothing of it readable, and in one cookie of less than 2 kB."""
    jar = application.sign_in(Jar(), "alice-of-the-house")

    assert application.user(jar) == "alice-of-the-house"
    assert set(jar) == {NAME}
    assert len(jar[NAME]) < 2000
    assert "alice" not in jar[NAME]


def test_flags_are_on_every_set_cookie_chunks_and_deletions_too(application):
    """Sign-in, growth, shrinking, renewal, sign-out: each header of each chunk has all flags."""
    jar = application.sign_in(Jar())
    enlarged(application, jar, 7500)
    assert {NAME, f"{NAME}.1", f"{NAME}.2"} == set(jar)
    enlarged(application, jar, 30)
    assert set(jar) == {NAME}
    enlarged(application, jar, 5000)
    application.provider.clock.now += DAY
    application.user(jar)
    application.visit(jar, "sign_out")

    assert jar == {}
    deleted = {header.partition("=")[0] for header in jar.headers if "Max-Age=0" in header}
    assert deleted == {NAME, f"{NAME}.1", f"{NAME}.2"}
    assert all(header.startswith(NAME) and header.split("; ")[2:] == FLAGS for header in jar.headers)
    assert all(len(header) <= 4096 for header in jar.headers)


@pytest.mark.parametrize("size", [3000, 6000, 12_000, 20_000, 23_000])
def test_no_cookie_is_over_4096_bytes_and_the_session_is_whole(application, size):
    """However large the session, every cookie is one that browsers take, and together they are the session."""
    jar = application.sign_in(Jar())

    headers = enlarged(application, jar, size)

    assert all(len(header) <= 4096 for header in headers)
    assert application.user(jar) == "alice"
    assert len(application.visit(jar, "get_refresh_token")) > size


@pytest.mark.parametrize("size", [25_000, 60_000, 10_000_000], ids=["34-kB", "80-kB", "10-MB"])
def test_above_32_kB_a_clear_error_and_the_former_session_stays(application, size):
    """A session that is too large is refused by name, and the browser keeps what it had."""
    jar = application.sign_in(Jar())
    before = dict(jar)

    with pytest.raises(StorageError) as caught:
        enlarged(application, jar, size)

    assert caught.value.code == "storage.too_large"
    assert jar == before
    assert application.user(jar) == "alice"


def test_access_tokens_are_dropped_first(application):
    """When room is short, access tokens go, identity and refresh token never; nothing is an error."""
    jar = application.sign_in(Jar())

    enlarged(application, jar, 30, tokens=6)

    identity = application.open(jar).identity()
    assert identity.access_tokens == {}
    assert len(identity.refresh_token) > 30
    assert set(jar) == {NAME}
    assert application.visit(jar, "is_authenticated")


def test_access_tokens_that_are_over_take_no_room_of_those_that_live(application, provider):
    """Tokens that can never be handed out again are left out before any other is."""
    jar = application.sign_in(Jar())
    enlarged(application, jar, 0, tokens=2)
    provider.clock.now += 3601

    application.visit(jar, "get_access_token", API)

    assert set(application.open(jar).identity().access_tokens) == {API}


def test_a_cookie_bomb_of_sign_ins_stays_small(application):
    """Whoever makes a browser begin sign-ins with long paths makes its cookies no longer than the room, and ends nothing."""
    jar = application.sign_in(Jar())

    for _ in range(12):
        session = application.open(jar)
        path = f"/{secrets.token_urlsafe(1400)}"
        url = application.client.with_session(session).sign_in(REDIRECT_URI, post_redirect_uri=path)
        application.close(jar, session)
        assert sum(len(name) + len(value) + 3 for name, value in jar.items()) <= application.store.room
    application.visit(jar, "handle_sign_in_callback", application.provider.authorize(url, "bob"))

    assert application.user(jar) == "bob"


def test_eight_sign_ins_finish_in_any_order(application):
    """Eight tabs begin, one after the other, and each comes back."""
    jar = Jar()
    callbacks = [application.begin(jar) for _ in range(8)]

    for callback in callbacks[::2] + callbacks[::-2]:
        application.visit(jar, "handle_sign_in_callback", callback)

    assert application.user(jar) == "alice"
    assert application.open(jar).sign_ins() == ()


def test_a_page_sets_no_cookie_until_a_twentieth_of_the_idle_time_is_over(application, provider):
    """Pages that change nothing renew the cookie now and then, so that a used session lives on, and only then."""
    jar = application.sign_in(Jar())
    before = len(jar.headers)

    application.user(jar)
    provider.clock.now += 14 * DAY / 20
    application.user(jar)
    assert len(jar.headers) == before
    provider.clock.now += 2
    application.user(jar)

    assert len(jar.headers) == before + 1
    assert "Max-Age=1209600" in jar.headers[-1]


# -- keys, time, revocation --------------------------------------------------------------------------------------------


def test_a_key_rotated_in_and_out(provider, application):
    """A value under the old key is re-written at the next visit; without the old key, what did not visit is signed out."""
    jar, idle = application.sign_in(Jar()), application.sign_in(Jar())
    both = Application(CookieStore([OTHER_KEY, KEY]), provider)
    before = jar[NAME]
    assert both.user(jar) == "alice"
    assert jar[NAME] != before

    later = Application(CookieStore(OTHER_KEY), provider)

    assert later.user(jar) == "alice"
    assert later.user(idle) is None
    assert idle == {}


def test_expiry_is_inside_the_ciphertext(application, provider):
    """A browser that keeps a cookie beyond its Max-Age is signed out all the same, and the cookie cleared."""
    jar = application.sign_in(Jar())
    copy = jar.copy()
    provider.clock.now += 14 * DAY
    assert application.user(copy) == "alice"
    provider.clock.now += 2

    assert application.user(jar) is None
    assert jar == {}


def test_the_absolute_end_comes_however_often_it_is_used(application, provider):
    """Used daily, a session ends 90 days after sign-in, and its cookie is never to live longer."""
    jar = application.sign_in(Jar())
    for _ in range(89):
        provider.clock.now += DAY
        assert application.user(jar) == "alice"
    assert int(jar.headers[-1].split("; ")[1].removeprefix("Max-Age=")) <= 2 * DAY
    provider.clock.now += DAY + 1

    assert application.user(jar) is None


@pytest.mark.parametrize(
    ("jump", "expected"),
    [(-13 * DAY, "alice"), (-15 * DAY, None), (13 * DAY, "alice"), (15 * DAY, None), (-(10**9), None)],
)
def test_a_clock_that_jumps(application, provider, jump, expected):
    """Within a lifetime a jump ends nothing; beyond, it reads as signed out, and raises nothing."""
    jar = application.sign_in(Jar())

    provider.clock.now += jump

    assert application.user(jar) == expected


def test_a_copied_cookie_works_until_sign_out_where_there_is_a_list(revoking, provider, revocations):
    """With a list of revocations, another process refuses the copies of a session that was signed out."""
    jar = revoking.sign_in(Jar())
    copy = jar.copy()
    other = Application(CookieStore(KEY, revocations=revocations), provider)
    assert other.user(copy) == "alice"

    revoking.visit(jar, "sign_out")

    assert other.user(copy) is None


def test_without_a_list_this_process_refuses_copies_for_a_while(application):
    """A late request of a browser that signed out a moment ago is signed out, and sets no cookie."""
    jar = application.sign_in(Jar())
    copy = jar.copy()
    application.visit(jar, "sign_out")

    assert application.user(copy) is None
    assert copy.headers == []


def test_signing_in_again_ends_the_former_session_s_copies(revoking):
    """After another user signed in, the former one's cookie is worth nothing, and does not clear the new one's."""
    jar = revoking.sign_in(Jar())
    copy = jar.copy()

    revoking.sign_in(jar, "bob")

    assert revoking.user(copy) is None
    assert copy.headers == []
    assert revoking.user(jar) == "bob"


def test_a_list_that_cannot_be_asked_is_an_error_and_costs_no_session(revoking, revocations):
    """By default an error; where the application chose so, signed out for as long. The cookie stays in either case."""
    jar = revoking.sign_in(Jar())
    before = dict(jar)
    revocations.fails = lambda name, number: True
    with pytest.raises(StorageError):
        revoking.open(jar)
    lenient = Application(revoking.store, revoking.provider, signed_out_without_store=True)

    assert lenient.user(jar) is None

    revocations.fails = lambda name, number: False
    assert jar == before
    assert lenient.user(jar) == "alice"


def test_sign_out_and_sign_in_succeed_with_the_list_down(revoking, revocations, caplog):
    """A revocation that could not be kept is logged as an error; the browser's cookie is cleared, or replaced, all the same."""
    jar = revoking.sign_in(Jar())
    callback = revoking.begin(jar, "bob")
    revocations.fails = lambda name, number: name == "save"
    revoking.visit(jar, "handle_sign_in_callback", callback)
    assert revoking.user(jar) == "bob"

    revoking.visit(jar, "sign_out")

    assert jar == {}
    assert [record.levelno for record in caplog.records if "could not be revoked" in record.message] == [
        logging.ERROR
    ] * 2


def test_ended_from_elsewhere_during_a_refresh(revoking, provider):
    """Tokens that arrive after the user's sessions were ended are revoked, and the next visit is signed out."""
    jar = revoking.sign_in(Jar())

    def end_meanwhile(request):
        revoking.manage("end_sessions", sub="alice")

    provider.faults[TOKEN] = end_meanwhile
    with pytest.raises(SessionEndedError):
        revoking.visit(jar, "get_access_token", API)

    assert len(provider.revoked) == 1
    assert revoking.user(jar) is None
    assert jar == {}
