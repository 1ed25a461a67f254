"""`Logto`: sign-in as an extension of Flask."""

from __future__ import annotations

from typing import Any

from flask import Flask, current_app

from ...client.logto_client import LogtoClient
from ...client.logto_sync_client import LogtoSyncClient
from ...client.pages import LogtoSyncPages
from ...errors import LogtoException
from ...models.user import LogtoUser
from ...sessions.record_session import RecordSession
from ..pallets.commands import commands
from ..pallets.extension import Extension, has_own_handler, installed_in
from .answers import close, refuse
from .current import current_user, visit
from .routes import blueprint


class Logto(Extension[LogtoSyncPages]):
    """Sign-in with Logto in Flask.

    ```python
    app = Flask(__name__)
    app.secret_key = os.environ["SECRET_KEY"]
    logto = Logto(app)  # LOGTO_ENDPOINT, LOGTO_APP_ID, LOGTO_APP_SECRET of app.config or the environment
    ```

    One object serves every application it is given to, and keeps nothing of any user.

    Args:
        app: The application, or None to call `init_app` later, with one or several.
        config: Who we are, and whom we talk to, instead of settings.
        store: Where sessions live, instead of settings.
        url_prefix: What the routes' paths begin with, such as `/auth`.
        login_view: The endpoint that browsers are sent to when somebody must sign in first; the sign-in route if not given.
        options: Further arguments of `LogtoSyncPages`, such as `verify`, `clock` or `sync_transport`.

    Raises:
        ConfigurationError: A setting is missing, unknown, malformed or unsafe; the message names it.
    """

    _kind = LogtoSyncPages

    def init_app(self, app: Flask) -> None:
        """Adds the routes, `current_user` in templates, the handler of errors and the `flask logto` commands.

        Raises:
            ConfigurationError: A setting is missing, unknown, malformed or unsafe; the message names it.
        """
        installed = self._install(app)
        app.register_blueprint(blueprint(installed.pages.settings))
        if not has_own_handler(app):
            app.register_error_handler(LogtoException, refuse)
        # First in the list runs last: what other functions change in the session still gets into the cookies.
        app.after_request_funcs.setdefault(None, []).insert(0, close)
        app.context_processor(self._in_templates)
        app.cli.add_command(commands(app, installed))

    @property
    def pages(self) -> LogtoSyncPages:
        """What the current application's integration stands on: settings, store, sessions."""
        pages: LogtoSyncPages = installed_in(current_app).pages
        return pages

    @property
    def user(self) -> LogtoUser:
        """Whoever makes the current request, as Logto knows them, whatever `user_loader` makes of it."""
        return visit().user

    @property
    def session(self) -> RecordSession:
        """The browser's session."""
        here = visit()
        here.look()
        return here.session

    @property
    def client(self) -> LogtoSyncClient:
        """The client of the current request's user, for plain views: it blocks, in their thread."""
        here = visit()
        here.look()
        client: LogtoSyncClient = here.installed.pages.sync_client(here.session)
        return client

    sync_client = client

    @property
    def async_client(self) -> LogtoClient:
        """The client of the current request's user, for `async def` views: `await logto.async_client.fetch_user_info()`."""
        here = visit()
        here.look()
        client: LogtoClient = here.installed.pages.client(here.session)
        return client

    def _in_templates(self) -> dict[str, Any]:
        # Where Flask-Login is, the name in templates is its own; ours is `logto.user` as well.
        ours = {} if hasattr(current_app, "login_manager") else {"current_user": current_user}
        return {"logto": self, **ours}
