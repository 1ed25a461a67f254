"""The guide's decorator: a route for people who are signed in."""

from functools import wraps

from flask import g, jsonify, redirect

from examples.guide.client import client


def authenticated(shouldRedirect: bool = False, fetchUserInfo: bool = False):
    """Lets a request pass if somebody is signed in, and puts who it is into `g.user`.

    Args:
        shouldRedirect: Whether anybody else is sent to the sign-in route, rather than answered 401.
        fetchUserInfo: Whether Logto is asked about the user, which tells more than the ID token.
    """

    def decorator(func):
        @wraps(func)
        async def wrapper(*args, **kwargs):
            if client.isAuthenticated() is False:
                if shouldRedirect:
                    return redirect("/sign-in")
                return jsonify({"error": "Not authenticated"}), 401

            g.user = await client.fetchUserInfo() if fetchUserInfo else client.getIdTokenClaims()
            return await func(*args, **kwargs)

        return wrapper

    return decorator
