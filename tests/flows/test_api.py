"""Calls of Logto's own APIs: another token once, patience once nothing was done, and never a blind repetition."""

import pytest

from logto import (
    ConfigurationError,
    LogtoApiRateLimitedError,
    LogtoApiUnauthorizedError,
    TransportError,
    UnexpectedResponseError,
)
from logto.flows.api import ApiContext, Cursor, fetch_page, perform
from logto.models.management import Role
from logto.protocol.api_call import ListCall
from logto.protocol.http import HttpRequest
from logto.protocol.management import roles, users
from logto.sessions.pause import Pause
from tests.flows.dialogue import Clock
from tests.flows.honest_provider import answer

BASE = "https://tenant.example/api"
USER = answer({"id": "u"})
REFUSED = answer({"code": "auth.unauthorized", "message": ""}, 401)
GET = users.get("u")
POST = users.create(username="u")


def busy(seconds=None):
    """An answer of 429."""
    return answer({}, 429) if seconds is None else answer({}, 429, retry_after=str(seconds))


class Talk:
    """A conversation, its requests, its pauses, and the tokens that it is given: t1, t2 and so on."""

    def __init__(self, *, tokens=("t1", "t2", "t3")):
        self.clock = Clock()
        self.tokens = tokens
        self.asked = []
        self.pauses = []
        self.refused = []
        self.context = ApiContext(BASE, 8.0, self.clock, self.token)

    def token(self, instead_of):
        self.refused.append(instead_of)
        yield from ()
        return self.tokens[min(len(self.refused), len(self.tokens)) - 1]

    def hold(self, flow, *answers):
        """Carry a conversation to its end."""
        waiting = list(answers)
        try:
            step = next(flow)
            while True:
                if isinstance(step, HttpRequest):
                    self.asked.append(step)
                    given = waiting.pop(0)
                    step = flow.throw(given) if isinstance(given, Exception) else flow.send(given)
                else:
                    assert isinstance(step, Pause)
                    self.pauses.append(step.seconds)
                    self.clock.now += step.seconds
                    step = flow.send(None)
        except StopIteration as end:
            assert not waiting
            return end.value

    def do(self, call, *answers):
        return self.hold(perform(self.context, call), *answers)

    @property
    def used(self):
        return [request.headers["authorization"] for request in self.asked]


def test_a_call_is_one_request():
    """With the token, and nothing else."""
    talk = Talk()

    assert talk.do(GET, USER).id == "u"
    assert talk.used == ["Bearer t1"]
    assert talk.asked[0].url == f"{BASE}/users/u"


@pytest.mark.parametrize("call", [GET, POST])
def test_a_refused_token_is_replaced_once(call):
    """401 says that nothing was done, so also a POST is made again, with a token that is another one."""
    talk = Talk()

    assert talk.do(call, REFUSED, USER).id == "u"
    assert talk.used == ["Bearer t1", "Bearer t2"]
    assert talk.refused == [None, "t1"]


def test_a_second_token_that_is_refused_is_the_end():
    """Nothing is asked a third time."""
    talk = Talk()

    with pytest.raises(LogtoApiUnauthorizedError):
        talk.do(GET, REFUSED, REFUSED)
    assert len(talk.asked) == 2


def test_without_another_token_nothing_is_asked_again():
    """The same token would be refused again."""
    talk = Talk(tokens=("t1",))

    with pytest.raises(LogtoApiUnauthorizedError):
        talk.do(GET, REFUSED)


@pytest.mark.parametrize("call", [GET, POST])
def test_too_many_requests_are_waited_for(call):
    """As long as the server says; 429 says that nothing was done."""
    talk = Talk()

    assert talk.do(call, busy(2), busy(3), USER).id == "u"
    assert talk.pauses == [2.0, 3.0]


def test_a_server_that_does_not_say_how_long_is_asked_less_and_less():
    """Half a second first, then twice as long, until the operation's time is over."""
    talk = Talk()

    with pytest.raises(LogtoApiRateLimitedError):
        talk.do(GET, *[busy(0)] * 5)
    assert talk.pauses == [0.5, 1.0, 2.0, 4.0]


@pytest.mark.parametrize("seconds", [8, 60, 10**8])
def test_a_pause_longer_than_the_operation_is_not_begun(seconds):
    """The caller is told at once, and for how long."""
    talk = Talk()

    with pytest.raises(LogtoApiRateLimitedError) as refused:
        talk.do(GET, busy(seconds))
    assert talk.pauses == []
    assert refused.value.retry_after == min(seconds, 24 * 3600)


@pytest.mark.parametrize("call", [GET, POST])
@pytest.mark.parametrize("lost", [TransportError("reset", code="transport.failed"), answer({}, 503), answer({}, 500)])
def test_what_may_have_worked_is_not_repeated(call, lost):
    """A lost answer, or a server's failure, is told as it is, after one request."""
    talk = Talk()

    with pytest.raises((TransportError, UnexpectedResponseError)):
        talk.do(call, lost)
    assert len(talk.asked) == 1


def page(*ids, total=None):
    """An answer with one page of a list."""
    headers = {} if total is None else {"total_number": str(total)}
    return answer([{"id": one} for one in ids], **headers)


def walk(talk, size, *answers, listed=None):
    """All items, fetched through a cursor."""
    cursor, found, waiting = Cursor(listed or roles.listed(), size), [], list(answers)
    while True:
        asked = len(talk.asked)
        items = talk.hold(cursor.turn(talk.context), *waiting[:1])
        waiting = waiting[len(talk.asked) - asked :]
        if items is None:
            assert not waiting
            return found
        found += [item.id for item in items]


def queries(talk):
    return [request.url.partition("?")[2] for request in talk.asked]


def test_pages_are_asked_for_until_the_last():
    """The total says which one that is: no request more."""
    talk = Talk()

    assert walk(talk, 2, page("a", "b", total=4), page("c", "d", total=4)) == ["a", "b", "c", "d"]
    assert queries(talk) == ["page=1&page_size=2", "page=2&page_size=2"]


@pytest.mark.parametrize("total", [None, "x", "", "-1", "9" * 30])
def test_without_a_total_a_short_page_is_the_last(total):
    """A header that makes no sense is none."""
    assert walk(Talk(), 2, page("a", "b", total=total), page("c", total=total)) == ["a", "b", "c"]


def test_an_empty_list_is_one_request():
    """And an empty page is the end, whatever the total says."""
    assert walk(Talk(), 2, page(total=99)) == []


def test_smaller_pages_than_asked_for_are_all_read():
    """A server may have a lower limit than the one asked for."""
    assert walk(Talk(), 100, page("a", "b", total=3), page("c", total=3)) == ["a", "b", "c"]


def test_what_moves_to_the_next_page_meanwhile_comes_once():
    """Somebody was added at the beginning between two pages."""
    assert walk(Talk(), 2, page("b", "a", total=3), page("a", "z", total=4)) == ["b", "a", "z"]


def test_a_server_that_gives_one_page_for_ever_is_found_out():
    """It ignores the query: that is no list without end."""
    with pytest.raises(UnexpectedResponseError):
        walk(Talk(), 2, *[page("a", "b")] * 9)


def test_a_server_that_gives_all_at_once_is_believed():
    """More than was asked for can only be everything."""
    assert walk(Talk(), 2, page("a", "b", "c")) == ["a", "b", "c"]


def test_a_page_that_failed_can_be_asked_for_again():
    """The cursor stays where it was."""
    talk, cursor = Talk(), Cursor(roles.listed(), 2)
    talk.hold(cursor.turn(talk.context), page("a", "b", total=3))
    with pytest.raises(TransportError):
        talk.hold(cursor.turn(talk.context), TransportError("reset", code="transport.failed"))

    assert [role.id for role in talk.hold(cursor.turn(talk.context), page("c", total=3))] == ["c"]


WHOLE = ListCall("x", Role.model_validate, paged=False)


def test_a_list_without_pages_is_one_request_without_a_query():
    """And a page of it is cut here."""
    talk = Talk()

    assert walk(talk, 2, page("a", "b", "c"), listed=WHOLE) == ["a", "b", "c"]
    second = talk.hold(fetch_page(talk.context, WHOLE, 2, 2), page("a", "b", "c"))
    assert ([role.id for role in second], second.total) == (["c"], 3)
    assert queries(talk) == ["", ""]


@pytest.mark.parametrize(("number", "size"), [(0, 20), (-1, 20), (1, 0), (1, 101), ("1", 20), (True, 20), (1.5, 20)])
def test_a_page_that_there_cannot_be_is_refused(number, size):
    """Nothing is sent."""
    with pytest.raises(ConfigurationError):
        Talk().hold(fetch_page(Talk().context, roles.listed(), number, size))
