"""Deliveries of webhooks, as Logto sends them, and as others would."""

import hashlib
import hmac
import json
from datetime import UTC, datetime

import pytest

from logto.protocol.webhook import MAX_BODY, SIGNATURE_HEADER

KEY = "the signing key of a webhook"
PATH = "/webhooks/logto"


def delivery(event: str = "User.Created", *, key: str = KEY) -> tuple[bytes, dict[str, str]]:
    """A body, and the headers that it comes with."""
    told = {"hookId": "h", "event": event, "createdAt": datetime.now(UTC).isoformat(), "data": {"id": "x"}}
    body = json.dumps(told).encode()
    signature = hmac.new(key.encode(), body, hashlib.sha256).hexdigest()
    return body, {SIGNATURE_HEADER: signature, "Content-Type": "application/json"}


REFUSED = [
    pytest.param(*delivery(key="another key"), 401, id="forged"),
    pytest.param(b"{}", {}, 401, id="unsigned"),
    pytest.param(delivery()[0] + b" ", delivery()[1], 401, id="altered"),
    pytest.param(b"x" * (MAX_BODY + 1), {SIGNATURE_HEADER: "0" * 64}, 413, id="endless"),
]
"""What is refused, and with which status."""
