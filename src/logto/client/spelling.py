"""The guide's spelling of those operations whose arguments have more than one word.

Each takes the guide's keywords and hands on to the one body; the others simply have two names.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from .. import flows
from ..flows.context import Context
from ..models.claims import AccessTokenClaims
from ..models.scopes import FirstScreen, Identifier, InteractionMode, Prompt
from ..protocol.http import Flow


def signIn(
    context: Context,
    redirectUri: str,
    interactionMode: InteractionMode | None = None,
    *,
    firstScreen: FirstScreen | None = None,
    identifiers: Sequence[Identifier] = (),
    directSignIn: str | None = None,
    loginHint: str | None = None,
    uiLocales: str | None = None,
    prompt: Prompt | str | Sequence[Prompt] | None = None,
    maxAge: int | None = None,
    postRedirectUri: str | None = None,
    extraParams: Mapping[str, str] | None = None,
) -> Flow[str]:
    """`sign_in` in the guide's spelling.

    Args:
        redirectUri: The absolute URL of your callback route, exactly as registered with the application in Logto.
        interactionMode: `signUp` shows the sign-up page first; `firstScreen` says the same and more.
        firstScreen: The page to show first, such as `register`.
        identifiers: What the user may be recognised by, on an `identifier:…` first screen.
        directSignIn: `social:<target>` or `sso:<connector id>`, to go straight there.
        loginHint: What to put into the identifier field.
        uiLocales: The page's language, best first, separated by spaces.
        prompt: One or several of `consent`, `login`, or `none`; the configuration's if not given.
        maxAge: Seconds since the user last signed in actively; an older sign-in is asked for again.
        postRedirectUri: Where the browser shall go after the callback; `handleSignInCallback` returns it.
        extraParams: Sent along as they are; a parameter of the protocol is refused.

    Returns:
        The authorization URL.
    """
    return flows.sign_in(
        context,
        redirectUri,
        interaction_mode=interactionMode,
        first_screen=firstScreen,
        identifiers=identifiers,
        direct_sign_in=directSignIn,
        login_hint=loginHint,
        ui_locales=uiLocales,
        prompt=prompt,
        max_age=maxAge,
        post_redirect_uri=postRedirectUri,
        extra_params=extraParams,
    )


def handleSignInCallback(context: Context, callbackUri: str) -> Flow[str | None]:
    """`handle_sign_in_callback` in the guide's spelling.

    Args:
        callbackUri: The whole URL of the request, with its query.

    Returns:
        The `postRedirectUri` that the sign-in was begun with, or None.
    """
    return flows.handle_sign_in_callback(context, callbackUri)


def signOut(context: Context, postLogoutRedirectUri: str | None = None) -> Flow[str]:
    """`sign_out` in the guide's spelling.

    Args:
        postLogoutRedirectUri: Where Logto sends the browser afterwards, exactly as registered with the application.

    Returns:
        Logto's end-session URL.
    """
    return flows.sign_out(context, postLogoutRedirectUri)


def getAccessToken(context: Context, resource: str = "", organizationId: str | None = None) -> Flow[str]:
    """`get_access_token` in the guide's spelling.

    Args:
        resource: The API resource's indicator; without one, the opaque token for Logto's own endpoints.
        organizationId: The organization within which the resource is used.
    """
    return flows.get_access_token(context, resource, organizationId)


def getAccessTokenClaims(
    context: Context, resource: str = "", organizationId: str | None = None
) -> Flow[AccessTokenClaims]:
    """`get_access_token_claims` in the guide's spelling.

    Args:
        resource: The API resource's indicator.
        organizationId: The organization within which the resource is used.
    """
    return flows.get_access_token_claims(context, resource, organizationId)


def getOrganizationToken(context: Context, organizationId: str) -> Flow[str]:
    """`get_organization_token` in the guide's spelling.

    Args:
        organizationId: One of `organizations` in the ID token's claims.
    """
    return flows.get_organization_token(context, organizationId)


def getOrganizationTokenClaims(context: Context, organizationId: str) -> Flow[AccessTokenClaims]:
    """`get_organization_token_claims` in the guide's spelling.

    Args:
        organizationId: One of `organizations` in the ID token's claims.
    """
    return flows.get_organization_token_claims(context, organizationId)
