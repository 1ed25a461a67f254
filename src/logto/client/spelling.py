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
    """`sign_in` in the guide's spelling: begins a sign-in and returns the URL to send the browser to."""
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
    """`handle_sign_in_callback` in the guide's spelling: finishes a sign-in."""
    return flows.handle_sign_in_callback(context, callbackUri)


def signOut(context: Context, postLogoutRedirectUri: str | None = None) -> Flow[str]:
    """`sign_out` in the guide's spelling: clears the session and returns Logto's end-session URL."""
    return flows.sign_out(context, postLogoutRedirectUri)


def getAccessToken(context: Context, resource: str = "", organizationId: str | None = None) -> Flow[str]:
    """`get_access_token` in the guide's spelling: a live access token, refreshed if it must be."""
    return flows.get_access_token(context, resource, organizationId)


def getAccessTokenClaims(
    context: Context, resource: str = "", organizationId: str | None = None
) -> Flow[AccessTokenClaims]:
    """`get_access_token_claims` in the guide's spelling: the claims of a live access token."""
    return flows.get_access_token_claims(context, resource, organizationId)


def getOrganizationToken(context: Context, organizationId: str) -> Flow[str]:
    """`get_organization_token` in the guide's spelling: a live access token for an organization."""
    return flows.get_organization_token(context, organizationId)


def getOrganizationTokenClaims(context: Context, organizationId: str) -> Flow[AccessTokenClaims]:
    """`get_organization_token_claims` in the guide's spelling: the claims of an organization's token."""
    return flows.get_organization_token_claims(context, organizationId)
