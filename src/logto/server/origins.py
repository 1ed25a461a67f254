"""Cross-origin requests: which scripts may read an answer, and which posts come from our own pages."""

from sqlalchemy import Connection
from starlette.responses import Response

from .errors import ApiError
from .exchange import Exchange


def allow_origin(exchange: Exchange, response: Response) -> Response:
    """Let the asking script read the answer; its client has been checked to allow that origin (LOGTO.md 3.12)."""
    origin = exchange.request.headers.get("origin")
    if origin is not None:
        response.headers["Access-Control-Allow-Origin"] = origin
        response.headers["Vary"] = "Origin"
    return response


def preflight(exchange: Exchange, _db: Connection) -> Response:
    """Answer OPTIONS; whether the client allows the origin is known only when the request itself comes."""
    response = allow_origin(exchange, Response(status_code=204))
    response.headers["Access-Control-Allow-Methods"] = "GET, POST"
    response.headers["Access-Control-Allow-Headers"] = "Authorization, Content-Type"
    response.headers["Access-Control-Max-Age"] = "3600"
    return response


def demand_own_origin(exchange: Exchange) -> None:
    """Refuse a post that another site made a browser send; scripts send neither header.

    Raises: ApiError (request.forbidden).
    """
    headers = exchange.request.headers
    origin, site = headers.get("origin"), headers.get("sec-fetch-site", "same-origin")
    if (origin is not None and origin != exchange.base) or site not in ("same-origin", "none"):
        raise ApiError("request.forbidden", 403)
