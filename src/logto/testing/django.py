"""Somebody signed in to a Django application under test: no server, no HTTP."""

from __future__ import annotations

from importlib import import_module
from typing import Any

from asgiref.sync import sync_to_async
from django.conf import settings
from django.http import HttpRequest

from ..integrations.django import login
from ..integrations.django.colour import blocking
from ..integrations.django.site import current_site
from ..integrations.django.visit import Visit
from . import pages


def sign_in_as(client: Any, sub: str = "alice", **claims: Any) -> Any:
    """Signs somebody in, in place of whoever is, and logs him in to Django through its backend.

    The sessions are real, in the application's own stores; the ID token is made up, and there is no refresh token beside
    it: what the application asks Logto for in this user's name fails.

    Args:
        client: Django's test client, plain or asynchronous.
        sub: The user's id at Logto.
        claims: Further claims of the ID token, such as `name`, `email`, `roles`, `organizations`, `organization_roles`.

    Returns:
        Django's user; None where no backend of ours is used.

    Raises:
        ForbiddenError: The backend does not admit the user.
    """
    site = current_site()
    host = client.defaults.get("HTTP_HOST") or client.defaults.get("SERVER_NAME", "testserver")
    cookies = pages.sign_in_as(site.sync_pages, sub, url=f"http://{host}/", **claims)
    request: Any = HttpRequest()
    request.META["HTTP_HOST"] = host
    request.COOKIES = cookies
    former = client.cookies.get(settings.SESSION_COOKIE_NAME)
    engine = import_module(settings.SESSION_ENGINE)
    request.session = engine.SessionStore(former.value if former else None)
    request.logto = Visit(request, site)
    user = blocking(login.log_in)(request, request.logto.claims)
    if user is not None:
        request.session.save()
        cookies[settings.SESSION_COOKIE_NAME] = request.session.session_key
    for name, value in cookies.items():
        client.cookies[name] = value
    return user


async def asign_in_as(client: Any, sub: str = "alice", **claims: Any) -> Any:
    """As `sign_in_as`, within an asynchronous test."""
    return await sync_to_async(sign_in_as)(client, sub, **claims)


class LogtoClientMixin:
    """For Django's test cases: `self.sign_in_as("alice", roles=["admin"])`."""

    client: Any

    def sign_in_as(self, sub: str = "alice", **claims: Any) -> Any:
        """As the function of that name, in the test case's own client."""
        return sign_in_as(self.client, sub, **claims)
