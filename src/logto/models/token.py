"""What the token endpoint answers (RFC 6749, 5.1)."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict, Field


class TokenResponse(BaseModel):
    """A successful answer of the token endpoint; members not listed here are kept.

    `expires_in` is in seconds from now; None where the server said nothing.
    """

    model_config = ConfigDict(extra="allow", frozen=True)

    access_token: str = Field(repr=False)
    token_type: str
    expires_in: float | None = None
    scope: str | None = None
    refresh_token: str | None = Field(default=None, repr=False)
    id_token: str | None = Field(default=None, repr=False)
