"""A protected FastAPI route, beside the same route bare and with PyJWT, called as a server calls an application."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from typing import Annotated, Any

from fastapi import Depends, FastAPI, HTTPException, Request, Security

from benchmarks.interleave import Samples, interleaved
from benchmarks.sides import verifiers
from benchmarks.sides.apis import AUDIENCE, ENDPOINT, ISSUER, Logto
from benchmarks.sides.lines import serve
from benchmarks.sides.signers import SIGNERS, Signer
from benchmarks.sides.tokens import access_token_claims
from logto.integrations.fastapi import AccessTokenClaims, LogtoApi

BARE = "bare"


def application(signer: Signer, names: list[str]) -> FastAPI:
    """One route for each contender, all of which answer the same."""
    app = FastAPI()
    api = LogtoApi(ENDPOINT, AUDIENCE, transport=Logto(signer))

    @app.get(f"/{BARE}")
    async def bare() -> dict[str, str]:
        return {"sub": "nv8ovftu4w70"}

    @app.get("/logto")
    async def plain(claims: Annotated[AccessTokenClaims, Depends(api)]) -> dict[str, str]:
        return {"sub": claims.sub}

    @app.get("/logto (with scopes)")
    async def scoped(claims: Annotated[AccessTokenClaims, Security(api, scopes=["read", "write"])]) -> dict[str, str]:
        return {"sub": claims.sub}

    if "PyJWT" in names:
        add_pyjwt(app, signer)
    return app


def add_pyjwt(app: FastAPI, signer: Signer) -> None:
    """Routes with a dependency as tutorials have it: the header's token, `jwt.decode`, the scopes."""
    verify = verifiers.VERIFIERS["PyJWT"](signer, ISSUER, AUDIENCE)
    assert verify is not None
    decode = verify

    def checked(request: Request) -> dict[str, Any]:
        scheme, _, token = request.headers.get("authorization", "").partition(" ")
        if scheme.lower() != "bearer":
            raise HTTPException(401)
        claims = dict(decode(token))
        if not {"read", "write"} <= set(claims["scope"].split()):
            raise HTTPException(403)
        return claims

    async def checked_async(request: Request) -> dict[str, Any]:
        return checked(request)

    @app.get("/PyJWT (sync dependency)")
    async def sync(claims: Annotated[dict[str, Any], Depends(checked)]) -> dict[str, str]:
        return {"sub": claims["sub"]}

    @app.get("/PyJWT (async dependency)")
    async def awaiting(claims: Annotated[dict[str, Any], Depends(checked_async)]) -> dict[str, str]:
        return {"sub": claims["sub"]}


def warm(names: list[str], rounds: int, calls: int) -> Samples:
    """Seconds of the processor for a request with a token seen before, by contender and round.

    Args:
        names: Contenders of `verifiers.VERIFIERS` beside ours.
        rounds: How often each has its turn.
        calls: How many requests are timed together.
    """
    signer = SIGNERS["ES384"]()
    token = signer.token(access_token_claims(ISSUER, AUDIENCE), "at+jwt")
    app = application(signer, names)
    paths = [route.path for route in app.routes if route.path.startswith((f"/{BARE}", "/logto", "/PyJWT"))]
    with asyncio.Runner() as runner:
        contenders = {path[1:]: _timer(runner, app, path, token, calls) for path in paths}
        interleaved(contenders, 1)
        return interleaved(contenders, rounds)


def _timer(runner: asyncio.Runner, app: FastAPI, path: str, token: str, calls: int) -> Callable[[], float]:
    async def timed() -> float:
        started = time.process_time()
        for _ in range(calls):
            status = await _request(app, path, token)
            assert status == 200, (path, status)
        return (time.process_time() - started) / calls

    return lambda: runner.run(timed())


async def _request(app: Callable[..., Awaitable[None]], path: str, token: str) -> int:
    sent: list[dict[str, Any]] = []

    async def receive() -> dict[str, Any]:
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(message: dict[str, Any]) -> None:
        sent.append(message)

    scope = {
        "type": "http",
        "method": "GET",
        "scheme": "https",
        "path": path,
        "root_path": "",
        "query_string": b"",
        "headers": [(b"host", b"api.example.com"), (b"authorization", f"Bearer {token}".encode())],
        "server": ("api.example.com", 443),
    }
    await app(scope, receive, send)
    return int(sent[0]["status"])


if __name__ == "__main__":
    serve({"warm": warm})
