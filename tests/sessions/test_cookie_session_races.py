"""Two requests of one browser whose session lives in its cookies: late answers, lost answers, newer versions."""

import pytest

from logto.errors import SessionEndedError
from logto.sessions import CookieStore, MemoryStore
from tests.flows.dialogue import API, TOKEN
from tests.sessions.visits import KEY, Application, Jar, ProviderWithSid

DAY = 24 * 3600


@pytest.fixture
def provider():
    return ProviderWithSid()


@pytest.fixture
def application(provider):
    return Application(CookieStore(KEY), provider)


def test_a_late_answer_does_not_sign_in_again_after_sign_out(application, provider):
    """A refresh that was answered before a sign-out, and whose answer comes after it, sets no cookie."""
    jar = application.sign_in(Jar())
    late = application.open(jar)
    application.within(late, "get_access_token", API)
    application.visit(jar, "sign_out")

    assert application.close(jar, late) == ()
    assert jar == {}


def test_a_late_answer_does_not_bring_the_former_user_back(application):
    """A request of the former user, answered after another one's sign-in, changes no cookie."""
    jar = application.sign_in(Jar())
    late = application.open(jar)
    application.within(late, "get_access_token", API)
    application.sign_in(jar, "bob")

    assert application.close(jar, late) == ()
    assert application.user(jar) == "bob"


def test_the_former_user_s_copy_is_dead_in_this_process_without_a_list(application):
    """After another user signed in, a late request with the former cookie is signed out and sets no cookie."""
    jar = application.sign_in(Jar())
    copy = jar.copy()
    application.sign_in(jar, "bob")

    assert application.user(copy) is None
    assert copy.headers == []


def test_tokens_that_arrive_after_another_user_s_sign_in_are_discarded_and_revoked(application, provider):
    """A refresh of the former user that ends after the next one's sign-in hands out nothing, and its tokens die."""
    jar = application.sign_in(Jar())
    late = jar.copy()

    def sign_in_meanwhile(request):
        provider.faults.clear()
        application.sign_in(jar, "bob")

    provider.faults[TOKEN] = sign_in_meanwhile
    with pytest.raises(SessionEndedError):
        application.visit(late, "get_access_token", API)

    assert [token.partition("-")[0] for token in provider.revoked] == ["alice"]
    assert application.user(jar) == "bob"


def test_a_page_that_only_renews_its_cookie_takes_newer_tokens_along(application, provider):
    """A spent refresh token is not written over its successor by a page that began before the refresh and ends after it."""
    jar = application.sign_in(Jar())
    provider.clock.now += DAY
    page = application.open(jar)
    application.visit(jar, "get_access_token", API)
    newest = application.visit(jar, "get_refresh_token")

    assert application.close(jar, page) != ()

    assert Application(application.store, provider).visit(jar, "get_refresh_token") == newest


def test_an_answer_that_never_arrived_is_made_up_for(application):
    """When the answer with the new refresh token was lost, the next visit to this process brings it again."""
    jar = application.sign_in(Jar())
    lost = jar.copy()
    application.visit(lost, "get_access_token", API)

    application.user(jar)

    assert application.visit(jar, "get_refresh_token") == application.visit(lost, "get_refresh_token")


def test_a_cookie_of_a_newer_format_is_left_alone(application, monkeypatch):
    """Beside a newer version of the application, an older one signs nobody in, and keeps the cookie for the newer."""
    jar = application.sign_in(Jar())
    before = dict(jar)
    monkeypatch.setattr("logto.sessions.packing.FORMAT", 2)

    assert application.user(jar) is None
    assert jar == before


def test_revocations_may_live_beside_sessions(provider):
    """One store may serve as list of revocations and for the sessions of another application; neither disturbs the other."""
    shared = MemoryStore(clock=provider.clock)
    in_cookies = Application(CookieStore(KEY, revocations=shared), provider)
    in_store = Application(shared, provider)
    one, other = in_cookies.sign_in(Jar()), in_store.sign_in(Jar())

    in_cookies.manage("end_sessions", sub="alice")

    assert in_cookies.user(one) is None
    assert in_store.user(other) == "alice"
