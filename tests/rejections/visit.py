"""A browser on its way back from the provider."""

from urllib.parse import parse_qsl, urlencode, urlsplit

import pytest

from logto.errors import SignInSessionInvalidError
from logto.flows import handle_sign_in_callback, sign_in
from tests.flows.dialogue import DISCOVERY, REDIRECT_URI, TOKEN, Shelf, context
from tests.flows.honest_provider import HonestProvider, answer, metadata, talk


class Visit:
    """A browser on its way back: the sign-in that it began, and the callback that it should bring."""

    def __init__(self, redirect_uri=REDIRECT_URI, **changes):
        self.provider = HonestProvider()
        if changes:
            self.provider.faults[DISCOVERY] = lambda _: answer(metadata(**changes))
        self.shelf = Shelf()
        self.ours = context(self.shelf)
        self.url = talk(sign_in(self.ours, redirect_uri), self.provider)
        self.callback = self.provider.authorize(self.url)
        self.pending = dict(self.shelf.values)

    def altered(self, **changes):
        """The callback with parameters changed; `...` leaves one out, a list repeats it."""
        parts = urlsplit(self.callback)
        query = {**dict(parse_qsl(parts.query)), **changes}
        query = {name: value for name, value in query.items() if value is not ...}
        return f"{self.callback.partition('?')[0]}?{urlencode(query, doseq=True)}"

    def moved(self, place):
        """The callback at another place."""
        return f"{place}?{urlsplit(self.callback).query}"

    def come_back(self, callback):
        """Handle a callback."""
        return talk(handle_sign_in_callback(self.ours, callback), self.provider)

    def refused(self, callback, code, kind=SignInSessionInvalidError):
        """Assert that a callback is refused before any request leaves, and that the right one still works."""
        with pytest.raises(kind) as caught:
            self.come_back(callback)
        assert caught.value.code == code
        assert self.provider.count(TOKEN) == 0
        assert self.shelf.values == self.pending
        self.come_back(self.callback)
        assert self.ours.require_claims().sub == "alice"
        return caught.value
