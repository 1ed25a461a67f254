"""Somebody signed in to an application under test, without a server and without HTTP."""

from __future__ import annotations

import json
from base64 import urlsafe_b64encode
from typing import Any

from ..client.pages import LogtoPages, LogtoSyncPages
from ..flows.pages import PagesContext, close_page, open_page
from ..models.scopes import UserInfoScope
from ..models.session import Identity
from ..protocol.http import Flow

LIFETIME = 90 * 24 * 3600
"""Seconds for which a made-up ID token is good: no page asks Logto to confirm it."""


_LISTS = {
    UserInfoScope.roles: "roles",
    UserInfoScope.organizations: "organizations",
    UserInfoScope.organization_roles: "organization_roles",
}
"""Claims that are lists, by the scope that asks for each."""


def sign_in_as(
    pages: LogtoPages | LogtoSyncPages, sub: str = "alice", *, url: str = "http://localhost/", **claims: Any
) -> dict[str, str]:
    """The cookies of a browser in which somebody is signed in, for a framework's test client.

    The session is real, in the application's own store; its ID token is made up, and there is no refresh token beside it:
    what the application asks Logto for in this user's name fails.

    Args:
        pages: Of the application: an integration's `pages`.
        sub: The user's id.
        url: Under which the test client reaches the application.
        claims: Further claims of the ID token, such as `name`, `email`, `roles`, `organizations`, `organization_roles`.

    Returns:
        Values by name.
    """
    client = pages._clients.sync_client  # noqa: SLF001 - a test looks inside
    headers = client._run(_signed_in(pages._context, sub, url, claims))  # noqa: SLF001 - as above
    return dict(header.partition(";")[0].split("=", 1) for header in headers)


async def async_sign_in_as(
    pages: LogtoPages | LogtoSyncPages, sub: str = "alice", *, url: str = "http://localhost/", **claims: Any
) -> dict[str, str]:
    """As `sign_in_as`, for a store that only awaits."""
    client = pages._clients.client  # noqa: SLF001 - as above
    headers = await client._run(_signed_in(pages._context, sub, url, claims))  # noqa: SLF001 - as above
    return dict(header.partition(";")[0].split("=", 1) for header in headers)


def _signed_in(context: PagesContext, sub: str, url: str, claims: dict[str, Any]) -> Flow[tuple[str, ...]]:
    session = yield from open_page(context, {}, url)
    yield from session.sign_in(Identity(_made_up_id_token(context, sub, claims)))
    return (yield from close_page(context, session))


def _made_up_id_token(context: PagesContext, sub: str, claims: dict[str, Any]) -> str:
    config, now = context.client.config, int(context.client.now())
    payload = {
        "sub": sub,
        "aud": config.app_id,
        "iss": config.expected_issuer,
        "iat": now,
        "exp": now + LIFETIME,
        # Whoever has none of them is told so by Logto, where the application asks: it is no mistake in the settings.
        **{claim: [] for scope, claim in _LISTS.items() if scope in config.scopes},
        **claims,
    }
    # Sessions hold what was verified before: nobody looks at this one's signature, and nobody outside can put it there.
    header, body = ({"alg": "none"}, payload)
    return f"{_segment(header)}.{_segment(body)}."


def _segment(value: dict[str, Any]) -> str:
    return urlsafe_b64encode(json.dumps(value).encode()).decode().rstrip("=")
