"""The views: sign-in, sign-up, callback, sign-out, and Logto's word that a session is over.

Each is one body, in two colours: the plain views of the URLconf, and their twins (`asign_in` …), by which the middleware
answers under ASGI.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import replace
from functools import wraps
from typing import Any
from urllib.parse import quote

from django.conf import settings
from django.contrib.auth import REDIRECT_FIELD_NAME
from django.contrib.auth.decorators import login_not_required
from django.db import connections, transaction
from django.http import HttpResponseRedirect
from django.shortcuts import resolve_url
from django.urls import get_script_prefix
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.csrf import csrf_exempt, csrf_protect
from django.views.decorators.http import require_http_methods

from ...client.pages import LogtoPages, LogtoSyncPages
from ...errors import ForbiddenError, LogtoException, StorageError
from ...flows.pages import redirect
from ...models.pages import PageAnswer, PageRequest
from ...protocol.return_to import is_local_path
from . import login, signals
from .answers import page_request, refusal, response_of
from .colour import Steps, awaiting, blocking, both
from .site import Site, current_site
from .visit import Visit, visit_of

MAX_LOGOUT_REQUEST = 64 * 1024
"""Bytes that are read of what Logto sends."""

FRESH = 60
"""Seconds for which somebody has just signed in."""


def _sign_in(request: Any, *, sign_up: bool = False) -> Steps[Any]:
    visit = visit_of(request)
    target = _next(request)
    if target is not None and (yield from _was_sent_back(request, visit, target)):
        return HttpResponseRedirect(target)
    page = _with_next(page_request(request), target)
    session = yield both(visit.session, visit.asession)
    sync_pages, pages = _pages(visit.site)
    answer = yield both(sync_pages.sign_in, pages.sign_in, session, page, sign_up=sign_up)
    return response_of(answer)


def _sign_up(request: Any) -> Steps[Any]:
    return (yield from _sign_in(request, sign_up=True))


def _callback(request: Any) -> Steps[Any]:
    visit = visit_of(request)
    session = yield both(visit.session, visit.asession)
    sync_pages, pages = _pages(visit.site)
    answer = yield both(sync_pages.callback, pages.callback, session, page_request(request))
    try:
        user = yield from login.log_in(request, visit.claims)
    except Exception:
        # Signed in at Logto, and nobody here: half a sign-in is none (SECURITY.md, Sessions 13).
        yield both(visit.sync_client.sign_out, visit.client.sign_out)
        raise
    signed_in = signals.signed_in
    yield both(signed_in.send, signed_in.asend, Site, request=request, user=user, claims=visit.claims)
    return response_of(answer)


def _sign_out(request: Any) -> Steps[Any]:
    visit = visit_of(request)
    session = yield both(visit.session, visit.asession)
    who, known = visit.user, (yield from login.known_user(request))
    sync_pages, pages = _pages(visit.site)
    page = page_request(request)
    try:
        answer: PageAnswer = yield both(sync_pages.sign_out, pages.sign_out, session, page)
    except StorageError:
        if hasattr(request, "session"):
            yield from login.log_out(request)
        raise
    if answer.location is None:
        return response_of(answer)  # the request was none that signs out
    if hasattr(request, "session"):
        yield from login.log_out(request)
    claims = who.claims if who else None
    signed_out = signals.signed_out
    yield both(signed_out.send, signed_out.asend, Site, request=request, user=known, claims=claims)
    if not who and known is not None:
        return response_of(redirect(sync_pages.settings.after_sign_out))  # Logto has nothing to do with that user
    return response_of(answer)


def _backchannel_logout(request: Any) -> Steps[Any]:
    body = request.read(MAX_LOGOUT_REQUEST + 1)  # one byte more than is taken
    site = current_site()
    handlers = site.sync_pages.back_channel_logout, site.pages.back_channel_logout
    answer = yield both(*handlers, body, request.headers.get("Content-Type"))
    return response_of(answer)


def _pages(site: Site) -> tuple[LogtoSyncPages, LogtoPages]:
    """The pages with the places to go to that Django's settings name, which may depend on the request."""
    given = site.pages.settings
    start = str(get_script_prefix())
    changes: dict[str, Any] = {}
    if not given.after_sign_in:
        wanted = settings.LOGIN_REDIRECT_URL if settings.is_overridden("LOGIN_REDIRECT_URL") else start
        changes["after_sign_in"] = str(resolve_url(wanted))
    if not given.after_sign_out:
        place = str(resolve_url(settings.LOGOUT_REDIRECT_URL or start))
        changes["after_sign_out"] = place if is_local_path(place) else start
        if place != changes["after_sign_out"] and given.post_logout_redirect_uri is None:
            changes["post_logout_redirect_uri"] = place
    return site.sync_pages.with_settings(**changes), site.pages.with_settings(**changes)


def _next(request: Any) -> str | None:
    """Where the browser wants to go after sign-in, if that is a page of ours: by Django's rules, and by our stricter ones."""
    values = request.GET.getlist(REDIRECT_FIELD_NAME)
    if len(values) != 1 or not is_local_path(values[0]):
        return None
    own = {request.get_host()}
    safe = url_has_allowed_host_and_scheme(values[0], allowed_hosts=own, require_https=request.is_secure())
    return values[0] if safe else None


def _with_next(page: PageRequest, target: str | None) -> PageRequest:
    query = "" if target is None else f"?next={quote(target, safe='/')}"
    return replace(page, url=page.url.partition("?")[0] + query)


def _was_sent_back(request: Any, visit: Visit, target: str) -> Steps[bool]:
    """Whether somebody who has just signed in comes from a page that sends him to sign in, such as `permission_required`.

    Logto would not ask him again, and the browser would go round in circles: he goes back once, and is then refused.

    Raises:
        ForbiddenError: The page sent him here again.
    """
    if not hasattr(request, "session"):
        return False
    user = yield both(visit.look, visit.alook)
    known = yield from login.known_user(request)
    if not user or known is None or abs(time.time() - user.claims.iat) > FRESH:
        return False
    if (yield both(request.session.get, request.session.aget, login.SENT_BACK)) == target:
        raise ForbiddenError(
            "The page is not for this user.", hint="It asks for a permission that the user has not got."
        )
    yield both(request.session.__setitem__, request.session.aset, login.SENT_BACK, target)
    return True


def _answered(body: Callable[[Any], Steps[Any]]) -> Callable[[Any], Steps[Any]]:
    """The body, whose errors are told (`sign_in_failed`) and answered, in either colour."""

    @wraps(body)
    def answered(request: Any) -> Steps[Any]:
        try:
            return (yield from body(request))
        except LogtoException as error:
            if body is not _sign_out:
                failed = signals.sign_in_failed
                yield both(failed.send, failed.asend, Site, request=request, error=error)
            response = refusal(request, error, current_site())
            if response is None:
                raise
            return response

    return answered


_TWINS: dict[Any, Any] = {}


def _view(
    body: Callable[[Any], Steps[Any]], *methods: str, csrf: Callable[[Any], Any] | None = None
) -> tuple[Any, Any]:
    """A body as a plain view and an asynchronous one, for everybody, outside of the request's transaction."""
    views = []
    for view in (blocking(body), awaiting(body)):
        decorated = require_http_methods(methods)(view)
        decorated = login_not_required(csrf(decorated) if csrf is not None else decorated)
        for alias in connections:
            decorated = transaction.non_atomic_requests(using=alias)(decorated)
        views.append(decorated)
    plain, awaited = views
    _TWINS[plain] = awaited
    return plain, awaited


def asynchronous(view: Any) -> Any:
    """The asynchronous twin of one of our plain views; None for every other view, and one that was decorated is another."""
    return _TWINS.get(view)


sign_in, asign_in = _view(_answered(_sign_in), "GET")
sign_up, asign_up = _view(_answered(_sign_up), "GET")
callback, acallback = _view(_answered(_callback), "GET")
sign_out, asign_out = _view(_answered(_sign_out), "POST", "GET", csrf=csrf_protect)
backchannel_logout, abackchannel_logout = _view(_backchannel_logout, "POST", csrf=csrf_exempt)
