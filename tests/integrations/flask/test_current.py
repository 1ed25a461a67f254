"""`current_user`, in views and templates, and who it is to the application."""

import pytest
from flask import render_template_string
from flask_login import LoginManager, UserMixin, login_user

from logto.errors import ForbiddenError, LogtoException, NotAuthenticatedError, SessionEndedError
from logto.integrations.flask import Logto, current_user, login_required
from tests.integrations.flask.shop import BASE, Visitor, application, shop


class Customer:
    """The application's own user."""

    def __init__(self, name):
        self.name = name


@pytest.fixture
def customers():
    """An application with users of its own: alice is one, mallory is none; and whom it asked for."""
    app = application()
    logto = Logto(app)
    app.asked = []

    @logto.user_loader
    def load(claims):
        app.asked.append((claims.iss, claims.sub))
        return None if claims.sub == "mallory" else Customer(f"customer {claims.sub}")

    @app.get("/")
    def home():
        return render_template_string("{{ current_user.name }} {{ current_user.name }} {{ logto.user.sub }}")

    @app.get("/mine")
    @login_required
    def mine():
        return current_user.name

    return app


def test_the_user_is_the_applications_own(customers):
    """`current_user` is what the loader returned, asked once a request by issuer and subject; `logto.user` is Logto's."""
    assert Visitor(customers, user="alice").get("/").text == "customer alice customer alice alice"
    assert customers.asked == [("https://logto.example/oidc", "alice")]
    assert Visitor(customers).get("/").text == "None None None"

    assert len(customers.asked) == 1


def test_whom_the_application_does_not_know_gets_no_further(customers):
    """Somebody whom the loader does not admit sees public pages as nobody, and is refused others without a way to loop."""
    visitor = Visitor(customers, user="mallory")
    assert visitor.get("/").text == "None None mallory"

    assert visitor.get("/mine").status_code == 403


def test_nobody_is_false():
    """Outside of any sign-in, the user is false, unnamed, and has no claims."""
    app = shop()
    with app.test_request_context(base_url=BASE):
        assert (bool(current_user), current_user.display_name, current_user.roles) == (False, "", frozenset())
        with pytest.raises(NotAuthenticatedError):
            _ = current_user.claims


def test_users_of_one_context_do_not_mix():
    """Requests of two users within one application context see each their own."""
    app = shop()
    alice, bob = Visitor(app, user="alice"), Visitor(app, user="bob")
    with app.app_context():
        seen = [visitor.get("/profile").json["sub"] for visitor in (alice, bob, alice)]

    assert seen == ["alice", "bob", "alice"]


def test_the_application_can_answer_nobody_itself():
    """`unauthorized_handler` answers what a guard refuses and what a dead session raises, and nothing else."""
    app = application()
    logto = Logto(app)
    logto.unauthorized_handler(lambda error: (type(error).__name__, 418))

    @app.get("/dead")
    def dead():
        raise SessionEndedError("over")

    @app.get("/forbidden")
    def forbidden():
        raise ForbiddenError("no")

    app.add_url_rule("/", view_func=login_required(lambda: "page"), endpoint="page")
    answers = [Visitor(app).get(path) for path in ("/", "/dead", "/forbidden")]

    assert [answer.status_code for answer in answers] == [418, 418, 403]
    assert [answer.text for answer in answers[:2]] == ["NotAuthenticatedError", "SessionEndedError"]


@pytest.mark.parametrize("when", ["before", "after"])
def test_the_applications_own_handler_stays(when):
    """An application's handler of LogtoException is never replaced, whether it was there before or came after."""
    app = application()

    def ours(error):
        return f"ours: {error.code}", 400

    if when == "before":
        app.register_error_handler(LogtoException, ours)
    Logto(app)
    if when == "after":
        app.register_error_handler(LogtoException, ours)
    app.add_url_rule("/", view_func=login_required(lambda: "page"), endpoint="page")

    assert Visitor(app).get("/").text == "ours: not_authenticated"


def test_browsers_can_be_sent_to_a_page_of_the_application():
    """`login_view` names the endpoint that offers the sign-in, with the way back."""
    app = application()
    Logto(app, login_view="welcome")
    app.add_url_rule("/welcome", "welcome", lambda: "welcome")
    app.add_url_rule("/", view_func=login_required(lambda: "page"), endpoint="page")

    assert Visitor(app).get("/").location == "/welcome?next=/"


def test_flask_login_keeps_its_own_user():
    """Beside Flask-Login, its `current_user` is its own in templates, and ours is there as `logto.user`."""
    app = application()
    manager, known = LoginManager(app), UserMixin()
    known.id = "local"
    manager.user_loader(lambda _: known)
    Logto(app)

    @app.get("/local")
    def local():
        login_user(known)
        return "in"

    app.add_url_rule("/", "page", lambda: render_template_string("{{ current_user.id }} {{ logto.user.sub }}"))
    visitor = Visitor(app, user="alice")
    visitor.get("/local")

    assert visitor.get("/").text == "local alice"
