"""Webhooks: is it Logto who tells this, and just now? (LOGTO.md 5.5)."""

from __future__ import annotations

import hmac
from collections.abc import Sequence
from hashlib import sha256

from pydantic import ValidationError

from ..errors import ConfigurationError, WebhookError
from ..models.webhook import WebhookEvent
from .strict_json import parse_object

SIGNATURE_HEADER = "logto-signature-sha-256"
"""The header that signs the body."""

MAX_BODY = 1024 * 1024
"""Bytes of the largest body that is read."""

_HEX = frozenset("0123456789abcdef")
_LENGTH = 64
_HINT = "Take the signing key from the webhook's page in Logto's Console, and give the body as it came, not parsed."


def signing_keys(given: str | bytes | Sequence[str | bytes]) -> tuple[bytes, ...]:
    """The keys of a webhook, ready for use.

    Args:
        given: One, or several while they are exchanged.

    Raises:
        ConfigurationError: There is none, or an empty one, with which anybody could sign.
    """
    several = [given] if isinstance(given, str | bytes) else list(given)
    keys = tuple(key.encode() if isinstance(key, str) else key for key in several)
    if not keys or not all(keys):
        raise ConfigurationError("A webhook has no signing key.", hint=_HINT, code="configuration.webhook_key")
    return keys


def verify_webhook(body: bytes, signature: str | None, keys: Sequence[bytes]) -> WebhookEvent:
    """What a webhook says, if Logto signed it.

    Does not check how old it is, or whether it came before.

    Args:
        body: As it came, byte for byte.
        signature: The header `logto-signature-sha-256`.
        keys: Of which one must have signed.

    Raises:
        WebhookError: `webhook.too_large` 413, `webhook.signature_missing` or `webhook.signature_invalid` 401,
            `webhook.malformed` 400.
    """
    if len(body) > MAX_BODY:
        raise WebhookError(f"The webhook's body is longer than {MAX_BODY} bytes.", code="webhook.too_large", status=413)
    if not signature:
        raise WebhookError(
            f"The request has no `{SIGNATURE_HEADER}`.", code="webhook.signature_missing", status=401, hint=_HINT
        )
    # Not a list of several, not padded, not in another spelling: exactly what Logto writes.
    well_formed = len(signature) == _LENGTH and set(signature) <= _HEX
    # Each key is tried, whatever the others said, so that time tells nothing of them.
    fits = [hmac.compare_digest(hmac.digest(key, body, sha256).hex(), signature if well_formed else "") for key in keys]
    if not any(fits):
        raise WebhookError(
            "The webhook's signature is wrong.", code="webhook.signature_invalid", status=401, hint=_HINT
        )
    try:
        parse_object(body)
        return WebhookEvent.model_validate_json(body)
    except ValidationError as error:
        place = error.errors(include_url=False, include_input=False, include_context=False)[0]["loc"]
        raise WebhookError(
            f"The webhook's `{place[0] if place else 'body'}` is missing or of the wrong type.",
            code="webhook.malformed",
        ) from None
    except ValueError as error:
        raise WebhookError(f"The webhook's body {error}.", code="webhook.malformed") from None


def delivery_name(body: bytes) -> str:
    """The name of a delivery, by which it is recognised when it comes again."""
    return sha256(b"webhook\0" + body).hexdigest()
