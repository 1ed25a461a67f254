"""Calls about invitations to organizations."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from ...models.api import Moment
from ...models.management.organization import Invitation
from ..api_call import Call, ListCall, entity, milliseconds, nothing, path, present, several


def listed(
    *, organization_id: str | None = None, inviter_id: str | None = None, invitee: str | None = None
) -> ListCall[Invitation]:
    """Invitations: all of them, or those of an organization, by an inviter, or to an e-mail address."""
    query = {"organizationId": organization_id, "inviterId": inviter_id, "invitee": invitee}
    return ListCall("organization-invitations", Invitation.model_validate, query=query, paged=False)


def get(invitation_id: str) -> Call[Invitation]:
    """An invitation, by id.

    Raises:
        LogtoApiNotFoundError: There is none.
    """
    return Call("GET", _place(invitation_id), entity(Invitation))


def create(
    *,
    organization_id: str,
    invitee: str,
    expires_at: Moment,
    inviter_id: str | None = None,
    organization_role_ids: Sequence[str] = (),
    message: Mapping[str, Any] | None = None,
) -> Call[Invitation]:
    """Invites an e-mail address to an organization.

    Args:
        organization_id: The organization.
        invitee: The e-mail address.
        expires_at: A `datetime` with a time zone, or milliseconds since 1970.
        inviter_id: The user who invites.
        organization_role_ids: The roles that whoever accepts it gets.
        message: What Logto's e-mail template is filled with, such as `{"link": "https://…"}`. Without it Logto sends
            no e-mail: that is for you to do.

    Raises:
        LogtoApiConflictError: The address is a member's, or is invited already.
    """
    body = present(
        organization_id=organization_id,
        invitee=invitee,
        expires_at=milliseconds("expires_at", expires_at),
        inviter_id=inviter_id,
        organization_role_ids=several("organization_role_ids", organization_role_ids) or None,
        message_payload=False if message is None else message,
    )
    return Call("POST", "organization-invitations", entity(Invitation), body=body)


def accept(invitation_id: str, user_id: str) -> Call[Invitation]:
    """Makes a user, whose e-mail address is the invited one, a member.

    Raises:
        LogtoApiConflictError: The invitation is over, or another address's.
    """
    body = {"status": "Accepted", "acceptedUserId": user_id}
    return Call("PUT", f"{_place(invitation_id)}/status", entity(Invitation), body=body)


def revoke(invitation_id: str) -> Call[Invitation]:
    """Takes an invitation back that nobody has accepted yet."""
    return Call("PUT", f"{_place(invitation_id)}/status", entity(Invitation), body={"status": "Revoked"})


def delete(invitation_id: str) -> Call[None]:
    """Deletes an invitation, whatever became of it.

    Raises:
        LogtoApiNotFoundError: There is none.
    """
    return Call("DELETE", _place(invitation_id), nothing)


def _place(invitation_id: str) -> str:
    return path("organization-invitations/{invitation_id}", invitation_id=invitation_id)
