"""Random identifiers and secrets, in the shapes that the real server uses, and their digests."""

import hashlib
import hmac
import secrets
import string

_LOWER = string.ascii_lowercase + string.digits
_MIXED = string.ascii_letters + string.digits
_CONSONANTS = "BCDFGHJKLMNPQRSTVWXZ"  # no vowel, so that no code is a word


def application_id() -> str:
    """Return 21 lowercase letters and digits, as applications, resources and roles have them."""
    return _draw(_LOWER, 21)


def user_id() -> str:
    """Return 12 lowercase letters and digits, as users and organizations have them."""
    return _draw(_LOWER, 12)


def secret() -> str:
    """Return 32 letters and digits, as application secrets have them."""
    return _draw(_MIXED, 32)


def token() -> str:
    """Return 43 URL-safe characters (256 bits): a code, an opaque token, a `jti`, a session id."""
    return secrets.token_urlsafe(32)


def user_code() -> str:
    """Return what somebody types to let a device in: 8 consonants, shown as `XLTQ-QNZH`."""
    drawn = _draw(_CONSONANTS, 8)
    return f"{drawn[:4]}-{drawn[4:]}"


def digest(value: str) -> str:
    """Return the SHA-256 of a secret value in hexadecimal: what is kept of it at rest."""
    return hashlib.sha256(value.encode()).hexdigest()


def same(left: str, right: str) -> bool:
    """Compare two secrets in constant time."""
    return hmac.compare_digest(left.encode(), right.encode())


def _draw(alphabet: str, length: int) -> str:
    return "".join(secrets.choice(alphabet) for _ in range(length))
