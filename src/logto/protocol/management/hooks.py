"""Calls about webhooks."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from ...errors import ConfigurationError
from ...models.api import NOT_GIVEN, NotGiven
from ...models.management.hook import Hook
from ...models.webhook import WebhookEventName
from ..api_call import Call, ListCall, entity, given, nothing, path, present, several


def listed() -> ListCall[Hook]:
    """All webhooks."""
    return ListCall("hooks", Hook.model_validate)


def get(hook_id: str) -> Call[Hook]:
    """A webhook, by id.

    Raises:
        LogtoApiNotFoundError: There is none.
    """
    return Call("GET", _place(hook_id), entity(Hook))


def create(
    *,
    name: str,
    events: Sequence[WebhookEventName],
    url: str,
    headers: Mapping[str, str] | None = None,
    enabled: bool | None = None,
) -> Call[Hook]:
    """Adds a webhook; its `signing_key` is what `LogtoWebhooks` verifies with.

    Args:
        name: What you know it by.
        events: What it is told, such as `["User.Created", "PostSignIn"]`.
        url: Where it goes.
        headers: Sent along.
        enabled: False to begin later.
    """
    body = present(
        name=name, events=several("events", events), config=present(url=url, headers=headers), enabled=enabled
    )
    return Call("POST", "hooks", entity(Hook), body=body, confidential=_values(headers))


def update(
    hook_id: str,
    *,
    name: str | NotGiven = NOT_GIVEN,
    events: Sequence[WebhookEventName] | NotGiven = NOT_GIVEN,
    url: str | NotGiven = NOT_GIVEN,
    headers: Mapping[str, str] | None = None,
    enabled: bool | NotGiven = NOT_GIVEN,
) -> Call[Hook]:
    """Changes what is given of a webhook.

    Args:
        hook_id: Its id.
        name: What you know it by.
        events: What it is told from now on.
        url: Where it goes from now on, without the former headers.
        headers: Sent along to `url`.
        enabled: Whether anything is sent.
    """
    config = NOT_GIVEN if isinstance(url, NotGiven) else present(url=url, headers=headers)
    told = NOT_GIVEN if isinstance(events, NotGiven) else several("events", events)
    body = given(name=name, events=told, config=config, enabled=enabled)
    return Call("PATCH", _place(hook_id), entity(Hook), body=body, confidential=_values(headers))


def delete(hook_id: str) -> Call[None]:
    """Deletes a webhook.

    Raises:
        LogtoApiNotFoundError: There is none.
    """
    return Call("DELETE", _place(hook_id), nothing)


def renew_signing_key(hook_id: str) -> Call[Hook]:
    """Gives a webhook another signing key; the former one is of no use at once."""
    return Call("PATCH", f"{_place(hook_id)}/signing-key", entity(Hook))


def send_test(
    hook_id: str, *, events: Sequence[WebhookEventName], url: str, headers: Mapping[str, str] | None = None
) -> Call[None]:
    """Sends made-up events, signed with the webhook's key, and returns once they have arrived.

    Args:
        hook_id: Its id.
        events: Which ones.
        url: Where to.
        headers: Sent along.

    Raises:
        LogtoApiConflictError: They were not answered with success; `data` says how.
    """
    body = {"events": several("events", events), "config": present(url=url, headers=headers)}
    return Call("POST", f"{_place(hook_id)}/test", nothing, body=body, confidential=_values(headers))


def _place(hook_id: str) -> str:
    return path("hooks/{hook_id}", hook_id=hook_id)


def _values(headers: object) -> tuple[str, ...]:
    if headers is None:
        return ()
    if not isinstance(headers, Mapping):
        raise ConfigurationError(
            "`headers` are texts by name.", hint='Write headers={"x-key": "…"}.', code="configuration.argument"
        )
    named: Mapping[str, str] = headers
    return tuple(named.values())
