"""A browser without a window: it follows redirects, keeps cookies, and signs users in at Logto.

It speaks to the pages of the real Logto as well as to local Logto, through the Experience API (LOGTO.md 3.13).
"""

from __future__ import annotations

from html.parser import HTMLParser
from typing import Any, Self
from urllib.parse import urljoin, urlsplit

import httpx2

from ..errors import LogtoException

MAX_STEPS = 20
"""Redirects and self-submitting pages that are followed in a row."""


class BrowserError(LogtoException):
    """A page was not what a sign-in meets."""

    default_code = "testing.browser"


class Browser:
    """One person's browser: its cookies are its own, and stay from one call to the next.

    Args:
        timeout: Seconds to wait for a page.
    """

    def __init__(self, *, timeout: float = 10.0) -> None:
        self._http = httpx2.Client(timeout=timeout, follow_redirects=False)

    def sign_in(self, url: str, *, username: str, password: str) -> str:
        """Signs a user in, starting at an authorization URL, and returns the callback URL that Logto sends to.

        The callback is not visited: hand it to `handle_sign_in_callback`, or to your application's test client.

        Args:
            url: What `client.sign_in()` returned.
            username: The user's name, e-mail address or telephone number.
            password: The user's password.

        Raises:
            BrowserError: Logto refused; the message is Logto's.
        """
        origin, arrived = self._arrive(url)
        if arrived is not None:
            return arrived  # signed in already: single sign-on
        self._experience(origin, "PUT", "", {"interactionEvent": "SignIn"})
        identifier = {"type": _identifier_type(username), "value": username}
        verified = self._experience(
            origin, "POST", "/verification/password", {"identifier": identifier, "password": password}
        )
        return self._submit(origin, verified)

    def sign_up(self, url: str, *, username: str, password: str) -> str:
        """Registers a user, starting at an authorization URL, and returns the callback URL that Logto sends to.

        Args:
            url: What `client.sign_in()` returned.
            username: The new user's name.
            password: The new user's password.

        Raises:
            BrowserError: Logto refused; the message is Logto's.
        """
        origin, arrived = self._arrive(url)
        if arrived is not None:
            return arrived
        self._experience(origin, "PUT", "", {"interactionEvent": "Register"})
        identifier = {"type": _identifier_type(username), "value": username}
        verified = self._experience(
            origin, "POST", "/verification/new-password-identity", {"identifier": identifier, "password": password}
        )
        return self._submit(origin, verified)

    def follow(self, url: str) -> str:
        """Goes where a URL leads, through redirects and self-submitting pages, and returns where the origin is left.

        Serves for signing out: give it what `client.sign_out()` returned, and it returns the post sign-out URL, or the
        address of Logto's last page where there is none.

        Args:
            url: Where to begin.
        """
        landed, _ = self._walk(url, _origin(url))
        return landed

    def close(self) -> None:
        """Closes the connections."""
        self._http.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _arrive(self, url: str) -> tuple[str, str | None]:
        """The origin of the sign-in page that an authorization URL leads to, and the callback if none is needed."""
        origin = _origin(url)
        landed, page = self._walk(url, origin)
        if page is None:
            return origin, landed
        if page.status_code != 200:
            raise _refused(landed, page)
        return origin, None

    def _submit(self, origin: str, verified: dict[str, Any]) -> str:
        self._experience(origin, "POST", "/identification", {"verificationId": verified["verificationId"]})
        landed, page = self._walk(self._experience(origin, "POST", "/submit", {})["redirectTo"], origin)
        if page is not None:
            raise _refused(landed, page)
        return landed

    def _walk(self, url: str, origin: str) -> tuple[str, httpx2.Response | None]:
        """Where a URL leads: an address outside the origin, not visited, or the last page within it."""
        response = self._http.get(url)
        for _ in range(MAX_STEPS):
            if response.is_redirect:
                url = urljoin(url, response.headers["location"])
                if _origin(url) != origin:
                    return url, None
                response = self._http.get(url)
                continue
            form = _Form.on(response)
            if not form.submits_itself:
                return url, response
            url = urljoin(url, form.action)
            response = self._http.post(url, data=form.fields, headers={"origin": origin})
        raise BrowserError(f"More than {MAX_STEPS} redirects in a row.")

    def _experience(self, origin: str, method: str, path: str, body: dict[str, Any]) -> dict[str, Any]:
        response = self._http.request(method, f"{origin}/api/experience{path}", json=body, headers={"origin": origin})
        if not response.is_success:
            raise BrowserError(f"Logto refused at {path or '/'} (HTTP {response.status_code}).", hint=_reason(response))
        found: dict[str, Any] = response.json() if response.content else {}
        return found


class _Form(HTMLParser):
    """The first form on a page, and whether the page submits it by itself."""

    def __init__(self) -> None:
        super().__init__()
        self.action = ""
        self.fields: dict[str, str] = {}
        self.asks = False
        self.submits_itself = False

    @classmethod
    def on(cls, response: httpx2.Response) -> _Form:
        form = cls()
        form.feed(response.text)
        # A page that asks somebody for something has a field to fill in.
        form.submits_itself = response.is_success and bool(form.action) and not form.asks and "<script" in response.text
        return form

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        attributes = dict(attrs)
        if tag == "form" and not self.action:
            self.action = attributes.get("action") or ""
        if tag == "input" and attributes.get("name"):
            self.asks = self.asks or attributes.get("type") != "hidden"
            self.fields[str(attributes["name"])] = attributes.get("value") or ""


def _identifier_type(value: str) -> str:
    if "@" in value:
        return "email"
    return "phone" if value.isdigit() else "username"


def _origin(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}"


def _refused(url: str, page: httpx2.Response) -> BrowserError:
    return BrowserError(f"{urlsplit(url).path} answered HTTP {page.status_code}.", hint=_reason(page))


def _reason(response: httpx2.Response) -> str:
    try:
        body = response.json()
    except ValueError:
        return ""
    return str(body.get("message") or body.get("error_description") or "") if isinstance(body, dict) else ""
