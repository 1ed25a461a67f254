"""What a token says of itself before anybody verified it."""

import json
from base64 import urlsafe_b64decode
from typing import Any


def jwt_header(token: str) -> dict[str, Any]:
    """The header of a JWT."""
    header = token.split(".", maxsplit=1)[0]
    return json.loads(urlsafe_b64decode(header + "=" * (-len(header) % 4)))
