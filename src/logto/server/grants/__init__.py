"""The grant types of the token endpoint, one a file."""

from collections.abc import Callable
from typing import Any

from sqlalchemy import Connection

from logto.server.exchange import Exchange
from logto.server.store.applications import DEVICE_CODE, TOKEN_EXCHANGE, Application

from . import authorization_code, client_credentials, device_code, refresh_token, token_exchange

Grant = Callable[[Exchange, Connection, Application], dict[str, Any]]

GRANTS: dict[str, Grant] = {
    "authorization_code": authorization_code.exchange_code,
    "refresh_token": refresh_token.refresh,
    "client_credentials": client_credentials.issue,
    DEVICE_CODE: device_code.poll,
    TOKEN_EXCHANGE: token_exchange.exchange_token,
}
