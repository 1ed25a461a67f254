"""What the home page offers to paste."""

import shlex

from logto.server.pages.snippets import environment_lines, main_application
from logto.server.pages.views import ApplicationRow, HomeView


def view(*applications: ApplicationRow) -> HomeView:
    """A home view with these applications."""
    return HomeView("http://localhost:3001", "http://localhost:3001/oidc", applications)


def test_the_main_application_is_the_first_web_application():
    """The snippets are for the first web application with a secret, else for the first of all, else for none."""
    spa, web = ApplicationRow("a", "SPA", "1"), ApplicationRow("b", "Traditional", "2", "s")

    assert main_application(view(spa, web)) is web
    assert main_application(view(spa)) is spa
    assert main_application(view()) is None


def test_environment_lines_survive_a_shell():
    """A shell reads every value back as it is, whatever characters it has."""
    secret = "a b$c`d'e\"f\\g"
    lines = environment_lines(view(), ApplicationRow("b", "Traditional", "id", secret))

    assert shlex.split(lines) == [
        "LOGTO_ENDPOINT=http://localhost:3001",
        "LOGTO_APP_ID=id",
        f"LOGTO_APP_SECRET={secret}",
    ]


def test_a_public_application_has_no_secret_line():
    """Nothing is offered to paste for a secret that does not exist."""
    assert "SECRET" not in environment_lines(view(), ApplicationRow("a", "SPA", "1"))
