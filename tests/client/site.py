"""An application's pages in either colour, with the honest provider behind."""

from logto import LogtoPages, LogtoSyncPages, PageRequest, PageSettings
from logto.sessions import CookieStore
from tests.client.either import AsyncWire, Wire
from tests.flows.dialogue import REDIRECT_URI, config
from tests.flows.site import ORIGIN, ProviderWithClaims, asks
from tests.sessions.visits import KEY, Jar, done


class Site:
    """One process of an application.

    Args:
        colour: `blocking` or `awaiting`.
        store: Where its sessions live, or what makes that, given a clock; in cookies if not given.
        provider: Whom it trusts.
        pages: Further arguments of its pages.
        settings: Of `PageSettings`.
    """

    def __init__(self, colour="blocking", store=None, provider=None, pages=None, **settings):
        self.provider = provider or ProviderWithClaims()
        kind = {"blocking": LogtoSyncPages, "awaiting": LogtoPages}[colour]
        self.pages = kind(
            config(),
            store(self.provider.clock) if callable(store) else store or CookieStore(KEY),
            PageSettings(**{"redirect_uri": REDIRECT_URI, **settings}),
            transport=AsyncWire(self.provider),
            sync_transport=Wire(self.provider),
            clock=self.provider.clock,
            **(pages or {}),
        )

    def do(self, operation, *args, **kwargs):
        """One operation of the pages, to its end."""
        return done(getattr(self.pages, operation)(*args, **kwargs))

    def visit(self, jar, route, asked: PageRequest, **options):
        """A whole request to a route."""
        session = self.do("open", dict(jar), asked.url)
        try:
            return self.do(route, session, asked, **options)
        finally:
            jar.take(self.do("close", session))

    def begin(self, jar, sub="alice", query=""):
        """A sign-in up to the callback's path and query."""
        url = self.visit(jar, "sign_in", asks(f"/sign-in{query}")).location
        return self.provider.authorize(url, sub).removeprefix(ORIGIN)

    def sign_in(self, sub="alice", query=""):
        """A whole sign-in; returns the browser's cookies."""
        jar = Jar()
        self.visit(jar, "callback", asks(self.begin(jar, sub, query)))
        self.provider.asked.clear()
        return jar

    def user(self, jar):
        """Whoever is signed in, in a whole request to a page."""
        session = self.do("open", dict(jar), f"{ORIGIN}/")
        jar.take(self.do("close", session))
        return self.pages.user(session)
