"""Guards: who passes, and what everybody else is told."""

import threading

import pytest
from flask import Blueprint, Flask
from flask.views import MethodView

from logto.errors import ConfigurationError
from logto.integrations.flask import Logto, current_user, login_required
from tests.integrations.flask.shop import JSON, Visitor, application, settings_of, shop

MEMBER = {"organizations": ["acme", "beta"], "organization_roles": ["acme:admin", "beta:member"]}


@pytest.fixture(scope="module")
def app():
    """A shop that never asks Logto anything."""
    return shop()


def test_a_browser_is_sent_to_sign_in_and_a_program_is_told(app):
    """Nobody gets a redirect with the way back in a browser, and 401 in JSON in a program; neither may be cached."""
    visitor = Visitor(app)
    page, data = visitor.get("/profile?a=1&b=%2F"), visitor.fetch("/profile")
    assert (page.status_code, page.location) == (303, "/sign-in?next=/profile%3Fa%3D1%26b%3D%252F")
    assert (data.status_code, data.json["error"]) == (401, "not_authenticated")

    assert [answer.headers["Cache-Control"] for answer in (page, data)] == ["no-store", "no-store"]


@pytest.mark.parametrize(
    "headers", [{"Sec_Fetch_Mode": "cors"}, {"X_Requested_With": "XMLHttpRequest"}, JSON], ids=["cors", "xhr", "json"]
)
def test_scripts_of_a_page_are_told_too(app, headers):
    """A page's own scripts get 401, not the HTML of a sign-in page."""
    assert Visitor(app).get("/profile", **headers).status_code == 401


def test_the_way_back_leads_to_a_page(app):
    """After a form that nobody could send, the sign-in leads to the start page: a form cannot be sent again by a link."""
    assert Visitor(app).post("/profile").location == "/sign-in"


@pytest.mark.parametrize(
    ("path", "claims", "status"),
    [
        ("/profile", {}, 200),
        ("/admin", {"roles": ["admin"]}, 200),
        ("/admin", {"roles": ["administrator"]}, 403),
        ("/admin", {"roles": "admin"}, 403),
        ("/admin", {}, 403),
        ("/organizations/acme", MEMBER, 200),
        ("/organizations/beta", MEMBER, 200),
        ("/organizations/other", MEMBER, 403),
        ("/organizations/acme/settings", MEMBER, 200),
        ("/organizations/beta/settings", MEMBER, 403),
        ("/organizations/other/settings", MEMBER, 403),
        ("/header", MEMBER, 403),
    ],
)
def test_roles_and_organizations(app, path, claims, status):
    """A role, a membership and a role in an organization each open the pages that ask for them, and no others."""
    assert Visitor(app, user="alice", **claims).get(path).status_code == status


def test_the_organization_of_a_header(app):
    """A guard may read the organization from wherever its function looks."""
    visitor = Visitor(app, user="alice", **MEMBER)

    assert [visitor.get("/header", X_Organization=name).status_code for name in ("acme", "other", "")] == [
        200,
        403,
        403,
    ]


def test_a_person_and_a_program_are_refused_each_in_their_way(app):
    """403 is a page in a browser, JSON in a program, and never the way to the sign-in: that would change nothing."""
    visitor = Visitor(app, user="alice", roles=[])
    assert visitor.get("/admin").content_type.startswith("text/html")

    assert visitor.fetch("/admin").json["error"] == "forbidden"


@pytest.mark.parametrize("wanted", [{"roles": []}, {"roles": ""}, {"organization_id": "a", "organization_from": "b"}])
def test_a_guard_that_fits_nothing_is_refused_where_it_is_written(wanted):
    """An empty list of roles, or two organizations, is an error at the view's definition."""
    with pytest.raises(ConfigurationError):
        login_required(**wanted)


def test_a_claim_that_was_never_asked_for_is_the_developers_mistake():
    """A role that no ID token can have is a 500 with an explanation in the log, not a 403 for ever."""
    assert Visitor(shop(LOGTO_SCOPES="email"), user="alice").get("/admin").status_code == 500


def test_a_role_without_a_keyword_is_refused_where_it_is_written():
    """`login_required("admin")`, as other guards are written, says how it is written here."""
    with pytest.raises(ConfigurationError, match='login_required\\(roles="admin"\\)'):
        login_required("admin")


def test_both_colours_of_views_keep_their_thread():
    """A plain view runs in the caller's thread, and an `async def` one in the thread that Flask gives it, guarded or not."""
    app = application()
    Logto(app)

    @app.get("/plain")
    @login_required
    def plain():
        return {"thread": threading.get_ident(), "sub": current_user.sub}

    @app.get("/waiting")
    @login_required
    async def waiting():
        return {"sub": current_user.sub}

    visitor = Visitor(app, user="alice")
    assert visitor.get("/plain").json == {"thread": threading.get_ident(), "sub": "alice"}
    assert visitor.get("/waiting").json == {"sub": "alice"}
    assert Visitor(app).get("/waiting").status_code == 303


def test_whole_blueprints_and_classes_can_be_guarded():
    """A guard before every request of a nested blueprint, and over a class of views, lets nobody pass."""
    app = application()
    Logto(app)
    outer, inner = Blueprint("outer", __name__, url_prefix="/outer"), Blueprint("inner", __name__, url_prefix="/inner")
    inner.before_request(login_required(lambda: None))
    inner.add_url_rule("/", "page", lambda: "inner")
    outer.register_blueprint(inner)
    app.register_blueprint(outer)

    class Page(MethodView):
        decorators = (login_required,)

        def get(self):
            return "a class"

    app.add_url_rule("/class", view_func=Page.as_view("class"))
    assert [Visitor(app, user="alice").get(path).text for path in ("/outer/inner/", "/class")] == ["inner", "a class"]

    assert [Visitor(app).get(path).status_code for path in ("/outer/inner/", "/class")] == [303, 303]


@pytest.mark.parametrize("name", ["LOGTO_LOGIN_DISABLED", "LOGIN_DISABLED"])
def test_guards_can_be_switched_off_for_tests(name, caplog):
    """Either setting lets everybody pass, with a warning wherever it is no test."""
    assert Visitor(shop(**{name: True})).get("/admin").text == "for admins"

    assert f"(logto.W009) Guards let everybody pass: a setting for tests is on. Remove {name}." in caplog.text


def test_a_guard_without_logto_says_so():
    """In an application without Logto, a guarded view is an error of the setup that says what to write."""
    app = Flask("bare")
    app.config.update(settings_of(TESTING=True, PROPAGATE_EXCEPTIONS=True))
    app.add_url_rule("/", view_func=login_required(lambda: "page"), endpoint="page")

    with pytest.raises(ConfigurationError, match=r"Write Logto\(app\)"):
        app.test_client().get("/")
