"""A second application of the same Logto: who is signed in to one is signed in to the other without being asked."""

import os
import secrets

from flask import Flask, g, redirect, render_template, request, session

from examples.guide.authenticated import authenticated
from examples.guide.client import client
from logto import LogtoException

APP_URL = os.environ.get("APP_URL", "http://localhost:3100/")

app = Flask(__name__)
app.secret_key = os.environ.get("SECRET_KEY") or secrets.token_hex(32)
app.config.update(
    SESSION_COOKIE_NAME="second_session",
    SESSION_COOKIE_SAMESITE="Lax",
    SESSION_COOKIE_SECURE=APP_URL.startswith("https:"),
)


@app.route("/")
async def home():
    """Who is here. Anybody unknown is sent to Logto, which knows those who signed in anywhere."""
    if session.pop("just_left", False):
        # Straight to the sign-in route again would be a strange answer to "sign out".
        return render_template("second_goodbye.html")
    return await welcome()


@authenticated(shouldRedirect=True)
async def welcome():
    """The page for whoever is signed in."""
    return render_template("second_home.html", user=g.user)


@app.route("/sign-in")
async def sign_in():
    """Begins a sign-in."""
    return redirect(await client.signIn(redirectUri=f"{APP_URL}callback"))


@app.route("/callback")
async def callback():
    """Where Logto sends the browser back to."""
    await client.handleSignInCallback(request.url)
    return redirect("/")


@app.route("/sign-out")
async def sign_out():
    """Signs out here and at Logto."""
    url = await client.signOut(postLogoutRedirectUri=APP_URL)
    session["just_left"] = True
    return redirect(url)


@app.errorhandler(LogtoException)
def explain(error):
    """What went wrong and what to do about it."""
    return render_template("error.html", error=error), 400


@app.context_processor
def who():
    """What every page needs to know."""
    return {"signed_in": client.isAuthenticated(), "second": True}


@app.after_request
def no_store(response):
    """Keeps pages out of the browser's history."""
    if request.endpoint != "static":
        response.headers["Cache-Control"] = "no-store"
    return response
