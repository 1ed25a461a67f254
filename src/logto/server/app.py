"""Local Logto's route table: every path on one page."""

from starlette.applications import Starlette
from starlette.routing import Route

from . import consent, discovery, end_session, experience, forms, home, introspection, revocation, userinfo
from .account import routes as account
from .authorize import endpoint as authorization
from .device import authorization as device_authorization
from .device import verification as device
from .exchange import async_endpoint, endpoint
from .management import routes as management
from .origins import preflight
from .pages import static
from .resume import resume
from .token import token
from .unknown import unknown, unknown_api, unknown_oidc
from .world import World

GET, POST, PUT = ["GET"], ["POST"], ["PUT"]

ROUTES = [
    # OpenID Connect
    Route("/oidc/.well-known/openid-configuration", endpoint(discovery.metadata), methods=GET),
    Route("/oidc/.well-known/oauth-authorization-server", endpoint(discovery.metadata), methods=GET),
    Route("/oidc/jwks", endpoint(discovery.jwks), methods=GET),
    Route("/oidc/auth", endpoint(authorization.authorize, as_page=True), methods=[*GET, *POST]),
    Route("/oidc/auth/{uid}", endpoint(resume, as_page=True), methods=GET),
    Route("/oidc/request", endpoint(authorization.push), methods=POST),
    Route("/oidc/device/auth", endpoint(device_authorization.authorize), methods=POST),
    Route("/oidc/device/auth", endpoint(preflight), methods=["OPTIONS"]),
    Route("/oidc/token", endpoint(token), methods=POST),
    Route("/oidc/token", endpoint(preflight), methods=["OPTIONS"]),
    Route("/oidc/token/revocation", endpoint(revocation.revoke), methods=POST),
    Route("/oidc/token/revocation", endpoint(preflight), methods=["OPTIONS"]),
    Route("/oidc/token/introspection", endpoint(introspection.introspect), methods=POST),
    Route("/oidc/me", endpoint(userinfo.userinfo), methods=[*GET, *POST]),
    Route("/oidc/me", endpoint(preflight), methods=["OPTIONS"]),
    Route("/oidc/session/end", endpoint(end_session.end, as_page=True), methods=[*GET, *POST]),
    Route("/oidc/session/end/confirm", async_endpoint(end_session.confirm, as_page=True), methods=POST),
    Route("/oidc/session/end/success", endpoint(end_session.success), methods=GET),
    Route("/oidc/{path:path}", endpoint(unknown_oidc)),
    # Signing in without a page
    Route("/api/experience", endpoint(experience.start), methods=PUT),
    Route("/api/experience/interaction-event", endpoint(experience.change_event), methods=PUT),
    Route("/api/experience/verification/password", async_endpoint(experience.verify_password), methods=POST),
    Route(
        "/api/experience/verification/new-password-identity",
        async_endpoint(experience.verify_new_identity),
        methods=POST,
    ),
    Route("/api/experience/identification", endpoint(experience.identify), methods=POST),
    Route("/api/experience/profile", endpoint(experience.profile), methods=POST),
    Route("/api/experience/submit", endpoint(experience.submit), methods=POST),
    Route("/api/interaction/consent", endpoint(consent.decide_by_api), methods=POST),
    # Configuring this server by programs
    *management.ROUTES,
    # What users do with their own accounts
    *account.ROUTES,
    Route("/api/{path:path}", endpoint(unknown_api), methods=[*GET, *POST, *PUT, "PATCH", "DELETE"]),
    # Pages
    Route("/", endpoint(home.home), methods=GET),
    Route("/sign-in", async_endpoint(forms.show_sign_in, as_page=True), methods=GET),
    Route("/sign-in", async_endpoint(forms.post_sign_in, as_page=True), methods=POST),
    Route("/identifier-sign-in", async_endpoint(forms.show_sign_in, as_page=True), methods=GET),
    Route("/single-sign-on", async_endpoint(forms.show_sign_in, as_page=True), methods=GET),
    Route("/direct/{method}/{target}", async_endpoint(forms.show_sign_in, as_page=True), methods=GET),
    Route("/register", async_endpoint(forms.show_register, as_page=True), methods=GET),
    Route("/register", async_endpoint(forms.post_register, as_page=True), methods=POST),
    Route("/identifier-register", async_endpoint(forms.show_register, as_page=True), methods=GET),
    Route("/reset-password", async_endpoint(forms.show_reset_password, as_page=True), methods=GET),
    Route("/consent", endpoint(consent.page, as_page=True), methods=GET),
    Route("/consent", endpoint(consent.decide_by_form, as_page=True), methods=POST),
    Route("/device", endpoint(device.show, as_page=True), methods=GET),
    Route("/device", endpoint(device.take_code, as_page=True), methods=POST),
    Route("/device/confirm", endpoint(device.ask, as_page=True), methods=GET),
    Route("/device/confirm", endpoint(device.decide, as_page=True), methods=POST),
    Route("/device/success", endpoint(device.success), methods=GET),
    Route("/device/denied", endpoint(device.denied), methods=GET),
    *static.routes,
    Route("/{path:path}", endpoint(unknown)),
]


def create_app(world: World) -> Starlette:
    """Return the ASGI application that serves `world`."""
    app = Starlette(routes=ROUTES)
    app.router.redirect_slashes = False  # `/oidc/auth/` means nothing, as on the real server
    app.state.world = world
    return app
