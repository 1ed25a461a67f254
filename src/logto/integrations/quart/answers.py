"""What Quart sends: the pages' answers, refusals, and the session's cookies on all of them."""

from __future__ import annotations

from quart import current_app, make_response
from quart.typing import ResponseReturnValue, ResponseTypes
from quart.wrappers import Response
from quart.wrappers.response import IterableBody

from ...errors import LogtoException, NotAuthenticatedError
from ...models.pages import PageAnswer
from ..pallets.extension import installed_in
from ..pallets.page_request import files_usual, protect
from .current import asked, begun


def as_response(answer: PageAnswer) -> Response:
    """What a route of the pages answers."""
    return Response(answer.body, answer.status, headers=dict(answer.headers))


async def refuse(error: LogtoException) -> ResponseReturnValue:
    """What a request is answered that ended in an error which the application does not handle itself."""
    installed = installed_in(current_app)
    handler = installed.hooks.unauthorized_handler
    if handler is not None and isinstance(error, NotAuthenticatedError):
        answer: ResponseReturnValue = await current_app.ensure_async(handler)(error)
        return answer
    return as_response(installed.pages.refuse(error, asked()))


async def close(response: ResponseTypes) -> ResponseTypes:
    """Ends the visit: the last thing to happen to every answer, that to an exception too."""
    visit = begun()
    if visit is None:
        return response
    if isinstance(response, Response) and isinstance(response.response, IterableBody):
        visit.look()  # what is still being made may look at the user when it is too late for headers
    if visit.is_open:
        try:
            session = visit.session
            visit.cookies = () if session.is_as_it_came else await visit.installed.pages.close(session)
        except LogtoException as error:
            visit.cookies = ()
            # The answer that was made tells of changes that did not take place.
            response = await make_response(await current_app.handle_user_exception(error))
    usual = files_usual(visit.installed.settings)
    protect(response.headers, visit.cookies or (), seen=visit.seen, signed_in=visit.signed_in, usual=usual)
    return response
