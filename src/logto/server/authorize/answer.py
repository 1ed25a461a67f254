"""Going back to the application: in the query, in the fragment, or by a form that posts itself."""

from collections.abc import Mapping
from urllib.parse import urlencode

from starlette.responses import RedirectResponse, Response

from logto.server.errors import OidcError
from logto.server.exchange import Exchange
from logto.server.pages import render
from logto.server.pages.locale import negotiate

from .draft import Draft


def callback(exchange: Exchange, draft: Draft, fields: Mapping[str, str], status: int = 200) -> Response:
    """Send `fields` with `state` and `iss` (RFC 9207 2) to the redirect URI."""
    state = draft.params.get("state")
    answer = {**fields, **({"state": state} if state else {}), "iss": exchange.world.issuer}
    uri = draft.redirect_uri or ""
    if draft.response_mode == "form_post":
        locale = negotiate(draft.params.get("ui_locales"), exchange.request.headers.get("accept-language"))
        return render.auto_submit(exchange.request, uri, answer, status, locale)
    separator = "#" if draft.response_mode == "fragment" else "&" if "?" in uri else "?"
    return RedirectResponse(f"{uri}{separator}{urlencode(answer)}", 303)


def failure(exchange: Exchange, draft: Draft, error: OidcError) -> Response:
    """Send an error to the redirect URI; before that is known to be good, raise it with `state` and `iss`."""
    if draft.redirect_uri is None:
        state = draft.params.get("state")
        shown = {**error.extra, **({"state": state} if state else {}), "iss": exchange.world.issuer}
        raise OidcError(error.error, error.description, error.status, extra=shown) from error
    # The page of a form_post error has status 400 (LOGTO.md 3.6).
    return callback(exchange, draft, {**error.oauth(), **error.extra}, status=400)
