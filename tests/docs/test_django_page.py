"""The page on Django: a new project, as its reader makes it, signs in, tests itself, and is served in production."""

import os
import subprocess
import sys

import pytest

from tests.docs.blocks import blocks
from tests.house.repository import ROOT

PAGE = ROOT / "docs" / "integrations" / "django.md"
PRODUCTION = PAGE.read_text(encoding="utf-8").partition("## Production")[0].count("\n")

VISIT = """
import os, sys
import django
django.setup()
from django.core.management import call_command
from django.test import Client
from logto.testing import Browser

BASE = "http://localhost:3000"
visitor = Client(headers={"host": "localhost:3000", "accept": "text/html"}, enforce_csrf_checks=True)

def go(answer):
    return answer["Location"].removeprefix(BASE)

assert "Sign in" in visitor.get("/").text
with Browser() as browser:
    url = visitor.get(go(visitor.get("/profile")))["Location"]
    back = browser.sign_in(url, username="alice", password="alice-pass-123")
    assert go(visitor.get(back.removeprefix(BASE))) == "/profile"
    assert visitor.get("/profile").json() == {"email": "alice@example.com", "roles": ["shopper"]}
    assert visitor.get("/cart").json()["authorization"].count(".") == 2
    assert visitor.get("/acart").json()["authorization"].count(".") == 2
    header = {"authorization": visitor.get("/cart").json()["authorization"]}
    called = Client(headers={**header, "host": "localhost"})
    stranger = Client(headers={"host": "localhost"})
    for path in ("/api/orders", "/api/stock", "/drf/orders", "/ninja/orders", "/ninja/stock"):
        assert called.get(path).status_code == 200, path
        refused = stranger.get(path)
        assert refused.status_code == 401 and "resource_metadata" in refused["WWW-Authenticate"], path
    assert called.get(f"/drf/organizations/{sys.argv[1]}").status_code == 403
    about = stranger.get("/.well-known/oauth-protected-resource/api").json()
    assert about["scopes_supported"] == ["read", "write"]
    assert visitor.get("/reports").text == "Reports"
    assert visitor.get(f"/organizations/{sys.argv[1]}/settings").text.startswith("Settings of")
    assert visitor.get(f"/organizations/{sys.argv[2]}/settings").status_code == 403
    assert visitor.get("/admin/").status_code == 200
    page = visitor.get("/").text
    assert "Hello Alice Liddell" in page
    token = page.partition('csrfmiddlewaretoken" value="')[2].partition('"')[0]
    out = visitor.post("/sign-out", {"csrfmiddlewaretoken": token})["Location"]
    assert browser.follow(out) == BASE + "/"
assert "Sign in" in visitor.get("/").text
assert visitor.get("/admin/")["Location"].startswith("/admin/login/")
from django.contrib.auth.models import Group, User
user = User.objects.get()
assert user.is_staff and [group.name for group in user.groups.all()] == ["Shoppers"]
call_command("logto_check")
call_command("logto_endsessions", user.get_username())
call_command("logto_clearsessions")
print("all of it")
"""


class Project:
    """What the reader of the page has made."""

    def __init__(self, folder, environment):
        self.folder = folder
        self.environment = {
            **os.environ,
            **environment,
            "PYTHONPATH": str(folder),
            "DJANGO_SETTINGS_MODULE": "shop.settings",
        }
        self.run("-m", "django", "startproject", "shop", ".")

    def write(self, part):
        """Type the files of a part of the page, in its order."""
        for block in blocks(PAGE):
            if block.title is None or part != ("production" if block.line > PRODUCTION else "development"):
                continue
            target = self.folder / block.title
            former = target.read_text(encoding="utf-8") if target.exists() else ""
            anew = not former or "urlpatterns = [" in block.text
            target.write_text(block.text if anew else f"{former}\n\n{block.text}", encoding="utf-8")

    def run(self, *arguments):
        """What a command of Python's says."""
        command = [sys.executable, *arguments]
        result = subprocess.run(
            command, cwd=self.folder, env=self.environment, capture_output=True, text=True, check=False, timeout=120
        )
        assert result.returncode == 0, result.stdout + result.stderr
        return result.stdout + result.stderr


@pytest.fixture
def project(tmp_path, logto_server):
    """A new project, and a Logto."""
    config = logto_server.config()
    return Project(
        tmp_path,
        {"LOGTO_ENDPOINT": config.endpoint, "LOGTO_APP_ID": config.app_id, "LOGTO_APP_SECRET": config.app_secret},
    )


def test_the_pages_project_works(project, logto_server):
    """A project made as the page says lets alice in, shows her what is hers, and lets her out; its own tests pass; and
    with the settings for production, no check complains.
    """
    project.write("development")
    project.run("manage.py", "migrate", "--verbosity", "0")
    acme, beta = (logto_server.organizations[name] for name in ("Acme", "Beta"))
    assert "all of it" in project.run("-c", VISIT, acme, beta)
    assert "OK" in project.run("manage.py", "test")

    project.write("production")
    said = project.run("manage.py", "check", "--deploy")
    assert "logto." not in said
