"""Signed cookies, each with its `.sig` beside it, as the real server sets them."""

import hashlib
import hmac
from base64 import urlsafe_b64encode

from starlette.requests import Request
from starlette.responses import Response

from .ids import same

SESSION = "_session"
INTERACTION = "_interaction"
RESUME = "_interaction_resume"
EXPERIENCE = "_logto"
TABS = "_interaction_tabs"


class Cookies:
    """The cookies of one exchange: read only with a right signature, written at its end."""

    def __init__(self, request: Request, key: bytes) -> None:
        self._incoming = request.cookies
        self._secure = request.url.scheme == "https"
        self._key = key
        self._outgoing: dict[tuple[str, str], tuple[str, int]] = {}

    def get(self, name: str) -> str | None:
        """Return a cookie that we signed."""
        value = self._incoming.get(name)
        if not value or not same(self._signature(name, value), self._incoming.get(f"{name}.sig", "")):
            return None
        return value

    def set(self, name: str, value: str, max_age: int, path: str = "/") -> None:
        """Set a cookie for `max_age` seconds."""
        self._outgoing[name, path] = (value, max_age)

    def delete(self, name: str, path: str = "/") -> None:
        """Take a cookie back."""
        self._outgoing[name, path] = ("", 0)

    def apply(self, response: Response) -> None:
        """Write what was set and deleted onto a response."""
        for (name, path), (value, max_age) in self._outgoing.items():
            signature = self._signature(name, value) if value else ""
            for key, content in ((name, value), (f"{name}.sig", signature)):
                response.set_cookie(
                    key, content, max_age=max_age, path=path, httponly=True, samesite="lax", secure=self._secure
                )

    def _signature(self, name: str, value: str) -> str:
        made = hmac.new(self._key, f"{name}={value}".encode(), hashlib.sha256).digest()
        return urlsafe_b64encode(made).rstrip(b"=").decode()
