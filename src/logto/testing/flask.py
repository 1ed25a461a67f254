"""A test client of Flask in which somebody is signed in: no server, no HTTP."""

from __future__ import annotations

from typing import Any

from flask.testing import FlaskClient

from ..errors import ConfigurationError
from .pages import sign_in_as


class LogtoFlaskClient(FlaskClient):
    """`app.test_client()` with somebody signed in.

    ```python
    app.test_client_class = LogtoFlaskClient
    client = app.test_client(user="alice", roles=["admin"])
    ```

    Args:
        args: As `FlaskClient`.
        user: The user's id; None for nobody.
        claims: Further claims of the ID token, such as `name`, `email`, `roles`, `organizations`, `organization_roles`.
    """

    def __init__(self, *args: Any, user: str | None = None, **claims: Any) -> None:
        options = {name: claims.pop(name) for name in ("response_wrapper", "use_cookies") if name in claims}
        super().__init__(*args, **options)
        if user is not None:
            self.sign_in_as(user, **claims)

    def sign_in_as(self, user: str = "alice", **claims: Any) -> None:
        """Signs somebody in, in place of whoever is.

        Args:
            user: The user's id.
            claims: Further claims of the ID token.

        Raises:
            ConfigurationError: The application has no Logto.
        """
        installed = self.application.extensions.get("logto")
        if installed is None:
            raise ConfigurationError("This application has no Logto.", hint="Write Logto(app).")
        host = self.application.config["SERVER_NAME"] or "localhost"
        root = f"{self.application.config['PREFERRED_URL_SCHEME']}://{host}/"
        for name, value in sign_in_as(installed.pages, user, url=root, **claims).items():
            self.set_cookie(name, value, domain=host.partition(":")[0])
