"""The guide's page in Flask, for either package, beside the same route of an application that signs nobody in."""

import time
from typing import Any

from flask import Flask, session
from werkzeug.test import EnvironBuilder

from benchmarks.interleave import Samples, interleaved
from benchmarks.sides import tokens
from benchmarks.sides.lines import serve
from logto import LogtoClient, LogtoConfig, Storage

KEY = "a secret of more than 32 characters"
CONFIG = {"endpoint": "https://logto.example.com", "appId": "application", "appSecret": "secret"}
SHOP = "https://shop.example"


class SessionStorage(Storage):
    """The guide's."""

    def get(self, key: str) -> str | None:
        """What is stored."""
        return session.get(key, None)

    def set(self, key: str, value: str | None) -> None:
        """Stores a value."""
        session[key] = value

    def delete(self, key: str) -> None:
        """Forgets a value."""
        session.pop(key, None)


def applications() -> dict[str, Flask]:
    """The bare application, and the guide's."""
    bare, guide = Flask("bare"), Flask("guide")
    bare.secret_key = guide.secret_key = KEY
    client = LogtoClient(LogtoConfig(**CONFIG), storage=SessionStorage())
    bare.add_url_rule("/", view_func=lambda: "Hello, Alice Liddell", endpoint="page")

    @guide.get("/")
    async def page() -> Any:
        if client.isAuthenticated() is False:
            return "Not authenticated", 401
        return f"Hello, {client.getIdTokenClaims().name}"

    return {"bare": bare, "guide": guide}


def measure(rounds: int, calls: int) -> Samples:
    """Seconds of the processor for one request, by contender and round.

    Args:
        rounds: How often each has its turn.
        calls: How many requests are timed together.
    """
    contenders = {name: _timer(app, calls) for name, app in applications().items()}
    interleaved(contenders, 1)
    return interleaved(contenders, rounds)


def _timer(app: Flask, calls: int) -> Any:
    signer: Any = app.session_interface
    id_token = tokens.IdTokens(f"{CONFIG['endpoint']}/oidc", CONFIG["appId"]).token()
    stored = {"idToken": id_token, "refreshToken": "r" * 43} if app.name == "guide" else {}
    cookie = f"session={signer.get_signing_serializer(app).dumps(stored)}"
    environ = EnvironBuilder("/", base_url=SHOP, headers={"Cookie": cookie, "Accept": "text/html"}).get_environ()

    def answered(status: str, _headers: Any, _error: Any = None) -> None:
        assert status.startswith("200"), status

    def timed() -> float:
        started = time.process_time()
        for _ in range(calls):
            body: Any = app.wsgi_app(dict(environ), answered)
            b"".join(body)
            body.close()
        return (time.process_time() - started) / calls

    return timed


if __name__ == "__main__":
    serve({"measure": measure})
