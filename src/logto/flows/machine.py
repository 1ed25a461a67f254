"""A program's own access tokens: handed out while they live, renewed ahead of their end, once however many ask."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import dataclass

from ..errors import ConfigurationError, LogtoException, TokenRequestError
from ..models.claims import AccessTokenClaims
from ..models.scopes import ORGANIZATION_URN_PREFIX
from ..protocol.access_token import read_access_token
from ..protocol.http import Flow
from ..protocol.machine import machine_refusal, machine_request
from ..protocol.token import read_token_response
from . import provider
from .context import Context
from .machine_tokens import HeldToken, MachineTokens, Target
from .token_cache import lifetime_of

logger = logging.getLogger("logto")


@dataclass(frozen=True, slots=True)
class MachineContext:
    """What these conversations may touch.

    Args:
        client: Who we are, whom we talk to, and the clock.
        tokens: Those that are there.
    """

    client: Context
    tokens: MachineTokens


def get_access_token(
    context: MachineContext,
    resource: str,
    *,
    organization_id: str | None = None,
    scopes: Sequence[str] | str | None = None,
    instead_of: str | None = None,
) -> Flow[str]:
    """A live access token for an API, fetched if there is none, and renewed in the background before it ends.

    Args:
        resource: The API resource's indicator.
        organization_id: The organization within which the resource is used.
        scopes: What the token shall allow, as a list or a text with spaces; the configuration's `scopes` if not given.
            Logto leaves out, without an error, what the application's roles do not have.
        instead_of: A token that the API refused. A new one is fetched before its time, unless somebody did meanwhile,
            or it has just been done: then the answer may be the same token.

    Raises:
        ConfigurationError: An argument is not usable, or the configuration has no `app_secret`; nothing was sent.
        ClientAuthenticationError: The server does not know the application, or its secret is wrong.
        ResourceNotGrantedError: There is no such API resource.
        NotAMemberError: The application does not belong to the organization.
        TokenRequestError: The server refused for another reason.
        UnexpectedResponseError: The server made no sense.
        TransportError: No answer came.
    """
    target = checked_target(context.client, resource, organization_id, scopes)
    if context.client.config.app_secret is None:
        raise ConfigurationError(
            "A program that asks in its own name needs an `app_secret`.",
            hint="It is the App secret on the page of a machine-to-machine application in Logto's Console.",
            code="configuration.app_secret",
        )
    if not target.resource and target.organization_id is None:
        raise ConfigurationError(
            "An access token is for an API resource or an organization: name one.",
            hint='Write get_access_token("https://api.example.com"), or get_organization_token("…").',
            code="configuration.resource",
        )
    now = context.client.now()
    held = context.tokens.held(target)
    if held is None or not held.is_live(now) or held.token == instead_of:
        # To the end: whoever gave up waiting must not make the others ask once more.
        found: HeldToken = yield context.client.to_the_end(_fetched(context, target, held, instead_of))
        return found.token
    if held.is_due(now) and context.tokens.begin_renewal(target, now):
        yield context.client.background(_renewed(context, target, held))
    return held.token


def get_organization_token(
    context: MachineContext,
    organization_id: str,
    *,
    scopes: Sequence[str] | str | None = None,
    instead_of: str | None = None,
) -> Flow[str]:
    """A live access token for an organization; otherwise as `get_access_token`.

    Args:
        organization_id: The organization's id.
        scopes: What the token shall allow: permissions of the organization template.
        instead_of: A token that was refused.
    """
    return (
        yield from get_access_token(
            context, "", organization_id=_organization(organization_id), scopes=scopes, instead_of=instead_of
        )
    )


def get_access_token_claims(
    context: MachineContext,
    resource: str,
    *,
    organization_id: str | None = None,
    scopes: Sequence[str] | str | None = None,
) -> Flow[AccessTokenClaims]:
    """The claims of a live access token: its `scope` says what Logto granted of what was asked for.

    The signature is not checked: the token came from the server itself, and is for the API to verify.

    Args:
        resource: The API resource's indicator.
        organization_id: The organization within which the resource is used.
        scopes: What the token shall allow.
    """
    token = yield from get_access_token(context, resource, organization_id=organization_id, scopes=scopes)
    return read_access_token(token)


def get_organization_token_claims(
    context: MachineContext, organization_id: str, *, scopes: Sequence[str] | str | None = None
) -> Flow[AccessTokenClaims]:
    """The claims of a live access token for an organization.

    Args:
        organization_id: The organization's id.
        scopes: What the token shall allow.
    """
    token = yield from get_organization_token(context, organization_id, scopes=scopes)
    return read_access_token(token)


def checked_target(
    context: Context, resource: object, organization_id: object, scopes: Sequence[str] | str | None
) -> Target:
    """What a token is asked for, in one spelling.

    Raises:
        ConfigurationError: An argument is not usable.
    """
    if not isinstance(resource, str) or "#" in resource or " " in resource or not resource.isprintable():
        raise ConfigurationError(
            "`resource` is no API identifier.",
            hint="Give the API identifier as it stands at the API resource in Logto's Console.",
            code="configuration.resource",
        )
    if organization_id is not None:
        organization_id = _organization(organization_id)
    elif resource.startswith(ORGANIZATION_URN_PREFIX):
        resource, organization_id = "", _organization(resource.removeprefix(ORGANIZATION_URN_PREFIX))
    if scopes is None:
        scopes = context.config.scopes
    words: list[object] = [*(scopes.split() if isinstance(scopes, str) else scopes)]
    for word in words:
        # RFC 6749, 3.3: what separates scopes cannot be part of one.
        if not isinstance(word, str) or not word or not all("!" <= one <= "~" and one not in '"\\' for one in word):
            raise ConfigurationError(
                "`scopes` is a list of words without spaces or quotes.",
                hint='Write scopes=["read", "write"].',
                code="configuration.scopes",
            )
    return Target(resource, organization_id, tuple(sorted({str(word) for word in words})))


def _organization(organization_id: object) -> str:
    if not (isinstance(organization_id, str) and organization_id and organization_id.isprintable()):
        raise ConfigurationError(
            "`organization_id` is no organization's id.",
            hint="It stands on the organization's page in Logto's Console.",
            code="configuration.organization_id",
        )
    return organization_id


def _fetched(
    context: MachineContext, target: Target, seen: HeldToken | None, instead_of: str | None = None
) -> Flow[HeldToken]:
    """A live token that is not the one refused, after at most one request, however many conversations ask.

    Args:
        target: What it is for.
        seen: What was there when we began to wait.
        instead_of: A token that the API refused.
    """
    waited_for = context.tokens.failure(target)
    turn = yield context.client.turns.take(f"machine {target}")
    try:
        now = context.client.now()
        held = context.tokens.held(target)
        refused = held is not None and held.token == instead_of
        if held is not None and held is not seen and held.is_live(now) and not refused:
            return held  # somebody else fetched it while we waited
        if held is not None and refused and held.is_live(now) and not context.tokens.may_replace(target, now):
            logger.warning("an API refuses one access token after the other: no new one is fetched for a while")
            return held
        try:
            failure = context.tokens.failure(target)
            if failure is not None and (failure.holds(now) or failure is not waited_for):
                raise failure.raised()  # a moment ago, or while we waited: not everyone must try again
            return (yield from _fetch(context, target))
        except LogtoException as error:
            if held is None or refused or held.is_over(context.client.now()):
                raise
            logger.warning("an access token could not be renewed, and is used until its end: %s", error.code)
            return held
    finally:
        turn.release()


def _renewed(context: MachineContext, target: Target, seen: HeldToken) -> Flow[None]:
    turn = yield context.client.turns.take(f"machine {target}")
    try:
        if context.tokens.held(target) is seen:
            yield from _fetch(context, target)
    except LogtoException as error:
        logger.warning("an access token could not be renewed, and is used until its end: %s", error.code)
    finally:
        turn.release()


def _fetch(context: MachineContext, target: Target) -> Flow[HeldToken]:
    asked_at = context.client.now()
    try:
        held = yield from _ask(context.client, target, asked_at)
    except LogtoException as error:
        context.tokens.failed(target, error, context.client.now())
        raise
    context.tokens.keep(target, held)
    return held


def _ask(context: Context, target: Target, asked_at: float) -> Flow[HeldToken]:
    found = yield from provider.metadata(context)
    resource, organization_id, scopes = target
    request = machine_request(
        resource=resource, organization_id=organization_id, scopes=scopes, config=context.config, metadata=found
    )
    response = yield request
    try:
        tokens = read_token_response(request, response)
    except TokenRequestError as error:
        raise machine_refusal(error, resource=resource, organization_id=organization_id) from None
    return HeldToken(tokens.access_token, asked_at, lifetime_of(tokens))
