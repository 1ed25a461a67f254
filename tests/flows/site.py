"""An application's pages as conversations driven by hand, with sessions in cookies and the honest provider behind."""

from contextlib import contextmanager

from logto.flows.browser_session import SessionsContext
from logto.flows.pages import PagesContext, begin_sign_in, close_page, finish_sign_in, finish_sign_out, open_page
from logto.models.pages import PageRequest, PageSettings
from logto.sessions import CookieSettings, CookieStore, Lifetimes
from tests.flows.dialogue import REDIRECT_URI, context
from tests.flows.honest_provider import HonestProvider, talk
from tests.rejections.mint import CLIENT_ID, ISSUER, mint
from tests.sessions.visits import KEY, Jar

ORIGIN = "https://app.example"
BROWSER = "text/html,application/xhtml+xml,*/*;q=0.8"


class ProviderWithClaims(HonestProvider):
    """Puts further claims into ID tokens.

    Attributes:
        claims: The next token's.
    """

    def __init__(self, *args, **settings):
        super().__init__(*args, **settings)
        self.claims = {}

    def id_token(self, sub, nonce, number=0):
        now = int(self.clock())
        payload = {"iss": ISSUER, "aud": CLIENT_ID, "sub": sub, "nonce": nonce, "iat": now, "exp": now + 3600}
        return mint({**payload, **self.claims, "n": number}, signer=self.signer)


def asks(path="/", method="GET", at=ORIGIN, **headers):
    """A browser's request; headers by names with underscores, None leaves one out."""
    given = {"accept": BROWSER, **headers}
    named = {name.replace("_", "-"): value for name, value in given.items() if value is not None}
    return PageRequest(method, f"{at}{path}", named)


class Site:
    """One process of an application.

    Args:
        provider: Whom it trusts.
        sessions: Where its sessions live; in cookies if not given.
        config: Further settings of its client.
        settings: Of its pages.
    """

    def __init__(self, provider=None, sessions=None, config=None, **settings):
        self.provider = provider or ProviderWithClaims()
        client = context(clock=self.provider.clock, **(config or {}))
        self.context = PagesContext(
            SessionsContext(client, sessions or CookieStore(KEY), CookieSettings(), Lifetimes()),
            PageSettings(**{"redirect_uri": REDIRECT_URI, **settings}),
        )

    def talk(self, flow):
        """What a conversation with the provider comes to."""
        return talk(flow, self.provider)

    def open(self, jar, path="/", at=ORIGIN):
        """The session that a request begins with."""
        return self.talk(open_page(self.context, dict(jar), at + path))

    @contextmanager
    def request(self, jar, at=ORIGIN):
        """A request's session; the browser gets its cookies whatever comes of it."""
        session = self.open(jar, at=at)
        try:
            yield session
        finally:
            jar.take(self.talk(close_page(self.context, session)))

    def visit(self, jar, route, asked, **options):
        """A whole request to a route."""
        with self.request(jar, asked.origin) as session:
            return self.talk(route(self.context, session, asked, **options))

    def begin(self, jar, query="", at=ORIGIN):
        """The sign-in route: the address at Logto that it leads to."""
        return self.visit(jar, begin_sign_in, asks(f"/sign-in{query}", at=at)).location

    def come_back(self, jar, callback):
        """The callback route, with what the browser brings back."""
        at, path = callback[: callback.index("/", 8)], callback[callback.index("/", 8) :]
        return self.visit(jar, finish_sign_in, asks(path, at=at))

    def sign_in(self, jar=None, sub="alice", query=""):
        """A whole sign-in; returns the browser's cookies."""
        jar = Jar() if jar is None else jar
        self.come_back(jar, self.provider.authorize(self.begin(jar, query), sub))
        self.provider.asked.clear()
        return jar

    def sign_out(self, jar, method="POST", at=ORIGIN, **headers):
        """The sign-out route."""
        return self.visit(jar, finish_sign_out, asks("/sign-out", method, at, **headers))

    def user(self, jar):
        """Who is signed in, by what the session knows: the `sub`, or None."""
        with self.request(jar) as session:
            return self.context.user_in(session).sub
