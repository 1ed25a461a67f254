"""The organizations of a user."""

from logto.server import shapes
from logto.server.api.call import Answer, Call, found_user
from logto.server.store import memberships, organizations


def listed(call: Call) -> Answer:
    """List a user's organizations, with the roles that the user has in each."""
    user = found_user(call, call.path["userId"])
    found = organizations.of_user(call.db, user.id)
    return Answer(
        200,
        [
            {
                **shapes.organization(row),
                "organizationRoles": shapes.named(memberships.roles_of(call.db, memberships.USERS, row.id, user.id)),
            }
            for row in found
        ],
    )
