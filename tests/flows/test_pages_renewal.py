"""Sessions whose ID token is over: confirmed at Logto once, believed while it is down, ended where Logto says so."""

from dataclasses import replace

import pytest

from logto.errors import StorageError, TransportError
from logto.flows.pages import RENEWAL_PAUSE, close_page, open_page
from logto.flows.tokens import get_access_token
from tests.flows.dialogue import API, JWKS, TOKEN, Conversation, fields
from tests.flows.honest_provider import answer, refusal, talk
from tests.flows.site import ORIGIN, Site
from tests.sessions.visits import Jar

HOUR = 3600


def site_with(**settings):
    """An application with somebody signed in, whose ID token is over since just now."""
    site = Site(**settings)
    site.provider.claims = {"roles": ["editor"]}
    jar = site.sign_in()
    site.provider.clock.now += HOUR
    return site, jar


def roles(site, jar):
    """The user's roles in a whole request; None for nobody."""
    with site.request(jar) as session:
        user = site.context.user_in(session)
        return sorted(user.roles) if user else None


def refreshes(site):
    """How often new tokens were asked for."""
    return site.provider.count(TOKEN)


def test_claims_are_not_asked_for_before_they_are_over():
    """For as long as the ID token lives, a page asks nobody."""
    site = Site()
    jar = site.sign_in()
    site.provider.clock.now += HOUR - 1

    assert site.user(jar) == "alice"
    assert site.provider.asked == []


def test_claims_that_are_over_are_renewed():
    """A role that was taken away is gone after the token's lifetime, and the next page asks nobody again."""
    site, jar = site_with()
    site.provider.claims = {"roles": ["reader"]}

    assert roles(site, jar) == ["reader"]
    assert roles(site, jar) == ["reader"]
    assert refreshes(site) == 1


def test_requests_at_the_same_time_ask_once():
    """The second waits for the first, and takes what it got, though its cookie is the former one."""
    site, jar = site_with()
    site.provider.claims = {"roles": ["reader"]}
    first, second, third = (Conversation(open_page(site.context, dict(jar), ORIGIN)) for _ in range(3))
    assert second.queues
    assert third.queues
    while first.asked:
        first.answer(site.provider.answer(first.asked))
    for other in (second, third):
        other.go_on()
        assert other.over

    users = [site.context.user_in(one.result) for one in (first, second, third)]
    assert [sorted(user.roles) for user in users] == [["reader"]] * 3
    assert refreshes(site) == 1


def test_one_late_with_the_former_cookie_asks_nobody():
    """A request that the browser sent before it had the new cookie takes the new tokens all the same."""
    site, jar = site_with()
    before = jar.copy()
    site.user(jar)

    assert site.user(before) == "alice"
    assert refreshes(site) == 1


def test_each_renewal_goes_on_with_the_rotated_refresh_token():
    """The new refresh token is in the browser's cookie, and the next hour's renewal spends it."""
    site, jar = site_with()
    for _ in range(3):
        assert site.user(jar) == "alice"
        site.provider.clock.now += HOUR

    spent = [fields(request)["refresh_token"] for request in site.provider.asked if request.url == TOKEN]
    assert len(set(spent)) == len(spent) == 3


def test_a_user_who_was_suspended_is_out():
    """Logto refuses: nobody is signed in, the browser's cookie goes, and nothing keeps asking."""
    site, jar = site_with()
    site.provider.faults[TOKEN] = lambda _: refusal("invalid_grant")

    assert site.user(jar) is None
    assert jar == {}
    assert site.user(jar) is None
    assert refreshes(site) == 1


@pytest.mark.parametrize(
    "fault",
    [
        TransportError("reset"),
        answer({}, 503),
        answer({"error": "slow_down"}, 429),
        refusal("invalid_client", 401),
        answer("<html>"),
    ],
    ids=str,
)
def test_with_logto_down_a_session_is_believed(fault):
    """No page waits twice, of no user, until a minute is over; then one asks again."""
    site = Site()
    site.provider.claims = {"roles": ["editor"]}
    jars = [site.sign_in(sub=sub) for sub in ("alice", "bob")]
    site.provider.clock.now += HOUR
    conversation = Conversation(open_page(site.context, dict(jars[0]), ORIGIN))
    conversation.answer(fault)

    assert site.context.user_in(conversation.result).sub == "alice"
    assert [site.user(jar) for jar in jars] == ["alice", "bob"]
    site.provider.clock.now += RENEWAL_PAUSE - 1
    assert [site.user(jar) for jar in jars] == ["alice", "bob"]
    assert refreshes(site) == 0
    site.provider.clock.now += 1
    assert [site.user(jar) for jar in jars] == ["alice", "bob"]
    assert refreshes(site) == 2


def test_a_page_waits_three_seconds_at_most():
    """What a page asks before it can begin is given little time, whatever the client's own setting is."""
    site, jar = site_with()
    conversation = Conversation(open_page(site.context, dict(jar), ORIGIN))

    assert conversation.asked.url == TOKEN
    assert conversation.asked.timeout <= 3


def test_without_a_refresh_token_nobody_is_asked():
    """Where `offline_access` was not granted, the session's own lifetime ends it."""
    site = Site()
    honest = site.provider._issue  # noqa: SLF001 - an answer without one has no other switch
    site.provider._issue = lambda *args: {**honest(*args), "refresh_token": None}  # noqa: SLF001 - as above
    jar = site.sign_in()
    site.provider.clock.now += 10 * HOUR

    assert site.user(jar) == "alice"
    assert site.provider.asked == []


def test_renewal_can_be_switched_off():
    """With `renew_claims=False` the claims are those of the sign-in for as long as the session lives."""
    site, jar = site_with(renew_claims=False)

    assert roles(site, jar) == ["editor"]
    assert site.provider.asked == []


def test_another_user_s_answer_is_not_taken():
    """A refresh that answers with somebody else's ID token changes nothing of the session."""
    site, jar = site_with()
    site.provider.claims = {"sub": "mallory", "roles": ["owner"]}

    assert roles(site, jar) == ["editor"]
    assert site.user(jar) == "alice"


@pytest.mark.parametrize("tolerance", [60, HOUR], ids=["refused", "tolerated"])
def test_tokens_that_are_over_when_they_come_are_not_asked_for_at_each_page(tolerance):
    """With Logto's clock an hour behind, each new ID token is over: one request a minute, not one a page."""
    site, jar = site_with(config={"clock_tolerance": tolerance})
    site.provider.clock, ours = type(site.provider.clock)(site.provider.clock.now - HOUR), site.provider.clock

    assert [site.user(jar) for _ in range(3)] == ["alice"] * 3
    assert refreshes(site) == 1
    ours.now += RENEWAL_PAUSE
    assert site.user(jar) == "alice"
    assert refreshes(site) == 2


def test_an_answer_without_an_id_token_is_not_asked_for_at_each_page():
    """The claims stay as they were, and the next minute asks again."""
    site, jar = site_with()
    honest = site.provider._issue  # noqa: SLF001 - as above
    site.provider._issue = lambda *args: {  # noqa: SLF001 - as above
        name: value for name, value in honest(*args).items() if name != "id_token"
    }

    assert [roles(site, jar) for _ in range(3)] == [["editor"]] * 3
    assert refreshes(site) == 1


def test_a_clock_that_is_set_back_does_not_end_renewal():
    """After an outage under a clock that ran days ahead, a session is renewed a minute later, not days later."""
    site, jar = site_with()
    clock = site.provider.clock
    clock.now += 100 * HOUR
    Conversation(open_page(site.context, dict(jar), ORIGIN)).answer(TransportError("reset"))
    clock.now -= 100 * HOUR

    assert site.user(jar) == "alice"
    assert refreshes(site) == 1


def test_a_rotated_key_that_cannot_be_had_loses_no_refresh_token():
    """Logto signs with a new key while its key set is down: the session is believed, with the newer refresh token."""
    former, jar = site_with()
    site = Site(former.provider, former.context.sessions.store)  # a process that was just started knows no keys
    site.provider.faults[JWKS] = lambda _: answer({}, 503)

    assert roles(site, jar) == ["editor"]
    del site.provider.faults[JWKS]
    site.provider.clock.now += RENEWAL_PAUSE
    assert site.user(jar) == "alice"
    spent = [fields(request)["refresh_token"] for request in site.provider.asked if request.url == TOKEN]
    assert len(set(spent)) == len(spent) == 2


def test_after_the_answer_began_nothing_is_spent():
    """With sessions in cookies, a refresh whose new token could not reach the browser is refused before it is sent."""
    site, jar = site_with(renew_claims=False)
    session = site.open(jar)
    talk(close_page(site.context, session), site.provider)
    late = replace(site.context.client, session=session)

    with pytest.raises(StorageError) as caught:
        talk(get_access_token(late, API), site.provider)

    assert caught.value.code == "storage.answered"
    assert caught.value.hint
    assert refreshes(site) == 0
    with site.request(jar) as next_session:
        assert talk(get_access_token(replace(late, session=next_session), API), site.provider).count(".") == 2


def test_one_site_s_trouble_is_not_another_s():
    """Two applications in one process, with two Logtos: that one is down keeps nobody from asking the other."""
    (one, jar), (other, other_jar) = site_with(), site_with()
    Conversation(open_page(one.context, dict(jar), ORIGIN)).answer(TransportError("reset"))

    assert (one.user(jar), other.user(other_jar), other.user(Jar())) == ("alice", "alice", None)
    assert (refreshes(one), refreshes(other)) == (0, 1)
