"""Applications on openid-client, certified and not ours: what they bring an API, nothing of ours had a hand in."""

from tests.interop.conftest import HERE, LOGS
from tests.interop.program import Program

CALLBACK, HOME = "http://localhost:3000/callback", "http://localhost:3000/"


def openid_client(issuer: str, app_id: str, secret: str = "", method: str = "basic") -> Program:
    """A program that is this application.

    Args:
        issuer: Where it signs in.
        app_id: Who it is.
        secret: Its secret, unless it is public.
        method: How it authenticates: `basic`, `post` or `none`.
    """
    command = ["node", HERE / "programs" / "openid_client.mjs", issuer, app_id, secret, method]
    return Program(command, LOGS / "openid-client.log")


def client_of_the_provider(provider: Program, app_id: str, method: str = "basic") -> Program:
    """An application of npm's oidc-provider."""
    return openid_client(provider.ask("issuer"), app_id, f"the secret of {app_id}: 100% & more", method)
