"""Onboarding: a new customer is an organization with its own people, each with a role; run twice, it changes nothing.

    LOGTO_ENDPOINT=… LOGTO_APP_ID=… LOGTO_APP_SECRET=… python -m examples.management.onboard Bakery <<END
    carol@example.com admin
    dan@example.com member
    END

The application is a machine-to-machine one, with the role for Logto's Management API.
"""

import sys

from logto import LogtoConfig, LogtoException, LogtoManagementSyncClient


def onboard(management, name, people):
    """The lines to print: who has which role in the organization now.

    Args:
        management: The Management API's client.
        name: The organization's.
        people: Pairs of an e-mail address and the name of a role.
    """
    roles = {role.name: role.id for role in management.organization_roles.list()}
    organization = the_organization(management, name)
    lines = []
    for email, role in people:
        if role not in roles:
            lines.append(f"{email}: there is no role {role}")
            continue
        user = management.users.list(primary_email=email).first() or management.users.create(primary_email=email)
        management.organizations.add_members(organization.id, [user.id])
        management.organizations.set_member_roles(organization.id, user.id, [roles[role]])
        lines.append(f"{email}: {role}")
    return lines


def the_organization(management, name):
    """The organization of this very name, which is made if it is not there."""
    for organization in management.organizations.list(name):
        if organization.name == name:
            return organization
    return management.organizations.create(name=name)


def main():
    """Read people from standard input, and print what became of them."""
    people = [line.split() for line in sys.stdin if line.strip()]
    if len(sys.argv) != 2 or any(len(one) != 2 for one in people):
        raise SystemExit(__doc__)
    with LogtoManagementSyncClient(LogtoConfig.from_env()) as management:
        print("\n".join(onboard(management, sys.argv[1], people)))


if __name__ == "__main__":
    try:
        main()
    except LogtoException as error:
        raise SystemExit(f"onboard: {error}") from None
