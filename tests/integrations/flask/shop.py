"""An application to try: a shop with pages for everybody, for customers and for some of them."""

from flask import Flask, Response, render_template_string, request, stream_with_context
from markupsafe import Markup

from logto.integrations.flask import Logto, current_user, login_required
from logto.testing.flask import LogtoFlaskClient

BASE = "http://localhost:3000"
CALLBACK = f"{BASE}/callback"
KEY = "the first key of thirty-two bytes"
API = "https://shopping.your-app.com/api"
NOWHERE = {"LOGTO_ENDPOINT": "https://logto.example", "LOGTO_APP_ID": "shop", "LOGTO_APP_SECRET": "secret"}
PAGE = {"Accept": "text/html,*/*;q=0.8"}
JSON = {"Accept": "application/json"}
FORM = "{% if current_user %}<form method=post action='{{ url_for('logto.sign_out') }}'>{{ csrf }}</form>{% endif %}"


def settings_of(server=None, **settings):
    """An application's settings: those of a server's sample application, or of one that nobody will ask."""
    known = NOWHERE
    if server is not None:
        config = server.config()
        known = {
            "LOGTO_ENDPOINT": config.endpoint,
            "LOGTO_APP_ID": config.app_id,
            "LOGTO_APP_SECRET": config.app_secret,
        }
    always = {
        "SECRET_KEY": KEY,
        "PROPAGATE_EXCEPTIONS": False,
        "LOGTO_REDIRECT_URI": CALLBACK,
        "LOGTO_SCOPES": "email roles organizations organization_roles read",
        "LOGTO_RESOURCES": API if server else "",
    }
    return {name: value for name, value in {**known, **always, **settings}.items() if value is not None}


def application(server=None, **settings):
    """An application without views yet, and without Logto."""
    app = Flask("shop")
    app.config.update(settings_of(server, **settings))
    app.test_client_class = LogtoFlaskClient
    return app


def shop(server=None, *, clock=None, store=None, **settings):
    """The whole application."""
    app = application(server, **settings)
    logto = Logto(app, store=store, **({"clock": clock} if clock else {}))
    add_pages(app, logto)
    return app


def add_pages(app, logto):
    """The shop's views."""
    add_public(app)
    add_tokens(app, logto)
    add_guarded(app)


def add_public(app):
    """Pages for everybody, and for everybody who is signed in."""

    @app.get("/")
    def home():
        return render_template_string(
            f"Hello, {{{{ current_user.display_name or 'stranger' }}}}! {FORM}", csrf=Markup()
        )

    @app.get("/public")
    def public():
        return "for everybody"

    @app.route("/profile", methods=["GET", "POST"])
    @login_required
    def profile():
        return {"sub": current_user.sub, "roles": sorted(current_user.roles)}

    @app.get("/stream")
    @login_required
    def stream():
        def parts():
            yield "Hello, "
            yield current_user.sub or ""
            yield str(request.args.get("more", ""))

        return Response(stream_with_context(parts()))


def add_tokens(app, logto):
    """Pages that ask Logto."""

    @app.get("/waiting")
    @login_required
    async def waiting():
        info = await logto.async_client.fetch_user_info()
        return {"username": info.username}

    @app.get("/info")
    @login_required
    def info():
        return {"username": logto.client.fetch_user_info().username}

    @app.get("/token")
    @login_required
    def token():
        return {"token": logto.client.get_access_token(API)}

    @app.get("/token-then-fail")
    @login_required
    def fail():
        logto.client.get_access_token(API)
        raise RuntimeError("after the refresh")


def add_guarded(app):
    """Pages for some of those who are signed in."""

    @app.get("/admin")
    @login_required(roles=["admin"])
    def admin():
        return "for admins"

    @app.get("/organizations/<organization_id>")
    @login_required(organization_from="organization_id")
    def members(organization_id):
        return f"for members of {organization_id}"

    @app.get("/organizations/<organization_id>/settings")
    @login_required(organization_roles="admin")
    def administrators(organization_id):
        return f"for admins of {organization_id}"

    @app.get("/header")
    @login_required(organization_from=lambda request: request.headers.get("X-Organization"))
    def by_header():
        return "for members"


class Visitor:
    """Somebody's browser at an application.

    Args:
        app: The application.
        base: Scheme and host that the browser shows.
        client: Arguments of the test client, such as `user`.
    """

    def __init__(self, app, base=BASE, **client):
        self.client = app.test_client(**client)
        self.base = base

    def get(self, path, **headers):
        """Follows a link, or opens an address."""
        return self._open(path, "GET", headers)

    def head(self, path):
        """Asks for the headers of an answer alone."""
        return self._open(path, "HEAD", {})

    def post(self, path, data=None, **headers):
        """Sends a form."""
        return self._open(path, "POST", headers, data=data)

    def fetch(self, path, **headers):
        """A request by a program."""
        return self._open(path, "GET", {**JSON, **headers})

    def sign_in(self, server, user="alice", path="/sign-in"):
        """Signs in at Logto, beginning at a route of the application, and returns the callback's answer."""
        return self.get(self.callback(server, user, path))

    def callback(self, server, user="alice", path="/sign-in"):
        """Where Logto sends the browser back to, which is not opened yet."""
        return server.sign_in(self.get(path).location, user).removeprefix(self.base)

    @property
    def cookies(self):
        """The names of the browser's cookies."""
        return sorted(cookie.key for cookie in self.client._cookies.values())  # noqa: SLF001 - werkzeug lists them nowhere else

    def twin(self):
        """The same browser at the same moment, for a request that does not wait for another's answer."""
        twin = Visitor(self.client.application, self.base)
        twin.client._cookies.update(self.client._cookies)  # noqa: SLF001 - as above
        return twin

    def _open(self, path, method, headers, **more):
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        return self.client.open(path, base_url=self.base, method=method, headers={**PAGE, **named}, **more)
