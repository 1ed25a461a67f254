"""The shop's pages, on Flask.

Set LOGTO_ENDPOINT, LOGTO_APP_ID, LOGTO_APP_SECRET, LOGTO_REDIRECT_URI (http://localhost:3000/callback), SECRET_KEY (32
characters or more) and, for the orders, ORDERS_API; then: flask --app examples.flask.app run --port 3000
"""

import os
from pathlib import Path

import httpx2
from flask import Flask, render_template, request

from logto import UserInfoScope
from logto.integrations.flask import Logto, current_user, login_required

EXAMPLES = Path(__file__).parent.parent
SHOPPING = "https://shopping.your-app.com/api"
ORDERS_API = os.environ.get("ORDERS_API", "http://localhost:3010/orders")

app = Flask(__name__, template_folder=EXAMPLES / "templates", static_folder=EXAMPLES / "static")
app.secret_key = os.environ["SECRET_KEY"]
app.config.update(
    LOGTO_SCOPES=[
        UserInfoScope.email,
        UserInfoScope.roles,
        UserInfoScope.organizations,
        UserInfoScope.organization_roles,
        "shopping:read",
        "read",
        "org:read",
        "org:write",
    ],
    LOGTO_RESOURCES=[SHOPPING],
)
logto = Logto(app)
http = httpx2.Client(timeout=5)


@app.context_processor
def for_every_template():
    """What the templates know; this shop has no forms but the sign-out, which needs no token of its own."""
    return {"user": current_user, "csrf": ""}


@app.get("/")
def home():
    """Everybody's page."""
    return render_template("home.html")


@app.get("/profile")
@login_required
def profile():
    """What the ID token says, or what Logto says now."""
    claims = logto.client.fetch_user_info() if "fresh" in request.args else current_user.claims
    return render_template("profile.html", claims=claims.model_dump(exclude_unset=True))


@app.get("/organizations")
@login_required
def organizations():
    """The organizations to choose from, with their names."""
    found = logto.client.fetch_user_info().organization_data or []
    return render_template("organizations.html", organizations=found)


@app.get("/organizations/<organization_id>")
@login_required(organization_from="organization_id")
def organization(organization_id):
    """What the user may do in an organization."""
    token = logto.client.get_organization_token_claims(organization_id)
    return render_template(
        "organization.html",
        organization_id=organization_id,
        roles=current_user.organization_roles(organization_id),
        scopes=(token.scope or "").split(),
    )


@app.get("/organizations/<organization_id>/settings")
@login_required(organization_roles="admin")
def settings(organization_id):
    """A page for the organization's admins."""
    return render_template("settings.html", organization_id=organization_id)


@app.get("/orders")
@login_required
def orders():
    """What the protected API answers, called with the user's access token."""
    token = logto.client.get_access_token(SHOPPING)
    try:
        answer = http.get(ORDERS_API, headers={"authorization": f"Bearer {token}"})
        answer.raise_for_status()
    except httpx2.HTTPError:
        return render_template("orders.html", problem="The orders cannot be had at the moment.")
    return render_template("orders.html", orders=answer.json())
