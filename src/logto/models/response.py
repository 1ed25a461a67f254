"""The published home of what the token and the user info endpoint answer."""

from .claims import UserIdentity as UserIdentity
from .claims import UserInfoResponse as UserInfoResponse
from .token import TokenResponse as TokenResponse
