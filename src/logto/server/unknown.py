"""What paths get that mean nothing."""

from sqlalchemy import Connection
from starlette.responses import JSONResponse, Response

from .errors import OidcError
from .exchange import Exchange
from .pages import render


def unknown(exchange: Exchange, _db: Connection) -> Response:
    """Answer 200 with a page, as the real server's single-page application does (LOGTO.md 3.1)."""
    return render.shell(exchange.request)


def unknown_oidc(exchange: Exchange, _db: Connection) -> Response:
    """Answer 404 as JSON, below `/oidc` and for a method that a route there does not have."""
    path = exchange.request.url.path.removeprefix("/oidc")
    shown = path if path.isascii() and path.isprintable() and len(path) <= 128 else "this path"
    method = exchange.request.method
    raise OidcError("invalid_request", f"unrecognized route or not allowed method ({method} on {shown})", 404)


def unknown_api(_exchange: Exchange, _db: Connection) -> Response:
    """Answer 404 as JSON below `/api`."""
    return JSONResponse({"message": "There is no such route here.", "code": "entity.not_found"}, 404)
