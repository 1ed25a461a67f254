"""What a page of ours asks and answers, in Django's words."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import resolve_url
from django.template import TemplateDoesNotExist
from django.template.loader import get_template
from django.urls import NoReverseMatch, get_resolver, get_urlconf, reverse
from django.utils.cache import patch_vary_headers
from django.views.defaults import ERROR_403_TEMPLATE_NAME, permission_denied

from ...errors import ConfigurationError, LogtoException
from ...models.pages import PageAnswer, PageRequest
from ...protocol.return_to import is_local_path
from .site import Site


def page_request(request: Any, url: str = "") -> PageRequest:
    """A request of Django's as the pages see it.

    Args:
        request: Django's.
        url: Instead of the request's own.

    Raises:
        ConfigurationError: Our URLs are not in the URLconf.
    """
    return PageRequest(
        request.method,
        url or request.build_absolute_uri(),
        request.headers,
        sign_in_path=_login_path(),
        callback_path=path_of("callback"),
    )


def path_of(view: str) -> str:
    """The path of one of our views, from the root of the host, with the prefix under which the application is mounted.

    Raises:
        ConfigurationError: Our URLs are not in the URLconf.
    """
    try:
        return str(reverse(f"logto:{view}"))
    except NoReverseMatch:
        raise ConfigurationError(
            f"The URLconf has no view `logto:{view}`.",
            hint='Add path("", include("logto.integrations.django.urls")) to urlpatterns.',
            code="configuration.urls",
        ) from None


def _login_path() -> str:
    """Where who is not signed in is sent: LOGIN_URL, such as a page that offers several ways, or else our own view."""
    if settings.is_overridden("LOGIN_URL"):
        path = str(resolve_url(settings.LOGIN_URL))
        if is_local_path(path) and "?" not in path:
            return path
    return path_of("sign_in")


def response_of(answer: PageAnswer) -> HttpResponse:
    """An answer of the pages as Django's."""
    location = answer.location
    if location is None:
        return HttpResponse(answer.body.encode(), status=answer.status, headers=dict(answer.headers))
    response = HttpResponseRedirect(location)
    response.status_code = answer.status
    for name, value in answer.headers.items():
        response[name] = value
    return response


def refusal(request: Any, error: LogtoException, site: Site) -> HttpResponse | None:
    """What a request is answered that ended in an error.

    Args:
        request: Django's.
        error: What was raised.
        site: Whose pages these are.

    Returns:
        None where it is for Django to answer, with the application's handler500: something is not set up correctly.

    Raises:
        PermissionDenied: A browser may not see the page, and the application has a page of its own to say so.
    """
    page = page_request(request)
    answer = site.pages.refuse(error, page)
    if answer.status == 500:
        return None
    if answer.status == 403 and page.wants_page and _says_403_itself():
        raise PermissionDenied(error.message) from error
    return response_of(answer)


def _says_403_itself() -> bool:
    handler = get_resolver(get_urlconf()).resolve_error_handler(403)
    if handler is not permission_denied:
        return True
    try:
        get_template(ERROR_403_TEMPLATE_NAME)
    except TemplateDoesNotExist:
        return False
    return True


def mark_as_personal(response: Any, *, forced: bool = False, met_somebody: bool = True) -> None:
    """Says that an answer is for one browser only.

    Args:
        response: Django's.
        forced: Whether the view has no say in it, as where the answer sets a session's cookie (SECURITY.md, Sessions 7).
        met_somebody: Whether it was made for somebody: the back button must not show it after sign-out.
    """
    patch_vary_headers(response, ["Cookie"])
    if forced or (met_somebody and not response.has_header("Cache-Control")):
        # Django's own cache (UpdateCacheMiddleware) heeds `private`, and not `no-store`.
        response["Cache-Control"] = "no-store, private"
