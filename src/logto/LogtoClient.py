"""The published home of the client and its configuration."""

from .client.logto_client import LogtoClient as LogtoClient
from .models.config import LogtoConfig as LogtoConfig
from .models.scopes import InteractionMode as InteractionMode
