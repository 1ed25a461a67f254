"""Asking the server about the user."""

from __future__ import annotations

from ..models.claims import UserInfoResponse
from ..protocol.http import Flow
from ..protocol.user_info import read_user_info, user_info_request
from . import provider
from .context import Context
from .tokens import get_access_token


def fetch_user_info(context: Context) -> Flow[UserInfoResponse]:
    """Asks the server who the user is: more claims than the ID token has, and newer ones.

    Raises:
        NotAuthenticatedError: Nobody is signed in, or the session ended.
        InvalidTokenError: The server does not accept the access token any more; the session is kept.
        UnexpectedResponseError: The answer makes no sense, or is about another user.
        TransportError: No answer came.
    """
    subject = context.require_claims().sub
    access_token = yield from get_access_token(context)
    found = yield from provider.metadata(context)
    request = user_info_request(access_token, metadata=found)
    response = yield request
    return read_user_info(request, response, subject=subject)
