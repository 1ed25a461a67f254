"""The claims of ID tokens, read once."""

from __future__ import annotations

from threading import Lock

from ..models.claims import IdTokenClaims
from ..models.fixed import fixed
from ..protocol.id_token import read_id_token

MOST = 256
"""ID tokens whose claims are remembered; the oldest make room."""


class ClaimsMemory:
    """Reads the claims of stored ID tokens, and remembers them by the whole token: no two users share an entry.

    Requests of one user do: what they read cannot be changed, or one of them could give the next a role.
    """

    def __init__(self) -> None:
        self._claims: dict[str, IdTokenClaims] = {}
        self._lock = Lock()

    def read(self, id_token: str) -> IdTokenClaims:
        """The claims of an ID token that was verified before it was stored.

        Raises:
            StorageError: It is none.
        """
        claims = self._claims.get(id_token)
        if claims is None:
            claims = fixed(read_id_token(id_token))
            with self._lock:
                self._claims[id_token] = claims
                while len(self._claims) > MOST:
                    del self._claims[next(iter(self._claims))]
        return claims
