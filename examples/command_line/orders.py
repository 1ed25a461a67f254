"""My orders, at the command line: signs in with a code that is typed in a browser, and remembers it.

    LOGTO_ENDPOINT=… LOGTO_APP_ID=… SHOPPING_API=http://localhost:8000 python -m examples.command_line.orders

The application is a native one for the device flow ("input-limited device"), without a secret.
"""

import os
from pathlib import Path

import httpx2

from logto import FileStorage, LogtoAuth, LogtoConfig, LogtoException, LogtoSyncClient, LogtoSyncDevice

RESOURCE = "https://shopping.your-app.com/api"
SESSION = Path.home() / ".config" / "my-orders" / "session.json"


def client(session=SESSION):
    """The client of the one person who uses this computer."""
    config = LogtoConfig(
        endpoint=os.environ["LOGTO_ENDPOINT"],
        app_id=os.environ["LOGTO_APP_ID"],
        resources=[RESOURCE],
        scopes=["read"],
    )
    return LogtoSyncClient(config, FileStorage(session))


def sign_in(logto, show=print):
    """Show a code, and wait until it was typed; nothing to do where somebody is signed in."""
    if logto.is_authenticated():
        return
    device = LogtoSyncDevice(logto)
    code = device.begin()
    show(f"To sign in, open {code.verification_uri} and type {code.user_code}")
    device.wait(code)


def orders(logto, address, **settings):
    """The orders of whoever is signed in."""
    auth = LogtoAuth(logto, resource=RESOURCE, origins=[address])
    with httpx2.Client(base_url=address, auth=auth, **settings) as api:
        return api.get("/orders").raise_for_status().json()


def main():
    """Sign in if need be, and print the orders."""
    with client() as logto:
        sign_in(logto)
        for order in orders(logto, os.environ["SHOPPING_API"]):
            print(f"{order['count']:>5} {order['item']}")


if __name__ == "__main__":
    try:
        main()
    except LogtoException as error:
        raise SystemExit(f"orders: {error}") from None
