"""Conversations: what the SDK does, written once, carried blocking or awaiting."""

from .sign_in import handle_sign_in_callback as handle_sign_in_callback
from .sign_in import sign_in as sign_in
from .sign_out import sign_out as sign_out
from .tokens import get_access_token as get_access_token
from .tokens import get_access_token_claims as get_access_token_claims
from .tokens import get_organization_token as get_organization_token
from .tokens import get_organization_token_claims as get_organization_token_claims
from .user_info import fetch_user_info as fetch_user_info
