"""A session in a store: its id, its lifetimes, and others at the same time."""

import pytest

from logto.errors import SessionEndedError, StorageError
from logto.models.session import MAX_SIGN_INS
from logto.sessions import CookieSettings, Lifetimes, MemoryStore
from tests.flows.dialogue import API, REDIRECT_URI, TOKEN
from tests.sessions.visits import FLAGS, Application, Failing, Jar, ProviderWithSid, carried, key_of

DAY = 24 * 3600
NAME = "__Host-logto"


@pytest.fixture
def provider():
    return ProviderWithSid()


@pytest.fixture
def store(provider):
    return Failing(clock=provider.clock)


@pytest.fixture
def application(store, provider):
    return Application(store, provider)


def test_the_cookie_is_256_random_bits_and_the_store_has_only_their_hash(application, store):
    """The browser holds 43 letters; in the store stand the SHA-256 of them and the record, never the id."""
    jar = application.sign_in(Jar())

    assert len(jar[NAME]) == 43
    assert list(store._values) == [key_of(jar)]  # noqa: SLF001 - to look at what is at rest
    assert jar[NAME].encode() not in repr(store._values).encode() + store.load(key_of(jar)).value  # noqa: SLF001 - as above


def test_the_id_is_new_at_every_sign_in_and_the_former_one_is_dead(application, store):
    """A second sign-in replaces the id; with the former one nobody is signed in, and nothing is stored under it."""
    jar = application.sign_in(Jar())
    former = jar.copy()

    application.sign_in(jar, "bob")

    assert jar[NAME] != former[NAME]
    assert (application.user(jar), application.user(former)) == ("bob", None)
    assert store.load(key_of(former)) is None


def test_fixation_a_planted_id_reads_empty_after_sign_in(application, store):
    """An attacker's own session, planted in the victim's browser, does not become the victim's session."""
    attacker = Jar()
    application.begin(attacker)
    victim = attacker.copy()

    application.sign_in(victim, "victim")

    assert application.user(victim) == "victim"
    assert application.user(attacker) is None
    assert store.load(key_of(attacker)) is None


def test_fixation_an_id_that_names_nothing_is_never_adopted(application):
    """An id that the store does not know is not used for the session that begins."""
    jar = Jar([(NAME, "A" * 43)])

    application.begin(jar)

    assert jar[NAME] != "A" * 43


def test_the_id_is_replaced_at_sign_out(application, store):
    """Sign-out removes cookie and row; sign-ins that are begun later have another id."""
    jar = application.sign_in(Jar())
    former = jar.copy()

    application.visit(jar, "sign_out")

    assert jar == {}
    assert store.load(key_of(former)) is None
    application.begin(jar)
    assert jar[NAME] != former[NAME]


@pytest.mark.parametrize(
    "value", ["", "short", "A" * 42, "A" * 44, "A" * 42 + "!", "é" * 43, "\x00" * 43, "A" * 10_000_000]
)
def test_what_is_no_id_is_cleared_and_the_store_not_asked(application, store, value):
    """Anything but 43 letters of base64url is nobody's session: no look at the store, and the cookie goes."""
    jar = Jar([(NAME, value)])

    assert application.user(jar) is None
    assert store.calls == []
    assert (NAME in jar) is (value == "")


def test_an_id_that_names_nothing_any_more_stays(application):
    """A late answer must not remove the cookie with which another request's sign-in replaced it meanwhile."""
    jar = application.sign_in(Jar())
    late = jar.copy()
    application.sign_in(jar)

    assert application.user(late) is None
    assert late.headers == []


def test_flags_are_on_every_set_cookie(application):
    """Sign-in, renewal, sign-out: every header has `__Host-`, Path, Secure, HttpOnly and SameSite."""
    jar = application.sign_in(Jar())
    application.provider.clock.now += DAY
    application.user(jar)
    application.visit(jar, "sign_out")

    assert len(jar.headers) == 4
    assert all(header.startswith(f"{NAME}=") and header.split("; ")[2:] == FLAGS for header in jar.headers)
    assert jar.headers[-1].startswith(f"{NAME}=; Max-Age=0;")


def test_no_cookie_where_nothing_began(application):
    """A page without a session sets none."""
    jar = Jar()

    assert application.user(jar) is None
    assert jar.headers == []


def visited_daily(application: Application, jar: Jar, days: int) -> None:
    for _ in range(days):
        application.provider.clock.now += DAY
        application.visit(jar)


def test_an_idle_session_ends_and_a_used_one_lives_on_to_its_absolute_end(application, provider):
    """Used daily it outlives the idle time, cookie and row alike, until 90 days after sign-in."""
    jar, idle = application.sign_in(Jar()), application.sign_in(Jar())

    visited_daily(application, jar, 15)
    assert (application.user(jar), application.user(idle)) == ("alice", None)
    visited_daily(application, jar, 74)
    assert application.user(jar) == "alice"
    assert int(jar.headers[-1].split("; ")[1].removeprefix("Max-Age=")) <= DAY
    visited_daily(application, jar, 2)
    assert application.user(jar) is None


def test_the_cookie_lives_on_also_where_every_request_refreshes(application, provider):
    """Hourly refreshes write the row each time; the cookie is renewed all the same, or it would end before the session."""
    jar = application.sign_in(Jar())

    for _ in range(20):
        provider.clock.now += 2 * 3600
        application.visit(jar, "get_access_token", API)

    assert sum("Max-Age=1209600" in header for header in jar.headers) >= 3


def test_each_sign_in_under_way_keeps_the_cookie_alive(application, provider):
    """A sign-in that begins 59 minutes after the first can still be finished 30 minutes later."""
    jar = Jar()
    application.begin(jar)
    provider.clock.now += 59 * 60
    callback = application.begin(jar)
    assert "Max-Age=3600" in jar.headers[-1]
    provider.clock.now += 30 * 60

    application.visit(jar, "handle_sign_in_callback", callback)

    assert application.user(jar) == "alice"


def test_expiry_is_in_the_record_too(provider):
    """A store that never forgets, or whose clock stands still, keeps no session alive."""
    application = Application(MemoryStore(clock=lambda: 0.0), provider)
    jar = application.sign_in(Jar())
    provider.clock.now += 15 * DAY

    assert application.user(jar) is None


@pytest.mark.parametrize(
    ("jump", "expected"),
    [(-3600, "alice"), (-13 * DAY, "alice"), (-15 * DAY, None), (13 * DAY, "alice"), (15 * DAY, None), (10**9, None)],
)
def test_a_clock_that_jumps(provider, jump, expected):
    """Within a lifetime a jump ends nothing; beyond, it reads as signed out, in either direction, and raises nothing."""
    application = Application(MemoryStore(clock=lambda: 0.0), provider)
    jar = application.sign_in(Jar())

    provider.clock.now += jump

    assert application.user(jar) == expected


def test_lifetimes_and_cookie_can_be_set(provider):
    """An application's own lifetimes and cookie are used."""
    settings = {"cookie": CookieSettings(name="s", path="/app"), "lifetimes": Lifetimes(idle=60, absolute=90)}
    application = Application(None, provider, **settings)

    jar = application.sign_in(Jar())

    assert jar.headers[-1].split("; ")[1:] == ["Max-Age=60", "Path=/app", *FLAGS[1:]]
    provider.clock.now += 61
    assert application.user(jar) is None


def test_sign_ins_that_other_requests_began_meanwhile_stay(application):
    """Eight requests that all read the session before any writes lose none of their sign-ins, and each finishes."""
    jar = Jar()
    application.begin(jar)
    sessions = [application.open(jar) for _ in range(8)]
    urls = [application.within(session, "sign_in", REDIRECT_URI) for session in sessions]

    for url in reversed(urls):
        application.visit(jar, "handle_sign_in_callback", application.provider.authorize(url))

    assert application.user(jar) == "alice"


def test_at_most_ten_sign_ins_are_kept_however_they_were_begun(application):
    """Also of those begun at once, only the last ten stay."""
    jar = Jar()
    application.begin(jar)
    sessions = [application.open(jar) for _ in range(15)]
    for session in sessions:
        application.within(session, "sign_in", REDIRECT_URI)

    assert len(application.open(jar).sign_ins()) == MAX_SIGN_INS


def test_a_lost_race_never_brings_back_a_session_that_was_signed_out(application, provider):
    """A request that read the session before its sign-out can save nothing, and its answer sets no cookie."""
    jar = application.sign_in(Jar())
    other = jar.copy()
    session = application.open(other)
    provider.clock.now += DAY
    application.visit(jar, "sign_out")

    with pytest.raises(SessionEndedError):
        list(session.save(session.identity()))
    assert application.close(other, session) == ()
    assert application.user(other) is None


def test_noting_a_page_s_use_brings_no_session_back(application, store, provider):
    """A page that outlives a sign-out finds out when it ends: no row, no cookie and no error."""
    jar = application.sign_in(Jar())
    page = application.open(jar)
    provider.clock.now += DAY
    application.visit(jar, "sign_out")

    assert application.close(jar, page) == ()
    assert store._values == {}  # noqa: SLF001 - nothing is at rest


def test_a_refresh_in_flight_finds_the_sign_out(application, provider, store):
    """Tokens that arrive after another request's sign-out are not stored, and revoked."""
    jar = application.sign_in(Jar())
    other = jar.copy()

    def sign_out_meanwhile(request):
        provider.faults.clear()
        application.visit(jar, "sign_out")

    provider.faults[TOKEN] = sign_out_meanwhile
    with pytest.raises((SessionEndedError, StorageError)):
        application.visit(other, "get_access_token", API)

    assert store._values == {}  # noqa: SLF001 - nothing is at rest
    assert provider._refresh == {}  # noqa: SLF001 - and nothing lives at the provider


def test_tokens_of_a_faster_process_stay(provider, store):
    """A save whose basis is spent keeps what the other process committed, and adds its own access token."""
    one, other = Application(store, provider), Application(store, provider)
    jar = one.sign_in(Jar())
    slow = other.open(jar)
    mine = slow.identity().with_tokens("k", slow.identity().access_tokens[""], refresh_token="slow")
    one.visit(jar, "get_access_token", API)
    committed = one.visit(jar, "get_refresh_token")

    carried(slow.save(mine))

    assert one.open(jar).identity().refresh_token == committed
    assert set(one.open(jar).identity().access_tokens) == {"", API, "k"}
