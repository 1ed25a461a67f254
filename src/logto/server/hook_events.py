"""The events that a hook can wait for, and a made-up payload of each."""

from typing import Any

INTERACTIONS = ("PostRegister", "PostSignIn", "PostSignInAdaptiveMfaTriggered", "PostResetPassword")
EXCEPTIONS = ("Identifier.Lockout", "Message.RateLimited", "Grant.LimitExceeded")
EVENTS = (
    *INTERACTIONS,
    "User.Created",
    "User.Deleted",
    "User.Data.Updated",
    "User.SuspensionStatus.Updated",
    "Role.Created",
    "Role.Deleted",
    "Role.Data.Updated",
    "Role.Scopes.Updated",
    "Scope.Created",
    "Scope.Deleted",
    "Scope.Data.Updated",
    "Organization.Created",
    "Organization.Deleted",
    "Organization.Data.Updated",
    "Organization.Membership.Updated",
    "OrganizationRole.Created",
    "OrganizationRole.Deleted",
    "OrganizationRole.Data.Updated",
    "OrganizationRole.Scopes.Updated",
    "OrganizationScope.Created",
    "OrganizationScope.Deleted",
    "OrganizationScope.Data.Updated",
    *EXCEPTIONS,
)


def made_up(event: str, moment: str) -> dict[str, Any]:
    """Return a payload with nobody's data, in the shape of the event's real ones."""
    return {
        "event": event,
        "createdAt": moment,
        "userAgent": "local-logto-test",
        **(_INTERACTION if event in INTERACTIONS else _DATA),
    }


_INTERACTION: dict[str, Any] = {
    "interactionEvent": "SignIn",
    "sessionId": "test-session",
    "userIp": "192.0.2.1",
    "userId": "test-user",
    "user": {
        "id": "test-user",
        "username": "test",
        "primaryEmail": "test@example.com",
        "primaryPhone": "12025550100",
        "name": "Test User",
        "avatar": None,
        "customData": {},
        "identities": {},
        "lastSignInAt": 0,
        "createdAt": 0,
        "updatedAt": 0,
        "profile": {},
        "applicationId": "test-application",
        "isSuspended": False,
    },
    "application": {"id": "test-application", "type": "SPA", "name": "Test application", "description": None},
}
_DATA: dict[str, Any] = {
    "ip": "192.0.2.1",
    "path": "/tests/test-id",
    "method": "POST",
    "status": 200,
    "params": {"id": "test-id"},
    "matchedRoute": "/tests/:id",
    "data": {"result": "success"},
}
