"""The guide's application: sign in, see who you are, get access tokens, sign out."""

# The guide calls this file flask.py. A module of that name would hide the package that it imports.

import os
import secrets

from flask import Flask, g, jsonify, redirect, render_template, request

from examples.guide.authenticated import authenticated
from examples.guide.client import client
from logto import LogtoException, NotAuthenticatedError, TransportError

# Both addresses below it must be registered with the application in Logto, letter for letter.
APP_URL = os.environ.get("APP_URL", "http://localhost:3000/")
SECOND_APP_URL = os.environ.get("SECOND_APP_URL", "http://localhost:3100/")

app = Flask(__name__)
# Without SECRET_KEY, a restart signs everybody out: nobody else can know the key of a moment ago.
app.secret_key = os.environ.get("SECRET_KEY") or secrets.token_hex(32)
app.config.update(
    # Browsers do not tell ports apart: two applications on localhost need two cookies.
    SESSION_COOKIE_NAME="guide_session",
    # Lax lets the cookie come along when Logto sends the browser back; Strict would not.
    SESSION_COOKIE_SAMESITE="Lax",
    SESSION_COOKIE_SECURE=APP_URL.startswith("https:"),
)


@app.route("/sign-in")
async def sign_in():
    """Begins a sign-in and sends the browser to Logto's page."""
    return redirect(
        await client.signIn(
            redirectUri=f"{APP_URL}callback",
        )
    )


@app.route("/sign-up")
async def sign_up():
    """The same, with Logto's sign-up page first."""
    return redirect(
        await client.signIn(
            redirectUri=f"{APP_URL}callback",
            interactionMode="signUp",
        )
    )


@app.route("/callback")
async def callback():
    """Where Logto sends the browser back to: the route that the guide forgets."""
    await client.handleSignInCallback(request.url)
    return redirect("/")


@app.route("/sign-out")
async def sign_out():
    """Signs out here, then at Logto, which sends the browser home."""
    return redirect(await client.signOut(postLogoutRedirectUri=APP_URL))


@app.route("/")
async def home():
    """A way in, or who is here."""
    if client.isAuthenticated() is False:
        return render_template("welcome.html")
    return render_template("home.html", user=client.getIdTokenClaims(), second_app_url=SECOND_APP_URL)


@app.route("/protected/claims")
@authenticated(shouldRedirect=True)
async def protectedClaims():
    """What the ID token says of the user; no request leaves for it."""
    return render_template("claims.html", claims=as_json(g.user))


@app.route("/protected/userinfo")
@authenticated(shouldRedirect=True, fetchUserInfo=True)
async def protectedUserinfo():
    """What Logto says of the user when it is asked."""
    return render_template("userinfo.html", claims=as_json(g.user), custom_data=g.user.custom_data)


@app.route("/protected/tokens")
@authenticated(shouldRedirect=True)
async def protectedTokens():
    """The access tokens for the API resources, as claims: a whole token belongs into no page."""
    claims = {resource: await client.getAccessTokenClaims(resource) for resource in client.config.resources}
    return render_template(
        "tokens.html", tokens={name: (token.scope, as_json(token)) for name, token in claims.items()}
    )


@app.route("/protected/organizations")
@authenticated(shouldRedirect=True, fetchUserInfo=True)
async def protectedOrganizations():
    """The organizations that the user belongs to."""
    return render_template("organizations.html", organizations=g.user.organization_data or [])


@app.route("/protected/organizations/<organization_id>")
@authenticated(shouldRedirect=True)
async def protectedOrganization(organization_id):
    """The access token for one organization, as claims."""
    claims = await client.getOrganizationTokenClaims(organization_id)
    return render_template("organization.html", scope=claims.scope, claims=as_json(claims))


@app.route("/protected/api")
@authenticated()
async def protectedApi():
    """For programs: JSON, or 401 instead of a redirect."""
    return jsonify({"sub": g.user.sub})


@app.errorhandler(LogtoException)
def explain(error):
    """What went wrong and what to do about it, for whatever any route raises."""
    status = 401 if isinstance(error, NotAuthenticatedError) else 502 if isinstance(error, TransportError) else 400
    return render_template("error.html", error=error), status


@app.context_processor
def who():
    """What every page needs to know."""
    return {"signed_in": client.isAuthenticated()}


@app.after_request
def no_store(response):
    """Keeps pages out of the browser's history: after a sign-out, "back" must show nothing of the user."""
    if request.endpoint != "static":
        response.headers["Cache-Control"] = "no-store"
    return response


def as_json(claims):
    """Claims as the guide prints them: indented, and without those that were not asked for."""
    return claims.model_dump_json(indent=2, exclude_unset=True)
