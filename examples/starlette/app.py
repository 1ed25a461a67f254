"""The shop's pages, on Starlette.

Set LOGTO_ENDPOINT, LOGTO_APP_ID, LOGTO_APP_SECRET, LOGTO_REDIRECT_URI (http://localhost:3000/callback), SECRET_KEY (32
characters or more) and, for the orders, ORDERS_API; then: uvicorn examples.starlette.app:app --port 3000
"""

import os
from contextlib import asynccontextmanager
from pathlib import Path

import httpx2
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles
from starlette.templating import Jinja2Templates

from logto import UserInfoScope
from logto.integrations.starlette import Logto, LogtoMiddleware, login_required

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


async def home(request):
    """Everybody's page."""
    return templates.TemplateResponse(request, "home.html")


@login_required
async def profile(request):
    """What the ID token says, or what Logto says now."""
    if "fresh" in request.query_params:
        claims = await logto.client(request).fetch_user_info()
    else:
        claims = request.user.claims
    return templates.TemplateResponse(request, "profile.html", {"claims": claims.model_dump(exclude_unset=True)})


@login_required
async def organizations(request):
    """The organizations to choose from, with their names."""
    info = await logto.client(request).fetch_user_info()
    found = info.organization_data or []
    return templates.TemplateResponse(request, "organizations.html", {"organizations": found})


@login_required(organization_from="organization_id")
async def organization(request):
    """What the user may do in an organization."""
    organization_id = request.path_params["organization_id"]
    token = await logto.client(request).get_organization_token_claims(organization_id)
    context = {
        "organization_id": organization_id,
        "roles": request.user.organization_roles(organization_id),
        "scopes": (token.scope or "").split(),
    }
    return templates.TemplateResponse(request, "organization.html", context)


@login_required(organization_from="organization_id", organization_roles="admin")
async def settings(request):
    """A page for the organization's admins."""
    return templates.TemplateResponse(
        request, "settings.html", {"organization_id": request.path_params["organization_id"]}
    )


@login_required
async def orders(request):
    """What the protected API answers, called with the user's access token."""
    token = await logto.client(request).get_access_token(SHOPPING)
    try:
        answer = await request.state.http.get(ORDERS_API, headers={"authorization": f"Bearer {token}"})
        answer.raise_for_status()
        context = {"orders": answer.json()}
    except httpx2.HTTPError:
        context = {"problem": "The orders cannot be had at the moment."}
    return templates.TemplateResponse(request, "orders.html", context)


@asynccontextmanager
async def lifespan(app):
    """What lives as long as the application."""
    async with logto.lifespan(app), httpx2.AsyncClient(timeout=5) as http:
        yield {"http": http}


app = Starlette(
    routes=[
        Route("/", home),
        Route("/profile", profile),
        Route("/organizations", organizations),
        Route("/organizations/{organization_id}", organization),
        Route("/organizations/{organization_id}/settings", settings),
        Route("/orders", orders),
        Mount("/static", StaticFiles(directory=EXAMPLES / "static")),
        *logto.routes,
    ],
    middleware=[Middleware(LogtoMiddleware, logto=logto)],
    lifespan=lifespan,
)
