"""The guide's `client.py`, with the application's real values in place of the guide's placeholders."""

import os

from flask import session

from logto import LogtoClient, LogtoConfig, Storage, UserInfoScope


class SessionStorage(Storage):
    """The guide's storage: Flask's session of the current request."""

    def get(self, key: str) -> str | None:
        """The value of a key, or None."""
        return session.get(key, None)

    def set(self, key: str, value: str | None) -> None:
        """Keeps a value."""
        session[key] = value

    def delete(self, key: str) -> None:
        """Forgets a key."""
        session.pop(key, None)


client = LogtoClient(
    LogtoConfig(
        endpoint=os.environ["LOGTO_ENDPOINT"],
        appId=os.environ["LOGTO_APP_ID"],
        appSecret=os.environ["LOGTO_APP_SECRET"],
        scopes=[
            UserInfoScope.email,
            UserInfoScope.phone,
            UserInfoScope.custom_data,
            UserInfoScope.organizations,
            "read",
            "write",
        ],
        resources=["https://shopping.your-app.com/api", "https://store.your-app.com/api"],
    ),
    storage=SessionStorage(),
)
