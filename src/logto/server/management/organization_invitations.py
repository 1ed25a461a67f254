"""Invitations: somebody is asked by email to become a member of an organization."""

from typing import Any

from sqlalchemy import Row, func, select

from logto.server import ids, shapes
from logto.server.api import body, page
from logto.server.api.call import Answer, Call
from logto.server.errors import ApiError
from logto.server.schema import organization_invitation_roles as invited_roles
from logto.server.schema import organization_invitations as table
from logto.server.schema import (
    organization_member_roles,
    organization_members,
    organization_roles,
    organizations,
    users,
)
from logto.server.store import rows

from .found import demand_all, found
from .moments import future
from .organization_members import tell_membership

CREATED: body.Fields = {
    "inviterId": body.nullable(body.text(64, 1)),
    "invitee": body.is_email,
    "organizationId": body.text(64, 1),
    "expiresAt": body.MOMENT,
    "organizationRoleIds": body.IDS,
    # Local Logto sends no email: whoever invites tells the invitee.
    "messagePayload": lambda value: value is False or isinstance(value, dict),
}
STATUS: body.Fields = {"status": body.one_of("Accepted", "Revoked"), "acceptedUserId": body.nullable(body.text(64, 1))}
FILTERS = {"organizationId": "organization_id", "inviterId": "inviter_id", "invitee": "invitee"}


def listed(call: Call) -> Answer:
    """List invitations, the newest first."""
    query = select(table).order_by(table.c.created_at.desc(), table.c.id)
    for name, column in FILTERS.items():
        value = call.exchange.query.get(name)
        if value is not None:
            query = query.where(table.c[column] == value)
    return Answer(200, [_shown(call, row) for row in rows.every(call.db, query)])


def create(call: Call) -> Answer:
    """Invite somebody who is not a member and has no invitation that still counts."""
    given = call.read(CREATED, "invitee", "organizationId", "expiresAt")
    expires_at = future(call, given["expiresAt"])
    role_ids = given.get("organizationRoleIds", [])
    demand_all(call, organizations, [given["organizationId"]])
    demand_all(call, users, [given["inviterId"]] if given.get("inviterId") else [])
    demand_all(call, organization_roles, role_ids)
    _demand_not_member(call, given["organizationId"], given["invitee"])
    _demand_not_invited(call, given["organizationId"], given["invitee"])
    invitation_id = ids.application_id()
    rows.add(
        call.db,
        table,
        {
            "id": invitation_id,
            "inviter_id": given.get("inviterId"),
            "invitee": given["invitee"],
            "organization_id": given["organizationId"],
            "status": "Pending",
            "created_at": call.now,
            "updated_at": call.now,
            "expires_at": expires_at,
        },
    )
    fixed = {"organization_invitation_id": invitation_id}
    rows.link(call.db, invited_roles, "organization_role_id", role_ids, **fixed)
    return Answer(201, _shown(call, found(call, table, invitation_id)))


def get(call: Call) -> Answer:
    """Return an invitation."""
    return Answer(200, _shown(call, found(call, table, call.path["id"])))


def remove(call: Call) -> Answer:
    """Delete an invitation; whoever accepted it stays a member."""
    return page.ended(rows.remove(call.db, table, call.path["id"]))


def change_status(call: Call) -> Answer:
    """Accept an invitation for the user with its email address, or revoke it; both are final."""
    invitation, given = found(call, table, call.path["id"]), call.read(STATUS, "status")
    if shapes.invitation(invitation, call.now)["status"] != "Pending":
        raise body.bad_request("the status of the invitation cannot be changed any more", 422)
    user_id = given.get("acceptedUserId") if given["status"] == "Accepted" else None
    if given["status"] == "Accepted":
        _accept(call, invitation, user_id)
    changed = {"status": given["status"], "accepted_user_id": user_id, "updated_at": call.now}
    rows.change(call.db, table, invitation.id, changed)
    return Answer(200, _shown(call, found(call, table, invitation.id)))


def _accept(call: Call, invitation: Row[Any], user_id: str | None) -> None:
    if user_id is None:
        raise body.bad_request("`acceptedUserId` is required to accept an invitation", 422)
    user = found(call, users, user_id)
    if (user.primary_email or "").lower() != invitation.invitee.lower():
        raise body.bad_request("the user must have the email address that was invited", 422)
    organization_id = invitation.organization_id
    fresh = rows.link(call.db, organization_members, "user_id", [user.id], organization_id=organization_id)
    role_ids = [row.id for row in _roles(call, invitation.id)]
    fixed = {"organization_id": organization_id, "user_id": user.id}
    rows.link(call.db, organization_member_roles, "organization_role_id", role_ids, **fixed)
    tell_membership(call, organization_id, "user", fresh, [])


def _demand_not_member(call: Call, organization_id: str, invitee: str) -> None:
    members = select(organization_members.c.user_id).where(organization_members.c.organization_id == organization_id)
    same = select(users).where(users.c.id.in_(members), func.lower(users.c.primary_email) == invitee.lower())
    if rows.count(call.db, same):
        raise body.bad_request("the invitee is a member of the organization already", 422)


def _demand_not_invited(call: Call, organization_id: str, invitee: str) -> None:
    ours = (table.c.organization_id == organization_id, func.lower(table.c.invitee) == invitee.lower())
    pending = select(table).where(*ours, table.c.status == "Pending", table.c.expires_at > call.now)
    if rows.count(call.db, pending):
        raise ApiError("entity.unique_integrity_violation", 422)


def _roles(call: Call, invitation_id: str) -> list[Row[Any]]:
    held = select(invited_roles.c.organization_role_id).where(
        invited_roles.c.organization_invitation_id == invitation_id
    )
    query = select(organization_roles).where(organization_roles.c.id.in_(held)).order_by(organization_roles.c.name)
    return rows.every(call.db, query)


def _shown(call: Call, invitation: Row[Any]) -> shapes.Shown:
    named = shapes.named(_roles(call, invitation.id))
    return {**shapes.invitation(invitation, call.now), "organizationRoles": named}
