"""The guide's `authenticated.py`."""

from functools import wraps

from client import client
from flask import g, jsonify, redirect


def authenticated(shouldRedirect: bool = False, fetchUserInfo: bool = False):
    """Keeps strangers out of a view, and tells it in `g.user` who asks."""

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
