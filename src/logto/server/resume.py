"""Where a browser goes on once the person in front of it has signed in, or has answered."""

from sqlalchemy import Connection
from starlette.responses import Response

from . import interaction
from .authorize import endpoint as authorization
from .device import verification
from .exchange import Exchange


def resume(exchange: Exchange, db: Connection) -> Response:
    """Go on with the application's request, or with the device that this sign-in is for."""
    ongoing = interaction.resumed(exchange, db, exchange.request.path_params["uid"])
    if ongoing.params.get("client_id") is None:  # every authorization request names its client, and no device's sign-in
        return verification.resume(exchange, db, ongoing)
    return authorization.resume(exchange, db, ongoing)
