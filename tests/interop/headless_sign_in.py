"""Signing in at Logto without a page, by the calls that its own sign-in page makes (LOGTO.md 3.13).

Written for the real server: `python -m tests.interop.headless_sign_in AUTHORIZATION_URL USERNAME PASSWORD [--register]`
prints the address that the server sends the browser back to.
"""

import argparse
from typing import Any
from urllib.parse import urljoin, urlsplit

from tests.interop.browser import Browser, Page

FIRST_PAGES = {"/sign-in", "/register", "/identifier-sign-in", "/identifier-register"}


class SignInRefused(Exception):  # noqa: N818 - what the server answered
    """The server did not let the user in.

    Attributes:
        status: The HTTP status.
        code: Logto's own code, such as `session.invalid_credentials`.
    """

    def __init__(self, status: int, body: dict[str, Any]) -> None:
        super().__init__(f"HTTP {status}: {body}")
        self.status = status
        self.code = body.get("code")


class Visitor(Browser):
    """A browser whose user reads no pages."""

    def sign_in(self, url: str, user: str = "alice", password: str = "", kind: str = "username") -> str:
        """Go to an authorization URL, sign in if asked to, and return the address that the server sends us to."""
        return self._through(url, "SignIn", "password", user, password or f"{user}-pass-123", kind)

    def register(self, url: str, user: str, password: str) -> str:
        """The same for somebody who has no account yet."""
        return self._through(url, "Register", "new-password-identity", user, password, "username")

    def answer_device(self, url: str, decision: str = "allow", user: str = "alice") -> str:
        """Confirm the code in a device's complete address, sign in if asked to, answer, and return where that ends.

        By the forms of local Logto's pages: the real server has others.
        """
        page = self.send(self.open(url))
        if urlsplit(page.url).path in FIRST_PAGES:
            page = self._identified(page, "SignIn", "password", user, f"{user}-pass-123", "username")
        return self.send(page, decision=decision).url

    def _through(self, url: str, event: str, verification: str, user: str, password: str, kind: str) -> str:
        page = self.open(url)
        if urlsplit(page.url).path in FIRST_PAGES:
            page = self._identified(page, event, verification, user, password, kind)
        if urlsplit(page.url).path == "/consent":
            page = self.open(self._call("POST", page, "/api/interaction/consent", {})["redirectTo"])
        return page.url

    def _identified(self, page: Page, event: str, verification: str, user: str, password: str, kind: str) -> Page:
        self._call("PUT", page, "/api/experience", {"interactionEvent": event})
        credentials = {"identifier": {"type": kind, "value": user}, "password": password}
        verified = self._call("POST", page, f"/api/experience/verification/{verification}", credentials)
        self._call("POST", page, "/api/experience/identification", {"verificationId": verified["verificationId"]})
        return self.open(self._call("POST", page, "/api/experience/submit", {})["redirectTo"])

    def _call(self, method: str, page: Page, path: str, body: dict[str, Any]) -> dict[str, Any]:
        response = self.http.request(method, urljoin(page.url, path), json=body)
        if not response.is_success:
            raise SignInRefused(response.status_code, response.json())
        return {} if response.status_code == 204 else response.json()


def main() -> None:
    """Sign in as the command line says."""
    parser = argparse.ArgumentParser(description="Sign in at Logto without a page.")
    parser.add_argument("authorization_url")
    parser.add_argument("username")
    parser.add_argument("password")
    parser.add_argument("--register", action="store_true", help="sign up instead")
    given = parser.parse_args()
    with Visitor() as visitor:
        enter = visitor.register if given.register else visitor.sign_in
        print(enter(given.authorization_url, given.username, given.password))  # noqa: T201 - a command prints


if __name__ == "__main__":
    main()
