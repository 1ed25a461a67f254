"""The guide's Flask application, with the callback route that the guide forgets.

It runs unchanged on the `logto` package as it was published before this one, and on ours.
"""
# ruff: noqa: N806, N816 - the guide's names

from authenticated import authenticated
from client import client
from flask import Flask, g, redirect, request

from logto import LogtoException

app = Flask(__name__)
app.secret_key = "only for tests, and at least thirty-two bytes long"
navigationHtml = "<a href='/'>Home</a>"


@app.route("/")
async def home():
    """The guide's home page."""
    if client.isAuthenticated() is False:
        return "Not authenticated <a href='/sign-in'>Sign in</a>"
    return "Authenticated <a href='/sign-out'>Sign out</a>"


@app.route("/sign-in")
async def sign_in():
    """The guide's sign-in route."""
    return redirect(await client.signIn(redirectUri="http://localhost:3000/callback"))


@app.route("/sign-up")
async def sign_up():
    """The guide's sign-in route that shows the sign-up page first."""
    return redirect(
        await client.signIn(redirectUri="http://localhost:3000/callback", interactionMode="signUp"),
    )


@app.route("/callback")
async def callback():
    """The route that the guide forgets."""
    await client.handleSignInCallback(request.url)
    return redirect("/")


@app.route("/sign-out")
async def sign_out():
    """The guide's sign-out route."""
    return redirect(await client.signOut(postLogoutRedirectUri="http://localhost:3000/"))


@app.route("/protected/userinfo")
@authenticated(shouldRedirect=True, fetchUserInfo=True)
async def protectedUserinfo():
    """The guide's page about the user."""
    try:
        return (
            "<h2>User info</h2>"
            + g.user.model_dump_json(indent=2, exclude_unset=True).replace("\n", "<br>")
            + navigationHtml
        )
    except LogtoException as e:
        return "<h2>Error</h2>" + str(e) + "<br>" + navigationHtml


@app.route("/protected/claims")
@authenticated()
async def protectedClaims():
    """The ID token's claims, as the guide's decorator gets them."""
    return g.user.model_dump_json(exclude_unset=True)


@app.route("/protected/custom-data")
@authenticated()
async def protectedCustomData():
    """The guide's claim that is in the user info only."""
    return (await client.fetchUserInfo()).custom_data


@app.route("/protected/token")
@authenticated()
async def protectedToken():
    """The guide's access token for an API resource, and its claims."""
    accessToken = await client.getAccessToken("https://shopping.your-app.com/api")
    claims = await client.getAccessTokenClaims("https://shopping.your-app.com/api")
    return {"token": accessToken, "claims": claims.model_dump(exclude_unset=True)}


@app.route("/protected/organizations/<organization_id>")
@authenticated()
async def protectedOrganization(organization_id: str):
    """The guide's access token for an organization, and its claims."""
    organizationToken = await client.getOrganizationToken(organization_id)
    organizationTokenClaims = await client.getOrganizationTokenClaims(organization_id)
    return {"token": organizationToken, "claims": organizationTokenClaims.model_dump(exclude_unset=True)}
