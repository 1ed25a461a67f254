"""Sign-in with Logto in Quart: `Logto(app)`, `current_user`, `@login_required`."""

from ..pallets.signals import sign_in_failed, signed_in, signed_out
from .api import LogtoApi
from .current import current_user
from .extension import Logto
from .guards import login_required
from .webhooks import webhook_blueprint

__all__ = [
    "Logto",
    "LogtoApi",
    "current_user",
    "login_required",
    "sign_in_failed",
    "signed_in",
    "signed_out",
    "webhook_blueprint",
]
