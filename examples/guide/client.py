"""The client, which every route of the application uses."""

import os

from flask import session

from logto import LogtoClient, LogtoConfig, Storage, UserInfoScope

SHOPPING = "https://shopping.your-app.com/api"
STORE = "https://store.your-app.com/api"


class SessionStorage(Storage):
    """Keeps what belongs to one visitor in Flask's session, which is a signed cookie of that visitor's browser."""

    def get(self, key: str) -> str | None:
        """The string stored under a key, or None."""
        return session.get(key)

    def set(self, key: str, value: str | None) -> None:
        """Stores a string."""
        session[key] = value

    def delete(self, key: str) -> None:
        """Forgets a string."""
        session.pop(key, None)


# Reads LOGTO_ENDPOINT, LOGTO_APP_ID and LOGTO_APP_SECRET; `logto dev` and Logto's Console show all three.
client = LogtoClient(
    LogtoConfig.from_env(
        # Scopes are asked of every resource at once, and what a resource does not know is ignored.
        scopes=[
            UserInfoScope.email,
            UserInfoScope.phone,
            UserInfoScope.address,
            UserInfoScope.custom_data,
            UserInfoScope.identities,
            UserInfoScope.roles,
            UserInfoScope.organizations,
            UserInfoScope.organization_roles,
            "read",
            "write",
            "shopping:read",
            "shopping:write",
            "store:read",
            "store:write",
            "org:read",
            "org:write",
            "invite:member",
        ],
        # A Logto that knows no such resource refuses the sign-in: LOGTO_RESOURCES names yours, or none.
        resources=os.environ.get("LOGTO_RESOURCES", f"{SHOPPING} {STORE}").split(),
    ),
    storage=SessionStorage(),
)
