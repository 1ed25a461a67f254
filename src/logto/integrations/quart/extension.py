"""`Logto`: sign-in as an extension of Quart."""

from __future__ import annotations

from typing import Any

from quart import Quart, current_app

from ...client.logto_client import LogtoClient
from ...client.logto_sync_client import LogtoSyncClient
from ...client.pages import LogtoPages
from ...errors import LogtoException
from ...models.user import LogtoUser
from ...sessions.record_session import RecordSession
from ..pallets.commands import commands
from ..pallets.extension import Extension, has_own_handler, installed_in
from .answers import close, refuse
from .current import current_user, enter, enter_websocket, visit
from .routes import blueprint


class Logto(Extension[LogtoPages]):
    """Sign-in with Logto in Quart.

    ```python
    app = Quart(__name__)
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
        options: Further arguments of `LogtoPages`, such as `verify`, `clock` or `transport`.

    Raises:
        ConfigurationError: A setting is missing, unknown, malformed or unsafe; the message names it.
    """

    _kind = LogtoPages

    def init_app(self, app: Quart) -> None:
        """Adds the routes, `current_user` in templates, the handler of errors and the `quart logto` commands.

        Raises:
            ConfigurationError: A setting is missing, unknown, malformed or unsafe; the message names it.
        """
        installed = self._install(app)
        app.register_blueprint(blueprint(installed.pages.settings))
        if not has_own_handler(app):
            app.register_error_handler(LogtoException, refuse)
        # First in the list runs first before a view, and last after it: all of the application's functions are in between.
        app.before_request_funcs[None].insert(0, enter)
        app.before_websocket_funcs[None].insert(0, enter_websocket)
        app.after_request_funcs[None].insert(0, close)
        app.after_serving(installed.pages.aclose)
        app.context_processor(self._in_templates)
        app.cli.add_command(commands(app, installed))

    @property
    def pages(self) -> LogtoPages:
        """What the current application's integration stands on: settings, store, sessions."""
        pages: LogtoPages = installed_in(current_app).pages
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
    def client(self) -> LogtoClient:
        """The client of the current request's user: `await logto.client.fetch_user_info()`."""
        here = visit()
        here.look()
        client: LogtoClient = here.installed.pages.client(here.session)
        return client

    async_client = client

    @property
    def sync_client(self) -> LogtoSyncClient:
        """The client of the current request's user for plain views, which Quart runs in threads: it blocks."""
        here = visit()
        here.look()
        client: LogtoSyncClient = here.installed.pages.sync_client(here.session)
        return client

    def _in_templates(self) -> dict[str, Any]:
        # Where Quart-Auth is, the name in templates is its own; ours is `logto.user` as well.
        ours = {} if "QUART_AUTH" in current_app.extensions else {"current_user": current_user}
        return {"logto": self, **ours}
