"""What Flask sends: the pages' answers, refusals, and the session's cookies on all of them."""

from __future__ import annotations

from flask import current_app, make_response
from flask.typing import ResponseReturnValue
from flask.wrappers import Response

from ...errors import LogtoException, NotAuthenticatedError
from ...models.pages import PageAnswer
from ..pallets.extension import installed_in
from ..pallets.page_request import files_usual, protect
from .current import asked, begun, let_go
from .current import visit as arrived


def as_response(answer: PageAnswer) -> Response:
    """What a route of the pages answers."""
    return Response(answer.body, answer.status, headers=dict(answer.headers))


def refuse(error: LogtoException) -> ResponseReturnValue:
    """What a request is answered that ended in an error which the application does not handle itself."""
    installed = installed_in(current_app)
    handler = installed.hooks.unauthorized_handler
    if handler is not None and isinstance(error, NotAuthenticatedError):
        answer: ResponseReturnValue = current_app.ensure_sync(handler)(error)
        return answer
    return as_response(installed.pages.refuse(error, asked()))


def close(response: Response) -> Response:
    """Ends the visit: the last thing to happen to every answer, that to an exception too."""
    visit = begun()
    if response.is_streamed and not response.direct_passthrough and "Content-Length" not in response.headers:
        # What is still being made may look at the user when it is too late for cookies and headers.
        visit = arrived()
        visit.look()
    if visit is None:
        let_go()
        return response
    if visit.is_open:
        try:
            session = visit.session
            visit.cookies = () if session.is_as_it_came else visit.installed.pages.close(session)
        except LogtoException as error:
            visit.cookies = ()
            # The answer that was made tells of changes that did not take place.
            response = make_response(current_app.handle_user_exception(error))
    usual = files_usual(visit.installed.settings)
    protect(response.headers, visit.cookies or (), seen=visit.seen, signed_in=visit.signed_in, usual=usual)
    return response
