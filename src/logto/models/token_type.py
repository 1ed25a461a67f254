"""What kind of token is exchanged."""

from __future__ import annotations

from enum import StrEnum


class TokenType(StrEnum):
    """The kinds of tokens that Logto exchanges (RFC 8693, section 3, and Logto's own)."""

    access_token = "urn:ietf:params:oauth:token-type:access_token"  # noqa: S105 - the name of a kind
    """An access token of Logto's, opaque or a JWT; also an impersonation token (`sub_…`)."""
    personal_access_token = "urn:logto:token-type:personal_access_token"  # noqa: S105 - the name of a kind
    """A personal access token (`pat_…`), which a user made for programs."""
    impersonation_token = "urn:logto:token-type:impersonation_token"  # noqa: S105 - the name of a kind
    """An impersonation token by its own name."""
