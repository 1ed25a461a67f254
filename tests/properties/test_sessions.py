"""Sessions of two browsers, in every order of steps that hypothesis thinks of: what must hold whatever happens.

A model knows who signed in where, which sign-ins were ended, and which refresh token followed which.
"""

from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from logto.errors import LogtoException, NotAuthenticatedError
from logto.flows import get_access_token, handle_sign_in_callback, sign_in, sign_out
from logto.flows.browser_session import end_sessions, open_session
from logto.models.session import Identity
from logto.protocol.access_token import read_access_token
from logto.protocol.id_token import read_id_token
from logto.sessions import CookieStore, MemoryStore, SessionStore
from logto.sessions.packing import unpack
from tests.flows.dialogue import API, REDIRECT_URI
from tests.flows.honest_provider import Grant
from tests.properties.interleaving import Chance, Outcome, Process, Request, StrictProvider, visit
from tests.sessions.visits import KEY, URL, Jar

USERS = {"one": ("alice", "anna"), "two": ("bob", "ben")}
PURPOSES = ("ask", "ask", "ask", "leave", "come_back", "end_from_elsewhere")
BROWSERS = st.sampled_from(sorted(USERS))
NUMBERS = st.integers(0, 5)
DAY = 24 * 3600


class Sessions(RuleBasedStateMachine):
    """Two browsers and the processes of one application.

    Subclasses say where sessions are kept, and by how many processes.
    """

    processes_count = 2
    kills = True

    def __init__(self) -> None:
        super().__init__()
        self.provider = StrictProvider()
        self.chance = Chance()
        self.store = self.make_store()
        self.processes = [self.new_process() for _ in range(self.processes_count)]
        self.jars = {name: Jar() for name in USERS}
        self.callbacks: dict[str, list[str]] = {name: [] for name in USERS}
        self.requests: list[Request] = []
        self.purposes: dict[int, tuple[str, Any]] = {}
        self.was_killed = False
        self.signed_in: list[Grant] = []
        self.dead: list[Grant] = []
        self.newest: dict[str, int] = {}

    def make_store(self) -> SessionStore | CookieStore:
        raise NotImplementedError

    def new_process(self) -> Process:
        return Process(self.provider, self.store, self.chance)

    # -- what browsers do --

    def start(self, browser: str, number: int, purpose: str, operation: Any, detail: Any = None) -> None:
        jar = self.jars[browser]
        process = self.processes[number % len(self.processes)]
        request = Request(process, self.provider, visit(process, dict(jar), operation), jar)
        self.purposes[id(request)] = purpose, detail if detail is not None else browser
        self.requests.append(request)

    @rule(browser=BROWSERS, number=NUMBERS)
    def begin(self, browser: str, number: int) -> None:
        """A click on "sign in"."""
        self.start(browser, number, "begin", lambda ours: sign_in(ours, REDIRECT_URI))

    @precondition(lambda self: any(self.callbacks.values()))
    @rule(browser=BROWSERS, number=NUMBERS, which=NUMBERS, keep=st.booleans())
    def come_back(self, browser: str, number: int, which: int, keep: bool) -> None:
        """The redirect back from the provider, perhaps twice."""
        urls = self.callbacks[browser]
        if urls:
            url = urls[which % len(urls)]
            if not keep:
                urls.remove(url)
            self.start(browser, number, "callback", lambda ours: handle_sign_in_callback(ours, url))

    @rule(browser=BROWSERS, number=NUMBERS, resource=st.sampled_from(["", API]))
    def ask(self, browser: str, number: int, resource: str) -> None:
        """A page that needs an access token."""
        self.start(browser, number, "ask", lambda ours: get_access_token(ours, resource))

    @rule(browser=BROWSERS, number=NUMBERS)
    def leave(self, browser: str, number: int) -> None:
        """A click on "sign out"."""
        self.start(browser, number, "leave", sign_out)

    @initialize()
    def both_sign_in(self) -> None:
        """Most of what can go wrong needs somebody who is signed in."""
        for name in USERS:
            self.sign_in_at_leisure(name)

    @rule(browser=BROWSERS)
    def sign_in_at_leisure(self, browser: str) -> None:
        """A whole sign-in while nothing else happens."""
        self.settle()
        self.provider.clock.now += 0.01  # whoever ended the user's sessions did so before
        self.begin(browser, 0)
        self.settle()
        self.come_back(browser, 0, -1, keep=False)
        self.settle()
        assert self.seen_by(self.processes[0], self.jars[browser]) is not None

    @rule(
        browser=BROWSERS,
        purposes=st.lists(st.sampled_from(PURPOSES), min_size=2, max_size=3),
        first=NUMBERS,
        schedule=st.lists(st.integers(0, 2), max_size=50),
        wait=st.sampled_from([0, 3600]),
    )
    def race(self, browser: str, purposes: list[str], first: int, schedule: list[int], wait: int) -> None:
        """Several requests of one browser at once, most often when its tokens are over; then all but the last are let go."""
        if "come_back" in purposes:
            self.begin(browser, first)
        self.time_passes(wait)
        before = len(self.requests)
        for number, purpose in enumerate(purposes, first):
            more = {"come_back": (-1, True), "ask": (API,), "end_from_elsewhere": (number % 2,)}.get(purpose, ())
            if purpose != "end_from_elsewhere" or self.has_a_list:
                getattr(self, purpose)(browser, number, *more)
        racing = self.requests[before:]
        for which in schedule:
            request = racing[which % len(racing)] if racing else None
            if request in self.requests:
                self.step(request)

    @property
    def has_a_list(self) -> bool:
        """Whether sessions can be ended from elsewhere."""
        return not isinstance(self.store, CookieStore) or self.store.revocations is not None

    @precondition(lambda self: self.has_a_list)
    @rule(browser=BROWSERS, number=NUMBERS, which=st.integers(0, 1))
    def end_from_elsewhere(self, browser: str, number: int, which: int) -> None:
        """An administrator ends a user's sessions."""
        user = USERS[browser][which]
        process = self.processes[number % len(self.processes)]
        request = Request(process, self.provider, end_sessions(process.sessions, sub=user))
        self.purposes[id(request)] = "end", [grant for grant in self.signed_in if grant.sub == user]
        self.requests.append(request)

    # -- what happens to them --

    @precondition(lambda self: self.requests)
    @rule(which=st.integers(0, 50), steps=st.integers(1, 12))
    def go_on(self, which: int, steps: int) -> None:
        """One of the requests goes some steps further, as far as others let it."""
        request = self.requests[which % len(self.requests)]
        for _ in range(steps):
            if not self.step(request):
                return

    @rule()
    def settle(self) -> None:
        """All requests come to their end, one after the other."""
        while self.requests:
            waiting = [request for request in self.requests if not request.queues]
            assert waiting, "all requests wait for one another"
            if all(request.pauses for request in waiting):
                self.provider.clock.now += 1  # until the lease of a process that died is over
            for request in waiting:
                self.step(request)

    @rule(seconds=st.sampled_from([1, 300, 3600, 3600, 2 * DAY, 15 * DAY]))
    def time_passes(self, seconds: int) -> None:
        """Time passes between requests; none of them takes longer than its time-out."""
        self.settle()
        self.provider.clock.now += seconds

    @precondition(lambda self: self.kills and self.requests)
    @rule(number=NUMBERS)
    def kill(self, number: int) -> None:
        """A process is killed with all its requests, wherever they are, and another one takes its place."""
        index = number % len(self.processes)
        killed = self.processes[index]
        for request in [request for request in self.requests if request.process is killed]:
            self.was_killed = self.was_killed or request.asks or not request.over
            request.kill()
            self.requests.remove(request)
        self.processes[index] = self.new_process()

    def step(self, request: Request) -> bool:
        """One step of a request; its answer reaches the browser in a step of its own, so that answers overtake each other."""
        if request.over:
            self.requests.remove(request)
            self.deliver(request)
            return False
        if request.queues:
            return False
        request.go_on()
        if request.over:
            self.finished(request)
        return True

    def finished(self, request: Request) -> None:
        """What the model learns when a request ends: whatever begins from now on must obey it."""
        purpose, detail = self.purposes[id(request)]
        if purpose == "end":
            self.dead += detail
            self.sign_out_wins()
            return
        outcome = request.outcome
        assert isinstance(outcome, Outcome), outcome
        self.check(detail, outcome, purpose)
        if purpose == "leave" and outcome.opened is not None:
            self.dead.append(self.grant_of(outcome.opened))
        if purpose == "callback" and not isinstance(outcome.result, LogtoException):
            self.signed_in.append(self.grant_of(outcome.closed))
        self.sign_out_wins()

    def deliver(self, request: Request) -> None:
        """The answer reaches the browser."""
        purpose, detail = self.purposes.pop(id(request))
        if request.jar is None:
            return
        outcome: Outcome = request.outcome
        request.jar.take(outcome.headers)
        if purpose == "begin" and not isinstance(outcome.result, LogtoException):
            user = USERS[detail][len(self.callbacks[detail]) % 2]
            self.callbacks[detail].append(self.provider.authorize(outcome.result, user))

    # -- what must hold --

    def grant_of(self, identity: Identity | None) -> Grant:
        assert identity is not None
        return self.provider.grants[str(identity.refresh_token)]

    def check(self, browser: str, outcome: Outcome, purpose: str) -> None:
        """A request sees one user, of its own browser, and hands out that user's live tokens."""
        for identity in (outcome.opened, outcome.closed):
            if identity is not None:
                assert self.whole(identity) in USERS[browser]
        if purpose == "ask" and isinstance(outcome.result, str):
            assert outcome.opened is not None
            assert user_of(outcome.result) == self.whole(outcome.opened)
            assert outcome.result.count("-opaque-") or read_access_token(outcome.result).exp > self.provider.clock()
        if purpose == "ask" and isinstance(outcome.result, LogtoException):
            assert isinstance(outcome.result, NotAuthenticatedError), outcome.result
        if purpose == "leave":
            assert isinstance(outcome.result, str)
            assert outcome.closed is None

    def whole(self, identity: Identity) -> str:
        """Whose session it is: all of its tokens are that user's, or it would be half of one and half of another's."""
        tokens = [str(identity.refresh_token), *(token.token for token in identity.access_tokens.values())]
        users = {read_id_token(identity.id_token).sub, *map(user_of, tokens)}
        assert len(users) == 1
        return users.pop()

    @invariant()
    def nothing_is_stored_that_was_spent(self) -> None:
        """In no row a refresh token is followed by an older one, and each row is one user's."""
        if isinstance(self.store, CookieStore):
            return
        for key, stored in self.store._values.items():  # noqa: SLF001 - to look at what is at rest
            identity = unpack(stored.value).identity
            if identity is not None:
                self.whole(identity)
                number = int(str(identity.refresh_token).rpartition("-")[2])
                assert number >= self.newest.get(key, 0)
                self.newest[key] = number

    @invariant()
    def no_refresh_token_is_used_twice(self) -> None:
        """Without a killed process, each is sent once, whoever asks at the same time."""
        assert self.was_killed or not self.provider.reused

    @invariant()
    def sign_out_wins(self) -> None:
        """Nobody who comes from now on is signed in by a sign-in that was ended."""
        for name, jar in self.jars.items():
            for process in self.processes:
                identity = self.seen_by(process, jar)
                if identity is not None:
                    assert self.whole(identity) in USERS[name]
                    assert not any(self.grant_of(identity) is grant for grant in self.dead)

    def seen_by(self, process: Process, jar: Jar) -> Identity | None:
        """Who a request is signed in as that begins now, without anything being changed."""
        flow = open_session(process.sessions, dict(jar), URL)
        answer = None
        while True:
            try:
                step = flow.send(answer)
            except StopIteration as end:
                return end.value.identity()
            if step.method == "delete":
                return None  # it finishes another request's sign-out
            answer = step.blocking(1)

    def teardown(self) -> None:
        """In the end every session is usable, or visibly over: no loop, and without a killed process none was lost."""
        self.settle()
        for name in USERS:
            process = self.processes[0]
            before = self.seen_by(process, self.jars[name])
            self.provider.clock.now += 4000
            self.ask(name, 0, API)
            request = self.requests[-1]
            self.settle()
            result = request.outcome.result
            if before is not None and not self.was_killed:
                assert isinstance(result, str), result
            if not isinstance(result, str):
                assert self.seen_by(process, self.jars[name]) is None
            self.ask(name, 0, API)
            request = self.requests[-1]
            self.settle()
            assert isinstance(request.outcome.result, str) == isinstance(result, str)


def user_of(token: str) -> str:
    """Whose token it is."""
    return read_access_token(token).sub if token.count(".") == 2 else token.partition("-")[0]


class InAStore(Sessions):
    """Two processes share a store."""

    def make_store(self) -> SessionStore:
        return MemoryStore(clock=self.provider.clock)


class InCookies(Sessions):
    """One process, sessions in cookies, and nothing else: its memory keeps requests apart."""

    processes_count = 1
    kills = False

    def make_store(self) -> CookieStore:
        return CookieStore(KEY)


class InCookiesWithAList(Sessions):
    """Sessions in cookies with a list of revocations, and processes that are killed."""

    processes_count = 1

    def make_store(self) -> CookieStore:
        return CookieStore(KEY, revocations=MemoryStore(clock=self.provider.clock))


@pytest.mark.parametrize("machine", [InAStore, InCookies, InCookiesWithAList])
def test_whatever_the_order(machine):
    """Never another user's tokens, half a session, a spent token, or a session that was signed out; none lost."""
    run_state_machine_as_test(
        machine,
        settings=settings(
            derandomize=True,
            database=None,
            deadline=None,
            max_examples=100,
            stateful_step_count=12,
            suppress_health_check=list(HealthCheck),
        ),
    )
