"""The sign-in routes, on one page."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from ...errors import ForbiddenError, LogtoException
from .body import read_body
from .hooks import call
from .site import Site, response
from .visit import visit_of

MAX_BODY = 64 * 1024
"""Bytes of a back-channel logout that are read."""


class Endpoints:
    """What the sign-in routes do.

    Args:
        application: Whose they are.
    """

    def __init__(self, application: Site) -> None:
        self._application = application

    @property
    def landmarks(self) -> tuple[Callable[..., Any], ...]:
        """The endpoints by which `Places` finds where the routes were mounted."""
        return (self.sign_in, self.callback, self.backchannel_logout)

    def routes(self) -> list[Route]:
        """The routes, as `PageSettings` has them."""
        settings = self._application.pages.settings
        table = (
            (settings.sign_in_path, self.sign_in, ["GET"]),
            (settings.sign_up_path, self.sign_up, ["GET"]),
            (settings.callback_path, self.callback, ["GET"]),
            (settings.sign_out_path, self.sign_out, ["GET", "POST"]),
            (settings.back_channel_logout_path, self.backchannel_logout, ["POST"]),
        )
        routes = [
            Route(settings.url_prefix + path, endpoint, methods=methods, name=endpoint.__name__)
            for path, endpoint, methods in table
        ]
        for route in routes:
            # Starlette adds HEAD to GET: it must neither spend a code nor sign anybody out.
            route.methods = set(route.methods or ()) - {"HEAD"}
        return routes

    async def sign_in(self, request: Request) -> Response:
        """Sends the browser to Logto."""
        visit = visit_of(request, self._application)
        return response(await self._application.pages.sign_in(visit.session, visit.request))

    async def sign_up(self, request: Request) -> Response:
        """Sends the browser to Logto's page for new users."""
        visit = visit_of(request, self._application)
        return response(await self._application.pages.sign_in(visit.session, visit.request, sign_up=True))

    async def callback(self, request: Request) -> Response:
        """Finishes a sign-in."""
        application, visit = self._application, visit_of(request, self._application)
        try:
            answer = await application.pages.callback(visit.session, visit.request)
            if answer.location is None:
                return response(answer)  # the request was none that signs in
            # First the hook, which may add somebody new to the application's users, then the look among these.
            instead = await _told(application.hooks.signed_in, request, application.pages.user(visit.session))
            await visit.admit()
            if not visit.is_admitted:
                # Sending them on would end at a page that sends them to sign in again, which Logto does without asking.
                raise ForbiddenError("The user is signed in, but unknown to this application.", code="forbidden.user")
        except LogtoException as error:
            instead = await _told(application.hooks.sign_in_failed, request, error)
            if instead is None:
                raise
            return instead
        return instead or response(answer)

    async def sign_out(self, request: Request) -> Response:
        """Ends the session here and at Logto."""
        application, visit = self._application, visit_of(request, self._application)
        user = visit.user
        answer = await application.pages.sign_out(visit.session, visit.request)
        if user and answer.location is not None:
            return await _told(application.hooks.signed_out, request, user) or response(answer)
        return response(answer)

    async def backchannel_logout(self, request: Request) -> Response:
        """Ends the sessions that Logto says are over."""
        body = await read_body(request, MAX_BODY)
        if body is None:
            return Response(status_code=413, headers={"Cache-Control": "no-store", "Connection": "close"})
        kind = request.headers.get("content-type")
        return response(await self._application.pages.back_channel_logout(body, kind))


async def _told(hook: Callable[..., Any] | None, *args: Any) -> Response | None:
    result = None if hook is None else await call(hook, *args)
    return result if isinstance(result, Response) else None
