"""Session cookies that must be refused, and what must be left of them (SECURITY.md, Sessions and cookies)."""

from dataclasses import replace
from hashlib import shake_256

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from logto.errors import SignInSessionInvalidError
from logto.protocol.base64url import decode_base64url, encode_base64url
from logto.sessions import CookieSettings, CookieStore, MemoryStore
from logto.sessions.key_ring import KeyRing
from logto.sessions.packing import pack
from logto.sessions.record import SessionRecord
from tests.flows.dialogue import REDIRECT_URI, config
from tests.rejections.mint import NOW
from tests.sessions.visits import FLAGS, KEY, OTHER_KEY, Application, Jar, carried

NAME = "__Host-logto"
CHUNKS = [NAME, f"{NAME}.1", f"{NAME}.2"]


@pytest.fixture(scope="module")
def application():
    return Application(CookieStore(KEY))


@pytest.fixture(scope="module")
def small(application):
    """Alice's cookie: one."""
    return application.sign_in(Jar())


@pytest.fixture(scope="module")
def large(application):
    """Alice's cookies: three."""
    return enlarged(application, application.sign_in(Jar()), "a")


def enlarged(application: Application, jar: Jar, letter: str) -> Jar:
    """The same session with a refresh token that takes two chunks more."""
    session = application.open(jar)
    carried(session.save(session.identity().with_refresh_token(noise(letter))))
    application.close(jar, session)
    assert sorted(jar) == CHUNKS
    return jar


def noise(letter: str) -> str:
    """Text that no compression makes short, the same in every run."""
    return encode_base64url(shake_256(letter.encode()).digest(7500))


def refused(application: Application, cookies: dict[str, str]) -> bool:
    """Whether the cookies sign nobody in, raise nothing, and are all cleared, flags and all."""
    jar = Jar(cookies.items())
    assert application.user(jar) is None
    assert not [name for name in jar if name in CHUNKS]
    assert all(header.split("; ")[1:] == ["Max-Age=0", *FLAGS] for header in jar.headers)
    return True


def test_the_honest_ones_are_accepted(application, small, large):
    """What the cases below alter is good before they do."""
    assert application.user(small.copy()) == "alice"
    assert application.user(large.copy()) == "alice"


def test_every_byte_flipped(application, small):
    """No bit of any byte of the sealed value can be altered."""
    sealed = decode_base64url(small[NAME][1:])

    for index in range(len(sealed)):
        altered = sealed[:index] + bytes((sealed[index] ^ (1 << index % 8),)) + sealed[index + 1 :]
        assert refused(application, {NAME: f"1{encode_base64url(altered)}"})


def test_every_letter_changed(application, small):
    """Nor any letter of the cookie as it travels, its count of chunks included."""
    value = small[NAME]

    for index, letter in enumerate(value):
        assert refused(application, {NAME: value[:index] + ("A" if letter != "A" else "B") + value[index + 1 :]})


def test_every_cut(application, small):
    """No beginning and no end of a cookie is a cookie; a shorter tag could be guessed (CVE-2025-47275)."""
    value = small[NAME]

    for size in range(1, len(value)):
        assert refused(application, {NAME: value[:size]})
        assert size == len(value) - 1 or refused(application, {NAME: value[0] + value[-size:]})
    sealed = decode_base64url(value[1:])
    for tag in range(16):
        assert refused(application, {NAME: f"1{encode_base64url(sealed[: len(sealed) - 16 + tag])}"})


@pytest.mark.parametrize(
    "value",
    [
        "",
        "1",
        "0",
        "1=",
        "1 ",
        "1é",
        "1\x00",
        "1%00",
        "1AQ==",
        "1" * 4096,
        "🔑",
        "1" + "A" * 10_000_000,
        "9" * 4096,
        "null",
    ],
    ids=lambda value: f"{value[:6]!r} of {len(value)}",
)
def test_what_never_was_a_session(application, value):
    """Foreign values, also of 10 MB, are signed out without a trace of an exception."""
    assert refused(application, {NAME: value})


@pytest.mark.parametrize("missing", CHUNKS)
def test_a_chunk_missing(application, large, missing):
    """Without one of its chunks the rest is nothing, and is cleared."""
    assert refused(application, {name: value for name, value in large.items() if name != missing})


@pytest.mark.parametrize(
    "order", [(0, 2, 1), (1, 0, 2), (2, 1, 0), (1, 2, 0), (0, 1, 1), (0, 0, 1), (0, 2, 2)], ids=str
)
def test_chunks_reordered_or_doubled(application, large, order):
    """Chunks in another order, or one in another's place, are no session."""
    assert refused(application, {CHUNKS[place]: large[CHUNKS[index]] for place, index in enumerate(order)})


@pytest.mark.parametrize("index", range(3))
def test_chunks_of_two_generations(application, large, index):
    """One chunk of an earlier value of the same session spoils the whole."""
    newer = enlarged(application, large.copy(), "b")

    mixed = {**newer, CHUNKS[index]: large[CHUNKS[index]]}

    assert refused(application, mixed)


@pytest.mark.parametrize("index", range(3))
def test_chunks_of_two_users(application, large, index):
    """Nor is a session made of two users' chunks."""
    bob = enlarged(application, application.sign_in(Jar(), "bob"), "c")

    assert refused(application, {**bob, CHUNKS[index]: large[CHUNKS[index]]})


def test_fewer_or_more_chunks_than_the_first_says(application, large):
    """The count cannot be changed to hide a chunk, or to take in a stale one."""
    first = large[NAME][1:]

    assert refused(application, {**large, NAME: f"2{first}"})
    assert refused(application, {**large, NAME: f"4{first}", f"{NAME}.3": "AAAA"})


def test_a_cookie_renamed(application, small):
    """A value is bound to its name: another cookie of the same key is no session."""
    other = Application(CookieStore(KEY), application.provider, cookie=CookieSettings(name="other"))
    theirs = other.sign_in(Jar(), "bob")

    assert refused(application, {NAME: theirs["__Host-other"]})
    assert other.user(Jar([("__Host-other", small[NAME])])) is None
    plain = application.visit(Jar([("logto", small[NAME])]), url="http://localhost/")
    assert plain is False


def test_another_key(application, small):
    """A cookie of an application with another secret is nobody's here."""
    assert refused(Application(CookieStore(OTHER_KEY), application.provider), dict(small))


def test_purposes_are_separate(application):
    """A value sealed with the right key for another purpose, as in a store, is no cookie."""
    sealed = KeyRing(KEY).seal(pack(SessionRecord(NOW, NOW)), purpose="session", place=NAME)

    assert refused(application, {NAME: f"1{encode_base64url(sealed)}"})


def test_a_session_id_is_no_cookie_session_and_the_reverse(application, small):
    """Neither kind of cookie passes for the other, under the same name and key."""
    stored = Application(MemoryStore(key=KEY, clock=application.provider.clock), application.provider)
    jar = stored.sign_in(Jar(), "bob")

    assert refused(application, dict(jar))
    assert refused(stored, dict(small))


def test_a_pending_sign_in_is_no_session(application):
    """A cookie that holds a sign-in under way authenticates nobody."""
    jar = Jar()
    application.visit(jar, "sign_in", REDIRECT_URI)

    assert application.visit(jar) is False


def test_a_pending_sign_in_of_another_configuration_is_not_finished():
    """A sign-in is bound to application and issuer: the same cookie and key in another application finish nothing."""
    application = Application(CookieStore(KEY))
    other = Application(CookieStore(KEY), application.provider)
    other.client._context = replace(other.client._context, config=config(app_id="another"))  # noqa: SLF001 - its id alone
    jar = Jar()
    callback = application.begin(jar)

    with pytest.raises(SignInSessionInvalidError):
        other.visit(jar, "handle_sign_in_callback", callback)


COOKIES = st.dictionaries(
    st.sampled_from([NAME, *(f"{NAME}.{number}" for number in (1, 2, 15, 16)), "logto"]),
    st.text(max_size=40) | st.from_regex(r"\A[1-9a-g][A-Za-z0-9_-]{0,200}\Z"),
)


@given(COOKIES)
@settings(derandomize=True, database=None, max_examples=200)
def test_whatever_cookies_come_nobody_is_signed_in_and_nothing_raised(cookies):
    """Any text under any of the names is refused, by a page and by a sign-in alike."""
    application = Application(CookieStore(KEY))

    assert application.user(Jar(cookies.items())) is None
    assert application.visit(Jar(cookies.items()), "sign_in", REDIRECT_URI)


@given(st.integers(0, 10**6), st.binary(min_size=1, max_size=8))
@settings(derandomize=True, database=None, max_examples=200)
def test_whatever_is_put_into_an_honest_cookie_is_refused(place, octets):
    """No splice of other bytes into a sealed value opens."""
    application = Application(CookieStore(KEY))
    sealed = decode_base64url(application.sign_in(Jar())[NAME][1:])
    place %= len(sealed)
    spliced = sealed[:place] + octets + sealed[place + len(octets) :]

    assert spliced == sealed or refused(application, {NAME: f"1{encode_base64url(spliced)}"})
