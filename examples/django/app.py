"""The shop's pages, on Django, in one file: settings, views and URLs.

Set LOGTO_ENDPOINT, LOGTO_APP_ID, LOGTO_APP_SECRET, LOGTO_REDIRECT_URI (http://localhost:3000/callback), SECRET_KEY (32
characters or more) and, for the orders, ORDERS_API; then: python -m examples.django.app runserver 3000
"""

import os
import sys
import tempfile
from pathlib import Path

import django
import httpx2
from django.conf import settings

EXAMPLES = Path(__file__).parent.parent
SHOPPING = "https://shopping.your-app.com/api"
ORDERS_API = os.environ.get("ORDERS_API", "http://localhost:3010/orders")

if not settings.configured:
    database = tempfile.TemporaryDirectory(prefix="shop-")  # a real shop's stays
    settings.configure(
        SECRET_KEY=os.environ["SECRET_KEY"],
        ALLOWED_HOSTS=["localhost", "127.0.0.1"],
        ROOT_URLCONF=__name__,
        INSTALLED_APPS=[
            "django.contrib.auth",
            "django.contrib.contenttypes",
            "django.contrib.sessions",
            "logto.integrations.django",
        ],
        MIDDLEWARE=[
            "django.middleware.security.SecurityMiddleware",
            "django.contrib.sessions.middleware.SessionMiddleware",
            "django.middleware.common.CommonMiddleware",
            "django.middleware.csrf.CsrfViewMiddleware",
            "django.contrib.auth.middleware.AuthenticationMiddleware",
            "logto.integrations.django.middleware.LogtoMiddleware",
            "django.middleware.clickjacking.XFrameOptionsMiddleware",
        ],
        TEMPLATES=[{"BACKEND": "django.template.backends.jinja2.Jinja2", "DIRS": [EXAMPLES / "templates"]}],
        DATABASES={
            "default": {"ENGINE": "django.db.backends.sqlite3", "NAME": str(Path(database.name) / "shop.sqlite3")}
        },
        USE_TZ=True,
        AUTHENTICATION_BACKENDS=["logto.integrations.django.LogtoBackend"],
        LOGIN_URL="logto:sign_in",
        LOGTO={  # the rest is in the environment
            "SCOPES": [
                "email",
                "roles",
                "urn:logto:scope:organizations",
                "urn:logto:scope:organization_roles",
                "shopping:read",
                "read",
                "org:read",
                "org:write",
            ],
            "RESOURCES": [SHOPPING],
        },
    )
    django.setup()

from django.contrib.auth.decorators import login_required  # noqa: E402 - Django is set up first, as always in one file
from django.core.management import execute_from_command_line  # noqa: E402
from django.shortcuts import render  # noqa: E402
from django.template.backends.utils import csrf_input  # noqa: E402
from django.urls import include, path  # noqa: E402
from django.views.static import serve  # noqa: E402

from logto.integrations.django import logto_required  # noqa: E402


def page(request, template, **context):
    """A page, with whoever is signed in, and the hidden field of its form."""
    return render(request, template, {"user": request.logto.user, "csrf": csrf_input(request), **context})


def home(request):
    """Everybody's page."""
    return page(request, "home.html")


@login_required
def profile(request):
    """What the ID token says, or what Logto says now."""
    claims = request.logto.sync_client.fetch_user_info() if "fresh" in request.GET else request.logto.claims
    return page(request, "profile.html", claims=claims.model_dump(exclude_unset=True))


@login_required
def organizations(request):
    """The organizations to choose from, with their names."""
    info = request.logto.sync_client.fetch_user_info()
    return page(request, "organizations.html", organizations=info.organization_data or [])


@logto_required(organization_from="organization_id")
def organization(request, organization_id):
    """What the user may do in an organization."""
    token = request.logto.sync_client.get_organization_token_claims(organization_id)
    roles = request.logto.user.organization_roles(organization_id)
    scopes = (token.scope or "").split()
    return page(request, "organization.html", organization_id=organization_id, roles=roles, scopes=scopes)


@logto_required(organization_from="organization_id", organization_roles="admin")
def organization_settings(request, organization_id):
    """A page for the organization's admins."""
    return page(request, "settings.html", organization_id=organization_id)


@login_required
def orders(request):
    """What the protected API answers, called with the user's access token."""
    token = request.logto.sync_client.get_access_token(SHOPPING)
    try:
        answer = httpx2.get(ORDERS_API, headers={"authorization": f"Bearer {token}"}, timeout=5)
        answer.raise_for_status()
        return page(request, "orders.html", orders=answer.json())
    except httpx2.HTTPError:
        return page(request, "orders.html", problem="The orders cannot be had at the moment.")


urlpatterns = [
    path("", home),
    path("profile", profile),
    path("organizations", organizations),
    path("organizations/<organization_id>", organization),
    path("organizations/<organization_id>/settings", organization_settings),
    path("orders", orders),
    path("static/<path:path>", serve, {"document_root": EXAMPLES / "static"}),
    path("", include("logto.integrations.django.urls")),
]

if __name__ == "__main__":
    if "runserver" in sys.argv:
        execute_from_command_line([sys.argv[0], "migrate", "--verbosity", "0"])
    execute_from_command_line(sys.argv)
