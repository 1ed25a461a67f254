"""A browser at a Django project: it keeps cookies, and signs people in at Logto."""

import asyncio
from urllib.parse import urlsplit

from django.test import AsyncClient, Client

from logto.testing import Browser

PAGE = {"accept": "text/html,*/*;q=0.8", "sec-fetch-site": "same-origin", "sec-fetch-mode": "navigate"}
PROGRAM = {"accept": "application/json", "sec-fetch-mode": "cors"}


class Visitor:
    """One browser.

    Args:
        logto: Where it signs in.
        kind: Over which kind of server it visits: wsgi or asgi.
        settings: Of Django's test client.
    """

    def __init__(self, logto, kind, **settings):
        self.logto = logto
        self.kind = kind
        options = {"raise_request_exception": False, **settings}
        self.client = Client(**options) if kind == "wsgi" else AsyncClient(**options)
        self.browser = Browser()

    def get(self, path, headers=PAGE, **options):
        """The answer to a GET; of an absolute URL, the path and query count."""
        return self._request("get", path, headers=headers, **options)

    def post(self, path, data=None, headers=PAGE, **options):
        """The answer to a POST."""
        return self._request("post", path, data=data or {}, headers=headers, **options)

    def begin(self, path="/sign-in"):
        """The callback URL of a sign-in that begins with a view of ours, and is finished at Logto."""
        return self.logto.sign_in(self.get(path)["Location"], browser=self.browser)

    def sign_in(self, path="/sign-in", user="alice"):
        """Signs somebody in; returns the last answer."""
        return self.get(self.logto.sign_in(self.get(path)["Location"], user, browser=self.browser))

    @property
    def cookies(self):
        """Values by name; those that were deleted are gone."""
        return {name: cookie.value for name, cookie in self.client.cookies.items() if cookie.value}

    def who(self):
        """What the home page says of the user."""
        return self.get("/").json()

    def _request(self, method, path, **options):
        parts = urlsplit(path)
        target = parts.path + (f"?{parts.query}" if parts.query else "")
        answer = getattr(self.client, method)(target, **options)
        if self.kind == "asgi":
            answer = asyncio.run(whole(answer))
        return answer

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.browser.close()


async def whole(answer):
    """An answer over ASGI, with what it streams."""
    found = await answer
    if found.streaming and found.is_async:
        found.parts = await read(found)
    return found


async def read(answer):
    """What an answer streams."""
    return [part async for part in answer]
