"""The signing keys: the first signs, the previous one is still published."""

from dataclasses import dataclass
from functools import cached_property
from typing import Any

from joserfc.jwk import ECKey, RSAKey
from sqlalchemy import Connection, delete, select, update

from .schema import signing_keys

EC_ALGORITHM = "ES384"
RSA_ALGORITHM = "RS256"


@dataclass(frozen=True)
class SigningKey:
    """One key pair; `kid` is its RFC 7638 thumbprint."""

    kid: str
    algorithm: str
    key: ECKey | RSAKey

    @cached_property
    def public(self) -> dict[str, Any]:
        """Return the JWK to publish; an RSA key has no `alg` member (LOGTO.md 3.1)."""
        material = {name: self.key.as_dict(private=False)[name] for name in _MEMBERS[self.algorithm]}
        algorithm = {"alg": self.algorithm} if self.algorithm == EC_ALGORITHM else {}
        return {"kty": self.key.key_type, "use": "sig", "kid": self.kid, **algorithm, **material}


_MEMBERS = {EC_ALGORITHM: ("crv", "x", "y"), RSA_ALGORITHM: ("e", "n")}


class KeyRing:
    """The keys of one server, newest first, kept in memory and in the database."""

    def __init__(self, keys: tuple[SigningKey, ...]) -> None:
        self._keys = keys

    @classmethod
    def load(cls, db: Connection) -> "KeyRing":
        """Read the keys; make the first one where there is none."""
        rows = db.execute(select(signing_keys).order_by(signing_keys.c.position)).all()
        ring = cls(tuple(_restored(row.algorithm, row.private_pem) for row in rows))
        if not rows:
            ring.rotate(db)
        return ring

    @property
    def current(self) -> SigningKey:
        """Return the key that signs."""
        return self._keys[0]

    def find(self, kid: str) -> SigningKey | None:
        """Return the published key with this id."""
        return next((key for key in self._keys if key.kid == kid), None)

    def jwks(self) -> dict[str, Any]:
        """Return the key set to publish: the signing key first, then the previous one."""
        return {"keys": [key.public for key in self._keys]}

    def advertised_algorithms(self) -> list[str]:
        """Return what discovery lists for ID tokens; an RSA key stands for PS256 and RS256."""
        names = {name for key in self._keys for name in _ADVERTISED[key.algorithm]}
        return sorted(names)

    def rotate(self, db: Connection, algorithm: str = EC_ALGORITHM) -> None:
        """Sign with a new key from now on, and keep at most one previous key published."""
        fresh = _generated(algorithm)
        self._keys = (fresh, *self._keys[:1])
        db.execute(update(signing_keys).values(position=signing_keys.c.position + 1))
        db.execute(delete(signing_keys).where(signing_keys.c.position > 1))
        pem = fresh.key.as_pem(private=True).decode()
        db.execute(signing_keys.insert().values(id=fresh.kid, algorithm=algorithm, private_pem=pem, position=0))


_ADVERTISED = {EC_ALGORITHM: ("ES384",), RSA_ALGORITHM: ("PS256", "RS256")}


def _generated(algorithm: str) -> SigningKey:
    key: ECKey | RSAKey
    if algorithm == RSA_ALGORITHM:
        key = RSAKey.generate_key(2048, private=True)
    else:
        key = ECKey.generate_key("P-384", private=True)
    return SigningKey(key.thumbprint(), algorithm, key)


def _restored(algorithm: str, pem: str) -> SigningKey:
    key = RSAKey.import_key(pem) if algorithm == RSA_ALGORITHM else ECKey.import_key(pem)
    return SigningKey(key.thumbprint(), algorithm, key)
