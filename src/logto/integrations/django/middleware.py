"""`LogtoMiddleware`: puts the session at Logto on each request, and its cookies on each answer."""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import Any

from asgiref.sync import iscoroutinefunction, markcoroutinefunction
from django.conf import settings
from django.db import connections

from ...errors import LogtoException
from . import login
from .answers import mark_as_personal, refusal
from .colour import Steps, awaiting, blocking, both
from .site import current_site
from .views import asynchronous
from .visit import Visit

logger = logging.getLogger("logto")


class LogtoMiddleware:
    """Binds `request.logto`, and `request.user` to it; list it after `AuthenticationMiddleware`.

    Under WSGI the session is opened when something of it is first asked for; under ASGI before the view is called, where the
    browser brought its cookie. Neither waits for the other colour, and a view may be of either.

    Args:
        get_response: What comes after it.

    Raises:
        ConfigurationError: A setting is missing, unknown or malformed; the message names it.
    """

    sync_capable = True
    async_capable = True

    def __init__(self, get_response: Callable[[Any], Any]) -> None:
        self.get_response = get_response
        self.process_view: Callable[..., Any] = self._prepare
        current_site()  # a server that starts is one that is set up
        self._is_async = iscoroutinefunction(get_response)
        self._finish, self._afinish = blocking(self._finished), awaiting(self._finished)
        if self._is_async:
            markcoroutinefunction(self)
            self.process_view = self._answer

    def __call__(self, request: Any) -> Any:
        """Handles a request, in the colour of what comes after."""
        if self._is_async:
            return self._acall(request)
        visit = self._bind(request)
        return self._finish(request, visit, self.get_response(request))

    def process_exception(self, request: Any, error: Exception) -> Any:
        """Answers what a view raised of ours: a session that is over is not signed in, a Logto that is down is a 503.

        The application's own middleware, listed after this one, is asked first.
        """
        if not isinstance(error, LogtoException):
            return None
        return refusal(request, error, current_site())

    async def _acall(self, request: Any) -> Any:
        visit = self._bind(request)
        if visit.brought_a_cookie:
            await visit.aprepare()
        return await self._afinish(request, visit, await self.get_response(request))

    def _bind(self, request: Any) -> Visit:
        visit = Visit(request, current_site())
        login.bind(request, visit)
        return visit

    def _prepare(self, request: Any, view: Any, _args: Any, _kwargs: Any) -> None:
        """Opens the session where it cannot be opened within the view: in an event loop, in the view's transaction."""
        visit: Visit = request.logto
        if not visit.brought_a_cookie:
            return
        in_transaction = _is_in_transaction()
        if not (in_transaction or iscoroutinefunction(view)):
            return
        visit.prepare()
        if in_transaction and visit.failure is None:
            blocking(login.known_user)(request)

    async def _answer(self, request: Any, view: Any, args: Any, kwargs: Any) -> Any:
        """Answers our own views awaiting, without the thread in which Django runs plain views."""
        twin = asynchronous(view)
        if twin is not None:
            if settings.CSRF_USE_SESSIONS and hasattr(request, "session"):
                await request.session.aget(login.MARK)  # the check of the form's token would load it, blocking
            return await twin(request, *args, **kwargs)
        visit: Visit = request.logto
        if visit.brought_a_cookie and visit.failure is None and _is_in_transaction():
            await awaiting(login.known_user)(request)
        return None

    def _finished(self, request: Any, visit: Visit, response: Any) -> Steps[Any]:
        if visit.failure is not None and response.status_code == 500:
            # What other middleware raises, as LoginRequiredMiddleware does, Django shows nobody but handler500.
            response = refusal(request, visit.failure, visit.site) or response
        if visit.leaves:
            yield from _end(visit)
        cookies = (yield both(visit.close, visit.aclose)) if visit.is_open else visit.close()
        for cookie in cookies:
            response.cookies.load(cookie)
        # What streams may look yet; files, whose length is known, look at nobody.
        may_look = response.streaming and visit.brought_a_cookie and not response.has_header("Content-Length")
        if cookies or visit.was_looked_at or may_look:
            mark_as_personal(response, forced=bool(cookies), met_somebody=visit.met_somebody or may_look)
        return response


def _is_in_transaction() -> bool:
    """Whether views are: what a newer token says of the user must not be taken back with what a view wrote."""
    return any(connections[alias].settings_dict["ATOMIC_REQUESTS"] for alias in connections)


def _end(visit: Visit) -> Steps[None]:
    try:
        yield both(visit.sync_client.sign_out, visit.client.sign_out)
    except LogtoException as error:
        logger.warning("signed out of Django, but not at Logto: %s", error.code)
