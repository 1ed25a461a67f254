"""The provider's metadata and keys: when they are fetched, shared, renewed and kept."""

import pytest

from logto.errors import LogtoException, TransportError, UnexpectedResponseError
from logto.flows import get_access_token, handle_sign_in_callback, sign_in
from logto.protocol.http import HttpResponse
from tests.flows.dialogue import (
    API,
    DISCOVERY,
    ENDPOINT,
    JWKS,
    REDIRECT_URI,
    TOKEN,
    Conversation,
    Shelf,
    context,
    play,
)
from tests.flows.honest_provider import METADATA, HonestProvider, answer, key_set, metadata, signed_in, talk
from tests.rejections.mint import key

DOWN = TransportError("down", code="transport.refused")


def moved(location, status=302):
    """A redirect."""
    return HttpResponse(status, {"location": location} if location is not None else {})


@pytest.fixture
def provider():
    return HonestProvider()


@pytest.fixture
def ours(provider):
    """A client that knows metadata and keys, with alice signed in."""
    return signed_in(context(Shelf(), clock=provider.clock), provider)


def begin(ours):
    """A sign-in, which needs metadata and nothing else."""
    return Conversation(sign_in(ours, REDIRECT_URI))


def refreshed(ours, provider):
    """A refresh whose ID token must be verified; the metadata and keys fetched on the way, in the background too."""
    provider.asked.clear()
    conversation = Conversation(get_access_token(ours, API))
    while conversation.asked is not None:
        conversation.answer(provider.answer(conversation.asked))
    assert conversation.result
    return [request.url for request in provider.asked if request.url in (DISCOVERY, JWKS)], conversation.background


def expire(ours, provider, seconds=3600.0):
    """Let the access tokens end."""
    provider.clock.now += seconds


def test_metadata_and_keys_are_fetched_once(ours, provider):
    """Refreshes within the hour ask neither again."""
    provider.lifetime = 10
    for _ in range(3):
        assert refreshed(ours, provider) == ([], [])
        expire(ours, provider, 20)


def test_after_an_hour_both_are_renewed_in_the_background(ours, provider):
    """The conversation goes on with what is known, and starts one background conversation for each document."""
    expire(ours, provider)

    fetched, background = refreshed(ours, provider)
    assert fetched == []
    assert len(background) == 2
    for flow in background:
        talk(flow, provider)
    provider.lifetime = 10
    expire(ours, provider)

    assert [request.url for request in provider.asked if request.url in (DISCOVERY, JWKS)] == [DISCOVERY, JWKS]


def test_a_renewal_is_started_once_and_again_a_minute_after_it_failed(ours, provider):
    """While one is due, only the first to notice begins; a failure keeps the metadata and is tried again later."""
    provider.clock.now += 3600
    first, second = begin(ours), begin(ours)
    assert (len(first.background), len(second.background)) == (1, 0)

    play(first.background[0], (("GET", DISCOVERY), DOWN))

    assert begin(ours).result.startswith(f"{ENDPOINT}/oidc/auth?")
    provider.clock.now += 59
    assert begin(ours).background == []
    provider.clock.now += 2
    again = begin(ours).background
    assert len(again) == 1
    play(again[0], (("GET", DISCOVERY), answer(metadata(authorization_endpoint=f"{ENDPOINT}/new"))))
    assert begin(ours).result.startswith(f"{ENDPOINT}/new?")


def test_a_clock_that_was_set_back_does_not_put_renewal_off(ours, provider):
    """After the clock was moved back by a day, the metadata is renewed at the next use, and then after an hour."""
    provider.clock.now -= 86_400
    renewal = begin(ours).background
    assert len(renewal) == 1
    talk(renewal[0], provider)

    provider.clock.now += 3599
    assert begin(ours).background == []
    provider.clock.now += 1
    assert len(begin(ours).background) == 1


def test_cold_conversations_share_one_fetch_and_its_failure(provider):
    """Whoever waits for a fetch that fails gets a copy of its error; whoever comes later asks again."""
    ours = context(Shelf())
    waiting = [begin(ours) for _ in range(3)]
    assert [one.queues for one in waiting] == [False, True, True]

    waiting[0].answer(DOWN)
    errors = []
    for one in waiting:
        if not one.over:
            one.go_on()
        with pytest.raises(TransportError) as caught:
            _ = one.result
        errors.append(caught.value)

    assert len({id(error) for error in errors}) == 3
    assert begin(ours).answer(METADATA).result


def test_a_shared_error_keeps_nobody_s_conversation_alive(provider):
    """The error that is kept for others carries no traceback, in which a user's session would stand."""
    ours = context(Shelf())
    with pytest.raises(TransportError):
        play(sign_in(ours, REDIRECT_URI), (("GET", DISCOVERY), DOWN))

    assert ours.provider.metadata.error.__traceback__ is None


def test_an_unknown_kid_fetches_the_keys_again(ours, provider):
    """A rotated key is fetched at once, also right after the last fetch, and verifies the token."""
    provider.signer = key("ES384", "key-2")

    assert refreshed(ours, provider) == ([JWKS], [])


def test_two_rotations_right_after_each_other_are_both_accepted(ours, provider):
    """The bucket holds two fetches: a plain cool-down would refuse the second key."""
    provider.lifetime = 1
    for kid in ("key-2", "key-3"):
        provider.signer = key("ES384", kid)
        assert refreshed(ours, provider) == ([JWKS], [])
        provider.clock.now += 1


def test_a_flood_of_unknown_kids_is_held_to_two_fetches_and_one_each_half_minute(ours, provider):
    """Of ten tokens with unknown keys, two cause a fetch; after 30 seconds one more may."""
    hidden = key_set(key())
    provider.faults[JWKS] = lambda _: answer(hidden)

    fetches = []
    for seconds in [0] * 10 + [29, 1, 0, 30, 0, 3600, 0, 0, 0]:
        provider.clock.now += seconds
        provider.signer = key("ES384", "never-published")
        provider.asked.clear()
        conversation = Conversation(get_access_token(ours, API))
        while conversation.asked is not None:
            conversation.answer(provider.answer(conversation.asked))
        with pytest.raises(LogtoException) as caught:
            _ = conversation.result
        assert caught.value.code == "token.key_not_found"
        fetches.append(provider.count(JWKS))

    assert fetches == [1, 1] + [0] * 8 + [0, 1, 0, 1, 0, 1, 1, 0, 0]


def test_known_keys_work_through_an_outage(ours, provider):
    """While the key set cannot be fetched, tokens of known keys are accepted, for hours, and unknown ones refused."""
    provider.faults[JWKS] = lambda _: HttpResponse(503)
    provider.faults[DISCOVERY] = lambda _: HttpResponse(503)
    for _ in range(3):
        expire(ours, provider, 7200)
        fetched, background = refreshed(ours, provider)
        assert fetched == []
        for flow in background:
            talk(flow, provider)


def test_a_key_set_that_does_not_know_the_token_either_is_the_end(ours, provider):
    """After one refetch the token is refused: there is no second one for it."""
    provider.faults[JWKS] = lambda _: answer(key_set(key("ES384", "other")))
    provider.signer = key("ES384", "key-2")

    with pytest.raises(LogtoException) as caught:
        refreshed(ours, provider)

    assert caught.value.code == "token.key_not_found"
    assert provider.count(JWKS) == 1


def test_a_redirect_within_the_origin_is_followed():
    """Discovery and keys may move within their origin, three times at most."""
    ours = context(Shelf())
    script = [(("GET", DISCOVERY), moved("/a")), (("GET", f"{ENDPOINT}/a"), moved(f"{ENDPOINT}/b", 308))]

    assert play(sign_in(ours, REDIRECT_URI), *script, (("GET", f"{ENDPOINT}/b"), METADATA))


@pytest.mark.parametrize(
    "location",
    [
        "http://tenant.example/x",
        "https://other.example/x",
        "https://tenant.example:8443/x",
        "https://user@tenant.example/x",
        "//other.example/x",
        "javascript:alert(1)",
        "file:///etc/passwd",
        "http://[",
        "/é",
        "/a b",
        "",
        None,
    ],
)
def test_a_redirect_to_anywhere_else_is_refused(location):
    """Another origin, another scheme, malformed or missing: refused, and nothing is asked there."""
    with pytest.raises(UnexpectedResponseError) as caught:
        play(sign_in(context(Shelf()), REDIRECT_URI), (("GET", DISCOVERY), moved(location)))

    assert caught.value.code == "response.redirected"


def test_redirects_in_a_circle_end():
    """After three redirects the last answer is judged as it is."""
    script = [(("GET", DISCOVERY), moved(DISCOVERY))] * 4

    with pytest.raises(UnexpectedResponseError) as caught:
        play(sign_in(context(Shelf()), REDIRECT_URI), *script)

    assert caught.value.status == 302


def test_the_token_request_s_redirect_is_not_followed(provider):
    """A redirect of the token endpoint is an error: the secret does not travel."""
    ours = context(Shelf())
    callback = provider.authorize(talk(sign_in(ours, REDIRECT_URI), provider))

    with pytest.raises(UnexpectedResponseError):
        play(handle_sign_in_callback(ours, callback), (("POST", TOKEN), moved("/elsewhere", 307)))
