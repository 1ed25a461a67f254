"""The shop's pages, on FastAPI.

Set LOGTO_ENDPOINT, LOGTO_APP_ID, LOGTO_APP_SECRET, LOGTO_REDIRECT_URI (http://localhost:3000/callback), SECRET_KEY (32
characters or more) and, for the orders, ORDERS_API; then: uvicorn examples.fastapi.app:app --port 3000
"""

import os
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Annotated

import httpx2
from fastapi import Depends, FastAPI, Request
from fastapi.staticfiles import StaticFiles
from fastapi.templating import Jinja2Templates

from logto import LogtoClient, UserInfoScope
from logto.integrations.fastapi import Logto, LogtoUser

EXAMPLES = Path(__file__).parent.parent
SHOPPING = "https://shopping.your-app.com/api"
ORDERS_API = os.environ.get("ORDERS_API", "http://localhost:3010/orders")

logto = Logto(
    scopes=[
        UserInfoScope.email,
        UserInfoScope.roles,
        UserInfoScope.organizations,
        UserInfoScope.organization_roles,
        "shopping:read",
        "read",
        "org:read",
        "org:write",
    ],
    resources=[SHOPPING],
)
templates = Jinja2Templates(
    EXAMPLES / "templates", context_processors=[lambda request: {"user": request.user, "csrf": ""}]
)

User = Annotated[LogtoUser, Depends(logto.user)]
Member = Annotated[LogtoUser, Depends(logto.require(organization_from="organization_id"))]
admin = logto.require(organization_from="organization_id", organization_roles="admin")
Client = Annotated[LogtoClient, Depends(logto.client)]


@asynccontextmanager
async def lifespan(app):
    """What lives as long as the application."""
    async with logto.lifespan(app), httpx2.AsyncClient(timeout=5) as http:
        yield {"http": http}


app = FastAPI(title="Corner Shop", lifespan=lifespan)
logto.install(app)
app.mount("/static", StaticFiles(directory=EXAMPLES / "static"))


@app.get("/")
async def home(request: Request):
    """Everybody's page."""
    return templates.TemplateResponse(request, "home.html")


@app.get("/profile")
async def profile(request: Request, user: User, client: Client, fresh: bool = False):
    """What the ID token says, or what Logto says now."""
    claims = await client.fetch_user_info() if fresh else user.claims
    return templates.TemplateResponse(request, "profile.html", {"claims": claims.model_dump(exclude_unset=True)})


@app.get("/organizations", dependencies=[Depends(logto.user)])
async def organizations(request: Request, client: Client):
    """The organizations to choose from, with their names."""
    info = await client.fetch_user_info()
    found = info.organization_data or []
    return templates.TemplateResponse(request, "organizations.html", {"organizations": found})


@app.get("/organizations/{organization_id}")
async def organization(request: Request, organization_id: str, user: Member, client: Client):
    """What the user may do in an organization."""
    token = await client.get_organization_token_claims(organization_id)
    context = {
        "organization_id": organization_id,
        "roles": user.organization_roles(organization_id),
        "scopes": (token.scope or "").split(),
    }
    return templates.TemplateResponse(request, "organization.html", context)


@app.get("/organizations/{organization_id}/settings", dependencies=[Depends(admin)])
async def settings(request: Request, organization_id: str):
    """A page for the organization's admins."""
    return templates.TemplateResponse(request, "settings.html", {"organization_id": organization_id})


@app.get("/orders", dependencies=[Depends(logto.user)])
async def orders(request: Request, client: Client):
    """What the protected API answers, called with the user's access token."""
    token = await client.get_access_token(SHOPPING)
    try:
        answer = await request.state.http.get(ORDERS_API, headers={"authorization": f"Bearer {token}"})
        answer.raise_for_status()
        context = {"orders": answer.json()}
    except httpx2.HTTPError:
        context = {"problem": "The orders cannot be had at the moment."}
    return templates.TemplateResponse(request, "orders.html", context)
