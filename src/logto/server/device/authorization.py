"""The device authorization endpoint (RFC 8628 3.1, 3.2; LOGTO.md 3.10)."""

from urllib.parse import urlencode

from sqlalchemy import Connection
from starlette.responses import JSONResponse, Response

from logto.server import lifetimes
from logto.server.authorize import checks
from logto.server.authorize.draft import Draft
from logto.server.client_authentication import authenticate
from logto.server.errors import invalid_request
from logto.server.exchange import Exchange
from logto.server.origins import allow_origin
from logto.server.store import device_codes
from logto.server.store.applications import DEVICE_CODE

PAGE = "/device"
# Without `consent` here offline access would be dropped; a device need not send any prompt for it (LOGTO.md 3.10).
PROMPTS = frozenset({"consent"})


def authorize(exchange: Exchange, db: Connection) -> Response:
    """Return a code for the device, one for its person, and where the latter is to be typed."""
    exchange.form.refuse_duplicates()
    application = authenticate(exchange, db)
    if DEVICE_CODE not in application.grant_types:
        raise invalid_request(f"{DEVICE_CODE} is not allowed for this client")
    draft = Draft(exchange.form, application, prompts=PROMPTS)
    for check in (checks.resource, checks.scope, checks.max_age):
        check(draft, exchange.world, db)
    content = {"scopes": draft.scopes, "resources": draft.resources, "max_age": draft.max_age}
    device_code, user_code = device_codes.create(db, application.id, content, exchange.now)
    page = exchange.base + PAGE
    body = {
        "device_code": device_code,
        "user_code": user_code,
        "verification_uri": page,
        "verification_uri_complete": f"{page}?{urlencode({'user_code': user_code})}",
        "expires_in": lifetimes.DEVICE_CODE,
    }
    return allow_origin(exchange, JSONResponse(body))
