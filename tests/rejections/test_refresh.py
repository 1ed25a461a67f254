"""Refresh (SECURITY.md 15 to 19, within one process): interleavings that a hand steps through, without sleep or chance."""

import itertools
import logging

import pytest

from logto.errors import (
    LogtoException,
    NotAuthenticatedError,
    SessionEndedError,
    TokenRequestError,
    TransportError,
    UnexpectedResponseError,
)
from logto.flows import get_access_token, get_organization_token, handle_sign_in_callback, sign_in, sign_out
from logto.protocol.http import HttpResponse
from tests.flows.dialogue import (
    API,
    JWKS,
    REDIRECT_URI,
    REVOCATION,
    TOKEN,
    Conversation,
    Shelf,
    context,
    copied,
    fields,
    play,
)
from tests.flows.honest_provider import HonestProvider, answer, key_set, refusal, signed_in, talk
from tests.rejections.mint import key

DOWN = TransportError("down", code="transport.refused")
ORGANIZATIONS = {"scopes": ["urn:logto:scope:organizations"]}


@pytest.fixture
def provider():
    return HonestProvider()


@pytest.fixture
def shelf():
    return Shelf()


@pytest.fixture
def ours(provider, shelf):
    """A client whose session alice is signed in to."""
    return signed_in(context(shelf, clock=provider.clock, **ORGANIZATIONS), provider)


def settle(conversations, provider):
    """Let conversations go on, in turn, until all are over."""
    while not all(one.over for one in conversations):
        for one in conversations:
            if one.asked is not None:
                one.answer(provider.answer(one.asked))
            elif not one.over and not one.queues:
                one.go_on()


# 15. The new refresh token is committed before the access token is handed out; one flight per session.


def test_the_new_refresh_token_is_stored_before_the_access_token_is_handed_out(ours, provider, shelf):
    """The refresh token is the first thing that is written after the answer, and the access token comes after it."""
    written = []
    shelf.set = lambda key, value: (written.append(key), shelf.values.update({key: value}))
    conversation = Conversation(get_access_token(ours, API))
    assert written == []

    conversation.answer(provider.answer(conversation.asked))

    assert written[0] == "refreshToken"
    assert shelf.values["refreshToken"] == "alice-refresh-3"
    assert conversation.over


def test_fifty_conversations_of_one_session_make_one_request(ours, provider):
    """However many ask for one expired token, the server is asked once, and all get the same."""
    conversations = [Conversation(get_access_token(ours, API)) for _ in range(50)]

    settle(conversations, provider)

    assert len({one.result for one in conversations}) == 1
    assert provider.count(TOKEN) == 1


def test_fifty_requests_with_copies_of_a_cookie_make_one_request(ours, provider, shelf):
    """Copies of one session, as cookies are, share one refresh, and every copy ends with the new refresh token."""
    copies = [copied(ours, shelf) for _ in range(50)]
    conversations = [Conversation(get_access_token(copy, API)) for copy in copies]

    settle(conversations, provider)

    assert len({one.result for one in conversations}) == 1
    assert provider.count(TOKEN) == 1
    assert {copy.session.identity().refresh_token for copy in copies} == {"alice-refresh-3"}


def test_a_copy_that_comes_later_finds_what_the_spent_token_became(ours, provider, shelf):
    """A request with the former cookie follows the chain of refreshes, two steps on."""
    late = copied(ours, shelf)
    talk(get_access_token(ours, API), provider)
    talk(get_organization_token(ours, "acme"), provider)

    token = play(get_access_token(late, API))

    assert token == play(get_access_token(ours, API))
    assert late.session.identity() == ours.session.identity()


def test_different_resources_take_turns_and_make_one_request_each(ours, provider):
    """Each refresh uses the token that the one before brought: no refresh token is sent twice."""
    conversations = [Conversation(get_access_token(ours, *names)) for names in [(API, None), ("", "a"), ("", "b")] * 4]
    assert [one.asked is not None for one in conversations] == [True] + [False] * 11

    settle(conversations, provider)

    sent = [fields(request)["refresh_token"] for request in provider.asked]
    assert len(sent) == len(set(sent)) == 3
    assert len(ours.session.identity().access_tokens) == 4


def test_different_resources_over_copies_take_turns(ours, provider, shelf):
    """Also with a copy of the session each, no refresh token is sent twice."""
    wanted = [(API, None), ("", "a"), ("", "b")] * 4
    conversations = [Conversation(get_access_token(copied(ours, shelf), *names)) for names in wanted]

    settle(conversations, provider)

    sent = [fields(request)["refresh_token"] for request in provider.asked]
    assert len(sent) == len(set(sent)) == 3


def test_two_sessions_never_share_a_flight(provider):
    """Alice's and bob's refreshes go out side by side, and each gets their own (CVE-2025-67490)."""
    first, second = Shelf(), Shelf()
    alice = signed_in(context(first), provider, "alice")
    bob = copied(alice, second)
    signed_in(bob, provider, "bob")
    conversations = [Conversation(get_access_token(who, API)) for who in (alice, bob)]
    assert all(one.asked is not None for one in conversations)

    settle(conversations, provider)

    assert "alice" in alice.session.identity().refresh_token
    assert "bob" in bob.session.identity().refresh_token
    assert conversations[0].result != conversations[1].result


def test_a_refresh_token_that_is_not_rotated_serves_all_the_same():
    """With one refresh token for good, as Logto's web applications have: one request, all get it."""
    provider = HonestProvider(rotates=False)
    shelf = Shelf()
    ours = signed_in(context(shelf), provider)
    conversations = [Conversation(get_access_token(copied(ours, shelf), API)) for _ in range(10)]

    settle(conversations, provider)

    assert provider.count(TOKEN) == 1


# 17. invalid_grant ends the session; everything else keeps it.


def test_a_refused_refresh_ends_the_session_visibly(ours, provider, shelf):
    """`invalid_grant` clears the session, and says that the user must sign in again."""
    with pytest.raises(SessionEndedError) as caught:
        play(get_access_token(ours, API), (("POST", TOKEN), refusal("invalid_grant")))

    assert "sign in again" in caught.value.hint
    assert shelf.values == {}
    assert ours.claims() is None


def test_a_refused_refresh_ends_all_copies_with_one_request(ours, provider, shelf):
    """What waits for the refused refresh ends too, without asking the server again."""
    copies = [copied(ours, shelf) for _ in range(5)]
    conversations = [Conversation(get_access_token(copy, API)) for copy in copies]
    provider.faults[TOKEN] = lambda _: refusal("invalid_grant")

    settle(conversations, provider)

    for one in conversations:
        with pytest.raises(SessionEndedError):
            _ = one.result
    assert provider.count(TOKEN) == 1
    assert [copy.claims() for copy in copies] == [None] * 5


def test_a_refused_refresh_leaves_the_sign_ins_under_way(ours, provider):
    """While one tab's session ends, another tab may be at Logto's sign-in page; it still finishes."""
    url = talk(sign_in(ours, REDIRECT_URI), provider)
    with pytest.raises(SessionEndedError):
        play(get_access_token(ours, API), (("POST", TOKEN), refusal("invalid_grant")))

    talk(handle_sign_in_callback(ours, provider.authorize(url, "bob")), provider)

    assert ours.require_claims().sub == "bob"


@pytest.mark.parametrize(
    ("answered", "error", "code"),
    [
        (refusal("invalid_client", 401), TokenRequestError, "token_request.invalid_client"),
        (refusal("server_error", 500), UnexpectedResponseError, "response.server_error"),
        (HttpResponse(502, {"content-type": "text/html"}, b"<h1>Bad gateway</h1>"), UnexpectedResponseError, None),
        (answer({}, 429, retry_after="7"), TokenRequestError, "token_request.rate_limited"),
        (HttpResponse(200, {"content-type": "text/html"}, b"<html>"), UnexpectedResponseError, "response.not_json"),
        (HttpResponse(400, {"content-type": "text/html"}, b"invalid_grant"), UnexpectedResponseError, None),
        (answer({"error": "invalid_grant"}), UnexpectedResponseError, "token_response.malformed"),
        (refusal("invalid_grant", 503), UnexpectedResponseError, "response.server_error"),
        (DOWN, TransportError, "transport.refused"),
    ],
)
def test_whatever_is_no_refusal_of_the_token_keeps_the_session(ours, shelf, answered, error, code):
    """Wrong client, 5xx, 429, HTML, silence: raised as what it is, with nothing lost."""
    before = dict(shelf.values)

    with pytest.raises(error) as caught:
        play(get_access_token(ours, API), (("POST", TOKEN), answered))

    assert code in (None, caught.value.code)
    assert shelf.values == before


def test_too_many_requests_tell_when_to_ask_again(ours):
    """`Retry-After` is an attribute, and is in the hint."""
    with pytest.raises(TokenRequestError) as caught:
        play(get_access_token(ours, API), (("POST", TOKEN), answer({}, 429, retry_after="7")))

    assert caught.value.retry_after == 7
    assert "7 s" in caught.value.hint


# 18. A late answer after sign-out, or after another user's sign-in, is discarded and its tokens revoked.


def test_a_sign_out_during_a_refresh_wins(ours, provider, shelf):
    """The refresh that comes back after the sign-out stores nothing, and its tokens are revoked."""
    refresh = Conversation(get_access_token(ours, API))
    late = provider.answer(refresh.asked)
    talk(sign_out(ours), provider)

    refresh.answer(late)
    assert refresh.asked.url == REVOCATION
    settle([refresh], provider)

    with pytest.raises(SessionEndedError):
        _ = refresh.result
    assert shelf.values == {}
    assert provider.revoked[-1] == "alice-refresh-3"


def test_a_sign_out_in_another_copy_wins(ours, provider, shelf):
    """With cookies, the sign-out happens in another copy; the refresh's own copy ends empty all the same."""
    copy = copied(ours, shelf)
    refresh = Conversation(get_access_token(copy, API))
    late = provider.answer(refresh.asked)
    talk(sign_out(ours), provider)

    refresh.answer(late)
    settle([refresh], provider)

    with pytest.raises(SessionEndedError):
        _ = refresh.result
    assert copy.claims() is None
    assert provider.revoked == ["alice-refresh-2", "alice-refresh-3"]


def test_every_interleaving_of_a_refresh_and_a_sign_out_ends_signed_out(provider):
    """Whichever step comes first, over one session or two copies of it, nobody gets a token afterwards."""
    ended = 0
    for order, copies in itertools.product(set(itertools.permutations("rrrooo")), (False, True)):
        shelf = Shelf()
        ours = signed_in(context(shelf), provider)
        other = copied(ours, shelf) if copies else ours
        begun: dict[str, Conversation] = {}
        for letter in order:
            one = begun.get(letter)
            if one is None:
                begun[letter] = Conversation(get_access_token(ours, API) if letter == "r" else sign_out(other))
            elif one.asked is not None:
                one.answer(provider.answer(one.asked))
        settle(begun.values(), provider)
        assert other.claims() is None
        if copies:
            assert_ended(ours)
        ended += 1
    assert ended == 40


def assert_ended(ours):
    """A copy that is not cleared yet gets no new token any more, and the server is not asked."""
    try:
        play(get_access_token(ours, "https://another.example/api"))
    except NotAuthenticatedError:
        assert ours.claims() is None
    else:
        raise AssertionError("a token after the end")


def test_another_user_s_sign_in_during_a_refresh_wins(ours, provider, shelf):
    """Bob signs in while alice's refresh is under way: bob stays, and what came for alice is revoked."""
    refresh = Conversation(get_access_token(ours, API))
    late = provider.answer(refresh.asked)
    url = talk(sign_in(ours, REDIRECT_URI), provider)
    talk(handle_sign_in_callback(ours, provider.authorize(url, "bob")), provider)
    bob = dict(shelf.values)

    refresh.answer(late)
    settle([refresh], provider)

    with pytest.raises(SessionEndedError):
        _ = refresh.result
    assert shelf.values == bob
    assert provider.revoked == ["alice-refresh-3"]


def test_a_new_sign_in_of_the_same_user_is_not_revoked_by_a_late_answer(ours, provider, shelf):
    """Alice signs in again during her own refresh: the new session stays, nothing is revoked, the caller is served."""
    refresh = Conversation(get_access_token(ours, API))
    late = provider.answer(refresh.asked)
    url = talk(sign_in(ours, REDIRECT_URI), provider)
    talk(handle_sign_in_callback(ours, provider.authorize(url, "alice")), provider)
    again = dict(shelf.values)

    refresh.answer(late)

    assert refresh.result
    assert provider.revoked == []
    assert shelf.values == again


# 19. Five minutes of skew neither loop nor serve expired tokens.


@pytest.mark.parametrize("skew", [-3600, -300, 300, 3600])
def test_a_clock_that_differs_neither_loops_nor_serves_expired_tokens(skew):
    """A token's end is reckoned from when it came, by our clock: kept for its lifetime, then renewed once."""
    provider = HonestProvider()
    clock = type(provider.clock)(provider.clock.now + skew)
    ours = signed_in(context(clock=clock, clock_tolerance=3600), provider)

    token = talk(get_access_token(ours, API), provider)
    clock.now += 3500
    assert play(get_access_token(ours, API)) == token
    clock.now += 100
    provider.clock.now += 3600
    assert talk(get_access_token(ours, API), provider) != token
    assert provider.count(TOKEN) == 2


def test_a_refreshed_id_token_of_another_user_is_not_used(ours, provider, shelf):
    """An answer about somebody else is refused whole: neither its access token nor its refresh token is stored."""
    before = dict(shelf.values)
    other = {
        "access_token": "x",
        "token_type": "Bearer",
        "refresh_token": "y",
        "id_token": provider.id_token("bob", "n"),
    }

    with pytest.raises(LogtoException) as caught:
        play(get_access_token(ours, API), (("POST", TOKEN), answer(other)))

    assert caught.value.claim == "sub"
    assert shelf.values == before


def test_a_refresh_while_the_new_key_cannot_be_fetched_keeps_the_rotated_token(ours, provider, shelf):
    """A key that is unknown and cannot be had refuses the access token, but the spent refresh token is replaced."""
    provider.signer = key("ES384", "key-2")
    provider.faults[JWKS] = lambda _: HttpResponse(503)

    with pytest.raises(LogtoException) as caught:
        talk(get_access_token(ours, API), provider)
    assert caught.value.code == "token.key_not_found"
    assert shelf.values["refreshToken"] == "alice-refresh-3"
    provider.faults[JWKS] = lambda _: answer(key_set(provider.signer))

    assert talk(get_access_token(ours, API), provider)
    assert provider.count(TOKEN) == 2


def test_a_failed_revocation_is_a_log_line_without_the_token(ours, provider, caplog):
    """Signing out works with the revocation endpoint out of order; the log names no token."""
    provider.faults[REVOCATION] = lambda _: HttpResponse(500)

    with caplog.at_level(logging.DEBUG):
        url = talk(sign_out(ours), provider)

    assert url.startswith("https://tenant.example/oidc/session/end?client_id=")
    assert "not revoked: HTTP 500" in caplog.text
    assert "alice-refresh" not in caplog.text
