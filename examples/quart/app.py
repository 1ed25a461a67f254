"""The shop's pages, on Quart.

Set LOGTO_ENDPOINT, LOGTO_APP_ID, LOGTO_APP_SECRET, LOGTO_REDIRECT_URI (http://localhost:3000/callback), SECRET_KEY (32
characters or more) and, for the orders, ORDERS_API; then: quart --app examples.quart.app run --port 3000
"""

import os
from pathlib import Path

import httpx2
from quart import Quart, render_template, request

from logto import UserInfoScope
from logto.integrations.quart import Logto, current_user, login_required

EXAMPLES = Path(__file__).parent.parent
SHOPPING = "https://shopping.your-app.com/api"
ORDERS_API = os.environ.get("ORDERS_API", "http://localhost:3010/orders")

app = Quart(__name__, template_folder=str(EXAMPLES / "templates"), static_folder=str(EXAMPLES / "static"))
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


@app.while_serving
async def http_client():
    """What lives as long as the application."""
    async with httpx2.AsyncClient(timeout=5) as app.http:
        yield


@app.context_processor
def for_every_template():
    """What the templates know; this shop has no forms but the sign-out, which needs no token of its own."""
    return {"user": current_user, "csrf": ""}


@app.get("/")
async def home():
    """Everybody's page."""
    return await render_template("home.html")


@app.get("/profile")
@login_required
async def profile():
    """What the ID token says, or what Logto says now."""
    claims = await logto.client.fetch_user_info() if "fresh" in request.args else current_user.claims
    return await render_template("profile.html", claims=claims.model_dump(exclude_unset=True))


@app.get("/organizations")
@login_required
async def organizations():
    """The organizations to choose from, with their names."""
    found = (await logto.client.fetch_user_info()).organization_data or []
    return await render_template("organizations.html", organizations=found)


@app.get("/organizations/<organization_id>")
@login_required(organization_from="organization_id")
async def organization(organization_id):
    """What the user may do in an organization."""
    token = await logto.client.get_organization_token_claims(organization_id)
    return await render_template(
        "organization.html",
        organization_id=organization_id,
        roles=current_user.organization_roles(organization_id),
        scopes=(token.scope or "").split(),
    )


@app.get("/organizations/<organization_id>/settings")
@login_required(organization_roles="admin")
async def settings(organization_id):
    """A page for the organization's admins."""
    return await render_template("settings.html", organization_id=organization_id)


@app.get("/orders")
@login_required
async def orders():
    """What the protected API answers, called with the user's access token."""
    token = await logto.client.get_access_token(SHOPPING)
    try:
        answer = await app.http.get(ORDERS_API, headers={"authorization": f"Bearer {token}"})
        answer.raise_for_status()
    except httpx2.HTTPError:
        return await render_template("orders.html", problem="The orders cannot be had at the moment.")
    return await render_template("orders.html", orders=answer.json())
