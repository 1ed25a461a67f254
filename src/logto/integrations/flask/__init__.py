"""Sign-in with Logto in Flask: `Logto(app)`, `current_user`, `@login_required`."""

from ..pallets.signals import sign_in_failed, signed_in, signed_out
from .api import LogtoApi
from .current import current_user
from .extension import Logto
from .guards import login_required
from .guide import authenticated
from .webhooks import webhook_blueprint

__all__ = [
    "Logto",
    "LogtoApi",
    "authenticated",
    "current_user",
    "login_required",
    "sign_in_failed",
    "signed_in",
    "signed_out",
    "webhook_blueprint",
]
